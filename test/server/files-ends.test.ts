// What ends a file, an upload or a connection: time, silence, leaving, a full disk, a cache that lost something. Real store, real
// files; streams and clock are held by the test.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { existsSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sealedSize, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';
import { waitFor } from '../helpers/waiting.ts';
import { random } from './fixtures.ts';
import { fileHouse } from './file-house.ts';
import { lastingFolder } from '../helpers/folders.ts';

const DAY = 24 * 60 * 60_000;
const KB = 1024;
const soon = <T>(condition: () => T | Promise<T>, what: string) => waitFor(condition, 5_000, what);

test('files expire after their time, uploads when nobody goes on with them; those at work do not', async () => {
  const { enter, share, upload, get, heard, folder, clock, state } = fileHouse({ limits: { keep: 7 * DAY } });
  const ann = enter('ann');
  const file = await share(ann, random(sealedSize(5)));
  const [left, running] = [random(16), random(16)];
  const gone = await upload(ann, left, sealedSize(200 * KB));
  gone.connection.destroy();
  await gone.connection.over;
  clock.pass(DAY - 60_000);
  const strand = await upload(ann, running, sealedSize(200 * KB));
  strand.connection.received(random(10));
  clock.pass(30_000);
  assert.is(heard(ann, left).at(-1)!.state, 'uploading', 'not before its time');
  await soon(() => (clock.pass(60_000), heard(ann, left).at(-1)!.state === 'expired'), 'the upload that was left');
  assert.is((await get(ann, left)).name, 'expired');
  assert.match(await state(ann, file), /^available/);
  assert.match(await state(ann, running), /^uploading/);
  for (let day = 0; day < 6; day += 1) {
    clock.pass(DAY);
    await state(ann, file);
  }
  await soon(async () => (clock.pass(60_000), /^expired/.test(await state(ann, file))), 'the file after its time');
  await soon(() => readdirSync(folder).length === 0, 'the folder is empty');
});

test('0 days keep a file for ever', async () => {
  const { enter, share, clock, state } = fileHouse({ limits: { keep: 0 } });
  const ann = enter('ann');
  const id = await share(ann, random(sealedSize(5)));
  clock.pass(1000 * 60_000);
  clock.pass(400 * DAY);
  assert.match(await state(ann, id), /^available/);
});

test('what ends with a session, with a membership, with a room', async () => {
  const { enter, share, upload, download, files, roster, folder, get, attach, slot, offer } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const room = (ann.ask('room_create', { name: 'den', topic: '', private: true }).content as { room: { room: Bytes } }).room.room;
  ann.ask('room_invite', { room, user_id: ben.session.userId });
  const id = await share(ann, random(sealedSize(300 * KB)), room);
  const slow = await download(ben, id);
  slow.pipe.hold = true;
  const other = await share(ann, random(sealedSize(300 * KB)));
  const elsewhere = await download(ben, other);
  elsewhere.pipe.hold = true;
  ann.ask('room_remove', { room, user_id: ben.session.userId });
  assert.equal([slow.pipe.destroyed, elsewhere.pipe.destroyed], [true, false]);
  assert.is((await get(ben, id)).name, 'no_such_file');
  const up = await upload(ben, random(16), sealedSize(300 * KB));
  const unused = await slot(offer(ben, random(16), sealedSize(5)));
  roster.leave(ben.session);
  files.ended(ben.session);
  assert.equal([elsewhere.pipe.destroyed, up.pipe.destroyed], [true, true]);
  assert.is(attach(ben.session.exporter, unused, UPLOAD).pipe.answer, 'forbidden');
  assert.ok(existsSync(join(folder, hex(id))));
  ann.ask('room_leave', { room });
  await soon(() => !existsSync(join(folder, hex(id))), 'the room took its files with it');
  assert.is((await get(ann, id)).name, 'no_such_file');
  assert.ok(existsSync(join(folder, hex(other))), 'and no others');
});

test('silence for 45 seconds closes either end; one who reads along waits no longer', async () => {
  const { enter, upload, download, clock } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const id = random(16);
  const up = await upload(ann, id, sealedSize(300 * KB));
  const down = await download(ben, id);
  clock.pass(30_000);
  up.connection.received(random(SEALED_CHUNK_SIZE));
  await soon(() => down.pipe.bytes.length === SEALED_CHUNK_SIZE, 'the chunk');
  clock.pass(44_999);
  assert.equal([up.pipe.over, down.pipe.over], [false, false]);
  clock.pass(30_000);
  assert.equal([up.pipe.over, down.pipe.over], [true, true]);
});

test('the room hears of progress once a second at most', async () => {
  const { enter, upload, heard, clock, state } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const id = random(16);
  const { connection } = await upload(ann, id, sealedSize(300 * KB));
  const before = heard(ben, id).length;
  for (let i = 1; i <= 20; i += 1) {
    connection.received(random(1000));
    await soon(async () => (await state(ann, id)) === `uploading ${i * 1000}`, 'the piece');
    clock.pass(200);
  }
  const told = heard(ben, id).length - before;
  assert.ok(told >= 3 && told <= 4, `${told} times in 4 s`);
});

test('a disk that fills up ends that upload alone, with the reason for its sender; it goes on when there is room', async () => {
  let full = false;
  const { enter, upload, share, heard, offer, slot, state: stateOf } = fileHouse({
    cache: (real) => ({
      ...real,
      writing: async (name, size) => {
        const file = await real.writing(name, size);
        return { ...file, write: (pieces, at) => (full ? Promise.reject(Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })) : file.write(pieces, at)) };
      },
    }),
  });
  const [ann, ben] = [enter('ann'), enter('ben')];
  const [id, bytes] = [random(16), random(sealedSize(200 * KB))];
  const strand = await upload(ann, id, bytes.length);
  strand.connection.received(bytes.subarray(0, SEALED_CHUNK_SIZE));
  await soon(async () => (await stateOf(ann, id)) === `uploading ${SEALED_CHUNK_SIZE}`, 'the first chunk');
  full = true;
  strand.connection.received(bytes.subarray(SEALED_CHUNK_SIZE, SEALED_CHUNK_SIZE + 10));
  await soon(() => strand.pipe.over, 'the connection is closed');
  const { state, code } = heard(ann, id).at(-1)!;
  assert.equal([state, code], ['uploading', 'no_space']);
  assert.not.ok(heard(ben, id).some((one) => one.code), 'the room is not told');
  full = false;
  await share(ben, random(sealedSize(5)));
  const { offset } = await slot(offer(ann, id, bytes.length));
  assert.is(offset, SEALED_CHUNK_SIZE);
});

test('at the start files that belong to nothing are removed, the others stay', async () => {
  const folder = lastingFolder();
  const { enter, share, upload, files } = fileHouse({ folder });
  const ann = enter('ann');
  const kept = await share(ann, random(sealedSize(5)));
  const begun = random(16);
  const { connection } = await upload(ann, begun, sealedSize(200 * KB));
  connection.received(random(10));
  const orphan = hex(random(16));
  writeFileSync(join(folder, orphan), 'x');
  writeFileSync(join(folder, 'README'), 'not ours');
  await files.prepare();
  assert.equal(readdirSync(folder).sort(), ['README', hex(kept), hex(begun)].sort());
});

test('a cache that lost a file, or a part of one, says so when it is asked for', async () => {
  const { enter, share, get, heard, folder } = fileHouse();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const [lost, cut] = [await share(ann, random(sealedSize(5))), await share(ann, random(sealedSize(5)))];
  rmSync(join(folder, hex(lost)));
  truncateSync(join(folder, hex(cut)), 7);
  assert.is((await get(ben, lost)).name, 'expired');
  assert.is((await get(ben, cut)).name, 'damaged');
  assert.equal([lost, cut].map((id) => heard(ann, id).at(-1)!.state), ['expired', 'damaged']);
});

test.run();
