// Which packets have come, in the shape of the answer to them, and when that answer is due (RFC 9000 §13.2).
import { ACK_RANGES_MAX } from '../protocol/limits.ts';
import type { Ack, Range } from './frames.ts';

/** Milliseconds an answer may wait for company. */
export const ACK_DELAY_MS = 25;
/** The answer does not wait when so many packets ask for one. */
const ACK_EVERY = 2;

/** The numbers of one epoch; the newest ACK_RANGES_MAX runs of them. */
class Numbers {
  /** Newest first. */
  ranges: Range[] = [];
  newestAt = 0;
  isDue = false;

  /** True where a number below it was missing or came late. */
  add(number: number, now: number): boolean {
    const [newest] = this.ranges;
    if (!newest || number > newest.to) this.newestAt = now;
    if (newest && number === newest.to + 1) {
      newest.to = number;
      return false;
    }
    this.#insert(number);
    return newest !== undefined;
  }

  #insert(number: number): void {
    const at = this.ranges.findIndex(({ from }) => number >= from - 1);
    const place = at < 0 ? this.ranges.length : at;
    const near = this.ranges[place];
    if (near && number >= near.from && number <= near.to) return;
    if (near && number === near.from - 1) near.from = number;
    else if (near && number === near.to + 1) near.to = number;
    else this.ranges.splice(place, 0, { from: number, to: number });
    const older = this.ranges[place + 1];
    const here = this.ranges[place]!;
    if (older && older.to >= here.from - 1) this.ranges.splice(place, 2, { from: Math.min(older.from, here.from), to: here.to });
    const newer = this.ranges[place - 1];
    if (newer && this.ranges[place]!.to >= newer.from - 1) this.ranges.splice(place - 1, 2, { from: this.ranges[place]!.from, to: newer.to });
    this.ranges.length = Math.min(this.ranges.length, ACK_RANGES_MAX);
  }
}

export class ReceivedPackets {
  /** By epoch; the last two. */
  readonly #epochs = new Map<number, Numbers>();
  #asking = 0;
  #dueAt: number | undefined;

  /** When an answer must leave. */
  get deadline(): number | undefined {
    return this.#dueAt;
  }

  /** `answer`: how soon it asks for one. */
  add({ epoch, number }: { epoch: number; number: number }, now: number, answer: 'at once' | 'soon' | 'no'): void {
    const numbers = this.#of(epoch);
    const disorder = numbers.add(number, now);
    if (answer === 'no') return;
    numbers.isDue = true;
    this.#asking += 1;
    const at = disorder || answer === 'at once' || this.#asking >= ACK_EVERY ? now : now + ACK_DELAY_MS;
    this.#dueAt = Math.min(this.#dueAt ?? Infinity, at);
  }

  /** What is to be answered; it counts as answered then. */
  take(now: number): Ack[] {
    const due = this.acks(now);
    for (const numbers of this.#epochs.values()) numbers.isDue = false;
    this.#asking = 0;
    this.#dueAt = undefined;
    return due;
  }

  /** The same, without a change. */
  acks(now: number): Ack[] {
    return [...this.#epochs].filter(([, { isDue }]) => isDue).map(([epoch, { ranges, newestAt }]) => ({ epoch, delay: Math.max(0, Math.round(now - newestAt)), ranges: ranges.map((range) => ({ ...range })) }));
  }

  #of(epoch: number): Numbers {
    const known = this.#epochs.get(epoch);
    if (known) return known;
    const numbers = new Numbers();
    this.#epochs.set(epoch, numbers);
    for (const old of this.#epochs.keys()) if (this.#epochs.size > 2) this.#epochs.delete(old);
    return numbers;
  }
}
