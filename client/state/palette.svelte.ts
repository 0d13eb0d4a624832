// The palette: what is typed into it, and how anybody opens it.

export class PaletteState {
  typed = $state('');
  readonly #show: () => void;

  constructor(show: () => void) {
    this.#show = show;
  }

  /** `prefix`: `>` actions, `@` people, `#` rooms; none: all of them. */
  open(prefix = ''): void {
    this.typed = prefix;
    this.#show();
  }
}
