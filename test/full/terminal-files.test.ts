// Files through the terminal client: processes of their own, a real server, real files.
import { randomBytes } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { barText } from '../../client/cli/progress.ts';
import type { Transfer } from '../../client/engine/types.ts';
import { last, newHouse, run } from '../cli/house.ts';
import { startWire } from '../helpers/wire.ts';
import { closeAfter } from '../helpers/waiting.ts';
import { cli } from '../cli/processes.ts';

const house = await newHouse(['--max-file', '8MB']);
const desk = () => join(house.root, 'desk');
const MB = 1024 * 1024;

function file(name: string, size: number): string {
  mkdirSync(desk(), { recursive: true });
  writeFileSync(join(desk(), name), randomBytes(size));
  return join(desk(), name);
}

test.before(async () => {
  await house.start();
  await house.people('ana');
});
test.after(() => house.clear());

test('what one sends the other gets, bit for bit, in the folder that was said', async () => {
  const paths = [file('small.txt', 12), file('large.bin', 3 * MB + 1)];
  const sent = await run([...house.dana, 'send-file', 'lobby', ...paths]);
  assert.is(sent.code, 0, sent.out + sent.err);
  const results = sent.lines.filter(({ type }) => type === 'sent');
  assert.equal(results.map(({ kind, name, size, seq }) => ({ kind, name, size, seq })), [{ kind: 'file', name: 'small.txt', size: 12, seq: 1 }, { kind: 'file', name: 'large.bin', size: 3 * MB + 1, seq: 2 }]);
  const out = join(house.root, 'out');
  for (const [at, wanted] of ['lobby:1', String(results[1]!['file_id'])].entries()) {
    const got = last(await run([...house.as('ana'), 'get', wanted, '--out', out]));
    assert.is(got['type'], 'saved', JSON.stringify(got));
    assert.ok(readFileSync(String(got['path'])).equals(readFileSync(paths[at]!)));
  }
  const again = last(await run([...house.as('ana'), 'get', 'lobby:2', '--out', out]));
  assert.is(again['path'], join(out, 'large.bin'), 'it is there already');
  assert.equal(readdirSync(out).sort(), ['large.bin', 'small.txt']);
});

test('the other kinds of source: standard input and a folder, each under its name', async () => {
  const text = 'line\n'.repeat(30_000);
  const piped = last(await run([...house.dana, 'send-file', 'lobby', '-', '--as-name', '../notes.txt'], { input: text }));
  assert.equal([piped['name'], piped['size']], ['_notes.txt', text.length]);
  mkdirSync(join(desk(), 'field'), { recursive: true });
  for (const name of ['a', 'b']) writeFileSync(join(desk(), 'field', name), randomBytes(40_000));
  const zipped = last(await run([...house.dana, 'send-file', 'lobby', join(desk(), 'field')]));
  assert.is(zipped['name'], 'field.zip', JSON.stringify(zipped));
  const got = last(await run([...house.as('ana'), 'get', `lobby:${zipped['seq']}`]));
  assert.ok(String(got['path']).endsWith('/downloads/dana/field.zip'), JSON.stringify(got));
  assert.is(readFileSync(String(got['path'])).subarray(0, 2).toString(), 'PK');
  assert.equal(readdirSync(join(house.home, 'spool')), []);
});

test('what cannot be sent or had says why', async () => {
  const refused = async (argv: string[], options = {}) => last(await run(argv, options));
  const big = await refused([...house.dana, 'send-file', 'lobby', file('big.bin', 8 * MB + 1)]);
  assert.equal([big['code'], big['message']], ['too_large', 'This server takes files of at most 8 MB.']);
  const flood = await refused([...house.dana, 'send-file', 'lobby', '-'], { input: 'x'.repeat(9 * MB) });
  assert.equal([flood['code'], flood['message']], ['too_large', 'This server takes files of at most 8 MB.']);
  assert.equal(readdirSync(join(house.home, 'spool')), []);
  const absent = await refused([...house.dana, 'send-file', 'lobby', join(desk(), 'absent')]);
  assert.match(String(absent['message']), /absent: it is not there/);
  assert.is((await refused([...house.dana, 'send-file', 'lobby', 'a', 'b', '--as-name', 'c']))['code'], 'usage');
  assert.is((await refused([...house.dana, 'send-file', 'lobby']))['code'], 'usage');
  assert.is((await refused([...house.as('ana'), 'get', 'lobby']))['code'], 'usage');
  assert.is((await refused([...house.as('ana'), 'get', '0'.repeat(32)]))['code'], 'no_such_file');
  assert.is((await refused([...house.as('ana'), 'get', 'lobby:999']))['code'], 'no_such_file');
  writeFileSync(join(house.root, 'plain'), '');
  const blocked = await refused([...house.as('ana'), 'get', 'lobby:2', '--out', join(house.root, 'plain', 'in')]);
  assert.match(String(blocked['message']), /Cannot write .*plain\/in/);
});

test('Ctrl+C pauses a transfer, and the same command goes on with it', closeAfter(async (closing) => {
  const wire = await startWire(closing, house.port);
  wire.slow(2 * MB);
  const path = file('slow.bin', 7 * MB);
  const command = ['--server', `127.0.0.1:${wire.port}`, '--home', house.home, '--user', 'dana', '--json', 'send-file', 'lobby', path];
  const before = records(house.home).length;
  const first = cli(command);
  await first.until(() => first.out.includes('"type":"progress"'), 'progress');
  first.child.kill('SIGINT');
  const { code, err } = await first.finished;
  assert.is(code, 130);
  assert.match(err, /Paused at \d+ %\. The same command goes on\./);
  assert.is(records(house.home).length, before + 1);
  wire.slow(Infinity);
  const second = await run(command);
  assert.is(last(second)['type'], 'sent', second.out + second.err);
  assert.ok(wire.sent() < 8.5 * MB, `${wire.sent()} bytes left this computer for 7 MB`);
  const { lines } = await run([...house.as('ana'), 'files', 'lobby']);
  assert.equal(lines.filter(({ name }) => name === 'slow.bin').map(({ state }) => state), ['available']);
  assert.is(records(house.home).length, before + 1, 'where a sent file lies is kept');
}));

function records(home: string): string[] {
  return readdirSync(join(home, 'transfers'), { recursive: true }).map(String).filter((name) => name.endsWith('-up.json'));
}

test('the bar says how much, how fast and how long', () => {
  const transfer = { name: 'a\u001b[31m.zip', size: 4 * MB, done: MB, state: { name: 'active' } } as Transfer;
  assert.is(barText(transfer, MB), 'a\\u{1b}[31m.zip [#####···············] 1 MB of 4 MB · 1 MB/s · 0:03 left');
  assert.is(barText({ ...transfer, done: 0 }, undefined), 'a\\u{1b}[31m.zip [····················] 0 B of 4 MB');
  assert.is(barText({ ...transfer, size: 4 * 1024 * MB }, MB).split(' · ')[2], '1 h 8 min left');
});

test.run();
