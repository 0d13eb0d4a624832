// A table on the clipboard, and the file it may become. Pure: text and rows in, rows and text out.

/** More cells than anybody meant to paste into a message; the text is taken as text. */
export const CELLS_MAX = 1_000_000;

/** Rows of tab-separated text, as spreadsheets put it on the clipboard; undefined: it is no table. */
export function tabRows(text: string): string[][] | undefined {
  if (!text.includes('\t') || text.length > 4 * CELLS_MAX) return undefined;
  return asTable(quotedRows(text) ?? []) ?? asTable(plainRows(text));
}

/** The rows where they are a table: at least two by two, every row as long as the others, something in the first column; an indented text has nothing there. */
export function asTable(rows: string[][]): string[][] | undefined {
  const columns = rows[0]?.length ?? 0;
  if (rows.length < 2 || columns < 2 || rows.length * columns > CELLS_MAX) return undefined;
  return rows.every((row) => row.length === columns) && rows.some(([first]) => first !== '') ? rows : undefined;
}

/** RFC 4180: commas, CRLF after every row, quotes around what needs them. */
export function csvOf(rows: readonly (readonly string[])[]): string {
  return rows.map((row) => `${row.map(quoted).join(',')}\r\n`).join('');
}

function quoted(cell: string): string {
  return /[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

function plainRows(text: string): string[][] {
  return text.replace(/\r\n?/g, '\n').replace(/\n$/, '').split('\n').map((line) => line.split('\t'));
}

/** A cell that begins with a quote goes on to its end, over lines and tabs. undefined: the quotes mean something else. */
function quotedRows(text: string): string[][] | undefined {
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r\n|\r|\n|$)/y;
  const rows: string[][] = [[]];
  for (;;) {
    const found = cell.exec(text);
    if (!found) return undefined;
    rows.at(-1)!.push(found[1]?.replaceAll('""', '"') ?? found[2]!);
    if (found[3] !== '\t' && cell.lastIndex >= text.length) return rows;
    if (found[3] !== '\t') rows.push([]);
  }
}
