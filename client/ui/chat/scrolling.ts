// Where the timeline is scrolled to, and how a row stays where it is while rows come and go around it.

/** Pixels: nearer than this counts as the end. */
const AT_END = 15;

export interface Anchor {
  key: string;
  top: number;
}

export function distanceToEnd(view: HTMLElement): number {
  return view.scrollHeight - view.clientHeight - view.scrollTop;
}

export function isAtEnd(view: HTMLElement): boolean {
  return distanceToEnd(view) <= AT_END;
}

/** To the end, or to the New line where more than a view of news stands under it. */
export function toNewsOrEnd(view: HTMLElement): void {
  view.scrollTop = view.scrollHeight;
  const line = view.querySelector('[data-new-line]');
  if (line && line.getBoundingClientRect().top < view.getBoundingClientRect().top) line.scrollIntoView({ block: 'start' });
}

/** The first row in view. */
export function anchorIn(view: HTMLElement): Anchor | undefined {
  const edge = view.getBoundingClientRect().top;
  for (const row of view.querySelectorAll<HTMLElement>('[data-key]')) {
    const box = row.getBoundingClientRect();
    if (box.bottom > edge) return { key: row.dataset['key']!, top: box.top };
  }
  return undefined;
}

/** Sequence number of the last message that is in view to its end, or fills the view; 0 where there is none. */
export function lastSeqIn(view: HTMLElement): number {
  const edge = view.getBoundingClientRect();
  const rows = [...view.querySelectorAll<HTMLElement>('[data-seq]')];
  const last = rows.findLast((row) => {
    const box = row.getBoundingClientRect();
    return box.bottom <= edge.bottom + AT_END || box.top <= edge.top;
  });
  return Number(last?.dataset['seq'] ?? 0);
}

/** Scrolls by as much as the anchor has moved; the browser's own anchoring does nothing at the very top. */
export function keepInPlace(view: HTMLElement, anchor: Anchor | undefined): void {
  if (!anchor) return;
  const row = view.querySelector<HTMLElement>(`[data-key="${CSS.escape(anchor.key)}"]`);
  if (!row) return;
  const moved = row.getBoundingClientRect().top - anchor.top;
  if (Math.abs(moved) >= 1) view.scrollTop += moved;
}
