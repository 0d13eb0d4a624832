// What is said of the paths: on the chip, in its panel, and of the choice itself. Pure.
import type { Paths } from '../../engine/types.ts';
import { tripBy, type Trip } from '../../state/paths.svelte.ts';
import { words } from '../../words/words.ts';

const texts = words.connection;

/** The chip. `lost`: there is no connection at all at this moment. */
export interface ChipWords {
  tone: 'plain' | 'udp' | 'warn' | 'lost';
  /** Path, with what matters of it: its loss, or else the round trip where that is known. */
  lead: string;
  /** Left out where there is no room. */
  rest: string;
  /** All of it, for a tooltip and a screen reader; what stands on the chip is in it word by word. */
  long: string;
}

/** From here on the share of lost packets is worth a word: below, nobody feels it. */
const LOSS_TOLD = 0.1;
export const PROTOCOLS = (['tcp', 'udp'] as const).map((value) => ({ value, label: texts.names[value] }));

export function chipWords(paths: Paths, lost: boolean): ChipWords {
  const { wanted, sending, receiving, reason } = paths;
  const trip = tripBy(paths);
  if (lost) return { tone: 'lost', lead: '', rest: '', long: texts.notConnected };
  const long = longWords(paths);
  if (sending !== receiving) return { tone: reason === undefined ? 'plain' : 'warn', lead: directionWords(paths), rest: '', long };
  if (isLossy(paths)) return { tone: 'warn', lead: texts.withLoss(texts.names[sending], lossWords(paths.loss!)), rest: trip === undefined ? '' : tripWords(trip), long };
  const lead = trip === undefined ? texts.names[sending] : texts.withTrip(texts.names[sending], tripWords(trip));
  if (sending === 'udp') return { tone: 'udp', lead, rest: '', long };
  if (wanted === 'tcp') return { tone: 'plain', lead, rest: '', long };
  return reason === undefined ? { tone: 'plain', lead, rest: texts.trying, long } : { tone: 'warn', lead, rest: cause(reason), long };
}

/** UDP carries chat both ways, and much of it has to be sent again. */
export function isLossy({ sending, receiving, loss = 0 }: Paths): boolean {
  return sending === 'udp' && receiving === 'udp' && loss >= LOSS_TOLD;
}

export function tripWords(ms: number): string {
  return texts.ms(Math.round(ms));
}

/** A share as percent; something never looks like nothing. */
export function lossWords(share: number): string {
  if (share > 0 && share < 0.01) return texts.underOne;
  return texts.percent(Math.round(share * 100));
}

/** Lowest and highest of the last minute, as one reads them beside the curve. */
export function spanWords(trips: readonly Trip[]): string {
  const [low, high] = [Math.min(...trips.map(({ ms }) => ms)), Math.max(...trips.map(({ ms }) => ms))];
  return Math.round(low) === Math.round(high) ? texts.steady(tripWords(low)) : texts.span(Math.round(low), tripWords(high));
}

/** Of what changed last, for somebody who does not see the chip. */
export function spokenChange({ wanted, history }: Paths): string {
  return wanted === 'udp' ? (history.at(-1)?.text ?? '') : '';
}

function longWords(paths: Paths): string {
  const { wanted, sending, receiving, reason } = paths;
  const ms = tripBy(paths);
  const trip = ms === undefined ? undefined : tripWords(ms);
  if (sending !== receiving) return reason === undefined ? texts.bothWays(directionWords(paths)) : texts.because(texts.bothWays(directionWords(paths)), reason);
  if (isLossy(paths)) return texts.lossyBy(trip, lossWords(paths.loss!));
  if (reason !== undefined) return texts.goesByBecause(texts.names[sending], trip, reason);
  if (sending === 'udp' || wanted === 'tcp') return texts.goesBy(texts.names[sending], trip);
  return texts.tryingLong(trip);
}

function directionWords({ sending, receiving }: Paths): string {
  return texts.directions(texts.names[sending], texts.names[receiving]);
}

/** The first part of a reason, which says what is the matter; what follows explains it. */
function cause(reason: string): string {
  return reason.split(/[:.]/, 1)[0]!.trim();
}
