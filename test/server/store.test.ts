import { spawnSync } from 'node:child_process';
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Libsql from 'libsql';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openAssociationReader } from '../../server/store/associations.ts';
import { holdDirectory, holdRelay } from '../../server/store/directory.ts';
import { openSealingKey, openSecrets } from '../../server/store/secrets.ts';
import { openStore } from '../../server/store/sqlite.ts';
import { sealedSize } from '../../shared/crypto/file-cipher.ts';
import { accountOf, messageOf, random } from './fixtures.ts';
import { lastingFolder } from '../helpers/folders.ts';

const room = random(16);
const fresh = () => {
  const path = join(lastingFolder(), 'reach.db');
  const store = openStore(path);
  store.makeRoom({ room, kind: 'lobby', name: 'lobby', topic: '', created: 1 }, []);
  return { path, store };
};

test('sequence numbers are contiguous, over batches and over a reopening', () => {
  const { path, store } = fresh();
  const sender = random(16);
  const first = store.append([messageOf(room, sender, 'a'), messageOf(room, sender, 'b')]);
  store.close();
  const again = openStore(path);
  const second = again.append([messageOf(room, sender, 'c')]);
  assert.equal([...first, ...second].map((one) => 'seq' in one && one.seq), [1, 2, 3]);
  assert.is(again.head(room), 3);
  again.close();
});

test('the same message again has its first place; another one under its id is a conflict, within one batch too', () => {
  const { store } = fresh();
  const sender = random(16);
  const message = messageOf(room, sender, 'a');
  const other = { ...message, body: random(3) };
  const [stored, twin, conflict] = store.append([message, { ...message, ts: 99 }, other]);
  assert.equal(stored, { name: 'stored', seq: 1, ts: 5 });
  assert.equal(twin, { name: 'again', seq: 1, ts: 5 });
  assert.equal(conflict, { name: 'conflict' });
  assert.equal(store.append([{ ...message, room: random(16) }]), [{ name: 'conflict' }]);
  assert.equal(store.append([{ ...message, sender: random(16) }]), [{ name: 'conflict' }], 'an id names one message of its room');
  store.close();
});

test('a batch that fails leaves nothing behind', () => {
  const { store } = fresh();
  const sender = random(16);
  const broken = { ...messageOf(room, sender, 'b'), kind: null as unknown as 'text' };
  assert.throws(() => store.append([messageOf(room, sender, 'a'), broken]));
  assert.is(store.head(room), 0);
  assert.equal(store.append([messageOf(room, sender, 'c')]), [{ name: 'stored', seq: 1, ts: 5 }]);
  store.close();
});

test('what was appended is there after the process was killed', () => {
  const { path, store } = fresh();
  store.close();
  const source = new URL('../../server/store/sqlite.ts', import.meta.url).href;
  const script = `import { openStore } from ${JSON.stringify(source)};
    const store = openStore(${JSON.stringify(path)});
    const message = (i) => ({ room: Buffer.from(${JSON.stringify([...room])}), sender: Buffer.alloc(16, 1), clientMsgId: Buffer.alloc(16, i), kind: 'text', body: Buffer.alloc(100, i), ts: i });
    for (let i = 1; i <= 5; i += 1) store.append([message(i), message(i + 100)]);
    process.kill(process.pid, 'SIGKILL');`;
  const { signal } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: process.cwd() });
  assert.is(signal, 'SIGKILL');
  const again = openStore(path);
  assert.is(again.head(room), 10);
  assert.equal(again.range(room, { after: 0 }, { floor: 0, limit: 200, bytes: 1e6 }).messages.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
  again.close();
});

test('pages go both ways, ascending, bounded by count and by bytes', () => {
  const { store } = fresh();
  const sender = random(16);
  store.append(Array.from({ length: 10 }, (_, i) => messageOf(room, sender, 'x'.repeat(1000 + i))));
  const seqs = (range: { after: number } | { before: number }, limit: number, bytes = 1e6, floor = 0) => {
    const page = store.range(room, range, { floor, limit, bytes });
    return [page.messages.map(({ seq }) => seq), page.more];
  };
  assert.equal(seqs({ after: 0 }, 3), [[1, 2, 3], true]);
  assert.equal(seqs({ after: 7 }, 3), [[8, 9, 10], false]);
  assert.equal(seqs({ before: 4 }, 2), [[2, 3], true]);
  assert.equal(seqs({ before: 3 }, 2), [[1, 2], false]);
  assert.equal(seqs({ after: 10 }, 5), [[], false]);
  assert.equal(seqs({ before: 11 }, 10, 2500), [[9, 10], true]);
  assert.equal(seqs({ after: 0 }, 10, 10), [[1], true]);
  assert.equal(seqs({ after: 0 }, 3, 1e6, 4), [[5, 6, 7], true], 'never at or below the floor');
  assert.equal(seqs({ before: 7 }, 5, 1e6, 4), [[5, 6], false]);
  assert.equal(seqs({ before: 3 }, 5, 1e6, 4), [[], false]);
  store.close();
});

test('a store of the first version opens with its lobby, messages and accounts', () => {
  const path = join(lastingFolder(), 'reach.db');
  const db = new Libsql(path);
  db.exec(`CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE accounts (user_id BLOB PRIMARY KEY, username TEXT NOT NULL UNIQUE, display TEXT NOT NULL, role TEXT NOT NULL, created INTEGER NOT NULL, last_seen INTEGER, record BLOB NOT NULL);
    CREATE TABLE invites (hash BLOB PRIMARY KEY, role TEXT NOT NULL, uses INTEGER NOT NULL, expires INTEGER NOT NULL);
    CREATE TABLE tickets (ticket_id BLOB PRIMARY KEY, hash BLOB NOT NULL, user_id BLOB NOT NULL, device BLOB NOT NULL, chain BLOB NOT NULL, remember INTEGER NOT NULL, expires INTEGER NOT NULL, superseded INTEGER NOT NULL DEFAULT 0);
    CREATE TABLE rooms (room BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, head INTEGER NOT NULL, created INTEGER NOT NULL);
    CREATE TABLE messages (room BLOB NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL, sender BLOB NOT NULL, client_msg_id BLOB NOT NULL, kind TEXT NOT NULL, target BLOB, digest BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (room, seq), UNIQUE (sender, client_msg_id)) WITHOUT ROWID;
    PRAGMA user_version = 1;`);
  db.prepare('INSERT INTO rooms VALUES (?, ?, 1, 5)').run([room, 'lobby']);
  db.prepare("INSERT INTO accounts VALUES (?, 'ann', 'Ann', 'admin', 1, NULL, ?)").run([random(16), random(192)]);
  db.prepare("INSERT INTO messages VALUES (?, 1, 7, ?, ?, 'text', NULL, ?, ?)").run([room, random(16), random(16), random(32), random(3)]);
  db.close();
  const store = openStore(path);
  assert.equal(store.rooms().map(({ kind, name, topic, created }) => [kind, name, topic, created]), [['lobby', 'lobby', '', 5]]);
  assert.is(store.head(room), 1);
  assert.equal([store.account('ann')?.availability, store.account('ann')?.status], ['online', '']);
  assert.equal(store.append([messageOf(room, random(16), 'two')]), [{ name: 'stored', seq: 2, ts: 5 }]);
  store.close();
  openStore(path).close();
});

test('transfers: what they hold, which are idle, and that they go with their room', () => {
  const { store } = fresh();
  const [owner, now] = [random(16), 1_000];
  const add = (state: 'offered' | 'uploading' | 'available' | 'expired' | 'deleted' | 'damaged', size: number, touched = now): Uint8Array => {
    const id = random(16);
    store.addTransfer({ id, room, owner, size, state, hash: undefined, created: now, touched });
    return id;
  };
  const [offered, running, whole] = [add('offered', sealedSize(0)), add('uploading', sealedSize(100_000), 500), add('available', sealedSize(65_536))];
  for (const state of ['expired', 'deleted', 'damaged'] as const) add(state, 10_000);
  assert.equal(store.holding(owner), { unfinished: 2, bytes: 165_536 });
  assert.equal(store.holding(random(16)), { unfinished: 0, bytes: 0 });
  assert.throws(() => store.addTransfer({ ...store.transfer(whole)!, size: 9 }));
  assert.equal(store.idleTransfers('uploading', 501, 10).map(({ id }) => id), [running]);
  assert.equal(store.idleTransfers('uploading', 500, 10), []);
  const hash = random(32);
  store.changeTransfer(running, { state: 'available', hash, touched: 2_000 });
  assert.equal([store.transfer(running)!.state, store.transfer(running)!.hash, store.transfer(running)!.touched], ['available', hash, 2_000]);
  assert.equal(store.liveTransfers(room).map((id) => Buffer.from(id).toString('hex')).sort(), [offered, running, whole].map((id) => Buffer.from(id).toString('hex')).sort());
  store.removeRoom(room);
  assert.is(store.transfer(whole), undefined);
  store.close();
});

test('account and invite use are one: a lost race uses no invite', () => {
  const { store } = fresh();
  const hash = random(32);
  store.addInvite({ hash, role: 'admin', uses: 1, expires: 100 });
  assert.is(store.createAccount(accountOf('ann'), undefined), 'created');
  assert.is(store.createAccount(accountOf('ann'), hash), 'name_taken');
  assert.is(store.invite(hash, 50)?.uses, 1);
  assert.is(store.invite(hash, 100), undefined);
  assert.is(store.createAccount(accountOf('ben'), hash), 'created');
  assert.is(store.createAccount(accountOf('cid'), hash), 'bad_invite');
  assert.is(store.account('cid'), undefined);
  store.close();
});

test('an account whose first ticket cannot be stored is not made, and its invite is not used', () => {
  const { store } = fresh();
  const hash = random(32);
  store.addInvite({ hash, role: 'member', uses: 1, expires: 100 });
  assert.throws(() => store.createAccount(accountOf('ann'), hash, () => { throw new Error('disk is full'); }), /disk is full/);
  assert.is(store.account('ann'), undefined);
  assert.is(store.invite(hash, 50)?.uses, 1);
  store.close();
});

test('a store is claimed with its admin invite or not at all', () => {
  const { store } = fresh();
  const [serverId, invite] = [random(16), { hash: random(32), role: 'admin' as const, uses: 1, expires: 100 }];
  store.addInvite(invite);
  assert.throws(() => store.claim(serverId, invite));
  assert.is(store.serverId(), undefined);
  store.claim(serverId, { ...invite, hash: random(32) });
  assert.equal(store.serverId(), serverId);
  store.close();
});

test('a confirmed ticket kills the others of its chain, and only those', () => {
  const { store } = fresh();
  const [chain, other] = [random(16), random(16)];
  const ticket = (of: Uint8Array) => ({ ticketId: random(16), hash: random(32), userId: random(16), device: random(16), chain: of, remember: true, expires: 9, superseded: false });
  const [old, lost, current, alien] = [ticket(chain), ticket(chain), ticket(chain), ticket(other)];
  for (const one of [old, lost, current, alien]) store.addTicket(one);
  store.confirmTicket(current.ticketId);
  assert.equal([old, lost, current, alien].map(({ ticketId }) => store.ticket(ticketId)?.superseded), [true, true, false, false]);
  store.endChain(chain);
  assert.is(store.ticket(current.ticketId), undefined);
  store.dropExpiredTickets(9);
  assert.is(store.ticket(alien.ticketId), undefined);
  store.close();
});

test('a damaged database and a second server are refused', () => {
  const directory = lastingFolder();
  writeFileSync(join(directory, 'reach.db'), 'rubbish'.repeat(1000));
  assert.throws(() => openStore(join(directory, 'reach.db')), /not a database/);
  const lock = holdDirectory(directory);
  assert.throws(() => holdDirectory(directory), /another server/);
  const relay = holdRelay(directory, 'a relay is there');
  assert.throws(() => holdRelay(directory, 'a relay is there'), /a relay is there/);
  relay.release();
  lock.release();
  holdDirectory(directory).release();
});

test('a ticket and its association: both are stored or neither is', () => {
  const { store } = fresh();
  const ticketOf = () => ({ ticketId: random(16), hash: random(32), userId: random(16), device: random(16), chain: random(16), remember: false, expires: 9, superseded: false });
  const row = { connectionId: random(8), userId: random(16), nonce: random(12), sealed: random(48), expires: 9 };
  const [first, second] = [ticketOf(), ticketOf()];
  store.addTicket(first, row);
  assert.equal(store.associations(), [row]);
  assert.throws(() => store.addTicket(second, row));
  assert.is(store.ticket(second.ticketId), undefined);
  const ann = accountOf('ann');
  assert.throws(() => store.createAccount(ann, undefined, () => ({ ticket: second, association: row })));
  assert.is(store.account('ann'), undefined);
  store.removeAssociations([row.connectionId, random(8)]);
  assert.equal(store.associations(), []);
  store.close();
});

test('a second process reads associations beside the server, what has expired left out, and writes nothing', () => {
  const { path, store } = fresh();
  const row = { connectionId: random(8), userId: random(16), nonce: random(12), sealed: random(48), expires: 9 };
  const source = new URL('../../server/store/associations.ts', import.meta.url).href;
  const script = `import { openAssociationReader } from ${JSON.stringify(source)};
    const reader = openAssociationReader(${JSON.stringify(path)});
    const id = Uint8Array.from(${JSON.stringify([...row.connectionId])});
    console.log(JSON.stringify([8, 9].map((now) => reader.association(id, now)?.sealed.length ?? 0)));
    reader.close();`;
  store.addTicket({ ticketId: random(16), hash: random(32), userId: random(16), device: random(16), chain: random(16), remember: false, expires: 9, superseded: false }, row);
  const { stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], { cwd: process.cwd(), encoding: 'utf8' });
  assert.is(stdout.trim(), '[48,0]', stderr);
  store.clearAssociations();
  assert.equal(store.associations(), []);
  store.close();
  assert.throws(() => openAssociationReader(join(lastingFolder(), 'reach.db')), /does not exist/);
});

test('secrets are 0600, the same at every start, and damage is named', async () => {
  const directory = join(lastingFolder(), 'secrets');
  const options = { directory, random, expected: undefined, createSetup: async () => 'setup', checkSetup: async () => undefined };
  const made = await openSecrets(options);
  const read = await openSecrets({ ...options, expected: made.serverId });
  assert.equal(read.identity.publicKey, made.identity.publicKey);
  assert.is(read.opaqueSetup, 'setup');
  assert.is(statSync(join(directory, 'identity')).mode & 0o777, 0o600);
  assert.is(statSync(directory).mode & 0o777, 0o700);
  const refusal = async (change: object): Promise<string> => openSecrets({ ...options, ...change }).then(() => '', (cause: Error) => cause.message);
  assert.match(await refusal({ expected: random(16) }), /another server/);
  assert.match(await refusal({ directory: join(directory, 'elsewhere'), expected: made.serverId }), /missing/);
  assert.is(statSync(join(directory, 'sealing')).mode & 0o777, 0o600);
  assert.equal(openSealingKey(directory), made.sealingKey);
  assert.equal([read.sealingKey, made.sealingKey.length], [made.sealingKey, 32]);
  assert.throws(() => openSealingKey(lastingFolder()), /sealing is missing; .*--secrets/);
  writeFileSync(join(directory, 'sealing'), '{"key":"00"}');
  assert.match(await refusal({}), /sealing is damaged.*remove it/);
  rmSync(join(directory, 'sealing'));
  assert.not.equal((await openSecrets({ ...options, expected: made.serverId })).sealingKey, made.sealingKey);
  writeFileSync(join(directory, 'identity'), '{"seed":"00"}');
  assert.match(await refusal({}), /identity is damaged/);
});

test.run();
