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

/** What was chosen last stands first; the bound of the setting. */
const LEARNED_MAX = 5;

export function learn(recent: readonly string[], id: string): string[] {
  return [id, ...recent.filter((one) => one !== id)].slice(0, LEARNED_MAX);
}
