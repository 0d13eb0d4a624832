// Comma-separated values (RFC 4180 and what programs write): quotes, doubled quotes, line ends of every kind, any of four
// delimiters. Text comes in pieces; the parser stops by itself at the bounds below and says so.

export type Delimiter = ',' | ';' | '\t' | '|';

export const DELIMITERS: readonly Delimiter[] = [',', ';', '\t', '|'];
export const ROWS_MAX = 50_000;
export const COLUMNS_MAX = 500;
/** A cell is cut here; nobody reads more of it in a table. */
const CELL_MAX = 10_000;
const CELLS_MAX = 1_000_000;

export class CsvParser {
  readonly rows: string[][] = [];
  /** More rows, columns or cells than are kept. */
  rowsCut = false;
  columnsCut = false;
  columns = 0;
  readonly #delimiter: string;
  #row: string[] = [];
  #cell = '';
  #state: 'start' | 'plain' | 'quoted' | 'quote' = 'start';
  #cells = 0;

  constructor(delimiter: Delimiter) {
    this.#delimiter = delimiter;
  }

  /** False: no more is wanted. */
  take(text: string): boolean {
    for (let at = 0; at < text.length && !this.rowsCut; at += 1) at = this.#character(text, at);
    return !this.rowsCut;
  }

  end(): void {
    if (!this.rowsCut && (this.#state !== 'start' || this.#row.length > 0)) this.#endRow();
  }

  /** Returns the index of the last character it has used. */
  #character(text: string, at: number): number {
    const character = text[at]!;
    if (this.#state === 'quoted') return this.#inQuotes(text, at);
    if (character === '"' && this.#state === 'start') this.#state = 'quoted';
    else if (character === '"' && this.#state === 'quote') this.#again();
    else if (character === this.#delimiter) this.#endCell();
    else if (character === '\n' || character === '\r') this.#lineEnd();
    else return this.#plain(text, at);
    return at;
  }

  #inQuotes(text: string, at: number): number {
    const quote = text.indexOf('"', at);
    const end = quote < 0 ? text.length : quote;
    this.#append(text, at, end);
    if (quote >= 0) this.#state = 'quote';
    return end;
  }

  #again(): void {
    this.#append('"', 0, 1);
    this.#state = 'quoted';
  }

  #plain(text: string, at: number): number {
    let end = at + 1;
    while (end < text.length && text[end] !== this.#delimiter && text[end] !== '\n' && text[end] !== '\r' && text[end] !== '"') end += 1;
    this.#append(text, at, end);
    this.#state = 'plain';
    return end - 1;
  }

  #append(text: string, from: number, to: number): void {
    if (this.#cell.length < CELL_MAX) this.#cell += text.slice(from, Math.min(to, from + CELL_MAX - this.#cell.length));
  }

  /** A line without anything on it is no row, nor is what stands between \r and \n. */
  #lineEnd(): void {
    if (this.#state === 'start' && this.#row.length === 0) return;
    this.#endRow();
  }

  #endCell(): void {
    if (this.#row.length < COLUMNS_MAX) this.#row.push(this.#cell);
    else this.columnsCut = true;
    this.#cell = '';
    this.#state = 'start';
  }

  #endRow(): void {
    this.#endCell();
    if (this.rows.length > ROWS_MAX || this.#cells > CELLS_MAX) {
      this.rowsCut = true;
      return;
    }
    this.rows.push(this.#row);
    this.#cells += this.#row.length;
    this.columns = Math.max(this.columns, this.#row.length);
    this.#row = [];
  }
}

/** The one that splits the first lines into the same number of cells, the more the better. */
export function guessDelimiter(text: string): Delimiter {
  const score = (delimiter: Delimiter): number => {
    const parser = new CsvParser(delimiter);
    parser.take(text.slice(0, 20_000));
    const rows = parser.rows.slice(0, 50);
    const width = rows[0]?.length ?? 0;
    return width < 2 ? 0 : (rows.filter((row) => row.length === width).length / rows.length) * 1_000 + width;
  };
  return DELIMITERS.map((delimiter) => [delimiter, score(delimiter)] as const).reduce((best, one) => (one[1] > best[1] ? one : best))[0];
}

/** Order of the rows by one column: numbers by value, everything else as a person orders it, empty ones last. */
export function sortedOrder(rows: readonly string[][], column: number, direction: 1 | -1): Uint32Array {
  const cells = rows.map((row) => row[column]?.trim() ?? '');
  const filled = cells.filter((cell) => cell !== '');
  const numbers = filled.length > 0 && filled.every((cell) => numberOf(cell) !== undefined);
  const values = numbers ? cells.map((cell) => numberOf(cell) ?? 0) : [];
  const { compare } = new Intl.Collator(undefined, { numeric: true, sensitivity: 'base' });
  const order = Uint32Array.from(cells, (_, at) => at);
  return order.sort((a, b) => {
    if (cells[a] === '' || cells[b] === '') return Number(cells[a] === '') - Number(cells[b] === '') || a - b;
    return (numbers ? values[a]! - values[b]! : compare(cells[a]!, cells[b]!)) * direction || a - b;
  });
}

/** 1234.5, -3, 12 %, 1,234; undefined for anything else. */
export function numberOf(cell: string): number | undefined {
  if (!/^[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?(?:e[-+]?\d+)?\s*%?$/i.test(cell) || !/^[-+]?\.?\d/.test(cell)) return undefined;
  return Number(cell.replace(/[,%\s]/g, ''));
}
