// Transfers that do not run through: the way is cut, the server is killed, the programs of both people end and come back.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { hashOf, messageOf, randomFile, transferOf, until } from '../helpers/files.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { startWire } from '../helpers/wire.ts';

const MB = 1024 * 1024;
/** What this computer's network may hold between two sockets when one of them is cut, and what the client has sealed ahead. */
const IN_FLIGHT = MB;

async function comesBack(closing: Closing, home: string, who: { username: string; server: string }): Promise<TestEngine> {
  const engine = startEngine(closing, home);
  await engine.signIn(who);
  return engine;
}

test('40 MB through twenty cuts, two kills of the server and a restart of both people: whole, and hardly anything twice', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const up = await startWire(closing, server.port);
  const down = await startWire(closing, server.port);
  const [homeOfAna, homeOfBen] = [tempFolder(closing), tempFolder(closing)];
  let ana = await comesBack(closing, homeOfAna, { username: 'ana', server: `127.0.0.1:${up.port}` });
  let ben = await comesBack(closing, homeOfBen, { username: 'ben', server: `127.0.0.1:${down.port}` });
  const path = randomFile(tempFolder(closing), 'long.bin', 40 * MB);
  up.slow(12 * MB);
  const before = up.sent();
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  const upDone = () => transferOf(ana, sent!.file, 'up')?.done ?? 0;
  const hurry = () => [ana, ben].forEach(({ calls }) => (calls.networkChanged(true), calls.resumeTransfer(sent!.file, 'up'), calls.resumeTransfer(sent!.file, 'down')));
  for (let cut = 1; cut <= 20; cut += 1) {
    const enough = Math.min(39.9, cut * 1.9) * MB;
    await waitFor(() => (hurry(), upDone() >= enough || transferOf(ana, sent!.file, 'up')?.state.name === 'done'), 60_000, `${enough} bytes; ${JSON.stringify(transferOf(ana, sent!.file, 'up'))}`);
    for (const wire of [up, down]) (wire.cut(), wire.mend());
    if (cut === 7 || cut === 14) {
      await server.kill();
      await server.restart();
    }
    if (cut === 10) {
      await ana.calls.stop();
      await ben.calls.stop();
      ana = await comesBack(closing, homeOfAna, { username: 'ana', server: `127.0.0.1:${up.port}` });
      ben = await comesBack(closing, homeOfBen, { username: 'ben', server: `127.0.0.1:${down.port}` });
    }
  }
  up.slow(Infinity);
  await waitFor(() => (hurry(), transferOf(ana, sent!.file, 'up')?.state.name === 'done'), 60_000, 'the upload');
  const { state } = await until(ben, { file: sent!.file, direction: 'down' }, ['done', 'failed']);
  assert.is(await hashOf((state.name === 'done' && state.path) || ''), await hashOf(path));
  const twice = up.sent() - before - 40 * MB;
  const most = 23 * (SEALED_CHUNK_SIZE + IN_FLIGHT);
  console.log(`      ${twice} bytes beyond the file's own, in 23 interruptions; at most ${most}`);
  assert.ok(twice < most, `${twice} bytes were sent twice`);
}));

test('a full disk at the receiver is said with what is missing, and the download goes on when there is room', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const here = `127.0.0.1:${server.port}`;
  const ana = await comesBack(closing, tempFolder(closing), { username: 'ana', server: here });
  const ben = await comesBack(closing, tempFolder(closing), { username: 'ben', server: here });
  const folder = smallDisk(closing, 4);
  writeFileSync(join(folder, 'ballast'), Buffer.alloc(2 * MB));
  ben.calls.changeSettings({ downloads: folder });
  const path = randomFile(tempFolder(closing), 'three.bin', 3 * MB);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path }]);
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  const { state } = await until(ben, { file: sent!.file, direction: 'down' }, ['interrupted', 'failed', 'done']);
  assert.match(state.name === 'interrupted' ? state.failure.message : JSON.stringify(state), /disk is full on this computer: 3 MB more are needed in/);
  ben.calls.send(room, 'chat goes on');
  await waitFor(() => [...ana.messages.values()].some(({ text }) => text === 'chat goes on'), 10_000, 'the message');
  rmSync(join(folder, 'ballast'));
  await until(ben, { file: sent!.file, direction: 'down' }, ['done']);
  assert.equal(readdirSync(join(folder, 'ana')), ['three.bin']);
}));

test('a full disk at the server is said to the sender, and the upload goes on when there is room', closeAfter(async (closing) => {
  const data = join(smallDisk(closing, 24), 'data');
  mkdirSync(data);
  const server = await startServer(closing, { data, args: ['--keep-free', '1MB'] });
  const ana = await comesBack(closing, tempFolder(closing), { username: 'ana', server: `127.0.0.1:${server.port}` });
  const ballast = join(data, '..', 'ballast');
  writeFileSync(ballast, Buffer.alloc(14 * MB));
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(tempFolder(closing), 'ten.bin', 10 * MB) }]);
  const { state } = await until(ana, { file: sent!.file, direction: 'up' }, ['interrupted', 'failed', 'done']);
  assert.match(state.name === 'interrupted' ? state.failure.message : JSON.stringify(state), /no room left for it: \d.* are free there/);
  rmSync(ballast);
  await until(ana, { file: sent!.file, direction: 'up' }, ['done']);
}));

/** A disk of its own, of so many MB. */
function smallDisk(closing: Closing, megabytes: number): string {
  const folder = tempFolder(closing);
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', folder]);
  closing.add(() => void execFileSync('umount', ['-l', folder]));
  return folder;
}

test.run();
