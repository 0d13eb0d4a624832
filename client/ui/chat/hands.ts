// Which row of the timeline shows its actions: the last one that was pointed at or had the keyboard, and no other.

export interface Handled {
  inHand: boolean;
}

export class Hands {
  #shown: Handled | undefined;
  #focused: Handled | undefined;

  /** By a move of the pointer: a row that comes under it because the list is scrolled takes nothing from the keyboard. */
  point(row: Handled): void {
    if (this.#shown !== row && this.#shown) this.#shown.inHand = false;
    this.#shown = row;
    row.inHand = true;
  }

  /** Back to the one that has the keyboard. */
  leave(row: Handled): void {
    row.inHand = false;
    if (this.#focused) this.point(this.#focused);
  }

  focus(row: Handled): void {
    this.#focused = row;
    this.point(row);
  }

  blur(row: Handled): void {
    if (this.#focused !== row) return;
    this.#focused = undefined;
    row.inHand = false;
  }
}
