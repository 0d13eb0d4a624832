// The share of packets that got lost, of the last ones that were answered or given up while the direction was up. What a
// fall takes with it is an outage, not loss: a lost packet counts once something else was answered.
const KEPT = 200;

export class LossMeter {
  readonly #lost: boolean[] = [];
  #uncounted = 0;

  answered(): void {
    for (; this.#uncounted > 0; this.#uncounted -= 1) this.#add(true);
    this.#add(false);
  }

  lost(): void {
    this.#uncounted += 1;
  }

  /** One that was given up has come after all: its answer was late, or took another way. */
  found(): void {
    const last = this.#lost.lastIndexOf(true);
    if (this.#uncounted > 0) this.#uncounted -= 1;
    else if (last >= 0) this.#lost[last] = false;
  }

  fell(): void {
    this.#uncounted = 0;
  }

  /** 0 to 1. */
  get share(): number {
    return this.#lost.length === 0 ? 0 : this.#lost.filter(Boolean).length / this.#lost.length;
  }

  #add(lost: boolean): void {
    this.#lost.push(lost);
    if (this.#lost.length > KEPT) this.#lost.shift();
  }
}
