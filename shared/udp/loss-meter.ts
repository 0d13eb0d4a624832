// The share of packets that got lost, of the last ones that were answered or given up.
const KEPT = 200;

export class LossMeter {
  readonly #lost: boolean[] = [];

  add(lost: boolean): void {
    this.#lost.push(lost);
    if (this.#lost.length > KEPT) this.#lost.shift();
  }

  /** 0 to 1. */
  get share(): number {
    return this.#lost.length === 0 ? 0 : this.#lost.filter(Boolean).length / this.#lost.length;
  }
}
