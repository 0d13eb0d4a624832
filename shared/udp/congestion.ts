// NewReno as RFC 9002 §7 describes it, and pacing (RFC 8085 §3.1, RFC 9002 §7.7). Bytes and milliseconds.
import { DATAGRAM_MAX } from '../protocol/limits.ts';

const INITIAL_WINDOW = 10 * DATAGRAM_MAX;
const LEAST_WINDOW = 2 * DATAGRAM_MAX;
/** Of the window, what pacing lets out in one round trip. */
const PACING_GAIN = 1.25;
/** Datagrams that leave together after a pause. */
const BURST = 10;

export class Congestion {
  #window = INITIAL_WINDOW;
  #threshold = Infinity;
  #inFlight = 0;
  /** Losses of packets sent before this belong to a reduction that has been made. */
  #recoverySince = -Infinity;
  #tokens = BURST * DATAGRAM_MAX;
  #filledAt = -Infinity;

  get window(): number {
    return this.#window;
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** Milliseconds until one more datagram may leave; 0: now; undefined: not before something in flight is answered or lost. */
  wait(now: number, roundTrip: number): number | undefined {
    if (this.#inFlight + DATAGRAM_MAX > this.#window) return undefined;
    this.#fill(now, roundTrip);
    const missing = DATAGRAM_MAX - this.#tokens;
    return missing <= 0 ? 0 : Math.max(1, Math.ceil(missing / this.#rate(roundTrip)));
  }

  sent(size: number): void {
    this.#inFlight += size;
    this.#tokens -= size;
  }

  acknowledged(size: number, sentAt: number): void {
    this.#inFlight -= size;
    if (sentAt <= this.#recoverySince) return;
    this.#window += this.#window < this.#threshold ? size : (DATAGRAM_MAX * size) / this.#window;
  }

  lost(size: number, sentAt: number, now: number): void {
    this.#inFlight -= size;
    if (sentAt <= this.#recoverySince) return;
    this.#recoverySince = now;
    this.#threshold = Math.max(this.#window / 2, LEAST_WINDOW);
    this.#window = this.#threshold;
  }

  /** Given up on without a sign of congestion. */
  released(size: number): void {
    this.#inFlight -= size;
  }

  /** Bytes per millisecond. */
  #rate(roundTrip: number): number {
    return (PACING_GAIN * this.#window) / Math.max(1, roundTrip);
  }

  #fill(now: number, roundTrip: number): void {
    const since = Number.isFinite(this.#filledAt) ? Math.max(0, now - this.#filledAt) : 0;
    this.#filledAt = now;
    this.#tokens = Math.min(BURST * DATAGRAM_MAX, this.#tokens + since * this.#rate(roundTrip));
  }
}
