// The copies of rooms on disk: cut off anywhere, damaged, moved, under another key, and over their bounds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Cache, type Bounds } from '../../client/engine/cache/cache.ts';
import { Keyring, TEST_COST } from '../../client/engine/cache/keyring.ts';
import { systemKeychain, type Run } from '../../client/engine/cache/keychain.ts';
import { sealedDisk } from '../../client/engine/cache/seal.ts';
import { openDisk } from '../../client/engine/disk.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import { waitFor } from '../helpers/waiting.ts';
import { lastingFolder } from '../helpers/folders.ts';

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));
const ROOM = 'ab'.repeat(16);
const OTHER = 'cd'.repeat(16);
const ACCOUNT = `${'01'.repeat(16)}-${'02'.repeat(16)}`;
const SENDER = random(16);
const still = { now: () => 1_000_000, after: () => ({ cancel: () => undefined }), soon: () => undefined };

const envelope = (seq: number, text = `text ${seq}`, more: Partial<Envelope> = {}): Envelope =>
  ({ room: fromHex(ROOM)!, seq, ts: seq, sender: SENDER, client_msg_id: random(16), kind: 'text', body: encodeBody({ text }), ...more });
const seqs = (envelopes: readonly Envelope[]) => envelopes.map(({ seq }) => seq);
const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

function open(home: string, { key, bounds, account = ACCOUNT }: { key: Bytes; bounds?: Bounds; account?: string }) {
  const said: string[] = [];
  const cache = new Cache({ disk: openDisk(home), secret: { account, key, random }, clock: still, random, say: ({ message }) => said.push(message), ...(bounds && { bounds }) });
  return { cache, said };
}

/** Batches written one after the other; the size of the file after each. */
function written(home: string, key: Bytes, batches: readonly Envelope[][]): number[] {
  const { cache } = open(home, { key });
  const sizes = batches.map((batch) => {
    cache.keep(ROOM, batch);
    cache.flush();
    return readFileSync(fileOf(home)).length;
  });
  cache.close();
  return sizes;
}

const fileOf = (home: string, room = ROOM) => join(home, `cache/${ACCOUNT}/${room}.log`);

test('a crash at any byte costs the batch that was being written, and nothing is said; the next batch goes on', () => {
  const key = random(32);
  const home = lastingFolder();
  const sizes = written(home, key, [range(1, 3).map((seq) => envelope(seq)), [envelope(4)], [envelope(5), envelope(6)]]);
  const whole = readFileSync(fileOf(home));
  for (let cut = whole.length; cut >= 0; cut -= 1) {
    writeFileSync(fileOf(home), whole.subarray(0, cut));
    const { cache, said } = open(home, { key });
    const most = cut >= sizes[2]! ? 6 : cut >= sizes[1]! ? 4 : cut >= sizes[0]! ? 3 : 0;
    assert.equal(seqs(cache.messages(ROOM)), range(1, most), `cut at ${cut}`);
    cache.keep(ROOM, [envelope(most + 1, 'after the crash')]);
    cache.close();
    const again = open(home, { key });
    assert.equal(seqs(again.cache.messages(ROOM)), range(1, most + 1), `goes on after ${cut}`);
    again.cache.close();
    assert.equal([...said, ...again.said], []);
  }
});

test('a file that goes on without having been read keeps what it had', () => {
  const key = random(32);
  const home = lastingFolder();
  written(home, key, [[envelope(1)]]);
  written(home, key, [[envelope(2)]]);
  assert.equal(seqs(open(home, { key }).cache.messages(ROOM)), [1, 2]);
});

test('damage in the middle sets the file aside and says so', () => {
  const key = random(32);
  const home = lastingFolder();
  const [first] = written(home, key, [[envelope(1)], [envelope(2)]]);
  const bytes = readFileSync(fileOf(home));
  bytes[first! - 3]! ^= 1;
  writeFileSync(fileOf(home), bytes);
  const { cache, said } = open(home, { key });
  assert.equal(cache.messages(ROOM), []);
  assert.is(said.length, 1);
  assert.match(said[0]!, /damaged.*\.damaged.*fetched again/);
  assert.ok(existsSync(`${fileOf(home)}.damaged`));
  cache.keep(ROOM, [envelope(7)]);
  cache.close();
  assert.equal(seqs(open(home, { key }).cache.messages(ROOM)), [7]);
});

test('nothing opens under another key, for another account, or as another room', () => {
  const key = random(32);
  const home = lastingFolder();
  written(home, key, [[envelope(1)], [envelope(2)]]);
  copyFileSync(fileOf(home), fileOf(home, OTHER));
  assert.equal(open(home, { key }).cache.messages(OTHER), []);
  const theirs = lastingFolder();
  openDisk(theirs).replaceBytes(`cache/${ACCOUNT}/${ROOM}.log`, readFileSync(fileOf(home)));
  assert.equal(open(theirs, { key: random(32) }).cache.messages(ROOM), []);
  const swapped = sealedDisk(openDisk(home), { account: ACCOUNT, key, random });
  swapped.write('a.json', '{"a":1}');
  copyFileSync(join(home, 'a.json'), join(home, 'b.json'));
  assert.is(swapped.read('a.json'), '{"a":1}');
  assert.is(swapped.read('b.json'), '');
  assert.is(sealedDisk(openDisk(home), { account: OTHER, key, random }).read('a.json'), '');
});

test('a room keeps its newest, and the rooms used longest ago go first', () => {
  const key = random(32);
  const home = lastingFolder();
  const bounds = { messages: 10, bytes: 100_000, allBytes: 6_000 };
  const { cache, said } = open(home, { key, bounds });
  for (let seq = 1; seq <= 50; seq += 1) {
    cache.keep(ROOM, [envelope(seq)]);
    cache.flush();
  }
  const kept = seqs(cache.messages(ROOM));
  assert.equal(kept, range(51 - kept.length, 50));
  assert.ok(kept.length >= 10 && kept.length <= 20, String(kept.length));
  cache.keep(OTHER, [envelope(1, 'x'.repeat(5_500), { room: fromHex(OTHER)! })]);
  cache.close();
  assert.not.ok(existsSync(fileOf(home)), 'the one that was used before');
  assert.ok(existsSync(fileOf(home, OTHER)));
  assert.equal(said, []);
});

test('what came ahead of a hole is not taken for known', () => {
  const key = random(32);
  const home = lastingFolder();
  written(home, key, [range(5, 9).map((seq) => envelope(seq)), [envelope(12)], range(3, 4).map((seq) => envelope(seq))]);
  assert.equal(seqs(open(home, { key }).cache.messages(ROOM)), range(3, 9));
});

test('words that their author deleted leave the disk when the file is written anew', () => {
  const key = random(32);
  const home = lastingFolder();
  const doomed = envelope(1, 'doomed');
  const bounds = { messages: 3, bytes: 100_000, allBytes: 100_000 };
  const { cache } = open(home, { key, bounds });
  cache.keep(ROOM, [envelope(0), doomed, envelope(2, '', { kind: 'delete', target: doomed.client_msg_id, body: new Uint8Array() })]);
  cache.keep(ROOM, range(3, 3).map((seq) => envelope(seq)));
  cache.flush();
  assert.equal(cache.messages(ROOM).find(({ seq }) => seq === 1)?.body.length, 0);
});

test('a disk that refuses is said once, and nothing fails', () => {
  const home = lastingFolder();
  writeFileSync(join(home, 'a file'), '');
  const nowhere = openDisk(join(home, 'a file'));
  const disk = { ...openDisk(home), replaceBytes: (name: string, bytes: Bytes) => (name.endsWith('.log') ? nowhere : openDisk(home)).replaceBytes(name, bytes) };
  const said: string[] = [];
  const cache = new Cache({ disk, secret: { account: ACCOUNT, key: random(32), random }, clock: still, random, say: ({ message }) => said.push(message) });
  for (const seq of [1, 2, 3]) {
    cache.keep(ROOM, [envelope(seq)]);
    cache.flush();
  }
  cache.close();
  assert.is(said.length, 1);
  assert.match(said[0]!, /not kept for the next start/);
});

test('the lock of a process that was killed is free before its parent has asked about it', async () => {
  const [home, key] = [lastingFolder(), random(32)];
  written(home, key, [[envelope(1)]]);
  // The first child ends at once, and what its shell has become never asks about it.
  const shell = spawn('sh', ['-c', 'sleep 0 & echo $!; exec sleep 60'], { stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const dead = Number(String((await once(shell.stdout, 'data'))[0]));
    await waitFor(() => readFileSync(`/proc/${dead}/stat`, 'utf8').includes(') Z '), 5_000, 'a process that has ended');
    writeFileSync(join(home, `cache/${ACCOUNT}/lock`), JSON.stringify({ owner: 'another', process: dead, at: still.now() }));
    const { cache } = open(home, { key });
    assert.equal(seqs(cache.messages(ROOM)), [1]);
    cache.close();
  } finally {
    shell.kill('SIGKILL');
  }
});

test('one that finds another in its lock writes no more', () => {
  const key = random(32);
  const home = lastingFolder();
  const first = open(home, { key });
  first.cache.keep(ROOM, [envelope(1)]);
  first.cache.flush();
  writeFileSync(join(home, `cache/${ACCOUNT}/lock`), JSON.stringify({ owner: 'another', process: process.ppid, at: still.now() }));
  first.cache.keep(ROOM, [envelope(2)]);
  first.cache.close();
  truncateSync(join(home, `cache/${ACCOUNT}/lock`));
  assert.equal(seqs(open(home, { key }).cache.messages(ROOM)), [1]);
});

function ring(home: string, more: Partial<ConstructorParameters<typeof Keyring>[0]> = {}): Keyring {
  return new Keyring({ disk: openDisk(home), random, cost: TEST_COST, say: ({ message }) => assert.unreachable(message), ...more });
}
const dana = { address: '127.0.0.1:5', username: 'dana' };
const hexOf = (key: Bytes | undefined) => key && hex(key);

test('the key stays the same from password to remembered and back', () => {
  const home = lastingFolder();
  const key = ring(home).keep(ACCOUNT, dana, { password: 'p', remember: false });
  assert.is(ring(home).openBefore(dana, undefined), undefined, 'nobody typed anything');
  assert.is(ring(home).openBefore(dana, 'q'), undefined);
  assert.is(ring(home).openBefore({ ...dana, username: 'eve' }, 'p'), undefined);
  assert.equal(hexOf(ring(home).openBefore(dana, 'p')?.key), hexOf(key));
  assert.equal(hexOf(ring(home).keep(ACCOUNT, dana, { password: 'p', remember: true })), hexOf(key));
  assert.equal(hexOf(ring(home).openBefore(dana, undefined)?.key), hexOf(key), 'remembered');
  assert.is(ring(home).openBefore(dana, 'p'), undefined, 'what was typed is the server\'s to judge');
  assert.equal(hexOf(ring(home).keep(ACCOUNT, dana, { password: 'p', remember: false })), hexOf(key));
  assert.is(ring(home).openBefore(dana, undefined), undefined);
});

test('a key in a keychain that is not there now is not replaced', async () => {
  const home = lastingFolder();
  const kept = new Map<string, Bytes>();
  const keychain = { get: (handle: string) => Promise.resolve(kept.get(handle)), put: (name: string, key: Bytes) => (kept.set(name, key), Promise.resolve(name)), remove: () => Promise.resolve() };
  const first = ring(home, { keychain });
  const key = first.keep(ACCOUNT, dana, { password: 'p', remember: true });
  await new Promise((resolve) => setImmediate(resolve));
  assert.is(first.kindOf(ACCOUNT), 'keychain');
  assert.not.ok(readFileSync(join(home, `cache/${ACCOUNT}/key.json`), 'utf8').includes(hex(key!)));
  assert.is(ring(home).keep(ACCOUNT, dana, { password: 'p', remember: true }), undefined);
  const again = ring(home, { keychain });
  await again.prepare();
  assert.equal(hexOf(again.openBefore(dana, undefined)?.key), hexOf(key));
});

test('no keychain program is given a key among its arguments, and one that does not give it back counts as none', async () => {
  for (const platform of ['linux', 'darwin', 'win32'] as const) {
    const key = random(32);
    const calls: { program: string; args: readonly string[]; input: string }[] = [];
    const says = (program: string, input: string) => (program === 'powershell.exe' ? (input.trim() === Buffer.from(key).toString('base64') ? 'c2VhbGVk' : Buffer.from(key).toString('base64')) : hex(key));
    const run: Run = (program, args, input) => (calls.push({ program, args, input }), Promise.resolve(says(program, input)));
    const keychain = systemKeychain(platform, run);
    const handle = await keychain.put('ab12', key);
    assert.ok(handle, platform);
    assert.equal(hexOf(await keychain.get(handle)), hex(key), platform);
    for (const { args } of calls) assert.not.ok(args.join(' ').includes(hex(key)) || args.join(' ').includes(Buffer.from(key).toString('base64')), platform);
    assert.is(await systemKeychain(platform, () => Promise.resolve(undefined)).put('ab12', key), undefined, platform);
    assert.is(await systemKeychain(platform, () => Promise.resolve('')).put('ab12', key), undefined, platform);
  }
  assert.is(await systemKeychain('linux', () => assert.unreachable('a name of somebody else') as never).get('$(x)'), undefined);
});

test('where the program is missing there is no keychain', async () => {
  const path = process.env['PATH'];
  process.env['PATH'] = '/nonexistent';
  try {
    assert.is(await systemKeychain('linux').put('ab12', random(32)), undefined);
    assert.is(await systemKeychain('linux').get('ab12'), undefined);
  } finally {
    process.env['PATH'] = path;
  }
});

test.run();
