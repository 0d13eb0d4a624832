// Which packet numbers have come, by RFC 6479: a ring of 32-bit words over the newest numbers, one word more than the window,
// so that moving it clears whole words and never shifts bits.
import { REPLAY_WINDOW } from '../protocol/limits.ts';

const BITS = 32;
const WORDS = REPLAY_WINDOW / BITS + 1;

/** The newest REPLAY_WINDOW numbers, the highest included; numbers are integers from 0 to 2^48 − 1. */
export class ReplayWindow {
  readonly #words = new Uint32Array(WORDS);
  #highest = -1;

  /** −1 before the first. */
  get highest(): number {
    return this.#highest;
  }

  /** Not seen, and not below the window. */
  fresh(n: number): boolean {
    if (n > this.#highest) return true;
    return n > this.#highest - REPLAY_WINDOW && (this.#word(n) & bit(n)) === 0;
  }

  /** Call it only for what was authenticated. One that is not fresh changes nothing. */
  accept(n: number): void {
    if (!this.fresh(n)) return;
    if (n > this.#highest) this.#moveTo(n);
    this.#words[slot(n)] = this.#word(n) | bit(n);
  }

  #word(n: number): number {
    return this.#words[slot(n)] ?? 0;
  }

  #moveTo(n: number): void {
    const from = Math.floor(this.#highest / BITS);
    const steps = Math.min(Math.floor(n / BITS) - from, WORDS);
    for (let i = 0; i < steps; i += 1) this.#words[slot(n - i * BITS)] = 0;
    this.#highest = n;
  }
}

// Numbers are wider than the 32 bits of JavaScript's bit operators, so they are divided before any of those.
function slot(n: number): number {
  return Math.floor(n / BITS) % WORDS;
}

function bit(n: number): number {
  return 1 << n % BITS;
}
