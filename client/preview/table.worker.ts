// Holds one table: takes its bytes, splits them again for another delimiter, orders its rows, and hands out a window of them.
import { CsvParser, guessDelimiter, sortedOrder, type Delimiter } from './csv.ts';
import type { TableShape } from './table.ts';
import { decodeText } from './text-check.ts';
import { answerQuestions, type Question } from './worker-desk.ts';

type TableQuestion = Question & (
  | { ask: 'load'; bytes: ArrayBuffer; whole: boolean; tabs: boolean }
  | { ask: 'split'; delimiter: Delimiter }
  | { ask: 'sort'; column: number; direction: 1 | -1 | 0 }
  | { ask: 'rows'; from: number; to: number }
);

class Table {
  #text = '';
  #whole = true;
  #encoding = '';
  #rows: string[][] = [];
  #order: Uint32Array | undefined;

  load(bytes: Uint8Array, whole: boolean, tabs: boolean): TableShape {
    const decoded = decodeText(bytes, whole);
    this.#encoding = 'text' in decoded ? decoded.encoding : 'Windows-1252';
    this.#text = ('text' in decoded ? decoded.text : new TextDecoder('windows-1252').decode(bytes)).replace(/^\ufeff/, '');
    this.#whole = whole;
    return this.split(tabs ? '\t' : guessDelimiter(this.#text));
  }

  split(delimiter: Delimiter): TableShape {
    const parser = new CsvParser(delimiter);
    parser.take(this.#text);
    // Of a file that was read in part, the last row may be half a row.
    if (this.#whole) parser.end();
    this.#rows = parser.rows;
    this.#order = undefined;
    const header = this.#rows.shift() ?? [];
    const widths = Array.from({ length: parser.columns }, (_, column) => this.#widthOf(column, header));
    return { delimiter, header, widths, rows: this.#rows.length, rowsCut: parser.rowsCut || !this.#whole, columnsCut: parser.columnsCut, encoding: this.#encoding };
  }

  sort(column: number, direction: 1 | -1 | 0): true {
    this.#order = direction === 0 ? undefined : sortedOrder(this.#rows, column, direction);
    return true;
  }

  window(from: number, to: number): string[][] {
    return this.#order ? [...this.#order.subarray(from, to)].map((at) => this.#rows[at]!) : this.#rows.slice(from, to);
  }

  /** Characters of the longest cell among the first rows. */
  #widthOf(column: number, header: readonly string[]): number {
    return this.#rows.slice(0, 100).reduce((most, row) => Math.max(most, row[column]?.length ?? 0), header[column]?.length ?? 0);
  }
}

const table = new Table();
answerQuestions<TableQuestion>((question) => {
  if (question.ask === 'load') return table.load(new Uint8Array(question.bytes), question.whole, question.tabs);
  if (question.ask === 'split') return table.split(question.delimiter);
  return question.ask === 'sort' ? table.sort(question.column, question.direction) : table.window(question.from, question.to);
});
