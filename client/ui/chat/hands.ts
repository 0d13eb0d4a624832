// Which row of the timeline shows its actions: the last one that was pointed at or had the keyboard, and no other.

export interface Handled {
  inHand: boolean;
}

export class Hands {
  #shown: Handled | undefined;
  #pointed: Handled | undefined;
  #focused: Handled | undefined;

  /** By a move of the pointer: a row that comes under it because the list is scrolled takes nothing from the keyboard. */
  point(row: Handled): void {
    this.#pointed = row;
    this.#show(row);
  }

  /** Back to the one that has the keyboard. */
  leave(row: Handled): void {
    if (this.#pointed === row) this.#pointed = undefined;
    this.#show(this.#focused);
  }

  focus(row: Handled): void {
    this.#focused = row;
    this.#show(row);
  }

  /** Back to the one where the pointer rests. */
  blur(row: Handled): void {
    if (this.#focused !== row) return;
    this.#focused = undefined;
    this.#show(this.#pointed);
  }

  #show(row: Handled | undefined): void {
    if (this.#shown && this.#shown !== row) this.#shown.inHand = false;
    this.#shown = row;
    if (row) row.inHand = true;
  }
}
