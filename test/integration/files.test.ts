// Files between two people: engines of the window, a real server, real sockets and folders.
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, appendFileSync, writeFileSync, openSync, writeSync, closeSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { BlobReader, Uint8ArrayWriter, ZipReader } from '@zip.js/zip.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hex } from '../../shared/protocol/bytes.ts';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { downloadsOf, filesUnder, hashOf, house, messageOf, noticesOf, randomFile, receive, remoteOf, transferOf, until } from '../helpers/files.ts';
import { tempFolder } from '../helpers/folders.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { startWire } from '../helpers/wire.ts';

const KB = 1024;

test('files of every edge size arrive bit for bit, under the name of their sender', closeAfter(async (closing) => {
  const { ana, ben, desk } = await house(closing);
  const sizes = [0, 1, 32 * KB, 32 * KB + 1, 64 * KB - 1, 64 * KB, 64 * KB + 1, 1024 * KB, Math.floor(49.9 * 1024 * KB)];
  const paths = sizes.map((size) => randomFile(desk, `file ${size}.bin`, size));
  const sent = ana.calls.sendFiles(ana.room(), paths.map((path) => ({ path })), { text: 'all of them' });
  assert.is(sent.length, sizes.length);
  for (const [at, one] of sent.entries()) {
    const path = await receive(ben, one);
    assert.is(await hashOf(path), await hashOf(paths[at]!), `${sizes[at]} bytes`);
    assert.is(basename(path), basename(paths[at]!));
    assert.is(basename(dirname(path)), 'ana');
    assert.is(statSync(path).mode & 0o777, 0o600);
  }
  const first = ben.messages.get(sent[0]!.message)!;
  assert.is(first.text, 'all of them');
  assert.is(first.file!.name, 'file 0.bin');
  assert.equal(readdirSync(dirname(await receive(ben, sent[3]!))).filter((name) => name.endsWith('.part')), []);
}));

test('a file over the limit is refused by name and number, and no byte of it leaves', closeAfter(async (closing) => {
  const { server, ana, desk } = await house(closing, { args: ['--max-file', '1MB'] });
  const path = randomFile(desk, 'big.bin', 1024 * KB + 1);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  const { state } = await until(ana, { file: sent!.file, direction: 'up' }, ['failed']);
  assert.is(state.name === 'failed' ? state.failure.message : '', "1 MB (1,048,577 bytes) is over this server's 1 MB limit.");
  assert.equal(readdirSync(join(server.data, 'cache')), []);
  const [fits] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(desk, 'fits.bin', 1024 * KB) }]);
  await until(ana, { file: fits!.file, direction: 'up' }, ['done']);
}));

test('what is inside a file is nowhere on the server, and neither content nor name is on the wire', closeAfter(async (closing) => {
  const { server, ana, ben, desk } = await house(closing);
  const heard: Buffer[] = [];
  const wire = await startWire(closing, server.port, (piece) => heard.push(piece));
  const carol = startEngine(closing);
  await carol.signIn({ username: 'carol', server: `127.0.0.1:${wire.port}` });
  const marker = 'MARKER-inside-of-a-file-7f3a';
  const path = join(desk, 'secretname-4411.txt');
  writeFileSync(path, marker.repeat(4000));
  const [sent] = carol.calls.sendFiles(carol.room(), [{ path }]);
  assert.is(readFileSync(await receive(ben, sent!), 'utf8'), marker.repeat(4000));
  assert.is(readFileSync(await receive(ana, sent!), 'utf8'), marker.repeat(4000));
  assert.ok(heard.reduce((sum, { length }) => sum + length, 0) > marker.length * 4000, 'the wire was listened to');
  const all = Buffer.concat(heard);
  assert.is(all.indexOf(marker), -1);
  assert.is(all.indexOf('secretname-4411'), -1);
  await server.stop();
  for (const file of filesUnder(server.data)) assert.is(readFileSync(file).indexOf(marker), -1, file);
}));

test('a flipped bit in the cache is found by the receiver, nothing is kept, the sender is told and can send again', closeAfter(async (closing) => {
  const { server, ana, ben, desk } = await house(closing);
  const path = randomFile(desk, 'photo.raw', 300 * KB);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  await until(ana, { file: sent!.file, direction: 'up' }, ['done']);
  flipBit(join(server.data, 'cache', sent!.file), 70_000);
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  const { state } = await until(ben, { file: sent!.file, direction: 'down' }, ['failed', 'done']);
  assert.match(state.name === 'failed' ? state.failure.message : '', /damaged/);
  assert.equal(readdirSync(join(downloadsOf(ben), 'ana')), []);
  await waitFor(() => remoteOf(ana, sent!.file)?.state === 'damaged', 10_000, 'the sender hears of it');
  const [again] = ana.calls.sendFiles(ana.room(), [{ path }]);
  assert.is(await hashOf(await receive(ben, again!)), await hashOf(path));
}));

test('a receiver begins while the upload runs, and pause, resume and cancel are seen by both', closeAfter(async (closing) => {
  const { server, ben, desk } = await house(closing);
  const wire = await startWire(closing, server.port);
  const carol = startEngine(closing);
  await carol.signIn({ username: 'carol', server: `127.0.0.1:${wire.port}` });
  const path = randomFile(desk, 'long.bin', 24 * 1024 * KB);
  wire.slow(4 * 1024 * KB);
  const [sent] = carol.calls.sendFiles(carol.room(), [{ path }]);
  const up = { file: sent!.file, direction: 'up' as const };
  const down = { file: sent!.file, direction: 'down' as const };
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  await waitFor(() => (transferOf(ben, sent!.file, 'down')?.done ?? 0) > 0, 20_000, 'first bytes');
  assert.ok(transferOf(carol, sent!.file, 'up')!.state.name === 'active', 'still uploading');
  carol.calls.pauseTransfer(sent!.file, 'up');
  await until(carol, up, ['paused']);
  carol.calls.resumeTransfer(sent!.file, 'up');
  wire.slow(Infinity);
  await until(carol, up, ['done']);
  const { state } = await until(ben, down, ['done']);
  assert.is(await hashOf((state.name === 'done' && state.path) || ''), await hashOf(path));
  const [second] = carol.calls.sendFiles(carol.room(), [{ path: randomFile(desk, 'regret.bin', 400 * KB) }]);
  await until(carol, { file: second!.file, direction: 'up' }, ['done']);
  await messageOf(ben, second!);
  carol.calls.remove(carol.room(), second!.message);
  await waitFor(() => ben.messages.get(second!.message)?.deleted !== undefined, 10_000, 'the message is deleted');
  await waitFor(() => remoteOf(ben, second!.file)?.state === 'deleted', 10_000, 'the file too');
  await waitFor(() => !existsSync(join(server.data, 'cache', second!.file)), 10_000, 'its bytes are gone');
}));

test('an upload that is given up before anybody was told of it takes its message along, whatever it waited for', closeAfter(async (closing) => {
  const home = tempFolder(closing);
  const { server, ben, desk } = await house(closing, { args: ['--max-file', '4MB'] });
  const wire = await startWire(closing, server.port);
  const who = { username: 'carol', server: `127.0.0.1:${wire.port}` };
  const carol = startEngine(closing, home);
  await carol.signIn(who);
  const folder = join(desk, 'many');
  mkdirSync(folder);
  for (let at = 0; at < 200; at += 1) randomFile(folder, `${at}.bin`, KB);
  const [packed] = carol.calls.sendFiles(carol.room(), [{ path: folder }]);
  await until(carol, { file: packed!.file, direction: 'up' }, ['preparing']);
  carol.calls.cancelTransfer(packed!.file, 'up');
  const [large] = carol.calls.sendFiles(carol.room(), [{ path: randomFile(desk, 'large.bin', 4 * 1024 * KB + 1) }]);
  await until(carol, { file: large!.file, direction: 'up' }, ['failed']);
  carol.calls.cancelTransfer(large!.file, 'up');
  wire.slow(1024 * KB);
  const line = carol.calls.sendFiles(carol.room(), [1, 2, 3, 4, 5].map((at) => ({ path: randomFile(desk, `${at}.bin`, 2 * 1024 * KB) })));
  await until(carol, { file: line[3]!.file, direction: 'up' }, ['queued']);
  carol.calls.cancelTransfer(line[3]!.file, 'up');
  carol.calls.remove(carol.room(), line[4]!.message);
  wire.cut();
  await carol.waitForPhase('reconnecting');
  const [offline] = carol.calls.sendFiles(carol.room(), [{ path: randomFile(desk, 'offline.bin', 400 * KB) }]);
  assert.ok(carol.messages.has(offline!.message));
  carol.calls.cancelTransfer(offline!.file, 'up');
  const gone = [packed!, large!, line[3]!, line[4]!, offline!];
  assert.equal(gone.filter(({ message }) => carol.messages.has(message)), [], 'no row is left');
  wire.mend();
  wire.slow(Infinity);
  carol.calls.networkChanged(true);
  for (const { file } of line.slice(0, 3)) await until(carol, { file, direction: 'up' }, ['done']);
  carol.calls.send(carol.room(), 'after all of them');
  await waitFor(() => [...ben.messages.values()].some(({ text }) => text === 'after all of them'), 20_000, 'the last message');
  assert.equal(gone.filter(({ message }) => ben.messages.has(message) || carol.messages.has(message)), [], 'none came to anybody, none came back');
  assert.equal(noticesOf(carol), []);
  assert.equal(readdirSync(join(home, 'spool')), []);
  await carol.calls.stop();
  const again = startEngine(closing, home);
  await again.signIn(who);
  await waitFor(() => [...again.messages.values()].some(({ text }) => text === 'after all of them'), 20_000, 'the room');
  assert.equal(gone.filter(({ message }) => again.messages.has(message)), [], 'and none after a restart');
}));

test('a file that changes while it is sent fails in plain words; one that is not there never starts', closeAfter(async (closing) => {
  const { server, desk } = await house(closing);
  const wire = await startWire(closing, server.port);
  const carol = startEngine(closing);
  await carol.signIn({ username: 'carol', server: `127.0.0.1:${wire.port}` });
  const path = randomFile(desk, 'notes.bin', 8 * 1024 * KB);
  wire.slow(2 * 1024 * KB);
  const [sent] = carol.calls.sendFiles(carol.room(), [{ path }]);
  await waitFor(() => (transferOf(carol, sent!.file, 'up')?.done ?? 0) > 0, 20_000, 'first bytes');
  appendFileSync(path, 'more');
  wire.slow(Infinity);
  const { state } = await until(carol, { file: sent!.file, direction: 'up' }, ['failed', 'done']);
  assert.match(state.name === 'failed' ? state.failure.message : '', /notes\.bin was changed while it was being sent/);
  assert.equal(carol.calls.sendFiles(carol.room(), [{ path: join(desk, 'absent') }]), []);
  assert.match(noticesOf(carol).at(-1)!.message, /absent: it is not there/);
}));

test('names that a sender chose never leave the folder, hide, or write over anything', closeAfter(async (closing) => {
  const { ana, ben, desk } = await house(closing);
  const path = randomFile(desk, 'x', 40 * KB);
  const names = ['../../etc/passwd', 'C:\\Windows\\evil.exe', '...hidden', 'CON.txt', 'photo\u202egnp.exe', 'two\nlines', 'a'.repeat(255), '  spaces  .  ', 'same.txt', 'same.txt'];
  const sent = ana.calls.sendFiles(ana.room(), names.map((name) => ({ path, name })));
  const paths: string[] = [];
  for (const one of sent) paths.push(await receive(ben, one));
  const folder = join(downloadsOf(ben), 'ana');
  for (const saved of paths) assert.is(dirname(saved), folder, saved);
  assert.equal(paths.map((saved) => basename(saved)), ['_.._etc_passwd', 'C__Windows_evil.exe', 'hidden', '_CON.txt', 'photognp.exe', 'twolines', 'a'.repeat(200), 'spaces', 'same.txt', 'same (1).txt']);
}));

test('a folder goes as a zip, pasted bytes as a file; both leave nothing behind', closeAfter(async (closing) => {
  const home = tempFolder(closing);
  const { ana, ben, desk } = await house(closing, { homes: [home, tempFolder(closing)] });
  const folder = join(desk, 'field work');
  mkdirSync(join(folder, 'inner'), { recursive: true });
  writeFileSync(join(folder, 'a.txt'), 'first '.repeat(20_000));
  writeFileSync(join(folder, 'inner', 'b.bin'), randomBytes(90_000));
  const [chosen] = await ana.calls.choose([folder]);
  assert.equal({ ...chosen, path: '' }, { path: '', name: 'field work.zip', size: 210_000, files: 2 });
  const bytes = randomBytes(150_000);
  const kept = await ana.calls.keepPasted('picture.png', bytes);
  assert.ok('path' in kept);
  const regretted = await ana.calls.keepPasted('other.png', randomBytes(10));
  ana.calls.dropPasted('path' in regretted ? regretted.path : '');
  ana.calls.dropPasted(join(folder, 'a.txt'));
  const [zip, pasted] = ana.calls.sendFiles(ana.room(), [{ path: folder }, { path: kept.path, name: kept.name, pasted: true }]);
  await until(ana, { file: zip!.file, direction: 'up' }, ['done']);
  await until(ana, { file: pasted!.file, direction: 'up' }, ['done']);
  const saved = await receive(ben, zip!);
  assert.is(basename(saved), 'field work.zip');
  assert.equal(await contentOfZip(saved), new Map([['a.txt', hex(readFileSync(join(folder, 'a.txt')))], ['inner/b.bin', hex(readFileSync(join(folder, 'inner', 'b.bin')))]]));
  const received = await receive(ben, pasted!);
  assert.is(basename(received), 'picture.png');
  assert.equal(hex(readFileSync(received)), hex(bytes));
  for (const folder of ['spool', `pasted/${readdirSync(join(home, 'pasted'))[0]}`]) assert.equal(readdirSync(join(home, folder)), [], folder);
  assert.ok(existsSync(join(folder, 'a.txt')), 'the folder itself stays');
}));

test('what has wholly moved is said to be checked, on both sides, before it is done', closeAfter(async (closing) => {
  const { ana, ben, desk } = await house(closing);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(desk, 'checked.bin', 300 * KB) }]);
  await until(ana, { file: sent!.file, direction: 'up' }, ['done']);
  await receive(ben, sent!);
  const ends = ({ events }: TestEngine) => events.flatMap((event) => (event.type === 'transfer' ? [event.transfer] : [])).slice(-2).map(({ state, done, size }) => `${state.name} ${done === size}`);
  assert.equal([ends(ana), ends(ben)], [['checking true', 'done true'], ['checking true', 'done true']]);
}));

test('a saved file is saved elsewhere from the disk, when the server no longer has it, too; where that fails it stays where it was', closeAfter(async (closing) => {
  const { server, ana, ben, desk } = await house(closing);
  const path = randomFile(desk, 'kept.bin', 300 * KB);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  await until(ana, { file: sent!.file, direction: 'up' }, ['done']);
  const down = { file: sent!.file, direction: 'down' as const };
  const { room, id } = await messageOf(ben, sent!);
  const first = await receive(ben, sent!);
  flipBit(join(server.data, 'cache', sent!.file), 70_000);
  const chosen = join(tempFolder(closing), 'mine.bin');
  writeFileSync(chosen, 'an older one');
  ben.calls.download(room, id, { path: chosen });
  assert.is(transferOf(ben, sent!.file, 'down')!.state.name, 'checking');
  const { state } = await until(ben, down, ['done', 'failed']);
  assert.is(state.name === 'done' && state.path, chosen);
  assert.is(await hashOf(chosen), await hashOf(path));
  assert.ok(existsSync(first), 'the first one is the person\'s');
  const blocked = join(chosen, 'no folder', 'x.bin');
  ben.calls.download(room, id, { path: blocked });
  const after = await until(ben, down, ['done', 'failed']);
  assert.is(after.state.name === 'done' && after.state.path, chosen);
  assert.match(noticesOf(ben).at(-1)?.message ?? '', /no folder/);
  assert.equal(readdirSync(dirname(chosen)), ['mine.bin']);
}));

test('a preview reads any part of a file that is not downloaded', closeAfter(async (closing) => {
  const { ana, ben, desk } = await house(closing);
  const path = randomFile(desk, 'book.bin', 5 * 1024 * KB + 17);
  const whole = readFileSync(path);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  await until(ana, { file: sent!.file, direction: 'up' }, ['done']);
  const { room, id } = await messageOf(ben, sent!);
  for (const [offset, length] of [[0, 10], [10, 200_000], [4 * 1024 * KB, 70_000], [65_530, 20], [whole.length - 5, 100]] as const) {
    const read = await ben.calls.readFile(room, id, offset, length);
    assert.ok('bytes' in read, JSON.stringify(read));
    assert.ok(whole.subarray(offset, offset + length).equals(Buffer.from(read.bytes)), `${offset}+${length}`);
  }
  assert.not(existsSync(downloadsOf(ben)), 'nothing was saved');
}));

test('a folder for downloads that cannot be written is named', closeAfter(async (closing) => {
  const { ana, ben, desk } = await house(closing);
  const blocked = join(tempFolder(closing), 'file');
  writeFileSync(blocked, '');
  ben.calls.changeSettings({ downloads: join(blocked, 'here') });
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(desk, 'x.bin', 40 * KB) }]);
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  const { state } = await until(ben, { file: sent!.file, direction: 'down' }, ['failed']);
  assert.match(state.name === 'failed' ? state.failure.message : '', new RegExp(`${blocked}/here/ana`));
  ben.calls.changeSettings({ downloads: tempFolder(closing) });
  ben.calls.download(room, id);
  await until(ben, { file: sent!.file, direction: 'down' }, ['done']);
}));

function flipBit(path: string, at: number): void {
  const byte = readFileSync(path)[at]! ^ 1;
  const file = openSync(path, 'r+');
  writeSync(file, Uint8Array.of(byte), 0, 1, at);
  closeSync(file);
}


/** Names and bytes (hex). */
async function contentOfZip(path: string): Promise<Map<string, string>> {
  const reader = new ZipReader(new BlobReader(new Blob([readFileSync(path)])), { useWebWorkers: false });
  const content = new Map<string, string>();
  for (const entry of await reader.getEntries()) if (!entry.directory) content.set(entry.filename, hex(await entry.getData(new Uint8ArrayWriter())));
  await reader.close();
  return content;
}

test.run();
