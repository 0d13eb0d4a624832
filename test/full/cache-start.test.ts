// What a start shows before, and without, a server; who may see it; and what clearing leaves behind.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeBody } from '../../shared/protocol/body.ts';
import { Driver } from '../engine/driver.ts';
import { FakeServer } from '../engine/fake-server.ts';
import { lastingFolder } from '../helpers/folders.ts';

const drivers: Driver[] = [];
const servers: FakeServer[] = [];
const drive = (options = {}) => (drivers.push(new Driver(options)), drivers.at(-1)!);

async function serve(): Promise<FakeServer> {
  const server = new FakeServer();
  await server.listen();
  servers.push(server);
  return server;
}

/** Files of a home, by their path in it. */
function filesOf(home: string, folder = ''): string[] {
  return readdirSync(join(home, folder), { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? filesOf(home, join(folder, entry.name)) : [join(folder, entry.name)]));
}

const holding = (home: string, words: string) => filesOf(home).filter((name) => readFileSync(join(home, name)).includes(words));
const stopped = async (driver: Driver) => void (await driver.engine.stop());
const sent = (driver: Driver) => driver.until(() => [...driver.messages.values()].every(({ state }) => state.name === 'sent'), 'all sent');

/** Signed in, three messages in the lobby, a draft; then the program ends and the server goes. */
async function lived(server: FakeServer, home: string, input: { remember: boolean }): Promise<void> {
  const dana = drive({ home });
  await dana.signIn(server.port, input);
  server.say(Uint8Array.from(randomBytes(16)), encodeBody({ text: 'zebra from afar' }));
  await dana.until(() => dana.messages.size === 1, 'a message');
  dana.engine.send(dana.room, 'walrus of mine');
  dana.engine.send(dana.room, 'second walrus');
  await sent(dana);
  dana.engine.saveDraft(dana.room, 'penguin half written');
  await stopped(dana);
}

test.after.each(async () => {
  for (const driver of drivers.splice(0)) await driver.engine.stop();
  for (const server of servers.splice(0)) await server.close();
});

test('a start without the server shows the rooms and what was said; what is typed goes out when it is back', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  await server.close();
  const again = drive({ home });
  assert.ok(again.engine.resumeSaved());
  assert.ok(again.events.some((event) => event.type === 'session' && event.session.username === 'dana'), 'in the same turn');
  again.engine.openRoom(again.room);
  assert.equal(again.texts(), ['zebra from afar', 'walrus of mine', 'second walrus']);
  assert.is(again.engine.draft(again.room), 'penguin half written');
  assert.is(again.engine.localKey(), 'file');
  again.engine.send(again.room, 'typed alone');
  await again.become('reconnecting');
  await server.listen();
  again.engine.retryNow();
  await again.become('online', 20_000);
  await sent(again);
  assert.equal(again.texts(), ['zebra from afar', 'walrus of mine', 'second walrus', 'typed alone']);
  assert.is(server.log.length, 4);
});

test('only what is missing is fetched: nothing that was there comes again', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  server.say(Uint8Array.from(randomBytes(16)), encodeBody({ text: 'meanwhile' }));
  const again = drive({ home });
  again.engine.resumeSaved();
  await again.until(() => again.messages.size === 4, 'what came meanwhile');
  await again.become('online');
  const told = again.events.flatMap((event) => (event.type === 'messages' && event.reason !== 'change' ? event.messages.map(({ text }) => text) : []));
  assert.equal(told.sort(), ['meanwhile', 'second walrus', 'walrus of mine', 'zebra from afar']);
  assert.equal(again.events.filter(({ type }) => type === 'reset'), []);
});

test('a log that is another one now is forgotten, here and on disk', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  server.log = [];
  server.say(Uint8Array.from(randomBytes(16)), encodeBody({ text: 'a new world' }));
  const again = drive({ home });
  again.engine.resumeSaved();
  await again.become('online');
  await again.until(() => again.texts().join() === 'a new world', 'the new log');
  await stopped(again);
  await server.close();
  const third = drive({ home });
  third.engine.resumeSaved();
  third.engine.openRoom(third.room);
  assert.equal(third.texts(), ['a new world']);
});

test('nothing of a message, a draft or a name of a room is readable on disk, and files are 0600', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  for (const words of ['zebra', 'walrus', 'penguin', 'lobby']) assert.equal(holding(home, words), [], words);
  for (const name of filesOf(home)) assert.is(statSync(join(home, name)).mode & 0o777, 0o600, name);
});

test('not remembered, the password opens it without a server, and no other does', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: false });
  await server.close();
  const wrong = drive({ home });
  wrong.connect(server.port, { password: 'not it' });
  await wrong.until(() => wrong.phase.name === 'signed_out' && wrong.phase.failure !== undefined, 'the refusal of the network');
  assert.equal([wrong.messages.size, wrong.events.filter(({ type }) => type === 'session').length], [0, 0]);
  await stopped(wrong);
  const right = drive({ home });
  right.connect(server.port);
  right.engine.openRoom(right.room);
  assert.is(right.messages.size, 3);
  assert.is(right.engine.localKey(), 'password');
  await right.become('reconnecting');
});

test('another account of the same home sees nothing of it', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  server.log = [];
  const eve = drive({ home });
  await eve.signIn(server.port, { username: 'eve' });
  await eve.until(() => eve.room !== '', 'rooms');
  assert.is(eve.messages.size, 0);
  assert.is(eve.engine.draft(eve.room), '');
});

test('files that wait beside a draft come back; what was pasted is sealed until it is sent, and one that is gone is said', async () => {
  const server = await serve();
  const home = lastingFolder();
  const dana = drive({ home });
  await dana.signIn(server.port, { remember: true });
  const desk = lastingFolder();
  const [there, gone] = ['there.txt', 'gone.txt'].map((name) => join(desk, name));
  for (const path of [there!, gone!]) writeFileSync(path, 'on the desk');
  const bytes = Uint8Array.from(Buffer.from('flamingo pasted '.repeat(10_000)));
  const kept = await dana.engine.keepPasted('notes.txt', bytes);
  assert.ok('path' in kept);
  dana.engine.saveDraftFiles(dana.room, [{ ...kept, pasted: true }, { path: there!, name: 'there.txt', size: 11, pasted: false }, { path: gone!, name: 'gone.txt', size: 11, pasted: false }]);
  await stopped(dana);
  rmSync(gone!);
  writeFileSync(there!, 'longer than before');
  for (const words of ['flamingo', 'notes.txt', 'there.txt']) assert.equal(holding(home, words), [], words);
  const again = drive({ home });
  again.engine.resumeSaved();
  const draft = () => again.events.find((event) => event.type === 'draft_files');
  await again.until(() => draft() !== undefined, 'the files of the draft');
  assert.equal(draft(), { type: 'draft_files', room: again.room, files: [{ ...kept, pasted: true }, { path: there, name: 'there.txt', size: 18, pasted: false }, { path: gone, name: 'gone.txt', size: 11, pasted: false, gone: true }] });
  const read = await again.engine.readChosen(kept.path);
  assert.ok('bytes' in read && Buffer.from(read.bytes).equals(bytes), 'the same bytes');
  again.engine.dropPasted(kept.path);
  await again.until(() => !existsSync(kept.path), 'it is removed');
  again.engine.saveDraftFiles(again.room, []);
  await stopped(again);
  const third = drive({ home });
  third.engine.resumeSaved();
  await third.become('online');
  assert.not.ok(third.events.some(({ type }) => type === 'draft_files'));
});

test('a small pasted file goes with its message and leaves nothing; a damaged one is not sent', async () => {
  const server = await serve();
  const home = lastingFolder();
  const dana = drive({ home });
  await dana.signIn(server.port, { remember: true });
  const kept = await dana.engine.keepPasted('a.txt', Uint8Array.from(Buffer.from('flamingo')));
  const bad = await dana.engine.keepPasted('b.txt', Uint8Array.from(Buffer.from('walrus')));
  assert.ok('path' in kept && 'path' in bad);
  const bytes = readFileSync(bad.path);
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(bad.path, bytes);
  const made = dana.engine.sendFiles(dana.room, [{ ...kept, pasted: true }, { ...bad, pasted: true }]);
  assert.is(made.length, 1);
  assert.match(dana.notices().join(), /Cannot read .*: it is damaged/);
  await dana.until(() => dana.messages.size === 1 && !existsSync(kept.path), 'sent and removed');
  const content = await dana.engine.readFile(dana.room, made[0]!.message, 0, 100);
  assert.is('bytes' in content && Buffer.from(content.bytes).toString(), 'flamingo');
});

test('with the keychain the disk alone opens nothing', async () => {
  const server = await serve();
  const home = lastingFolder();
  const kept = new Map<string, Uint8Array>();
  const keychain = {
    get: (handle: string) => Promise.resolve(kept.get(handle)),
    put: (name: string, key: Uint8Array) => (kept.set(name, key), Promise.resolve(name)),
    remove: (handle: string) => Promise.resolve(void kept.delete(handle)),
  };
  const dana = drive({ home, keychain });
  await dana.signIn(server.port, { remember: true });
  dana.engine.send(dana.room, 'walrus of mine');
  await sent(dana);
  await dana.until(() => dana.engine.localKey() === 'keychain', 'the key in the keychain');
  await stopped(dana);
  await server.close();
  const thief = drive({ home });
  thief.engine.resumeSaved();
  await thief.become('reconnecting');
  assert.is(thief.messages.size, 0);
  await stopped(thief);
  const again = drive({ home, keychain });
  again.engine.resumeSaved();
  await again.until(() => again.room !== '', 'the rooms');
  again.engine.openRoom(again.room);
  assert.equal(again.texts(), ['walrus of mine']);
  await again.engine.clearLocal();
  assert.is(kept.size, 0, 'the key is gone from the keychain too');
});

test('clearing leaves no file with the words, the names or a way back in', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  const again = drive({ home });
  again.engine.resumeSaved();
  await again.become('online');
  await again.engine.keepPasted('pasted.txt', Uint8Array.from(Buffer.from('flamingo pasted')));
  await server.close();
  again.engine.send(again.room, 'never sent giraffe');
  await again.engine.clearLocal();
  assert.is(again.phase.name, 'signed_out');
  for (const words of ['zebra', 'walrus', 'penguin', 'flamingo', 'giraffe', 'dana']) assert.equal(holding(home, words), [], words);
  assert.equal(filesOf(home).filter((name) => !/^(settings|pins)\.json$/.test(name)), []);
  await stopped(again);
  const after = drive({ home });
  assert.not.ok(after.engine.resumeSaved());
});

test('plain files of an older version are read once and sealed', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  const account = readdirSync(join(home, 'cache'))[0]!;
  const room = filesOf(home).flatMap((name) => /([0-9a-f]{32})\.log$/.exec(name)?.[1] ?? [])[0]!;
  writeFileSync(join(home, 'drafts.json'), JSON.stringify({ [`${account}-${room}`]: 'penguin of old', 'other-account-room': 'stays' }));
  const again = drive({ home });
  again.engine.resumeSaved();
  await again.become('online');
  assert.is(again.engine.draft(room), 'penguin of old');
  assert.equal(holding(home, 'penguin'), []);
  assert.equal(holding(home, 'stays'), ['drafts.json']);
});

test('of two programs on one home the second one writes no copies, and both work', async () => {
  const server = await serve();
  const home = lastingFolder();
  await lived(server, home, { remember: true });
  const log = filesOf(home).find((name) => name.endsWith('.log'))!;
  const account = readdirSync(join(home, 'cache'))[0]!;
  const lock = join(home, 'cache', account, 'lock');
  // A lock of a process that lives: the one that started this test.
  writeFileSync(lock, JSON.stringify({ owner: 'somebody else', process: process.ppid, at: Date.now() }));
  const before = readFileSync(join(home, log));
  const second = drive({ home });
  second.engine.resumeSaved();
  await second.become('online');
  await second.until(() => second.messages.size === 3, 'history from the server');
  second.engine.send(second.room, 'from the second');
  await sent(second);
  await stopped(second);
  assert.equal(readFileSync(join(home, log)), before);
  assert.match(readFileSync(lock, 'utf8'), /somebody else/);
});

test.run();
