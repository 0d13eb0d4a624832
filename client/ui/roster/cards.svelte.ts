// Whose card is open and beside what: by a press or Enter with the focus in it, or by the pointer or the focus that rests on
// a name, which then keeps the focus where it is.
import { createContext } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** Milliseconds on a name until its card opens, and away from both until it closes. */
const REST_MS = 400;
const AWAY_MS = 200;

export interface Shown {
  userId: string;
  /** The card never covers it. */
  anchor: HTMLElement;
}

export class PersonCards {
  shown = $state.raw<Shown>();
  /** It was asked for: it has the focus, and stays. */
  held = $state(false);
  #timer: ReturnType<typeof setTimeout> | undefined;
  #returning = false;

  /** The pointer or the focus came to a name. */
  rest(anchor: HTMLElement, userId: string): void {
    if (this.held || this.#returning) return;
    clearTimeout(this.#timer);
    if (this.shown?.anchor === anchor) return;
    this.#timer = setTimeout(() => (this.shown = { userId, anchor }), REST_MS);
  }

  /** It is still on the name, or on the card. */
  stay(): void {
    if (this.shown) clearTimeout(this.#timer);
  }

  leave(): void {
    if (this.held) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.close(), AWAY_MS);
  }

  press(anchor: HTMLElement, userId: string): void {
    clearTimeout(this.#timer);
    if (this.held && this.shown?.anchor === anchor) return this.close();
    this.shown = { userId, anchor };
    this.held = true;
  }

  close(): void {
    clearTimeout(this.#timer);
    this.shown = undefined;
    this.held = false;
  }

  /** The focus goes back to where it was; that opens no card. */
  closeAndReturn(): void {
    const { shown, held } = this;
    this.close();
    if (!shown || !held) return;
    this.#returning = true;
    const { anchor, userId } = shown;
    const row = anchor.isConnected ? (messageOf(anchor) ?? anchor) : document.querySelector<HTMLElement>(`[data-user="${userId}"]`);
    row?.focus({ preventScroll: true });
    this.#returning = false;
  }

  /** Makes an element a name whose card can be opened with the pointer. */
  of(userId: string): Attachment<HTMLElement> {
    return (element) => {
      const enter = ({ pointerType }: PointerEvent): void => void (pointerType === 'touch' || this.rest(element, userId));
      const press = (): void => this.press(element, userId);
      element.addEventListener('pointerenter', enter);
      element.addEventListener('pointerleave', this.#left);
      element.addEventListener('click', press);
      return () => {
        element.removeEventListener('pointerenter', enter);
        element.removeEventListener('pointerleave', this.#left);
        element.removeEventListener('click', press);
      };
    };
  }

  readonly #left = (): void => this.leave();
}

/** A name or a picture of the timeline belongs to a message, or to the first one of an album. */
function messageOf(anchor: HTMLElement): HTMLElement | null | undefined {
  return anchor.closest<HTMLElement>('[data-key]') ?? anchor.closest('[data-testid="album"]')?.querySelector<HTMLElement>('[data-key]');
}

export const [getCards, setCards] = createContext<PersonCards>();
