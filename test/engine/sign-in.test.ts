// The way in and back: what the phase says while somebody waits, and what this computer keeps of a sign-in.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Keychain } from '../../client/engine/cache/keychain.ts';
import type { EngineEvent } from '../../client/engine/types.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { Driver } from './driver.ts';
import { FakeServer } from './fake-server.ts';
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

const outbox = ({ events }: Driver) => events.findLast((event): event is Extract<EngineEvent, { type: 'outbox' }> => event.type === 'outbox')!;
const told = ({ phase }: Driver): string | undefined => (phase.name === 'reconnecting' ? phase.failure.code : undefined);
const isTried = ({ phase }: Driver, times: number): boolean => phase.name === 'reconnecting' && phase.attempt >= times;

test.after.each(async () => {
  for (const driver of drivers.splice(0)) await driver.engine.stop();
  for (const server of servers.splice(0)) await server.close();
});

test('a server that said it shuts down has said so until somebody answers there', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  for (const peer of server.peers) peer.send('bye', { reason: 'shutting_down' });
  await dana.become('reconnecting');
  await server.close();
  await dana.until(() => isTried(dana, 2), 'a dial that is refused');
  assert.is(told(dana), 'shutting_down');
  server.knobs.greeting = 'full';
  await server.listen();
  await dana.until(() => told(dana) !== 'shutting_down', 'an answer');
  assert.is(told(dana), 'full');
  server.knobs.greeting = undefined;
  dana.engine.retryNow();
  await dana.become('online');
  await server.close();
  await dana.become('reconnecting');
  // The pauses have grown meanwhile.
  dana.engine.retryNow();
  await dana.until(() => told(dana) === 'refused', 'a loss of which nobody said anything');
});

test('without a network a server on this computer stays, and its loss is not put down to the network', async () => {
  const server = await serve();
  const dana = drive();
  dana.engine.networkChanged(false);
  await dana.signIn(server.port);
  const asked = server.pings;
  dana.engine.networkChanged(false);
  await dana.until(() => server.pings > asked, 'it is asked at once');
  assert.is(dana.phase.name, 'online');
  await server.close();
  await dana.become('reconnecting');
  assert.is(dana.phase.name === 'reconnecting' && dana.phase.offline, false);
});

test('while the keychain is asked the phase says so, and whoever does not want to wait is let go', async () => {
  const server = await serve();
  const home = lastingFolder();
  const kept = new Map<string, Bytes>();
  let answers: (() => void)[] = [];
  const keychain: Keychain = {
    get: (handle) => new Promise((resolve) => answers.push(() => resolve(kept.get(handle)))),
    put: (name, key) => (kept.set(name, key), Promise.resolve(name)),
    remove: () => Promise.resolve(),
  };
  const first = drive({ home, keychain });
  await first.signIn(server.port, { remember: true });
  await first.until(() => first.engine.localKey() === 'keychain', 'the key is in the keychain');
  await first.engine.stop();
  const second = drive({ home, keychain });
  const dials = server.dials;
  second.engine.resumeSaved();
  assert.equal([second.phase.name, answers.length], ['connecting', 1]);
  second.engine.cancel();
  assert.is(second.phase.name, 'signed_out');
  for (const answer of answers.splice(0)) answer();
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.equal([second.phase.name, server.dials], ['signed_out', dials], 'the late answer begins nothing');
  second.engine.resumeSaved();
  for (const answer of answers.splice(0)) answer();
  await second.become('online');
});

test('what waits is counted as messages: texts and files, no edits; what came back with the connection is counted once', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  dana.engine.send(dana.room, 'said');
  await dana.until(() => dana.texts().length === 1 && [...dana.messages.values()][0]!.state.name === 'sent', 'sent');
  await server.close();
  await dana.become('reconnecting');
  dana.engine.edit(dana.room, [...dana.messages.keys()][0]!, 'said better');
  assert.equal([outbox(dana).waiting, outbox(dana).messages], [1, 0]);
  dana.engine.send(dana.room, 'waits');
  const path = join(dana.home, 'large.bin');
  writeFileSync(path, Buffer.alloc(200_000, 7));
  const [sent] = dana.engine.sendFiles(dana.room, [{ path }], {});
  assert.equal([outbox(dana).waiting, outbox(dana).messages], [2, 2]);
  dana.engine.pauseTransfer(sent!.file, 'up');
  assert.is(outbox(dana).messages, 1, 'one that waits for the person does not wait for the connection');
  dana.engine.resumeTransfer(sent!.file, 'up');
  dana.engine.cancelTransfer(sent!.file, 'up');
  await server.listen();
  await dana.become('online');
  await dana.until(() => outbox(dana).waiting === 0, 'acks');
  assert.equal(outbox(dana), { type: 'outbox', waiting: 0, messages: 0, sentSinceReconnect: 1, owed: 0 });
  dana.engine.send(dana.room, 'new');
  await dana.until(() => outbox(dana).waiting === 0 && dana.texts().includes('new'), 'ack');
  assert.is(outbox(dana).sentSinceReconnect, 1, 'what was said afterwards did not wait');
});

test('"Stay signed in" turned off takes the ticket from this computer at once and for the whole session; turned on again it is back', async () => {
  const server = await serve();
  const home = lastingFolder();
  const dana = drive({ home });
  await dana.signIn(server.port, { remember: true });
  const tickets = (): unknown[] => JSON.parse(readFileSync(join(home, 'tickets.json'), 'utf8')) as unknown[];
  assert.equal([tickets().length, dana.engine.localKey()], [1, 'file']);
  dana.engine.changeSettings({ remember: false });
  assert.equal([tickets(), dana.engine.localKey()], [[], 'password']);
  for (const peer of server.peers) peer.socket.destroy();
  await dana.become('reconnecting');
  await dana.become('online');
  assert.equal([tickets(), server.resumed], [[], 1], 'this session goes on by its ticket, which is not kept');
  dana.engine.changeSettings({ remember: true });
  await dana.engine.stop();
  const again = drive({ home });
  assert.ok(again.engine.resumeSaved());
  await again.become('online');
  again.engine.changeSettings({ remember: false });
  await again.engine.stop();
  assert.not(drive({ home }).engine.resumeSaved());
});

test.run();
