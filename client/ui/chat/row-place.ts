// Where the actions of a message stand once they are shown. Which end of the bubble is the style's choice; what it cannot
// know is measured here: how long the name above is, and where the view begins.
const GAP = 4;

/** Behind the name where they would lie on it, and down into the view where they would begin above it. */
export function keepClear(place: HTMLElement): void {
  const own = place.getBoundingClientRect();
  const name = place.closest('.row')?.querySelector('.author')?.getBoundingClientRect();
  if (name && name.bottom > own.top && name.top < own.bottom) place.style.paddingInlineStart = `${name.right - own.left + GAP}px`;
  const view = place.closest('[data-landmark]')?.getBoundingClientRect();
  if (view) place.style.translate = `0 ${Math.max(0, view.top + GAP - own.top)}px`;
}
