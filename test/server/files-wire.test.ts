// Files over real sockets, to a real server with a real disk: what is cut, killed, full or large.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, statfsSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { sealedSize } from '../../shared/crypto/file-cipher.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { equal, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { fileActs, RawData } from '../helpers/raw-data.ts';
import { startServer, type RunningServer } from '../helpers/server.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';

const KB = 1024;
const MB = 1024 * KB;
const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

async function people(closing: Closing, args: string[] = [], data?: string) {
  const server = await startServer(closing, { args: ['--limit', 'frames=0,send=0', ...args], ...(data !== undefined && { data }) });
  const ann = await RawClient.signUp(closing, server.port, 'ann');
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  return { server, ann, ben, room: lobbyId(ann.opened.seen.serverId), ...fileActs(closing, server.port) };
}

const cached = ({ data }: RunningServer, id: Bytes): string => join(data, 'cache', hex(id));

test('files of every edge size come back bit by bit, and nothing else flows', closeAfter(async (closing) => {
  const { ann, ben, room, offer, bytesOf, complete } = await people(closing);
  for (const plain of [0, 1, 64 * KB - 1, 64 * KB, 64 * KB + 1, 5 * MB + 17]) {
    const [id, bytes] = [random(16), random(sealedSize(plain))];
    const { data } = await offer(ann, { id, room, size: bytes.length });
    const answered = complete(ann, id);
    await data.send(bytes);
    assert.is(await answered, 'done');
    await data.closed();
    assert.is(data.count, 0);
    assert.ok(equal(await bytesOf(ben, id), bytes), `${plain} bytes`);
    const rest = bytes.subarray(SEALED_CHUNK_SIZE);
    if (plain > 64 * KB) assert.ok(equal(await bytesOf(ben, id, SEALED_CHUNK_SIZE), rest), `${plain} bytes, from the second chunk`);
  }
}));

test('an upload that was cut goes on at a chunk, at most one chunk before the cut', closeAfter(async (closing) => {
  const { server, ann, ben, room, offer, fetch, bytesOf, complete, state } = await people(closing);
  const [id, bytes] = [random(16), random(sealedSize(2 * MB))];
  let from = 0;
  for (let cut = 0; cut < 6; cut += 1) {
    const { data, offset } = await offer(ann, { id, room, size: bytes.length });
    assert.is(offset % SEALED_CHUNK_SIZE, 0);
    assert.ok(offset > from - SEALED_CHUNK_SIZE, `from ${offset}, ${from} were there`);
    const to = offset + 150_000 + cut * 11_111;
    await data.send(bytes.subarray(offset, to));
    await waitFor(async () => (await state(ann, id)) === `uploading ${to}`, 10_000, 'what was sent is there');
    data.cut();
    from = to;
  }
  const { data, offset } = await offer(ann, { id, room, size: bytes.length });
  await data.send(bytes.subarray(offset));
  assert.is(await complete(ann, id), 'done');
  assert.ok(equal(readFileSync(cached(server, id)), bytes));
  const half = await fetch(ben, id);
  await waitFor(() => half.count > 0, 10_000, 'the download runs');
  half.cut();
  assert.ok(equal(await bytesOf(ben, id, 16 * SEALED_CHUNK_SIZE), bytes.subarray(16 * SEALED_CHUNK_SIZE)));
}));

test('a server that is killed goes on with what reached its disk, and knows what was whole', closeAfter(async (closing) => {
  const { server, ann, room, offer, complete, state } = await people(closing);
  const [whole, bytes] = [random(16), random(sealedSize(1 * MB))];
  const first = await offer(ann, { id: whole, room, size: bytes.length });
  await first.data.send(bytes);
  assert.is(await complete(ann, whole), 'done');
  const id = random(16);
  const { data } = await offer(ann, { id, room, size: bytes.length });
  await data.send(bytes.subarray(0, 300_000));
  await waitFor(async () => (await state(ann, id)) === 'uploading 300000', 10_000, 'the first part is there');
  await server.kill();
  await data.closed();
  await server.restart();
  const again = await RawClient.signUp(closing, server.port, 'ann', false);
  assert.is(await state(again, id), 'uploading 300000');
  assert.is(await state(again, whole), `available ${bytes.length}`);
  const { data: rest, offset } = await offer(again, { id, room, size: bytes.length });
  assert.is(offset, 4 * SEALED_CHUNK_SIZE);
  await rest.send(bytes.subarray(offset));
  assert.is(await complete(again, id), 'done');
  for (const one of [id, whole]) assert.ok(equal(readFileSync(cached(server, one)), bytes));
}));

test('a receiver who comes early is fed as the bytes come', closeAfter(async (closing) => {
  const { ann, ben, room, offer, fetch, complete } = await people(closing);
  const [id, bytes] = [random(16), random(sealedSize(1 * MB))];
  const { data } = await offer(ann, { id, room, size: bytes.length });
  const pieces: Buffer[] = [];
  const early = await fetch(ben, id, { listen: (piece) => void pieces.push(piece) });
  assert.is(early.answer, 'attach_ok');
  await data.send(bytes.subarray(0, 3 * SEALED_CHUNK_SIZE + 5));
  await waitFor(() => early.count === 3 * SEALED_CHUNK_SIZE, 10_000, 'three chunks while the upload stands');
  await data.send(bytes.subarray(3 * SEALED_CHUNK_SIZE + 5));
  await early.closed();
  assert.ok(equal(Buffer.concat(pieces), bytes));
  assert.is(await complete(ann, id), 'done');
}));

test('a wrong mac, a used token, a byte too many: told or closed, and others go on', closeAfter(async (closing) => {
  const { server, ann, ben, room, slot, offer, fetch, complete } = await people(closing);
  const [id, bytes] = [random(16), random(sealedSize(100 * KB))];
  const granted = await slot(ann, 'file_offer', { transfer_id: id, room, size: bytes.length });
  const wrong = await RawData.open(closing, server.port, { exporter: ann.exporter, slot: granted, direction: 0, mac: random(32) });
  assert.is(wrong.answer, 'forbidden');
  await wrong.closed();
  const spent = await RawData.open(closing, server.port, { exporter: ann.exporter, slot: granted, direction: 0 });
  assert.is(spent.answer, 'forbidden');
  const { data } = await offer(ann, { id, room, size: bytes.length });
  const running = await fetch(ben, id);
  data.socket.write(bytes);
  data.socket.write(random(1));
  await data.closed();
  const { data: right, offset } = await offer(ann, { id, room, size: bytes.length });
  assert.ok(offset <= SEALED_CHUNK_SIZE);
  await right.send(bytes.subarray(offset));
  assert.is(await complete(ann, id), 'done');
  await running.closed();
  assert.ok(equal(readFileSync(cached(server, id)), bytes));
  const talker = await fetch(ben, id);
  talker.socket.write(random(1));
  await talker.closed();
}));

test('data connections end with their session and no longer count as strangers', closeAfter(async (closing) => {
  const { server, ann, ben, room, offer, fetch } = await people(closing, ['--limit', 'per-address=2']);
  const [id, size] = [random(16), sealedSize(1 * MB)];
  const { data } = await offer(ann, { id, room, size });
  const waiting = [await fetch(ben, id), await fetch(ben, id), await fetch(ben, id)];
  assert.equal(waiting.map(({ answer }) => answer), ['attach_ok', 'attach_ok', 'attach_ok'], 'more than two of one address');
  ben.say('logout', {});
  for (const one of waiting) await one.closed();
  assert.is(data.isClosed, false);
  const stranger = connect(server.port, '127.0.0.1');
  closing.add(() => stranger.destroy());
  stranger.on('error', () => undefined);
  assert.is(await server.stop(), 0);
  await data.closed();
}));

test('a full disk: the sender is told why, chat and others go on, the upload resumes when there is room', closeAfter(async (closing) => {
  const data = join(tempFolder(closing), 'data');
  const cache = join(data, 'cache');
  mkdirSync(cache, { recursive: true });
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', cache], { encoding: 'utf8' });
  assert.is(mounted.status, 0, `this test mounts a small disk, which takes root on Linux: ${mounted.stderr}`);
  closing.add(() => spawnSync('umount', ['-l', cache]));
  const { ann, ben, room, offer, complete, state } = await people(closing, ['--keep-free', '0'], data);
  const [id, bytes] = [random(16), random(sealedSize(2 * MB))];
  const { data: upload } = await offer(ann, { id, room, size: bytes.length });
  const { bavail, bsize } = statfsSync(cache);
  const ballast = join(cache, 'ballast');
  writeFileSync(ballast, Buffer.alloc(bavail * bsize - 1 * MB));
  upload.socket.write(bytes);
  await upload.closed();
  const told = await waitFor(() => ann.received.findLast((one) => one.name === 'file_state' && one.content.code !== undefined), 10_000, 'the reason');
  assert.equal(told.name === 'file_state' && [told.content.state, told.content.code], ['uploading', 'no_space']);
  assert.not.ok(ben.received.some((one) => one.name === 'file_state' && one.content.code !== undefined));
  assert.is((await ben.send({ room, kind: 'text', body: random(10) })).name, 'msg_ack');
  const { name, message } = await ann.ask('file_offer', { transfer_id: id, room, size: bytes.length });
  assert.is(name, 'no_space');
  assert.ok(message.name === 'error' && message.content.limit! < bytes.length);
  rmSync(ballast);
  const { data: rest, offset } = await offer(ann, { id, room, size: bytes.length });
  assert.ok(offset > 0, 'not from the start');
  await rest.send(bytes.subarray(offset));
  assert.is(await complete(ann, id), 'done');
  assert.is(await state(ben, id), `available ${bytes.length}`);
}));

test('a folder for files that cannot be written is named at the start', closeAfter(async (closing) => {
  const refused = (prepare: (cache: string) => void): string => {
    const data = join(tempFolder(closing), 'data');
    mkdirSync(data);
    prepare(join(data, 'cache'));
    const run = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), '--port', '0', '--no-udp', '--data', data], { encoding: 'utf8', timeout: 20_000 });
    assert.is(run.status, 1, run.stderr);
    assert.ok(run.stderr.includes(join(data, 'cache')), run.stderr);
    return run.stderr;
  };
  assert.match(refused((cache) => writeFileSync(cache, '')), /cannot be written: (it is not a folder|EACCES)/);
  assert.match(refused((cache) => {
    mkdirSync(cache);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m,ro', 'tmpfs', cache], { encoding: 'utf8' });
    assert.is(mounted.status, 0, `this test mounts a disk that is read-only, which takes root on Linux: ${mounted.stderr}`);
    closing.add(() => spawnSync('umount', ['-l', cache]));
  }), /cannot be written: EROFS/);
}));

test('the cache is its owner\'s alone; what belongs to nothing is gone after a start', closeAfter(async (closing) => {
  const { server, ann, room, offer, complete } = await people(closing);
  const [id, bytes] = [random(16), random(sealedSize(40 * KB))];
  const { data } = await offer(ann, { id, room, size: bytes.length });
  await data.send(bytes);
  assert.is(await complete(ann, id), 'done');
  assert.is(statSync(join(server.data, 'cache')).mode & 0o777, 0o700);
  assert.is(statSync(cached(server, id)).mode & 0o777, 0o600);
  await server.kill();
  writeFileSync(cached(server, random(16)), 'left behind');
  await server.restart();
  assert.equal(readdirSync(join(server.data, 'cache')), [hex(id)]);
}));

test('a damaged copy is found out when a receiver reports it', closeAfter(async (closing) => {
  const { server, ann, ben, room, offer, complete, state } = await people(closing);
  const [id, bytes] = [random(16), random(sealedSize(300 * KB))];
  const { data } = await offer(ann, { id, room, size: bytes.length });
  await data.send(bytes);
  assert.is(await complete(ann, id), 'done');
  const flipped = readFileSync(cached(server, id));
  flipped[123_456]! ^= 0x10;
  writeFileSync(cached(server, id), flipped);
  assert.is((await ben.ask('file_damage', { transfer_id: id })).name, 'done');
  assert.is(await state(ann, id), 'damaged 0');
  assert.is((await ben.ask('file_get', { transfer_id: id, offset: 0 })).name, 'damaged');
  assert.not.ok(existsSync(cached(server, id)));
}));

test('files offered, completed and refused, their bytes and connections are counted', closeAfter(async (closing) => {
  const { server, ann, ben, room, offer, fetch, bytesOf, complete } = await people(closing, ['--metrics', '0', '--max-file', '1MB']);
  const address = /Metrics\s+(http:\/\/\S+)/.exec(server.block)![1]!;
  const figures = async (): Promise<Map<string, number>> => {
    const lines = (await (await globalThis.fetch(address)).text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
  };
  const [id, bytes] = [random(16), random(sealedSize(300 * KB))];
  const { data } = await offer(ann, { id, room, size: bytes.length });
  const early = await fetch(ben, id);
  assert.equal([(await figures()).get('reach_data_connections'), (await figures()).get('reach_connections_not_signed_in')], [2, 0]);
  await data.send(bytes);
  assert.is(await complete(ann, id), 'done');
  await early.closed();
  await bytesOf(ben, id, SEALED_CHUNK_SIZE);
  await ann.ask('file_offer', { transfer_id: random(16), room, size: sealedSize(1 * MB + 1) });
  await ben.ask('file_get', { transfer_id: random(16), offset: 0 });
  await waitFor(async () => (await figures()).get('reach_data_connections') === 0, 10_000, 'no connection is left');
  const after = await figures();
  assert.equal(['offered_total', 'completed_total', 'refused_total{code="too_large"}', 'refused_total{code="no_such_file"}'].map((name) => after.get(`reach_files_${name}`)), [1, 1, 1, 1]);
  assert.equal(['in', 'out'].map((direction) => after.get(`reach_file_bytes_total{direction="${direction}"}`)), [bytes.length, 2 * bytes.length - SEALED_CHUNK_SIZE]);
  assert.ok(after.get('reach_bytes_total{direction="in"}')! < bytes.length, 'they are counted once');
}));

const rssOf = (pid: number): number => Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) * KB;

test('memory stays bounded while 200 MB go in and out, for fast readers and one that stands still', closeAfter(async (closing) => {
  const { server, ann, ben, room, offer, fetch, complete } = await people(closing, ['--max-file', '1GB', '--keep-free', '0']);
  const [id, size] = [random(16), sealedSize(200 * MB)];
  const sent = createHash('sha256');
  const before = rssOf(server.pid);
  let most = before;
  const look = setInterval(() => (most = Math.max(most, rssOf(server.pid))), 20);
  closing.add(() => clearInterval(look));
  const { data } = await offer(ann, { id, room, size });
  const still = await fetch(ben, id);
  still.socket.pause();
  const piece = random(1 * MB);
  for (let at = 0; at < size; at += piece.length) {
    const part = piece.subarray(0, Math.min(piece.length, size - at));
    sent.update(part);
    await data.send(part);
  }
  assert.is(await complete(ann, id), 'done');
  const came = createHash('sha256');
  const reader = await fetch(ben, id, { listen: (one) => void came.update(one) });
  await reader.closed();
  assert.is(reader.count, size);
  assert.is(came.digest('hex'), sent.digest('hex'));
  assert.ok(most - before < 64 * MB, `${Math.round((most - before) / MB)} MiB more at most`);
}));

test.run();
