// Transfers after a restart: how far they are, where their files lie, and that they go on.
import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { downloadsOf, filesUnder, house, messageOf, randomFile, remoteOf, transferOf, until } from '../helpers/files.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { startWire } from '../helpers/wire.ts';

const KB = 1024;

test('after a restart a transfer is as far as it was: by its part, by its record, and by the word of the server', closeAfter(async (closing) => {
  const homes = [tempFolder(closing), tempFolder(closing)] as const;
  const server = await startServer(closing);
  const wire = await startWire(closing, server.port);
  const [ana, ben] = homes.map((home) => startEngine(closing, home)) as [TestEngine, TestEngine];
  await ana.signIn({ username: 'ana', server: `127.0.0.1:${wire.port}` });
  await ben.signIn({ username: 'ben', server: `127.0.0.1:${server.port}` });
  wire.slow(1024 * KB);
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(tempFolder(closing), 'long.bin', 6 * 1024 * KB) }]);
  const { room, id } = await messageOf(ben, sent!);
  ben.calls.download(room, id);
  await waitFor(() => (transferOf(ben, sent!.file, 'down')?.done ?? 0) > 1024 * KB, 20_000, 'a part');
  const record = filesUnder(join(homes[0], 'transfers')).find((path) => path.endsWith(`${sent!.file}-up.json`))!;
  const underWay = readFileSync(record);
  ben.calls.pauseTransfer(sent!.file, 'down');
  ana.calls.pauseTransfer(sent!.file, 'up');
  const { done: stopped } = await until(ana, { file: sent!.file, direction: 'up' }, ['paused']);
  await until(ben, { file: sent!.file, direction: 'down' }, ['paused']);
  await Promise.all([ana.calls.stop(), ben.calls.stop()]);
  const part = filesUnder(homes[1]).find((path) => path.endsWith('.part')) ?? filesUnder(downloadsOf(ben)).find((path) => path.endsWith('.part'))!;
  const back = async (home: string, username: string) => {
    const engine = startEngine(closing, home, { goOn: false });
    await engine.signIn({ username, server: `127.0.0.1:${server.port}` });
    return engine;
  };
  const first = ({ events }: TestEngine) => {
    const event = events.find((one) => one.type === 'transfer' && one.transfer.file === sent!.file);
    return event?.type === 'transfer' ? event.transfer : undefined;
  };
  const { size } = statSync(part);
  assert.equal([first(await back(homes[1], 'ben'))!.done, size > 1024 * KB], [size - (size % (64 * KB)), true]);
  let here = await back(homes[0], 'ana');
  assert.is(first(here)!.done, stopped);
  assert.ok(stopped > 0);
  await here.calls.stop();
  // As a crash leaves it.
  writeFileSync(record, underWay);
  here = await back(homes[0], 'ana');
  assert.is(first(here)!.done, 0);
  await waitFor(() => transferOf(here, sent!.file, 'up')!.done > 1024 * KB, 20_000, 'what the server has');
  assert.is(transferOf(here, sent!.file, 'up')!.state.name, 'paused');
}));

test('where a sent file lies is known after a restart; what was pasted lies nowhere', closeAfter(async (closing) => {
  const home = tempFolder(closing);
  const { server, ana, ben, desk } = await house(closing, { homes: [home, tempFolder(closing)] });
  const path = randomFile(desk, 'notes.bin', 100 * KB);
  const kept = await ana.calls.keepPasted('picture.png', randomBytes(90_000));
  assert.ok('path' in kept);
  const [sent, pasted] = ana.calls.sendFiles(ana.room(), [{ path }, { path: kept.path, name: kept.name, pasted: true }]);
  for (const one of [sent!, pasted!]) {
    const { state } = await until(ana, { file: one.file, direction: 'up' }, ['done']);
    assert.is(state.name === 'done' && state.path, one === sent ? path : undefined);
  }
  ana.calls.clearTransfers();
  assert.is(transferOf(ana, sent!.file, 'up')!.state.name, 'done');
  assert.ok(ana.events.some((event) => event.type === 'transfer_gone' && event.file === pasted!.file));
  await ana.calls.stop();
  const records = filesUnder(join(home, 'transfers'));
  assert.equal(records.map((one) => basename(one)), [`${sent!.file}-up.json`]);
  const again = startEngine(closing, home);
  await again.signIn({ username: 'ana', server: `127.0.0.1:${server.port}` });
  const { state } = await until(again, { file: sent!.file, direction: 'up' }, ['done']);
  assert.equal([state.name === 'done' && state.path, state.name === 'done' && state.away], [path, true]);
  const { room, id } = await messageOf(again, sent!);
  const before = readFileSync(path);
  writeFileSync(path, randomBytes(100 * KB));
  const read = await again.calls.readFile(room, id, 0, 1000);
  assert.ok('bytes' in read && before.subarray(0, 1000).equals(read.bytes), 'a file that was changed since is not what was sent');
  again.calls.remove(room, id);
  await waitFor(() => remoteOf(ben, sent!.file)?.state === 'deleted', 10_000, 'the file goes with its message');
  assert.ok(Math.abs(remoteOf(ben, sent!.file)!.at! - Date.now()) < 60_000, 'whoever was there knows when');
  assert.equal(filesUnder(join(home, 'transfers')), []);
}));

test('a file begun without a connection goes on at the next start, and keeps nobody out', closeAfter(async (closing) => {
  const home = tempFolder(closing);
  const { server, ana, ben, desk } = await house(closing, { homes: [home, tempFolder(closing)] });
  await server.stop();
  await ana.waitForPhase('reconnecting');
  const [sent] = ana.calls.sendFiles(ana.room(), [{ path: randomFile(desk, 'begun.bin', 300 * KB) }]);
  await ana.calls.stop();
  await server.restart();
  const again = startEngine(closing, home);
  await again.signIn({ username: 'ana', server: `127.0.0.1:${server.port}` });
  await until(again, { file: sent!.file, direction: 'up' }, ['done']);
  await messageOf(ben, sent!);
}));

test.run();
