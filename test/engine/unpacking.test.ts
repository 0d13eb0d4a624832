// One file out of an archive: whole and checked, or nothing; never anywhere else than in its folder, never over another file.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { Refused } from '../../client/engine/files/server-line.ts';
import { unpack } from '../../client/engine/files/unpacking.ts';
import { listZip } from '../../client/preview/zip.ts';
import type { ListedEntry } from '../../client/engine/types.ts';
import { ascii, utf8, zip } from '../preview/builders.ts';
import { lastingFolder } from '../helpers/folders.ts';

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));
const MB = 1024 * 1024;
const SAID = utf8('hello '.repeat(50_000));

/** As the window asks for it: what its own list says of this place. */
async function listed(archive: Uint8Array, at: number): Promise<ListedEntry> {
  const list = await listZip(archive.length, (offset, length) => Promise.resolve(archive.subarray(offset, offset + length))).catch(() => undefined);
  const { name, offset, size } = list?.entries[at] ?? { name: 'x', offset: 0, size: 0 };
  return { at, name, offset, size };
}

async function unpacking(archive: Uint8Array, at: number, folder: string): Promise<string> {
  const entry = await listed(archive, at);
  return unpack({ size: archive.length, entry, folder, random, read: (offset, length) => Promise.resolve(Uint8Array.from(archive.subarray(offset, offset + length))) });
}

async function whyNot(archive: Uint8Array, entry: number): Promise<string> {
  const folder = lastingFolder();
  const failure = await unpacking(archive, entry, folder).then(() => undefined, (error: unknown) => (error instanceof Refused ? error.failure.message : String(error)));
  assert.equal(readdirSync(folder), [], 'nothing is left');
  return failure ?? 'it was saved';
}

test('the file that is asked for, whole, beside one of the same name', async () => {
  const folder = join(lastingFolder(), 'ana');
  mkdirSync(folder);
  writeFileSync(join(folder, 'readme.txt'), 'an older one');
  const archive = zip([{ name: 'notes/', body: new Uint8Array() }, { name: 'notes/readme.txt', body: SAID }, { name: 'readme.txt', body: utf8('another') }]);
  const path = await unpacking(archive, 1, folder);
  assert.is(path, join(folder, 'readme (1).txt'));
  assert.ok(readFileSync(path).equals(SAID));
  assert.is(readFileSync(join(folder, 'readme.txt'), 'utf8'), 'an older one');
  assert.is(readFileSync(await unpacking(archive, 2, folder), 'utf8'), 'another');
});

test('a name that leads elsewhere is only a name', async () => {
  const folder = join(lastingFolder(), 'ana');
  const path = await unpacking(zip([{ name: '../../autostart/x.desktop', body: SAID }]), 0, folder);
  assert.is(path, join(folder, 'x.desktop'));
  assert.not.ok(existsSync(join(folder, '../../autostart')));
});

test('damage, a claim that is not true, encryption and what is not there are said, and nothing is left', async () => {
  const archive = zip([{ name: 'a.txt', body: random(5_000) }, { name: 'b.txt', body: SAID, encrypted: true }]);
  const broken = Uint8Array.from(archive);
  broken[300]! ^= 0xff;
  assert.match(await whyNot(broken, 0), /is damaged inside the archive/);
  assert.match(await whyNot(zip([{ name: 'a.txt', body: SAID, size: 10 }]), 0), /is damaged inside the archive/);
  assert.match(await whyNot(archive, 1), /is encrypted inside the archive/);
  assert.match(await whyNot(archive, 2), /is not in the archive/);
  assert.match(await whyNot(utf8('no archive at all'), 0), /is damaged inside the archive/);
});

test('a name is saved as it was listed, with a program in front of the archive, too', async () => {
  const archive = zip([{ name: 'a.txt', body: utf8('first') }, { name: 'b.txt', body: SAID }], { before: ascii('MZ'.padEnd(5_000, 'x')) });
  const path = await unpacking(archive, 1, lastingFolder());
  assert.ok(path.endsWith('b.txt') && readFileSync(path).equals(SAID));
});

test('where the engine reads another list than the window did, nothing is saved', async () => {
  const archive = zip([{ name: 'report.pdf', body: utf8('as it was shown') }, { name: 'run.exe', body: utf8('MZ of something else') }]);
  const [shown, other] = [await listed(archive, 0), await listed(archive, 1)];
  const folder = lastingFolder();
  const ask = (entry: ListedEntry) => unpack({ size: archive.length, entry, folder, random, read: (offset, length) => Promise.resolve(Uint8Array.from(archive.subarray(offset, offset + length))) }).then(() => 'it was saved', (error: unknown) => (error instanceof Refused ? error.failure.message : String(error)));
  for (const wrong of [{ ...shown, at: 1 }, { ...other, at: 0 }, { ...shown, size: shown.size + 1 }, { ...shown, offset: other.offset }]) assert.match(await ask(wrong), /can be read in two ways/);
  assert.equal(readdirSync(folder), []);
});

test('a list that would fill the memory is not read', async () => {
  const [size, listed] = [200 * MB, 100 * MB];
  const end = zip([]).slice(-22);
  const fields = new DataView(end.buffer, end.byteOffset);
  for (const [at, value] of [[12, listed], [16, size - 22 - listed]] as const) fields.setUint32(at, value, true);
  fields.setUint16(8, 1, true);
  fields.setUint16(10, 1, true);
  let done = 0;
  const read = (offset: number, length: number): Promise<Bytes> => {
    done += length;
    const piece = new Uint8Array(length);
    for (let at = Math.max(offset, size - 22); at < offset + length; at += 1) piece[at - offset] = end[at - (size - 22)]!;
    return Promise.resolve(piece);
  };
  const entry = { at: 0, name: 'x', offset: 0, size: 0 };
  const failure = await unpack({ size, entry, folder: lastingFolder(), random, read }).catch((error: unknown) => (error instanceof Refused ? error.failure.message : String(error)));
  assert.match(failure, /^The list of this archive is too long/);
  assert.ok(done < MB, `${done} bytes were read`);
});

test.run();
