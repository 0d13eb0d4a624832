// The rows of a table that was copied as HTML. The markup is parsed into a document of its own, which runs and loads nothing;
// only its text is read.
import { asTable, CELLS_MAX } from './pasted-table.ts';

/** Characters of markup that are looked at. */
const MARKUP_MAX = 20_000_000;
const LINES = new Set(['BR', 'P', 'DIV', 'LI']);

/** undefined: there is no table in it, or more than one, or something beside it. */
export function htmlRows(markup: string): string[][] | undefined {
  if (markup.length > MARKUP_MAX || !/<table/i.test(markup)) return undefined;
  const { body } = new DOMParser().parseFromString(markup, 'text/html');
  const tables = body.querySelectorAll('table');
  const table = tables[0];
  if (!table || tables.length > 1 || table.caption?.textContent.trim()) return undefined;
  const rows = rowsOf(table);
  table.remove();
  for (const unseen of body.querySelectorAll('style, script, title')) unseen.remove();
  return rows && body.textContent.trim() === '' ? asTable(rows) : undefined;
}

/** A cell over several columns or rows stands in the first of them. */
function rowsOf(table: HTMLTableElement): string[][] | undefined {
  const grid: string[][] = [];
  let cells = 0;
  for (const [at, { cells: own }] of [...table.rows].entries()) {
    let column = 0;
    for (const cell of own) {
      while (grid[at]?.[column] !== undefined) column += 1;
      const high = Math.min(cell.rowSpan || 1, table.rows.length - at);
      cells += high * cell.colSpan;
      if (cells > CELLS_MAX) return undefined;
      for (let down = 0; down < high; down += 1) for (let right = 0; right < cell.colSpan; right += 1) (grid[at + down] ??= [])[column + right] = down + right === 0 ? wordsOf(cell) : '';
    }
    grid[at] ??= [];
  }
  const columns = grid.reduce((most, row) => Math.max(most, row.length), 0);
  return grid.length * columns > CELLS_MAX ? undefined : grid.map((row) => Array.from({ length: columns }, (_, column) => row[column] ?? ''));
}

function wordsOf(cell: Element): string {
  return linesIn(cell).replace(/ *\n */g, '\n').trim();
}

function linesIn(node: Node): string {
  if (node.nodeType === Node.TEXT_NODE) return (node.textContent ?? '').replace(/\s+/g, ' ');
  if (node.nodeName === 'STYLE' || node.nodeName === 'SCRIPT') return '';
  return [...node.childNodes].map(linesIn).join('') + (LINES.has(node.nodeName) ? '\n' : '');
}
