// What is said of the paths: on the chip, in its panel, and of the choice itself. Pure.
import type { Paths, Protocol } from '../../engine/types.ts';
import type { Trip } from '../../state/paths.svelte.ts';

/** The chip. `lost`: there is no connection at all at this moment. */
export interface ChipWords {
  tone: 'plain' | 'udp' | 'warn' | 'lost';
  /** Path, and round trip where it is known. */
  lead: string;
  /** Left out where there is no room. */
  rest: string;
  /** All of it, for a tooltip and a screen reader; what stands on the chip is in it word by word. */
  long: string;
}

/** From here on the share of lost packets is worth a word: below, nobody feels it. */
const LOSS_TOLD = 0.1;
const NAMES: Record<Protocol, string> = { tcp: 'TCP', udp: 'UDP' };

export const PROTOCOLS = [{ value: 'tcp', label: 'TCP' }, { value: 'udp', label: 'UDP' }] as const;

/** What the choice means. */
export const PROTOCOL_NOTES: Record<Protocol, string> = {
  tcp: 'TCP carries everything: sign-in, chat and files.',
  udp: 'Chat goes by UDP where the network lets it, otherwise by TCP, by itself. Sign-in and files over 50\u00a0KB use TCP.',
};

export function chipWords(paths: Paths, lost: boolean): ChipWords {
  const { wanted, sending, receiving, rtt, reason } = paths;
  if (lost) return { tone: 'lost', lead: '', rest: '', long: 'Not connected' };
  const long = longWords(paths);
  if (sending !== receiving) return { tone: reason === undefined ? 'plain' : 'warn', lead: directionWords(paths), rest: '', long };
  const lead = sending === 'tcp' ? 'TCP' : `UDP${rtt === undefined ? '' : ` ${tripWords(rtt)}`}`;
  if (isLossy(paths)) return { tone: 'warn', lead, rest: `${lossWords(paths.loss!)} loss`, long };
  if (sending === 'udp') return { tone: 'udp', lead, rest: '', long };
  if (wanted === 'tcp') return { tone: 'plain', lead, rest: '', long };
  return reason === undefined ? { tone: 'plain', lead, rest: 'trying UDP', long } : { tone: 'warn', lead, rest: cause(reason), long };
}

/** UDP carries chat both ways, and much of it has to be sent again. */
export function isLossy({ sending, receiving, loss = 0 }: Paths): boolean {
  return sending === 'udp' && receiving === 'udp' && loss >= LOSS_TOLD;
}

export function tripWords(ms: number): string {
  return `${Math.round(ms)} ms`;
}

/** A share as percent; something never looks like nothing. */
export function lossWords(share: number): string {
  if (share > 0 && share < 0.01) return 'under 1%';
  return `${Math.round(share * 100)}%`;
}

/** Lowest and highest of the last minute, as one reads them beside the curve. */
export function spanWords(trips: readonly Trip[]): string {
  const [low, high] = [Math.min(...trips.map(({ ms }) => ms)), Math.max(...trips.map(({ ms }) => ms))];
  return Math.round(low) === Math.round(high) ? `steady at ${tripWords(low)}` : `${Math.round(low)} to ${tripWords(high)}`;
}

/** Of what changed last, for somebody who does not see the chip. */
export function spokenChange({ wanted, history }: Paths): string {
  return wanted === 'udp' ? (history.at(-1)?.text ?? '') : '';
}

function longWords(paths: Paths): string {
  const { wanted, sending, receiving, rtt, reason } = paths;
  const measured = rtt === undefined ? '' : `, ${tripWords(rtt)}`;
  const why = reason === undefined ? '' : ` ${reason}`;
  if (sending !== receiving) return `${directionWords(paths)}.${why}`;
  if (isLossy(paths)) return `Chat goes by UDP${measured}, ${lossWords(paths.loss!)} loss.`;
  if (sending === 'udp') return `Chat goes by UDP${measured}${measured && ' round trip'}.`;
  return `Chat goes by TCP${wanted === 'udp' && !why ? ', trying UDP' : ''}.${why}`;
}

function directionWords({ sending, receiving }: Paths): string {
  return `${NAMES[sending]} out, ${NAMES[receiving]} in`;
}

/** The first part of a reason, which says what is the matter; what follows explains it. */
function cause(reason: string): string {
  return reason.split(/[:.]/, 1)[0]!.trim();
}
