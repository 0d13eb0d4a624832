// What the tray says of all transfers together.
import type { Transfer } from '../../engine/types.ts';
import { leftWords, speedWords, spokenLeft } from '../../state/amounts.ts';
import type { Sum } from '../../state/transfers.svelte.ts';
import type { Bar } from './card.ts';

export interface Tray {
  lead: string;
  line: string;
  failed: boolean;
  bar?: Bar;
}

/** undefined: there is nothing to show. */
export function trayOf(list: readonly Transfer[], sum: Sum): Tray | undefined {
  if (list.length === 0) return undefined;
  return sum.count === 0 ? restTray(list) : movingTray(list, sum);
}

function movingTray(list: readonly Transfer[], { count, paused, fraction, speed }: Sum): Tray {
  const percent = Math.floor(fraction * 100);
  const lead = `${count} ${count === 1 ? 'transfer' : 'transfers'}`;
  if (paused === count) return { lead, line: `Paused at ${percent}%`, failed: false, bar: { percent, moving: false, words: `Paused at ${percent}%` } };
  const names = list.map(({ state }) => state.name);
  const still = names.includes('interrupted') && !names.includes('active') ? 'waiting for the connection' : undefined;
  const left = speed?.left === undefined ? undefined : leftWords(speed.left, speed.about);
  const line = [`${percent}%`, speed && speedWords(speed.speed), left, still].filter(Boolean).join(' · ');
  const words = speed?.left === undefined ? `${percent}%` : `${percent}%, ${spokenLeft(speed.left, speed.about)}`;
  return { lead, line, failed: false, bar: { percent, moving: still === undefined, words } };
}

function restTray(list: readonly Transfer[]): Tray {
  const failed = list.filter(({ state }) => state.name === 'failed').length;
  const done = list.filter(({ state }) => state.name === 'done').length;
  if (failed > 0) return { lead: `${failed} ${failed === 1 ? 'transfer' : 'transfers'} failed`, line: done > 0 ? `${done} finished` : 'Press to see why', failed: true };
  return { lead: 'Transfers', line: done > 0 ? `${done} finished` : 'Cancelled', failed: false };
}
