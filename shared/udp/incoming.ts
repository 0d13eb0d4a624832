// Messages on their way in: fragments in any order, any number of times, each message given out once. Bounded by count,
// bytes and distance; what is beyond is refused, and its sender, whom nobody answers, sends it again or another way.
import { FRAGMENT_MAX, UDP_MESSAGE_BYTES_MAX, UDP_MESSAGES_MAX } from '../protocol/limits.ts';
import type { Bytes } from '../protocol/bytes.ts';
import type { Fragment } from './frames.ts';

interface Partial {
  bytes: Bytes;
  missing: Set<number>;
  last: number;
  size: number;
}

/** Ids above the lowest one that is not settled. */
const IDS_MAX = 4_096;

export class Incoming {
  readonly #partial = new Map<number, Partial>();
  /** Settled ids above the floor. */
  readonly #settled = new Set<number>();
  #floor = 0;
  #bytes = 0;

  /** The whole message with its last missing fragment; 'refused': act as if it had never come. */
  take({ message: id, index, last, bytes }: Fragment): Bytes | 'refused' | undefined {
    if (this.#isSettled(id)) return undefined;
    const partial = this.#partial.get(id) ?? this.#begin(id, last);
    if (!partial || partial.last !== last) return 'refused';
    if (!partial.missing.delete(index)) return undefined;
    partial.bytes.set(bytes, index * FRAGMENT_MAX);
    partial.size += bytes.length;
    if (partial.missing.size > 0) return undefined;
    this.#settle(id);
    return partial.bytes.subarray(0, partial.size);
  }

  /** Its sender gave it another way. */
  drop(id: number): void {
    if (id < this.#floor + IDS_MAX && !this.#isSettled(id)) this.#settle(id);
  }

  #isSettled(id: number): boolean {
    return id < this.#floor || this.#settled.has(id);
  }

  #begin(id: number, last: number): Partial | undefined {
    const size = (last + 1) * FRAGMENT_MAX;
    if (id >= this.#floor + IDS_MAX || this.#partial.size >= UDP_MESSAGES_MAX || this.#bytes + size > UDP_MESSAGE_BYTES_MAX + UDP_MESSAGES_MAX * FRAGMENT_MAX) return undefined;
    const partial = { bytes: new Uint8Array(size), missing: new Set(Array.from({ length: last + 1 }, (_, index) => index)), last, size: 0 };
    this.#partial.set(id, partial);
    this.#bytes += size;
    return partial;
  }

  #settle(id: number): void {
    const partial = this.#partial.get(id);
    if (partial) this.#bytes -= partial.bytes.length;
    this.#partial.delete(id);
    this.#settled.add(id);
    while (this.#settled.delete(this.#floor)) this.#floor += 1;
  }
}
