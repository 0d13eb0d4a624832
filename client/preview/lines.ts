// Text as the rows of a viewer: a line each; a very long line in pieces, because one row of a megabyte cannot be laid out.

/** Characters of one row. */
export const ROW_CHARACTERS = 2_000;
/** More rows than this are not shown: a page of them would be higher than a browser can draw. */
export const ROWS_MAX = 500_000;

export interface Rows {
  count: number;
  /** Where each row starts and ends in the text; the line end is not in it. */
  starts: Uint32Array;
  ends: Uint32Array;
  /** Line number, from 1; 0 where a row goes on with the line above it. */
  numbers: Uint32Array;
  lines: number;
  cut: boolean;
}

/** Line ends are \n, \r\n and \r. A last line without any text is none. */
export function splitRows(text: string): Rows {
  const builder = new Builder();
  const ends = /\r\n|\n|\r/g;
  let start = 0;
  for (let found = ends.exec(text); found !== null && !builder.full; found = ends.exec(text)) {
    builder.line(text, start, found.index);
    start = ends.lastIndex;
  }
  if (start < text.length && !builder.full) builder.line(text, start, text.length);
  return builder.rows(text.length);
}

class Builder {
  readonly #starts: number[] = [];
  readonly #ends: number[] = [];
  readonly #numbers: number[] = [];
  #lines = 0;

  get full(): boolean {
    return this.#starts.length >= ROWS_MAX;
  }

  line(text: string, start: number, end: number): void {
    this.#lines += 1;
    let number = this.#lines;
    let from = start;
    do {
      const to = Math.min(end, wholeCharacter(text, from + ROW_CHARACTERS));
      this.#starts.push(from);
      this.#ends.push(to);
      this.#numbers.push(number);
      number = 0;
      from = to;
    } while (from < end && !this.full);
  }

  rows(length: number): Rows {
    const last = this.#ends.at(-1) ?? 0;
    return {
      count: this.#starts.length, lines: this.#lines, cut: this.full && last + 2 < length,
      starts: Uint32Array.from(this.#starts), ends: Uint32Array.from(this.#ends), numbers: Uint32Array.from(this.#numbers),
    };
  }
}

/** Never between the two halves of one character. */
function wholeCharacter(text: string, at: number): number {
  const unit = text.charCodeAt(at);
  return unit >= 0xdc00 && unit <= 0xdfff ? at + 1 : at;
}

/** The row that holds this place of the text. */
export function rowAt(rows: Rows, place: number): number {
  let [low, high] = [0, rows.count - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (rows.starts[middle]! <= place) low = middle;
    else high = middle - 1;
  }
  return low;
}
