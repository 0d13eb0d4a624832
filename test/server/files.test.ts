// Who may send and fetch which file, and what becomes of it: the real rules over a real store and real files, with streams and a
// clock that the test holds.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DOWNLOAD, sealedSize, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { concat, equal, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
import { SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';
import { waitFor } from '../helpers/waiting.ts';
import { random } from './fixtures.ts';
import { ask, fileHouse, HandPipe } from './file-house.ts';
import { lobby } from './house.ts';

const KB = 1024;
const soon = <T>(condition: () => T | Promise<T>, what: string) => waitFor(condition, 5_000, what);

test('a file goes in and comes out bit by bit, and the room hears how it went', async () => {
  const { enter, share, download, heard, folder, state } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const bytes = random(sealedSize(200 * KB));
  const id = await share(ann, bytes);
  const strand = await download(ben, id);
  await soon(() => strand.pipe.ended, 'the end of the download');
  assert.is(strand.pipe.answer, 'attach_ok');
  assert.ok(equal(strand.pipe.bytes, bytes));
  assert.equal([...new Set(heard(ben, id).map((one) => one.state))], ['offered', 'uploading', 'available']);
  assert.is(heard(ben, id).at(-1)!.bytes, bytes.length);
  assert.is(await state(ben, id), `available ${bytes.length}`);
  assert.ok(equal(readFileSync(join(folder, hex(id))), bytes), 'the cache holds the ciphertext');
  assert.is(statSync(join(folder, hex(id))).mode & 0o777, 0o600);
});

test('too large, over the quota, no room: refused at the offer, each with its figure', async () => {
  const free = { bytes: 10_000_000 };
  const { enter, offer, share } = fileHouse({ limits: { file: 100 * KB, quota: 250 * KB, keepFree: 4_000_000 }, cache: (real) => ({ ...real, free: async () => free.bytes }) });
  const ann = enter('ann');
  const refusal = async (size: number) => {
    const { name, limit } = await offer(ann, random(16), sealedSize(size));
    return [name, limit];
  };
  assert.equal(await refusal(100 * KB + 1), ['too_large', 100 * KB]);
  await share(ann, random(sealedSize(100 * KB)));
  await share(ann, random(sealedSize(100 * KB)));
  assert.equal(await refusal(50 * KB + 1), ['quota', 250 * KB]);
  assert.equal(await refusal(50 * KB), ['file_slot', undefined], 'to the byte');
  assert.equal(await refusal(1), ['quota', 250 * KB], 'what is only offered counts too');
  const ben = enter('ben');
  free.bytes = 4_000_000 + sealedSize(50 * KB) + 99;
  const { name, limit } = await offer(ben, random(16), sealedSize(100));
  assert.equal([name, limit], ['no_space', 99], 'what a running upload still needs is taken');
});

test('a size that no encrypted file has is refused', async () => {
  const { enter, offer } = fileHouse();
  const ann = enter('ann');
  for (const size of [0, 27, SEALED_CHUNK_SIZE + 1, SEALED_CHUNK_SIZE + 28]) assert.is((await offer(ann, random(16), size)).name, 'bad_request', `${size}`);
  for (const size of [28, 29, SEALED_CHUNK_SIZE, SEALED_CHUNK_SIZE + 29]) assert.is((await offer(ann, random(16), size)).name, 'file_slot', `${size}`);
});

test('the same offer again goes on; another one under its id is a conflict', async () => {
  const { enter, offer, upload, slot } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const [id, size] = [random(16), sealedSize(200 * KB)];
  const first = await upload(ann, id, size);
  first.connection.received(random(SEALED_CHUNK_SIZE + 500));
  const again = await slot(offer(ann, id, size));
  assert.is(again.offset, SEALED_CHUNK_SIZE, 'the begun chunk comes again');
  assert.ok(first.pipe.over, 'the earlier connection is closed first');
  assert.is((await offer(ben, id, size)).name, 'conflict');
  assert.is((await offer(ann, id, sealedSize(100 * KB))).name, 'conflict');
  const room = (ann.ask('room_create', { name: 'elsewhere', topic: '', private: false }).content as { room: { room: Bytes } }).room.room;
  assert.is((await offer(ann, id, size, room)).name, 'conflict');
});

test('an offer of what is there as a whole says that nothing is left', async () => {
  const { enter, offer, upload, share } = fileHouse();
  const ann = enter('ann');
  const bytes = random(sealedSize(70 * KB));
  const id = await share(ann, bytes);
  const { name, content } = await offer(ann, id, bytes.length);
  assert.equal([name, 'offset' in content && content.offset], ['file_slot', bytes.length]);
  const other = random(16);
  const { connection } = await upload(ann, other, bytes.length);
  connection.received(bytes);
  connection.destroy();
  assert.is((await offer(ann, other, bytes.length)).content['offset' as never], bytes.length, 'before it was said to be complete too');
  assert.is((await ask(ann, 'file_complete', { transfer_id: other })).name, 'done');
});

test('complete is answered when the last byte is there, not before', async () => {
  const { enter, upload, state } = fileHouse();
  const ann = enter('ann');
  const id = random(16);
  const bytes = random(sealedSize(300 * KB));
  const { connection } = await upload(ann, id, bytes.length);
  connection.received(bytes.subarray(0, bytes.length - 1));
  let answered = '';
  const asked = ask(ann, 'file_complete', { transfer_id: id }).then(({ name }) => (answered = name));
  await soon(async () => (await state(ann, id)) === `uploading ${bytes.length - 1}`, 'all but one byte');
  assert.is(answered, '');
  connection.received(bytes.subarray(-1));
  assert.is(await asked, 'done');
});

test('who is not in the room finds no such file', async () => {
  const { enter, offer, get, share, state } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const room = (ann.ask('room_create', { name: 'secret', topic: '', private: true }).content as { room: { room: Bytes } }).room.room;
  const id = await share(ann, random(sealedSize(5)), room);
  assert.is((await get(ben, id)).name, 'no_such_file');
  assert.is(await state(ben, id), 'nothing');
  for (const name of ['file_complete', 'file_cancel', 'file_damage'] as const) assert.is((await ask(ben, name, { transfer_id: id })).name, 'no_such_file', name);
  assert.is((await offer(ben, random(16), sealedSize(5), room)).name, 'no_such_room');
  assert.is((await get(ann, id, 7)).name, 'bad_request', 'an offset in the middle of a chunk');
  ann.ask('room_invite', { room, user_id: ben.session.userId });
  assert.is((await get(ben, id)).name, 'file_slot');
});

test('a token works once, for its session, within ten seconds, with the right mac', async () => {
  const { enter, share, get, slot, attach, clock } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const id = await share(ann, random(sealedSize(5)));
  const given = await slot(get(ben, id));
  const first = attach(ben.session.exporter, given, DOWNLOAD);
  assert.equal([first.pipe.answer, first.verified()], ['attach_ok', true]);
  const replayed = attach(ben.session.exporter, given, DOWNLOAD);
  assert.equal([replayed.pipe.answer, replayed.pipe.ended, replayed.verified()], ['forbidden', true, false]);
  const forged = await slot(get(ben, id));
  assert.is(attach(ann.session.exporter, forged, DOWNLOAD).pipe.answer, 'forbidden', 'of another session');
  assert.is(attach(ben.session.exporter, forged, DOWNLOAD).pipe.answer, 'forbidden', 'a token that was tried is spent');
  assert.is(attach(ben.session.exporter, await slot(get(ben, id)), UPLOAD).pipe.answer, 'forbidden', 'the other direction');
  assert.is(attach(ben.session.exporter, { ...(await slot(get(ben, id))), offset: SEALED_CHUNK_SIZE }, DOWNLOAD).pipe.answer, 'forbidden', 'another offset');
  const late = await slot(get(ben, id));
  clock.pass(10_000);
  assert.is(attach(ben.session.exporter, late, DOWNLOAD).pipe.answer, 'forbidden');
});

test('a stranger that says something else, or nothing, is closed', async () => {
  const { attach, files, clock } = fileHouse();
  const unknown = { req: 1, transfer_id: random(16), token: random(16), offset: 0 };
  assert.is(attach(random(32), unknown, DOWNLOAD).pipe.answer, 'forbidden');
  const say = (bytes: Bytes): HandPipe => {
    const pipe = new HandPipe();
    files.accept({ pipe, verified: () => undefined }).received(bytes);
    return pipe;
  };
  assert.is(say(encodeRecord(encodeMessage('ping', {}))).answer, 'unexpected');
  assert.is(say(Uint8Array.of(0, 0, 4, 0, 1)).answer, 'malformed', 'a record that is too long');
  assert.is(say(encodeRecord(random(60))).answer, 'malformed');
  const silent = say(Uint8Array.of(0, 0));
  clock.pass(10_000);
  assert.equal([silent.answer, silent.ended], ['timeout', true]);
});

test('one byte too many fails the connection, and the last chunk must come again', async () => {
  const { enter, upload, offer, slot, heard, state } = fileHouse();
  const ann = enter('ann');
  for (const together of [true, false]) {
    const id = random(16);
    const bytes = random(sealedSize(100 * KB));
    const strand = await upload(ann, id, bytes.length);
    if (together) strand.connection.received(concat(bytes.subarray(SEALED_CHUNK_SIZE - 9), random(SEALED_CHUNK_SIZE)));
    else for (const piece of [bytes, random(1)]) strand.connection.received(piece);
    assert.ok(strand.pipe.destroyed);
    assert.is(heard(ann, id).at(-1)!.code, 'too_large');
    const { offset } = await slot(offer(ann, id, bytes.length));
    assert.ok(offset <= SEALED_CHUNK_SIZE, `${offset}`);
    assert.is(await state(ann, id), `uploading ${offset}`);
  }
});

test('who fetches a file that is still coming reads along, whole chunk by whole chunk', async () => {
  const { enter, upload, download } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const id = random(16);
  const bytes = random(sealedSize(200 * KB));
  const up = await upload(ann, id, bytes.length);
  const down = await download(ben, id);
  up.connection.received(bytes.subarray(0, SEALED_CHUNK_SIZE + 100));
  await soon(() => down.pipe.bytes.length === SEALED_CHUNK_SIZE, 'the first chunk');
  up.connection.received(bytes.subarray(SEALED_CHUNK_SIZE + 100, 2 * SEALED_CHUNK_SIZE - 1));
  up.connection.destroy();
  const again = await upload(ann, id, bytes.length);
  const [second, rest] = [random(SEALED_CHUNK_SIZE), bytes.subarray(2 * SEALED_CHUNK_SIZE)];
  again.connection.received(concat(second, rest));
  await soon(() => down.pipe.ended, 'the end');
  assert.ok(equal(down.pipe.bytes, concat(bytes.subarray(0, SEALED_CHUNK_SIZE), second, rest)), 'of a chunk that was sealed twice it gets one');
});

test('cancel: by the owner, by a moderator of the room, by nobody else', async () => {
  const { enter, share, upload, download, get, offer, heard, folder, state } = fileHouse();
  const [ann, ben, admin] = [enter('ann'), enter('ben'), enter('zoe', undefined, 'admin')];
  const mine = await share(ann, random(sealedSize(5)));
  assert.is((await ask(ben, 'file_cancel', { transfer_id: mine })).name, 'forbidden');
  assert.is((await ask(ann, 'file_cancel', { transfer_id: mine })).name, 'done');
  assert.is((await get(ben, mine)).name, 'deleted');
  assert.is((await offer(ann, mine, sealedSize(5))).name, 'deleted');
  assert.is(heard(ben, mine).at(-1)!.state, 'deleted');
  const id = random(16);
  const up = await upload(ann, id, sealedSize(200 * KB));
  const down = await download(ben, id);
  up.connection.received(random(1000));
  const held = ask(ann, 'file_complete', { transfer_id: id });
  assert.is((await ask(admin, 'file_cancel', { transfer_id: id })).name, 'done');
  assert.equal([up.pipe.over, down.pipe.over], [true, true]);
  assert.is((await held).name, 'deleted');
  assert.is(await state(ann, id), 'deleted 0');
  assert.equal(readdirSync(folder), [], 'nothing of them is left on disk');
});

test('a flipped bit: the room is told, the copy goes, its sender can offer it again', async () => {
  const { enter, share, get, upload, heard, folder, state } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const bytes = random(sealedSize(100 * KB));
  const id = await share(ann, bytes);
  const path = join(folder, hex(id));
  const flipped = readFileSync(path);
  flipped[70_000]! ^= 1;
  writeFileSync(path, flipped);
  assert.is((await ask(ben, 'file_damage', { transfer_id: id })).name, 'done');
  assert.is(heard(ann, id).at(-1)!.state, 'damaged');
  assert.is((await get(ben, id)).name, 'damaged');
  assert.not.ok(existsSync(path));
  const { connection } = await upload(ann, id, bytes.length);
  connection.received(bytes);
  assert.is((await ask(ann, 'file_complete', { transfer_id: id })).name, 'done');
  assert.is(await state(ben, id), `available ${bytes.length}`);
});

test('a report on a sound copy reaches the sender alone; too many reports are refused', async () => {
  const { enter, share, heard, state } = fileHouse();
  const [ann, phone, ben] = [enter('ann'), enter('ann'), enter('ben')];
  const id = await share(ann, random(sealedSize(5)));
  const before = heard(ben, id).length;
  assert.is((await ask(ben, 'file_damage', { transfer_id: id })).name, 'done');
  for (const one of [ann, phone]) {
    const { state: still, code, user_id } = heard(one, id).at(-1)!;
    assert.equal([still, code, hex(user_id!)], ['available', 'damaged', ben.session.user]);
  }
  assert.is(heard(ben, id).length, before);
  assert.is(await state(ben, id), `available ${sealedSize(5)}`);
  const answers = [];
  for (let i = 0; i < 8; i += 1) answers.push((await ask(ben, 'file_damage', { transfer_id: id })).name);
  assert.equal(answers, [...Array(7).fill('done'), 'rate_limited']);
});

test('one session has at most 32 slots and connections, one user 256 unfinished uploads', async () => {
  const { enter, share, get, offer, clock } = fileHouse();
  const ann = enter('ann');
  const id = await share(ann, random(sealedSize(5)));
  const codes: string[] = [];
  for (let i = 0; i < 33; i += 1) codes.push((await get(ann, id)).name);
  assert.equal(codes, [...Array(32).fill('file_slot'), 'rate_limited']);
  clock.pass(10_000);
  const offers: string[] = [];
  for (let i = 0; i < 257; i += 1) {
    offers.push((await offer(ann, random(16), sealedSize(5))).name);
    if (i % 30 === 29) clock.pass(10_000);
  }
  assert.equal([offers.filter((name) => name === 'file_slot').length, offers.at(-1)], [256, 'full']);
});

test('a file is a message like a text: it counts as unread, takes a reaction, and its body goes when it is deleted', () => {
  const { enter, store } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const body = random(20);
  const { name, id } = ann.send({ room: lobby, kind: 'file', body });
  assert.is(name, 'msg_ack');
  assert.is(store.unread(lobby, ben.session.userId, 0, 10), 1);
  assert.is(ben.send({ room: lobby, kind: 'reaction', target: id, body }).name, 'msg_ack');
  assert.is(ben.send({ room: lobby, kind: 'file', target: id, body }).name, 'bad_request');
  assert.is(ann.send({ room: lobby, kind: 'delete', target: id, body: new Uint8Array() }).name, 'msg_ack');
  assert.is(store.messageAt(lobby, 1)!.body.length, 0);
  assert.is(store.unread(lobby, ben.session.userId, 0, 10), 0);
});

test.run();
