// What survives: outbox, vault, and what is said of files that are damaged or cannot be written.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Entry } from '../../client/engine/entry.ts';
import { Drafts } from '../../client/engine/drafts.ts';
import { openDisk } from '../../client/engine/disk.ts';
import { fileOf, sentRecord, TransferRecords, type DownRecord, type UpRecord } from '../../client/engine/files/record.ts';
import { Outbox } from '../../client/engine/outbox.ts';
import { Vault } from '../../client/engine/vault.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { UNACKED_MAX } from '../../shared/protocol/limits.ts';
import { lastingFolder } from '../helpers/folders.ts';

const entry = (at: number, text = `text ${at}`) => ({ id: at.toString(16).padStart(32, '0'), room: 'ab'.repeat(16), kind: 'text' as const, text, ts: at });
const textOf = (waiting: Entry | undefined) => (waiting?.kind === 'text' ? waiting.text : undefined);
const silent = () => {};

test('the outbox of a killed process is whole, and in order', () => {
  const home = lastingFolder();
  const url = (path: string) => JSON.stringify(fileURLToPath(new URL(`../../client/engine/${path}`, import.meta.url)));
  const script = `
    const { openDisk } = await import(${url('disk.ts')});
    const { Outbox } = await import(${url('outbox.ts')});
    const outbox = new Outbox(openDisk(${JSON.stringify(home)}), 'a', () => {});
    for (let at = 30; at > 0; at -= 1) outbox.add({ id: at.toString(16).padStart(32, '0'), room: 'ab'.repeat(16), text: String(at), ts: at });
    outbox.remove((30).toString(16).padStart(32, '0'));
    process.kill(process.pid, 'SIGKILL');`;
  const child = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script]);
  assert.is(child.signal, 'SIGKILL', String(child.stderr));
  const outbox = new Outbox(openDisk(home), 'a', silent);
  assert.equal(outbox.entries().map(textOf), Array.from({ length: 29 }, (_, at) => String(29 - at)));
  outbox.add(entry(99));
  assert.is(textOf(outbox.entries().at(-1)), 'text 99');
});

test('the outbox is bounded; accounts are apart; files are 0600', () => {
  const home = lastingFolder();
  const outbox = new Outbox(openDisk(home), 'a', silent);
  for (let at = 0; at < UNACKED_MAX; at += 1) outbox.add(entry(at));
  assert.throws(() => outbox.add(entry(999)), (error: unknown) => error instanceof ReachError && error.code === 'busy');
  assert.is(new Outbox(openDisk(home), 'b', silent).waiting, 0);
  for (const name of readdirSync(join(home, 'outbox/a'))) assert.is(statSync(join(home, 'outbox/a', name)).mode & 0o777, 0o600);
  assert.is(textOf(outbox.remove(entry(0).id)), 'text 0');
  assert.is(outbox.remove(entry(0).id), undefined);
});

test('one damaged message is set aside and said; the others stay', () => {
  const home = lastingFolder();
  const outbox = new Outbox(openDisk(home), 'a', silent);
  for (const at of [1, 2, 3]) outbox.add(entry(at));
  const names = readdirSync(join(home, 'outbox/a')).sort();
  writeFileSync(join(home, 'outbox/a', names[1]!), '{"id":');
  const said: string[] = [];
  const again = new Outbox(openDisk(home), 'a', ({ message }) => said.push(message));
  assert.equal(again.entries().map(({ ts }) => ts), [1, 3]);
  assert.is(said.length, 1);
  assert.ok(existsSync(join(home, 'outbox/a', `${names[1]}.damaged`)));
});

test('damaged vault files are set aside and said, never a crash', () => {
  const home = lastingFolder();
  const files = ['settings.json', 'pins.json', 'tickets.json', 'device.json'];
  for (const name of files) writeFileSync(join(home, name), name === 'pins.json' ? '{"not":"a list"}' : '\u0000rubbish');
  const said: string[] = [];
  const vault = new Vault(openDisk(home), ({ message }) => said.push(message));
  assert.is(vault.settings.theme, 'system');
  assert.equal(vault.pins(), []);
  assert.is(vault.ticket(), undefined);
  assert.is(vault.deviceId((size) => new Uint8Array(size).fill(7)).length, 16);
  assert.is(said.length, files.length);
  for (const name of files) assert.ok(existsSync(join(home, `${name}.damaged`)), name);
});

test('what cannot be read is never written over, and without its pins nothing is judged', () => {
  const home = lastingFolder();
  const files = ['settings.json', 'pins.json', 'tickets.json', 'device.json'];
  for (const name of files) mkdirSync(join(home, name)); // a folder: not readable as a file, by root neither
  const said: string[] = [];
  const vault = new Vault(openDisk(home), ({ message }) => said.push(message));
  assert.is(said.length, 1, 'settings, at the start');
  const local = (name: string) => (error: unknown) => error instanceof ReachError && error.code === 'local' && error.message.includes(join(home, name));
  const pin = { address: 'a:1', fingerprint: 'ab'.repeat(32), serverId: 'cd'.repeat(16), how: 'compared', since: 1 } as const;
  assert.throws(() => vault.changeSettings({ theme: 'dark' }), local('settings.json'));
  assert.throws(() => vault.pins(), local('pins.json'));
  assert.throws(() => vault.pin(pin), local('pins.json'));
  assert.throws(() => vault.deviceId((size) => new Uint8Array(size)), local('device.json'));
  assert.equal(readdirSync(home).sort(), files.sort());
});

test('a pin of an older version counts as never compared', () => {
  const home = lastingFolder();
  writeFileSync(join(home, 'pins.json'), JSON.stringify([{ address: 'a:1', fingerprint: 'ab'.repeat(32), serverId: 'cd'.repeat(16), since: 1 }]));
  assert.is(new Vault(openDisk(home), silent).pins()[0]?.how, 'first_use');
});

test('a refused message stays refused in the outbox, and counts as one that waits no more', () => {
  const home = lastingFolder();
  const outbox = new Outbox(openDisk(home), 'a', silent);
  for (let at = 0; at < UNACKED_MAX; at += 1) outbox.add(entry(at));
  outbox.mark(entry(3).id, 'forbidden');
  assert.is(outbox.waiting, UNACKED_MAX - 1);
  outbox.add(entry(500));
  assert.throws(() => outbox.mark(entry(3).id, undefined), (error: unknown) => error instanceof ReachError && error.code === 'busy');
  const again = new Outbox(openDisk(home), 'a', silent);
  assert.equal(again.entries().filter(({ refused }) => refused).map(({ id, refused }) => [id, refused]), [[entry(3).id, 'forbidden']]);
  assert.is(again.entries()[3]!.id, entry(3).id, 'in its place');
  again.remove(entry(500).id);
  again.mark(entry(3).id, undefined);
  assert.is(new Outbox(openDisk(home), 'a', silent).waiting, UNACKED_MAX);
});

test('settings, drafts, pins and tickets come back', () => {
  const home = lastingFolder();
  const vault = new Vault(openDisk(home), silent);
  vault.changeSettings({ theme: 'dark', sidebarWidth: 300, blocked: { ['01'.repeat(16)]: ['02'.repeat(16)] } });
  const drafts = new Drafts({ disk: openDisk(home), account: 'a', say: silent });
  drafts.save('room', 'half a sentence');
  drafts.save('other', 'x');
  drafts.save('other', '');
  const pin = { address: 'a:1', fingerprint: 'ab'.repeat(32), serverId: 'cd'.repeat(16), how: 'compared', since: 1 } as const;
  vault.pin(pin);
  const ticket = { ...pin, username: 'dana', id: 'ef'.repeat(16), secret: '01'.repeat(32), usedAt: 2 };
  const { since: _, how: __, ...saved } = ticket;
  vault.keepTicket(saved);
  for (let at = 0; at < 12; at += 1) vault.used({ server: `host${at}`, username: 'dana', lastUsed: at });
  const again = new Vault(openDisk(home), silent);
  assert.is(again.settings.theme, 'dark');
  assert.equal(again.settings.blocked, { ['01'.repeat(16)]: ['02'.repeat(16)] });
  assert.is(again.settings.recent.length, 8);
  assert.is(again.settings.recent[0]!.server, 'host11');
  assert.is(new Drafts({ disk: openDisk(home), account: 'a', say: silent }).of('room'), 'half a sentence');
  assert.is(new Drafts({ disk: openDisk(home), account: 'a', say: silent }).of('other'), '');
  assert.equal(again.pins(), [pin]);
  assert.equal(again.ticket(), saved);
  again.dropTicket(saved);
  assert.is(new Vault(openDisk(home), silent).ticket(), undefined);
  assert.not(readdirSync(home).some((name) => name.endsWith('.tmp')));
});

const hexOf = (at: number): string => at.toString(16).padStart(32, '0');
function upload(at: number): UpRecord {
  const file = { id: hexOf(at), size: 9, name: 'a.png', type: 'image/png', key: 'c2VjcmV0', thumbhash: 'aGFzaA' };
  return { direction: 'up', entry: { id: hexOf(at), room: 'ab'.repeat(16), ts: at, kind: 'file', text: 'words beside it', mentions: [hexOf(1)], file }, path: '/a.png', known: { size: 9, mtime: 1, inode: 1 }, spooled: false, posted: true, paused: false, done: 4 };
}

test('of a sent file its place is kept, not its key nor the words; of more than 300 the oldest are forgotten, whatever is under way', () => {
  const disk = openDisk(lastingFolder());
  const records = new TransferRecords(disk, 'a', silent);
  const saved: DownRecord = { direction: 'down', room: 'ab'.repeat(16), message: hexOf(7), file: { id: hexOf(7), size: 9, name: 'b', type: '' }, folder: '/', paused: false, saved: { path: '/b', at: 1 } };
  records.save(saved);
  for (let at = 1_000; at < 1_303; at += 1) records.save(sentRecord(upload(at), at));
  records.save(upload(2_000));
  assert.not.match(disk.read(`transfers/a/${hexOf(1_302)}-up.json`)!, /c2VjcmV0|aGFzaA|words beside it/);
  const loaded = records.load();
  assert.equal(loaded.filter(({ direction }) => direction === 'up').map((record) => parseInt(fileOf(record).id, 16)).sort((a, b) => a - b).filter((at) => at < 1_005 || at > 1_301), [1_003, 1_004, 1_302, 2_000]);
  assert.is(loaded.length, 302);
  assert.equal(loaded.find(({ direction }) => direction === 'down'), saved);
  assert.is(disk.list('transfers/a').length, 302, 'what is forgotten is removed');
});

test('what cannot be written names its path', () => {
  const home = lastingFolder();
  writeFileSync(join(home, 'outbox'), 'a file where a folder is needed');
  assert.throws(
    () => new Outbox(openDisk(home), 'a', silent).add(entry(1)),
    (error: unknown) => error instanceof ReachError && error.code === 'local' && error.message.includes(join(home, 'outbox')),
  );
  if (process.getuid?.() === 0) return; // root may write anywhere
  const locked = join(home, 'locked');
  mkdirSync(locked);
  chmodSync(locked, 0o500);
  assert.throws(() => openDisk(locked).write('x', ''), /permission denied/);
});

test.run();
