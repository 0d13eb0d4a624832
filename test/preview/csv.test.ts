// Tables as programs write them.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CsvParser, guessDelimiter, numberOf, sortedOrder, ROWS_MAX, type Delimiter } from '../../client/preview/csv.ts';

function parse(text: string, delimiter: Delimiter = ',', piece = text.length || 1): CsvParser {
  const parser = new CsvParser(delimiter);
  for (let at = 0; at < text.length; at += piece) if (!parser.take(text.slice(at, at + piece))) break;
  parser.end();
  return parser;
}

const CASES: readonly (readonly [string, string, string[][]])[] = [
  ['plain', 'a,b\n1,2\n', [['a', 'b'], ['1', '2']]],
  ['CRLF', 'a,b\r\n1,2\r\n', [['a', 'b'], ['1', '2']]],
  ['CR alone', 'a,b\r1,2', [['a', 'b'], ['1', '2']]],
  ['quotes', '"a,1","say ""hi""",c\n', [['a,1', 'say "hi"', 'c']]],
  ['line end inside quotes', '"a\r\nb",c\n1,2', [['a\r\nb', 'c'], ['1', '2']]],
  ['empty cells', ',,\n"",x,', [['', '', ''], ['', 'x', '']]],
  ['quote in the middle', 'a"b,c\n', [['a"b', 'c']]],
  ['text after a closing quote', '"a"b,c', [['ab', 'c']]],
  ['no line end at the end', 'a,b', [['a', 'b']]],
  ['empty lines', 'a\n\n\nb\n', [['a'], ['b']]],
  ['an open quote', '"a,b\nc', [['a,b\nc']]],
  ['nothing', '', []],
];

for (const [name, text, rows] of CASES) {
  test(`csv: ${name}, whole and in pieces of every size`, () => {
    for (let piece = 1; piece <= Math.max(1, text.length); piece += 1) assert.equal(parse(text, ',', piece).rows, rows, `pieces of ${piece}`);
  });
}

test('the delimiter is guessed from the first lines', () => {
  assert.is(guessDelimiter('a;b;c\n1,5;2,5;3'), ';');
  assert.is(guessDelimiter('a\tb\n1,2\t3,4'), '\t');
  assert.is(guessDelimiter('a|b|c\n1|2|3'), '|');
  assert.is(guessDelimiter('name,note\n"x;y;z",1\n"q;r;s",2'), ',');
  assert.is(guessDelimiter('one column\nonly'), ',');
});

test('a million rows end at the bound, and it is said', () => {
  const parser = parse('x,y\n'.repeat(ROWS_MAX + 5));
  assert.is(parser.rows.length, ROWS_MAX + 1, 'a header and fifty thousand rows');
  assert.ok(parser.rowsCut);
  assert.not.ok(parse('x,y\n'.repeat(ROWS_MAX)).rowsCut);
});

test('columns, cells and single cells are bounded too', () => {
  const wide = parse(','.repeat(100_000));
  assert.is(wide.rows[0]!.length, 500);
  assert.ok(wide.columnsCut);
  assert.ok(parse(`${','.repeat(499)}\n`.repeat(5_000)).rowsCut);
  assert.is(parse(`"${'x'.repeat(1_000_000)}",b`).rows[0]![0]!.length, 10_000);
});

test('columns of numbers are ordered by value, others as a person would, empty ones last', () => {
  const sorted = (column: readonly string[], direction: 1 | -1 = 1): string[] => {
    const rows = column.map((cell) => [cell]);
    return [...sortedOrder(rows, 0, direction)].map((at) => rows[at]![0]!);
  };
  assert.equal(sorted(['10', '9', '', '-1', '1,000', '2.5']), ['-1', '2.5', '9', '10', '1,000', '']);
  assert.equal(sorted(['10', '9', ''], -1), ['10', '9', '']);
  assert.equal(sorted(['b', 'A', 'ä', 'item 10', 'item 9']), ['A', 'ä', 'b', 'item 9', 'item 10']);
  assert.is(numberOf('12 %'), 12);
  for (const cell of ['', '1a', '12,34', '.', '-', 'e5', '2024-01-01']) assert.is(numberOf(cell), undefined, cell);
});

test.run();
