// Files on their way, by direction and file, and what they come to together.
import type { Transfer } from '../engine/types.ts';
import { percentOf } from './amounts.ts';
import { paceAfter, speedOf, startPace, steadyLeft, type Left, type Pace, type Speed } from './pace.ts';
import { words } from '../words/words.ts';

/** All that is on its way, as one. */
export interface Sum {
  /** Transfers that are not at their end. */
  count: number;
  /** Of these, the ones that somebody paused. */
  paused: number;
  done: number;
  size: number;
  /** 0–1; the finished ones of the same batch count. */
  fraction: number;
  speed: Speed | undefined;
}

type Key = Pick<Transfer, 'file' | 'direction'>;

/** What is said of a transfer, each once: a pause or a lost connection does not make news of it again. */
type Milestone = 'begun' | 'half' | 'done' | 'failed';

const keyOf = ({ file, direction }: Key): string => `${direction}:${file}`;

export class TransfersState {
  /** The newest thing a screen reader says. */
  spoken = $state('');
  /** In the order they began. */
  list = $state.raw<readonly Transfer[]>([]);
  /** Without what an earlier run left at its end, and what was cleared away. */
  readonly listed = $derived(this.list.filter(({ state }) => state.name !== 'done' || !state.away));
  readonly running = $derived(this.list.filter(isOnItsWay));
  /** Partly moved ones that went on in this run by themselves and were not told of yet. */
  resumed = $state(0);
  /** Changes with the list only. */
  readonly #paces = new Map<string, Pace>();
  /** The last thing that was said of each. */
  readonly #told = new Map<string, Milestone>();
  /** Of all that is not paused, as it is shown; `of`: which ones. */
  #left: (Left & { of: string }) | undefined;
  /** What has been on its way since nothing was: a finished one does not make the bar go back. */
  #batch: ReadonlySet<string> = new Set();

  take(transfer: Transfer, now: number): void {
    const key = keyOf(transfer);
    const before = this.of(transfer.file, transfer.direction);
    if (before === undefined && transfer.done > 0 && isOnItsWay(transfer) && transfer.state.name !== 'paused') this.resumed += 1;
    this.#tell(key, transfer);
    if (this.running.length === 0) this.#batch = new Set();
    if (isOnItsWay(transfer)) this.#batch = new Set([...this.#batch, key]);
    this.#measure(key, transfer, now);
    this.list = before ? this.list.map((one) => (keyOf(one) === key ? transfer : one)) : [...this.list, transfer];
    this.#left = this.#leftOfAll(now);
  }

  remove(gone: Key): void {
    this.#paces.delete(keyOf(gone));
    this.#told.delete(keyOf(gone));
    this.list = this.list.filter((one) => keyOf(one) !== keyOf(gone));
  }

  of(file: string, direction: Transfer['direction']): Transfer | undefined {
    return this.list.find((one) => one.file === file && one.direction === direction);
  }

  speed(transfer: Key, now: number): Speed | undefined {
    return speedOf(this.#paces.get(keyOf(transfer)), now);
  }

  sum(now: number): Sum {
    const batch = this.list.filter((transfer) => this.#batch.has(keyOf(transfer)) && transfer.state.name !== 'cancelled' && transfer.state.name !== 'failed');
    const [done, size] = [total(batch, 'done'), total(batch, 'size')];
    const paused = this.running.filter(({ state }) => state.name === 'paused').length;
    return { count: this.running.length, paused, done, size, fraction: size === 0 ? 0 : Math.min(1, done / size), speed: this.#sumSpeed(now) };
  }

  forget(): void {
    this.list = [];
    this.spoken = '';
    this.resumed = 0;
    this.#paces.clear();
    this.#told.clear();
    this.#left = undefined;
    this.#batch = new Set();
  }

  #tell(key: string, transfer: Transfer): void {
    const milestone = milestoneOf(transfer);
    const before = this.#told.get(key);
    // Another connection can set it back a little: that is no news.
    if (milestone === undefined || milestone === before || (milestone === 'begun' && before === 'half')) return;
    this.#told.set(key, milestone);
    this.spoken = milestoneWords(milestone, transfer);
  }

  #measure(key: string, { state, done, size }: Transfer, now: number): void {
    if (state.name !== 'active') return void this.#paces.delete(key);
    const pace = this.#paces.get(key);
    this.#paces.set(key, pace ? paceAfter(pace, { done, size }, now) : startPace(done, now));
  }

  #sumSpeed(now: number): Speed | undefined {
    const active = this.running.filter(({ state }) => state.name === 'active');
    const speeds = active.map((transfer) => this.speed(transfer, now)).filter((speed) => speed !== undefined);
    if (speeds.length === 0) return undefined;
    const speed = speeds.reduce((sum, one) => sum + one.speed, 0);
    // One that waits its turn is moved at the same speed afterwards; of one alone its own steady figure counts.
    const waiting = this.running.filter(({ state }) => state.name !== 'paused');
    if (waiting.length === 1) return speeds[0];
    return { speed, left: this.#left?.ms, about: this.#left?.about ?? false };
  }

  /** Held like that of one; where another one joins or leaves, it is another sum. */
  #leftOfAll(now: number): (Left & { of: string }) | undefined {
    const waiting = this.running.filter(({ state }) => state.name !== 'paused');
    const speeds = waiting.map((transfer) => this.speed(transfer, now)).filter((speed) => speed !== undefined);
    const speed = speeds.reduce((sum, one) => sum + one.speed, 0);
    if (speed === 0) return undefined;
    const of = waiting.map(keyOf).join();
    const ms = ((total(waiting, 'size') - total(waiting, 'done')) / speed) * 1000;
    return { ...steadyLeft(this.#left?.of === of ? this.#left : undefined, { ms, about: speeds.some(({ about }) => about) }, now), of };
  }
}

export function isOnItsWay({ state }: Transfer): boolean {
  return state.name !== 'done' && state.name !== 'failed' && state.name !== 'cancelled';
}

/** undefined: there is nothing to say of it at this point. */
function milestoneOf({ state, done, size }: Transfer): Milestone | undefined {
  if (state.name === 'done') return state.away ? undefined : 'done';
  if (state.name === 'failed') return 'failed';
  if (state.name !== 'active') return undefined;
  return percentOf(done, size) >= 50 ? 'half' : 'begun';
}

function milestoneWords(milestone: Milestone, { name, state, done, size }: Transfer): string {
  const { spoken } = words.files;
  if (state.name === 'failed') return spoken.failed(name, state.failure.message);
  return milestone === 'done' ? spoken.done(name) : spoken.percent(name, percentOf(done, size));
}

function total(list: readonly Transfer[], what: 'done' | 'size'): number {
  return list.reduce((sum, transfer) => sum + transfer[what], 0);
}
