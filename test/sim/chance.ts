// All the chance of a world, from one seed.
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';

export class Chance {
  #state: number;

  constructor(seed: number) {
    this.#state = seed >>> 0;
  }

  /** 0 to 1; mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  is(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  below(count: number): number {
    return Math.floor(this.next() * count);
  }

  readonly bytes: Random = (size): Bytes => Uint8Array.from({ length: size }, () => this.below(256));
}
