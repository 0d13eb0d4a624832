// The round trip as RFC 9002 §5 estimates it, and the probe timeout (§6.2) that follows from it. Milliseconds.
import { ACK_DELAY_MS } from './received.ts';

const INITIAL_MS = 333;
/** Timers of a runtime are no finer. */
const GRANULARITY_MS = 1;

export class RoundTrip {
  #smoothed: number | undefined;
  #variation = INITIAL_MS / 2;
  #latest = INITIAL_MS;
  #least = Infinity;

  /** undefined before the first sample. */
  get smoothed(): number | undefined {
    return this.#smoothed;
  }

  /** What pacing and loss timers use. */
  get current(): number {
    return this.#smoothed ?? INITIAL_MS;
  }

  /** `delay`: how long the peer says it waited. */
  sample(measured: number, delay: number): void {
    this.#latest = Math.max(0, measured);
    this.#least = Math.min(this.#least, this.#latest);
    if (this.#smoothed === undefined) {
      this.#smoothed = this.#latest;
      this.#variation = this.#latest / 2;
      return;
    }
    const wait = Math.min(delay, ACK_DELAY_MS);
    const adjusted = this.#latest >= this.#least + wait ? this.#latest - wait : this.#latest;
    this.#variation = 0.75 * this.#variation + 0.25 * Math.abs(this.#smoothed - adjusted);
    this.#smoothed = 0.875 * this.#smoothed + 0.125 * adjusted;
  }

  /** Time after which a packet counts as lost once a later one was acknowledged. */
  get lossDelay(): number {
    return Math.max(GRANULARITY_MS, (9 / 8) * Math.max(this.#latest, this.current));
  }

  get probeTimeout(): number {
    return this.current + Math.max(4 * this.#variation, GRANULARITY_MS) + ACK_DELAY_MS;
  }
}
