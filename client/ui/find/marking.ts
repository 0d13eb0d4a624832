// An excerpt as runs of text, marked and not. Pure.

export interface Run {
  text: string;
  marked: boolean;
}

/** `marks`: from, to; in order, not overlapping. */
export function runsOf(text: string, marks: readonly (readonly [number, number])[]): Run[] {
  const runs: Run[] = [];
  let at = 0;
  for (const [from, to] of marks) {
    runs.push({ text: text.slice(at, from), marked: false }, { text: text.slice(from, to), marked: true });
    at = to;
  }
  runs.push({ text: text.slice(at), marked: false });
  return runs.filter((run) => run.text !== '');
}
