// Rate limit: `burst` tokens at first, `rate` more each second. A rate of 0 means no limit.

export interface Rate {
  rate: number;
  burst: number;
}

export class TokenBucket {
  readonly #limit: Rate;
  #tokens: number;
  #at: number;

  constructor(limit: Rate, now: number) {
    this.#limit = limit;
    this.#tokens = limit.burst;
    this.#at = now;
  }

  /** 0 when a token was taken, else the milliseconds until there is one. */
  take(now: number): number {
    const { rate, burst } = this.#limit;
    if (rate === 0) return 0;
    // A clock that was set back neither gives nor takes tokens.
    this.#tokens = Math.min(burst, this.#tokens + (Math.max(0, now - this.#at) * rate) / 1000);
    this.#at = now;
    if (this.#tokens < 1) return Math.ceil(((1 - this.#tokens) * 1000) / rate);
    this.#tokens -= 1;
    return 0;
  }
}
