// How wide the sidebar may be: as the pointer drags it, or a rail of icons.

export const RAIL = 64;
export const WIDEST = 380;
export const USUAL = 272;
const NARROWEST = 240;
/** Below this it snaps to the rail. */
const SNAPS_UNDER = 200;
const STEP = 16;

export function snapped(width: number): number {
  return width < SNAPS_UNDER ? RAIL : Math.round(Math.min(Math.max(width, NARROWEST), WIDEST));
}

/** The width after a key of the separator; undefined: it is no key of its. */
export function widthAfter(key: string, width: number): number | undefined {
  if (key === 'ArrowLeft') return width <= NARROWEST ? RAIL : snapped(width - STEP);
  if (key === 'ArrowRight') return width < NARROWEST ? NARROWEST : snapped(width + STEP);
  if (key === 'Home') return RAIL;
  if (key === 'End') return WIDEST;
  return key === 'Enter' ? (width === RAIL ? USUAL : RAIL) : undefined;
}
