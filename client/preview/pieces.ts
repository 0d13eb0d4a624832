// One row of code as pieces of one colour each. Tokens and finds are ordered and do not overlap among themselves.

/** `classes[kinds[n]]` is the colour of the text from `starts[n]` to `ends[n]`. */
export interface Tokens {
  starts: Uint32Array;
  ends: Uint32Array;
  kinds: Uint8Array;
  classes: string[];
}

export interface Finds {
  starts: readonly number[];
  length: number;
  /** Which of them is the current one; -1 for none. */
  current: number;
}

export interface Piece {
  text: string;
  kind: string;
  hit: '' | 'hit' | 'current';
}

export const NO_TOKENS: Tokens = { starts: new Uint32Array(), ends: new Uint32Array(), kinds: new Uint8Array(), classes: [] };
export const NO_FINDS: Finds = { starts: [], length: 0, current: -1 };

export function piecesOf(text: string, span: { start: number; end: number }, tokens: Tokens, finds: Finds): Piece[] {
  const pieces: Piece[] = [];
  let token = firstAfter(tokens.ends, span.start);
  let find = firstFind(finds, span.start);
  for (let at = span.start; at < span.end; ) {
    while (token < tokens.starts.length && tokens.ends[token]! <= at) token += 1;
    while (find < finds.starts.length && finds.starts[find]! + finds.length <= at) find += 1;
    const inToken = token < tokens.starts.length && tokens.starts[token]! <= at;
    const inFind = find < finds.starts.length && finds.starts[find]! <= at;
    const next = Math.min(
      span.end,
      inToken ? tokens.ends[token]! : (tokens.starts[token] ?? span.end),
      inFind ? finds.starts[find]! + finds.length : (finds.starts[find] ?? span.end),
    );
    pieces.push({ text: text.slice(at, next), kind: inToken ? tokens.classes[tokens.kinds[token]!]! : '', hit: inFind ? (find === finds.current ? 'current' : 'hit') : '' });
    at = next;
  }
  return pieces;
}

function firstAfter(ends: Uint32Array, place: number): number {
  let [low, high] = [0, ends.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (ends[middle]! <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

function firstFind({ starts, length }: Finds, place: number): number {
  let [low, high] = [0, starts.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (starts[middle]! + length <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}
