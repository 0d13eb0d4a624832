// The round trips of the last minute as the points of a polyline in a box of `width` × `height`. Pure.
import { TRIPS_SHOWN_MS, type Trip } from '../../state/paths.svelte.ts';

export interface Box {
  width: number;
  height: number;
}

/** A scale that ends below this would make a mountain of a millisecond. */
const SCALE_MIN_MS = 10;

/** Steps: each round trip holds until the next one, the last one until now. Empty where there is none. */
export function curvePoints(trips: readonly Trip[], now: number, { width, height }: Box): string {
  const top = Math.max(SCALE_MIN_MS, ...trips.map(({ ms }) => ms));
  const x = (at: number): string => (Math.min(1, Math.max(0, 1 - (now - at) / TRIPS_SHOWN_MS)) * width).toFixed(1);
  const y = (ms: number): string => (height - 1 - (ms / top) * (height - 2)).toFixed(1);
  return trips.map(({ at, ms }, index) => `${x(at)},${y(ms)} ${x(trips[index + 1]?.at ?? now)},${y(ms)}`).join(' ');
}
