// Where a card stands beside what it is about: on a side with room for it, never over it. Pure; pixels of the window.

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

export interface Size {
  width: number;
  height: number;
}

const GAP = 8;
/** To either side it stands beside a list with a margin of its own. */
const BESIDE = 16;
/** The card begins a little above a row beside it. */
const ABOVE = 12;

/** Left of it, else right of it, else below or above, whichever has more room. */
export function placeBeside(anchor: Box, card: Size, window: Size): { left: number; top: number } {
  const within = (at: number, size: number, all: number): number => Math.max(GAP, Math.min(at, all - size - GAP));
  const top = within(anchor.top - ABOVE, card.height, window.height);
  if (anchor.left - BESIDE - card.width >= GAP) return { left: anchor.left - BESIDE - card.width, top };
  if (anchor.right + BESIDE + card.width <= window.width - GAP) return { left: anchor.right + BESIDE, top };
  const left = within(anchor.right - card.width, card.width, window.width);
  const isBelow = window.height - anchor.bottom >= anchor.top;
  return { left, top: isBelow ? anchor.bottom + GAP : Math.max(0, anchor.top - GAP - card.height) };
}
