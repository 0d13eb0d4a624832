// A few at a time: what comes later waits for its turn, in order. One who does not want it any more gives it back.

export class Turns {
  readonly #most: number;
  #taken = 0;
  #waiting: Array<() => void> = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Runs `work` when it is its turn; not at all where `signal` was aborted before. */
  async take<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T | undefined> {
    if (this.#taken >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    else this.#taken += 1;
    try {
      return signal.aborted ? undefined : await work();
    } finally {
      this.#pass();
    }
  }

  /** The place goes to the next one without being free in between. */
  #pass(): void {
    const next = this.#waiting.shift();
    if (next) next();
    else this.#taken -= 1;
  }
}
