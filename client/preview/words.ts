// Counts as words.

export function numberWords(count: number): string {
  return count.toLocaleString('en-GB');
}

/** "1 row", "2 rows". */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}
