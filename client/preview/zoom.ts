// Where a picture lies in its box, as it is zoomed, dragged and turned. Places are from the middle of the box, in pixels.
import type { Size } from './image-size.ts';

export interface Placing {
  /** 1 is one pixel of the picture on one of the screen. */
  scale: number;
  x: number;
  y: number;
  /** Quarter turns to the right, 0–3. */
  turns: number;
}

export interface Frame {
  picture: Size;
  box: Size;
  /** Kept free at each side as long as the picture fits. */
  margin: Size;
}

export const SCALE_MIN = 0.1;
export const SCALE_MAX = 8;
/** The steps of the buttons. */
const STEPS: readonly number[] = [0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.75, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8];

/** The whole picture is seen, never larger than it is. */
export function fitScale({ picture, box, margin }: Frame, turns: number): number {
  const { width, height } = turned(picture, turns);
  return Math.min(1, Math.max(1, box.width - 2 * margin.width) / width, Math.max(1, box.height - 2 * margin.height) / height);
}

/** A picture so large that it fits only below a tenth may be shown that small. */
export function clampScale(scale: number, frame: Frame, turns: number): number {
  return Math.min(SCALE_MAX, Math.max(Math.min(SCALE_MIN, fitScale(frame, turns)), scale));
}

/** What is under the pointer stays under it. */
export function zoomTo(placing: Placing, wanted: number, pointer: Point, frame: Frame): Placing {
  const scale = clampScale(wanted, frame, placing.turns);
  const grown = scale / placing.scale;
  return bounded({ ...placing, scale, x: pointer.x - (pointer.x - placing.x) * grown, y: pointer.y - (pointer.y - placing.y) * grown }, frame);
}

export interface Point {
  x: number;
  y: number;
}

/** Two fingers: as much larger as they move apart; what is between them stays between them. `from` and `to`: their places. */
export function pinchTo(placing: Placing, { from, to }: Record<'from' | 'to', readonly [Point, Point]>, frame: Frame): Placing {
  const [before, after] = [middle(from), middle(to)];
  const grown = distance(to) / Math.max(1, distance(from));
  const zoomed = zoomTo(placing, placing.scale * grown, before, frame);
  return bounded({ ...zoomed, x: zoomed.x + after.x - before.x, y: zoomed.y + after.y - before.y }, frame);
}

function middle([a, b]: readonly [Point, Point]): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function distance([a, b]: readonly [Point, Point]): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** No edge of the picture comes inside the box while it is larger; a smaller one stays in the middle. */
export function bounded(placing: Placing, { picture, box }: Frame): Placing {
  const { width, height } = turned(picture, placing.turns);
  const reach = (length: number, room: number): number => Math.max(0, (length * placing.scale - room) / 2);
  const keep = (value: number, most: number): number => Math.min(most, Math.max(-most, value)) || 0;
  return { ...placing, x: keep(placing.x, reach(width, box.width)), y: keep(placing.y, reach(height, box.height)) };
}

export function stepScale(scale: number, direction: 1 | -1): number {
  const near = 1.001;
  if (direction > 0) return STEPS.find((step) => step > scale * near) ?? SCALE_MAX;
  return STEPS.findLast((step) => step < scale / near) ?? SCALE_MIN;
}

export function turned({ width, height }: Size, turns: number): Size {
  return turns % 2 === 0 ? { width, height } : { width: height, height: width };
}
