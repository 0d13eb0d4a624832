// When to try again: 1, 2, 4, 8, 15, 30 s with jitter; at once when the network is back or the machine woke.
import type { Random } from '../../shared/protocol/bytes.ts';
import type { Clock, Timer } from './clock.ts';

/** Milliseconds; the last one repeats. */
export const BACK_OFF_MS: readonly number[] = [1000, 2000, 4000, 8000, 15_000, 30_000];
/** A part of each pause that is left to chance, so that a server's clients do not all return in the same moment. */
const JITTER = 0.2;
/** A connection that lived this long was a good one: the next loss starts from the first pause again. */
export const STEADY_MS = 5000;

export class BackOff {
  readonly #random: Random;
  #attempt = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  get attempt(): number {
    return this.#attempt;
  }

  /** Milliseconds until the next try: the step ± 20 %. */
  next(): number {
    const step = BACK_OFF_MS[Math.min(this.#attempt, BACK_OFF_MS.length - 1)]!;
    this.#attempt += 1;
    const chance = this.#random(1)[0]! / 255;
    return Math.round(step * (1 - JITTER + 2 * JITTER * chance));
  }

  reset(): void {
    this.#attempt = 0;
  }
}

const TICK_MS = 5000;
/** A tick this much late means that the machine slept. */
const SLEPT_MS = 10_000;

/** Calls `woke` when timers stood still: the machine slept, and every connection may be dead without knowing. */
export class WakeWatch {
  readonly #clock: Clock;
  readonly #woke: () => void;
  #timer: Timer;

  constructor(clock: Clock, woke: () => void) {
    this.#clock = clock;
    this.#woke = woke;
    this.#timer = this.#tick();
  }

  stop(): void {
    this.#timer.cancel();
  }

  #tick(): Timer {
    const due = this.#clock.now() + TICK_MS;
    return this.#clock.after(TICK_MS, () => {
      this.#timer = this.#tick();
      if (this.#clock.now() - due > SLEPT_MS) this.#woke();
    });
  }
}
