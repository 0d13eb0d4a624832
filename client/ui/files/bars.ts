// Loudness values as bars of a drawing.

/** The least height, so that silence is a line. */
const LEAST = 0.1;

/** `count` heights of 0.1–1, each the loudest of its part; a flat line where nothing is known. */
export function barsOf(values: Uint8Array | undefined, count: number): number[] {
  if (values === undefined || values.length === 0) return Array<number>(count).fill(LEAST);
  return Array.from({ length: count }, (_, bar) => {
    const from = Math.floor((bar * values.length) / count);
    const to = Math.max(from + 1, Math.floor(((bar + 1) * values.length) / count));
    return Math.max(LEAST, Math.max(...values.subarray(from, to)) / 255);
  });
}
