// When a direction that carries nothing sends a ping. For two reasons: to notice within UDP_KEEPALIVE_MS that nothing comes
// through any more, and to keep a NAT's mapping, which may live shorter: an address that has changed after a silence says so.
import { UDP_KEEPALIVE_MIN_MS, UDP_KEEPALIVE_MS } from '../protocol/limits.ts';

export class Keepalive {
  #every = UDP_KEEPALIVE_MS;
  #leftAt: number;
  #heardAt = -Infinity;
  /** The longest one that a datagram of ours has ended since the last one came. */
  #silence = 0;
  #silentUntil = -Infinity;

  constructor(now: number) {
    this.#leftAt = now;
  }

  /** Milliseconds without a datagram of ours. */
  get every(): number {
    return this.#every;
  }

  /** The last datagram, in either direction. */
  get lastAt(): number {
    return Math.max(this.#leftAt, this.#heardAt);
  }

  left(now: number): void {
    this.#silence = Math.max(this.#silence, now - this.lastAt);
    this.#leftAt = now;
  }

  heard(now: number): void {
    this.#heardAt = now;
    this.#silence = 0;
  }

  /** The peer sees another address. One that changed in the midst of traffic says nothing of a mapping's life. */
  moved(): void {
    if (this.#silence >= UDP_KEEPALIVE_MIN_MS) this.#every = Math.min(this.#every, Math.max(UDP_KEEPALIVE_MIN_MS, this.#silence / 2));
    this.#silence = 0;
  }

  /** After a wake or a change of network the address is another one for reasons of its own. */
  wake(now: number): void {
    this.#leftAt = now;
    this.#silence = 0;
  }

  /** No pings until then: somebody measures. */
  rest(until: number): void {
    this.#silentUntil = until;
  }

  rests(now: number): boolean {
    return now < this.#silentUntil;
  }

  /** `askedAt`: when something that asks for an answer left last. */
  dueAt(askedAt: number): number {
    return Math.max(this.#silentUntil, Math.min(askedAt + UDP_KEEPALIVE_MS, this.#leftAt + this.#every));
  }
}
