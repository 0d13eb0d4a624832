// Where a tooltip stands: above what it is about, in the middle of it; below where there is no room; always in the window.
export interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

const GAP = 6;
const MARGIN = 8;

/** All in CSS pixels of the window. */
export function placeTip(of: Box, tip: Pick<Box, 'width' | 'height'>, window: Pick<Box, 'width' | 'height'>): Pick<Box, 'left' | 'top'> {
  const above = of.top - GAP - tip.height;
  const left = of.left + (of.width - tip.width) / 2;
  return {
    left: Math.max(MARGIN, Math.min(left, window.width - tip.width - MARGIN)),
    top: above >= MARGIN ? above : Math.min(of.top + of.height + GAP, window.height - tip.height - MARGIN),
  };
}
