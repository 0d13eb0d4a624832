// Marks of Markdown around what is selected: put there, or taken away where they are already.

export interface Field {
  text: string;
  start: number;
  end: number;
}

export const MARKS = { bold: '**', italic: '*', code: '`', strike: '~~' } as const;

/** The text with the mark and the selection as it was; with nothing selected the caret stands between two marks. */
export function toggled({ text, start, end }: Field, mark: string): Field {
  const size = mark.length;
  const [before, inside, after] = [text.slice(0, start), text.slice(start, end), text.slice(end)];
  if (endsWithMark(before, mark) && startsWithMark(after, mark)) return { text: before.slice(0, -size) + inside + after.slice(size), start: start - size, end: end - size };
  if (inside.length >= 2 * size && startsWithMark(inside, mark) && endsWithMark(inside, mark)) return { text: before + inside.slice(size, -size) + after, start, end: end - 2 * size };
  return { text: before + mark + inside + mark + after, start: start + size, end: end + size };
}

/** One star is not half of two: the run of the mark's sign is as long as the mark, or holds it beside the other one (three). */
function endsWithMark(text: string, mark: string): boolean {
  return isMark(/([*`~]*)$/.exec(text)![1]!, mark);
}

function startsWithMark(text: string, mark: string): boolean {
  return isMark(/^([*`~]*)/.exec(text)![1]!, mark);
}

function isMark(run: string, mark: string): boolean {
  const length = [...run].filter((sign) => sign === mark[0]).length;
  return mark[0] === '*' ? length === mark.length || length === 3 : length === mark.length;
}
