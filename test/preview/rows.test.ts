// Text as rows, colours and finds of a row, bytes in order, counts as words.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ByteSource, PreviewError, READ_MAX, Stopped } from '../../client/preview/byte-source.ts';
import { findAll, FOUND_MAX } from '../../client/preview/find.ts';
import { hexRows } from '../../client/preview/hex.ts';
import { rowAt, ROW_CHARACTERS, splitRows } from '../../client/preview/lines.ts';
import { NO_FINDS, NO_TOKENS, piecesOf } from '../../client/preview/pieces.ts';
import { words } from '../../client/words/words.ts';

function linesOf(text: string): string[] {
  const rows = splitRows(text);
  return Array.from({ length: rows.count }, (_, at) => text.slice(rows.starts[at], rows.ends[at]));
}

test('lines end with LF, CRLF or CR', () => {
  assert.equal(linesOf('a\nb\r\nc\rd'), ['a', 'b', 'c', 'd']);
  assert.equal(linesOf('a\n\n\r\nb\n'), ['a', '', '', 'b']);
  assert.equal(linesOf(''), []);
  assert.equal(linesOf('\n'), ['']);
});

test('a line of a megabyte goes on over many rows and keeps its number', () => {
  const text = `first\n${'😀'.repeat(ROW_CHARACTERS)}\nlast`;
  const rows = splitRows(text);
  assert.is(rows.lines, 3);
  assert.equal([...rows.numbers.slice(0, 2), rows.numbers.at(-1)], [1, 2, 3]);
  assert.ok([...rows.numbers].filter((number) => number === 0).length >= 1);
  assert.is(linesOf(text).slice(1, -1).join(''), '😀'.repeat(ROW_CHARACTERS));
  for (const line of linesOf(text)) assert.not.match(line, /^[\udc00-\udfff]|[\ud800-\udbff]$/);
  assert.is(rowAt(rows, text.length - 1), rows.count - 1);
  assert.is(rowAt(rows, 0), 0);
});

test('two megabytes of line ends stop at the bound', () => {
  const rows = splitRows('\n'.repeat(2_000_000));
  assert.equal([rows.count, rows.cut], [500_000, true]);
});

test('a search does not mind capitals or signs', () => {
  assert.equal(findAll('Abc abC (x) ABC', 'abc'), [0, 4, 12]);
  assert.equal(findAll('a.b axb', '.b'), [1]);
  assert.equal(findAll('aaaa', 'aa'), [0, 2]);
  assert.equal(findAll('x', ''), []);
  assert.is(findAll('a'.repeat(50_000), 'a').length, FOUND_MAX);
});

test('pieces of a row hold all of its text, with its colours and finds', () => {
  const text = 'const a = 1;\nlet b;';
  const tokens = { starts: Uint32Array.of(0, 10, 13), ends: Uint32Array.of(5, 11, 16), kinds: Uint8Array.of(0, 1, 0), classes: ['keyword', 'number'] };
  const first = piecesOf(text, { start: 0, end: 12 }, tokens, { starts: [3, 8], length: 4, current: 1 });
  assert.is(first.map((piece) => piece.text).join(''), 'const a = 1;');
  assert.equal(first.map(({ text: part, kind, hit }) => `${part}|${kind}|${hit}`), ['con|keyword|', 'st|keyword|hit', ' a|| hit'.replace(' hit', 'hit'), ' ||', '= ||current', '1|number|current', ';||current']);
  assert.equal(piecesOf(text, { start: 13, end: 19 }, tokens, NO_FINDS).map(({ kind }) => kind), ['keyword', '']);
  assert.equal(piecesOf(text, { start: 13, end: 19 }, NO_TOKENS, NO_FINDS), [{ text: 'let b;', kind: '', hit: '' }]);
});

test('hex: sixteen across, at most 4 KiB', () => {
  assert.equal(hexRows(Uint8Array.from([0, 65, 255]))[0], { offset: '00000000', bytes: '00 41 ff', text: '·A·' });
  assert.is(hexRows(new Uint8Array(10_000)).length, 256);
});

test('counts as words', () => {
  const { rows, entries } = words.refused;
  assert.equal([rows(1), entries(0), rows(50_000)], ['1 row', '0 entries', '50,000 rows']);
});

const FILE = Uint8Array.from({ length: 3 * READ_MAX + 17 }, (_, at) => (at * 7) % 251);

function source(asked: [number, number][]): ByteSource {
  return new ByteSource(FILE.length, (offset, length) => {
    asked.push([offset, length]);
    return Promise.resolve({ bytes: FILE.slice(offset, offset + Math.min(length, 700_000)) });
  });
}

test('bytes are read once, onwards, in pieces of at most one MiB', async () => {
  const asked: [number, number][] = [];
  const reader = source(asked);
  assert.is((await reader.head()).length, 65_536);
  const parts: Uint8Array[] = [];
  await reader.stream(FILE.length, (piece) => void parts.push(piece));
  assert.ok(Buffer.concat(parts).equals(FILE));
  assert.ok(asked.every(([, length]) => length <= READ_MAX));
  let end = 0;
  for (const [offset] of asked) assert.ok(offset >= end && (end = offset) >= 0, 'onwards');
  assert.is(asked.filter(([offset]) => offset === 0).length, 1);
  assert.ok(Buffer.from(await reader.read(100_000, 5_000)).equals(FILE.subarray(100_000, 105_000)));
});

test('a stopped source asks for nothing more', async () => {
  const asked: [number, number][] = [];
  const reader = source(asked);
  const end = await reader.stream(FILE.length, () => reader.stop()).then(() => 'done', (cause: unknown) => cause);
  assert.instance(end, Stopped);
  assert.is(asked.length, 1);
  assert.instance(await reader.read(0, 999_999).catch((cause: unknown) => cause), Stopped);
});

test('a refusal becomes its words, and a file that ends early is no endless loop', async () => {
  const failing = new ByteSource(10, () => Promise.resolve({ failure: { message: 'The file was deleted.', hint: 'Ask for it again.' } }));
  const refusal = await failing.head().catch((cause: unknown) => cause);
  assert.instance(refusal, PreviewError);
  assert.equal([(refusal as PreviewError).message, (refusal as PreviewError).hint], ['The file was deleted.', 'Ask for it again.']);
  const short = new ByteSource(10, () => Promise.resolve({ bytes: new Uint8Array() }));
  assert.match(((await short.head().catch((cause: unknown) => cause)) as Error).message, /ended before/);
});

test.run();
