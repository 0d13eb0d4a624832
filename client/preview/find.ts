// Finding words in a text that is on the screen.

/** Places that are counted; more are said as "10,000+". */
export const FOUND_MAX = 10_000;

/** Where `wanted` starts, without regard to capitals; never overlapping. */
export function findAll(text: string, wanted: string): number[] {
  if (wanted === '') return [];
  const pattern = new RegExp(wanted.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'), 'giu');
  const found: number[] = [];
  for (let match = pattern.exec(text); match !== null && found.length < FOUND_MAX; match = pattern.exec(text)) found.push(match.index);
  return found;
}
