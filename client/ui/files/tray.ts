// What the tray says of all transfers together.
import type { Transfer } from '../../engine/types.ts';
import { leftWords, speedWords, spokenLeft } from '../../state/amounts.ts';
import type { Sum } from '../../state/transfers.svelte.ts';
import { words } from '../../words/words.ts';
import type { Bar } from './card.ts';

const texts = words.files.sum;
const card = words.files.card;

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
  const lead = texts.count(count);
  if (paused === count) return { lead, line: card.paused(percent), failed: false, bar: { percent, moving: false, words: card.paused(percent) } };
  const names = list.map(({ state }) => state.name);
  if (names.filter((name) => name === 'checking').length === count) return { lead, line: card.checking, failed: false, bar: { percent, moving: true, words: card.checking } };
  const still = names.includes('interrupted') && !names.includes('active') ? texts.waiting : undefined;
  const left = speed?.left === undefined ? undefined : leftWords(speed.left, speed.about);
  const line = [card.percent(percent), speed && speedWords(speed.speed), left, still].filter(Boolean).join(' · ');
  const said = speed?.left === undefined ? card.percent(percent) : card.percentLeft(percent, spokenLeft(speed.left, speed.about));
  return { lead, line, failed: false, bar: { percent, moving: still === undefined, words: said } };
}

function restTray(list: readonly Transfer[]): Tray {
  const failed = list.filter(({ state }) => state.name === 'failed').length;
  const done = list.filter(({ state }) => state.name === 'done').length;
  if (failed > 0) return { lead: texts.failed(failed), line: done > 0 ? texts.finished(done) : texts.seeWhy, failed: true };
  return { lead: words.files.transfers, line: done > 0 ? texts.finished(done) : words.files.cancelled, failed: false };
}
