// Conversations in the order they were looked at. Walking back through them changes that order only when the walk ends,
// as windows are switched with a held key.

/** Of more, the one that was not looked at for longest is forgotten. */
const KEPT_MAX = 50;

export class Visits {
  /** Ids, newest first. */
  #order: string[] = [];
  /** How far back the walk is; undefined: none is under way. */
  #at: number | undefined;

  /** The one on the screen. */
  visit(id: string): void {
    if (this.#at === undefined) this.#order = [id, ...this.#order.filter((one) => one !== id)].slice(0, KEPT_MAX);
  }

  /** One further back, or forward again; undefined where there is no other. */
  walk(step: 1 | -1, isThere: (id: string) => boolean): string | undefined {
    this.#order = this.#order.filter(isThere);
    const count = this.#order.length;
    if (count < 2) return undefined;
    this.#at = ((this.#at ?? 0) + step + count) % count;
    return this.#order[this.#at];
  }

  /** The key is let go: what the walk led to is the newest. */
  settle(): void {
    const id = this.#order[this.#at ?? 0];
    this.#at = undefined;
    if (id !== undefined) this.visit(id);
  }

  forget(): void {
    this.#order = [];
    this.#at = undefined;
  }
}
