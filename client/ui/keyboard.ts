// Moving the focus. Parts of the window take part by `data-landmark`; what has the focus first in one, by `data-landmark-focus`.

/** Moves the focus to the next or previous part of the window; one with nothing to press in it is passed over. */
export function focusLandmark(step: 1 | -1): void {
  const marks = [...document.querySelectorAll<HTMLElement>('[data-landmark]')].filter((mark) => mark.offsetParent !== null);
  const order = step > 0 ? marks : [...marks].reverse();
  // Where one lies in another, the inner one is meant: it stands behind the outer one.
  const here = order.indexOf(marks.findLast((mark) => mark.contains(document.activeElement))!);
  [...order.slice(here + 1), ...order.slice(0, here + 1)].find((mark) => {
    (mark.querySelector<HTMLElement>('[data-landmark-focus]') ?? mark.querySelector<HTMLElement>('textarea, input, button, [tabindex="0"]') ?? mark).focus();
    return mark.contains(document.activeElement);
  });
}

/** A field somebody may be typing in. */
export function isField(target: EventTarget | null): target is HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement;
}

/** On a button that goes when it is pressed: by the pointer, it leaves the keyboard where it is. */
export function keepFocus(event: MouseEvent): void {
  event.preventDefault();
}

/** Attached to what takes the place of the button that was pressed: its first field or button has the focus. */
export function focusFirst(element: HTMLElement): void {
  element.querySelector<HTMLElement>('input, button')?.focus();
}

/** Arrow keys, Home and End among items of which one is in the tab order. Returns the index to focus. */
export function rovingIndex(key: string, at: number, count: number): number | undefined {
  if (count === 0) return undefined;
  const moves: Record<string, number> = { ArrowDown: at + 1, ArrowRight: at + 1, ArrowUp: at - 1, ArrowLeft: at - 1, Home: 0, End: count - 1 };
  const next = moves[key];
  return next === undefined ? undefined : (next + count) % count;
}

/** For a button that goes when it is pressed: the keyboard is on what stands beside it. */
export function focusBeside({ currentTarget }: Event): void {
  const button = currentTarget as HTMLElement;
  const beside = [...(button.parentElement?.querySelectorAll<HTMLElement>('input:checked, input:not([type="radio"]), button, select') ?? [])].find((one) => one !== button);
  beside?.focus();
}
