// A table on the clipboard becomes a CSV file that says the same; what only looks like one stays text.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CsvParser } from '../../client/preview/csv.ts';
import { offerOf } from '../../client/ui/files/pasting.ts';
import { csvOf, tabRows } from '../../client/ui/files/pasted-table.ts';

const clipboard = (plain: string) => ({ getData: (type: string) => (type === 'text/plain' ? plain : '') });

test('tab-separated text of two rows and two columns is a table, with the line ends of every system', () => {
  for (const end of ['\n', '\r\n', '\r']) assert.equal(tabRows(`day\tdepth${end}1\t40${end}`), [['day', 'depth'], ['1', '40']], JSON.stringify(end));
  assert.equal(tabRows('a\t\n\tb'), [['a', ''], ['', 'b']], 'empty cells stay');
});

test('one row, one column, rows of different lengths and indented text are no table', () => {
  for (const text of ['a\tb', 'a\nb', 'a\tb\nc', 'all:\n\tbuild', '\tone\n\ttwo', 'a\tb\n\nc\td', '']) assert.is(tabRows(text), undefined, JSON.stringify(text));
});

test('a cell in quotes goes on over lines and tabs; quotes that mean something else stay', () => {
  assert.equal(tabRows('name\tnote\nridge\t"two\nlines, ""so""\tto say"\n'), [['name', 'note'], ['ridge', 'two\nlines, "so"\tto say']]);
  assert.equal(tabRows('5\t"inch" pipe\n6\t12" pipe'), [['5', '"inch" pipe'], ['6', '12" pipe']]);
});

test('CSV is quoted by RFC 4180, ends its rows with CRLF, and reads back as it was', () => {
  assert.is(csvOf([['a', 'b,c'], ['d "e"', 'f\ng']]), 'a,"b,c"\r\n"d ""e""","f\ng"\r\n');
  const rows = [['ü', ' kept ', ''], ['1,5', '"', '\r\n'], ['=1+1', "it's", ';']];
  const parser = new CsvParser(',');
  parser.take(csvOf(rows));
  parser.end();
  assert.equal(parser.rows.map((row) => row.join('|')), ['ü| kept |', '1,5|"|\r\n', "=1+1|it's|;"]);
});

test('a table is offered as one, a long text as text, and a short one not at all', () => {
  assert.equal(offerOf(clipboard('a\tb\r\nc\td')), { text: 'a\tb\nc\td', rows: [['a', 'b'], ['c', 'd']] });
  assert.equal(offerOf(clipboard('x'.repeat(4_001))), { text: 'x'.repeat(4_001), rows: undefined });
  assert.is(offerOf(clipboard('hello\tthere')), undefined);
  assert.is(offerOf(clipboard('')), undefined);
});

test.run();
