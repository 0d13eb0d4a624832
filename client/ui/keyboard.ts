// Moving the focus. Landmarks take part by `data-landmark` on the element to be focused.

/** Moves the focus to the next or previous landmark on the screen. */
export function focusLandmark(step: 1 | -1): void {
  const marks = [...document.querySelectorAll<HTMLElement>('[data-landmark]')].filter((mark) => mark.offsetParent !== null);
  if (marks.length === 0) return;
  const here = marks.findIndex((mark) => mark.contains(document.activeElement));
  const next = here < 0 ? 0 : (here + step + marks.length) % marks.length;
  const target = marks[next]!;
  (target.querySelector<HTMLElement>('[data-landmark-focus]') ?? target.querySelector<HTMLElement>('textarea, input, button, [tabindex="0"]') ?? target).focus();
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
