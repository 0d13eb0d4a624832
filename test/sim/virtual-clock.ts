// Time that passes when nothing is left to do: one queue of events for everything in a world. Each program gets its own
// face of the clock; a program that is killed hears of no timer any more.
import type { Clock as EngineClock } from '../../client/engine/clock.ts';
import type { Clock as ServerClock } from '../../server/ops/clock.ts';

interface Due {
  at: number;
  order: number;
  call: () => void;
  cancelled: boolean;
}

/** Unix milliseconds at which every world begins. */
const BEGINNING = 1_800_000_000_000;

export class VirtualClock {
  #now = BEGINNING;
  #order = 0;
  /** A binary heap by time, then by order. */
  readonly #heap: Due[] = [];

  get now(): number {
    return this.#now;
  }

  /** When the next event is due. */
  get next(): number {
    this.#dropCancelled();
    return this.#heap[0]?.at ?? Infinity;
  }

  /** Events of one moment happen in the order they were asked for. */
  after(ms: number, call: () => void): () => void {
    const due = { at: this.#now + Math.max(0, ms), order: (this.#order += 1), call, cancelled: false };
    this.#push(due);
    return () => void (due.cancelled = true);
  }

  /** The next event, if it is due by `end`. False: time is now `end`. */
  step(end: number): boolean {
    if (this.next > end) {
      this.#now = Math.max(this.#now, end);
      return false;
    }
    const due = this.#pop();
    this.#now = Math.max(this.#now, due.at);
    due.call();
    return true;
  }

  #dropCancelled(): void {
    while (this.#heap[0]?.cancelled) this.#pop();
  }

  #push(due: Due): void {
    const heap = this.#heap;
    heap.push(due);
    for (let at = heap.length - 1; at > 0; ) {
      const parent = (at - 1) >> 1;
      if (!isBefore(heap[at]!, heap[parent]!)) return;
      [heap[at], heap[parent]] = [heap[parent]!, heap[at]!];
      at = parent;
    }
  }

  #pop(): Due {
    const heap = this.#heap;
    const first = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return first;
    heap[0] = last;
    for (let at = 0; ; ) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let least = at;
      if (left < heap.length && isBefore(heap[left]!, heap[least]!)) least = left;
      if (right < heap.length && isBefore(heap[right]!, heap[least]!)) least = right;
      if (least === at) return first;
      [heap[at], heap[least]] = [heap[least]!, heap[at]!];
      at = least;
    }
  }
}

function isBefore(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** A program's life: what it asked of the clock and of the network ends with it. */
export class Life {
  alive = true;
  readonly #clock: VirtualClock;

  constructor(clock: VirtualClock) {
    this.#clock = clock;
  }

  /** kill -9: not one more instruction. */
  end(): void {
    this.alive = false;
  }

  later(ms: number, call: () => void): () => void {
    return this.#clock.after(ms, () => {
      if (this.alive) call();
    });
  }

  /** The time of day comes in whole milliseconds, as systems tell it. */
  get server(): ServerClock {
    return { now: () => Math.floor(this.#clock.now), after: (ms, call) => this.later(ms, call) };
  }

  get steady(): ServerClock {
    return { ...this.server, now: () => this.#clock.now };
  }

  get engine(): EngineClock {
    return { now: () => Math.floor(this.#clock.now), after: (ms, call) => ({ cancel: this.later(ms, call) }), soon: (call) => void this.later(0, call) };
  }
}
