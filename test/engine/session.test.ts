import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBody } from '../../shared/protocol/body.ts';
import { generateIdentity, identityFromSeed } from '../../shared/crypto/identity.ts';
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { formatLink } from '../../shared/protocol/link.ts';
import { Driver } from './driver.ts';
import { FakeServer } from './fake-server.ts';
import { lastingFolder } from '../helpers/folders.ts';

const drivers: Driver[] = [];
const servers: FakeServer[] = [];
const drive = (options = {}) => (drivers.push(new Driver(options)), drivers.at(-1)!);

async function serve(knobs: Partial<FakeServer['knobs']> = {}): Promise<FakeServer> {
  const server = new FakeServer();
  Object.assign(server.knobs, knobs);
  await server.listen();
  servers.push(server);
  return server;
}

test.after.each(async () => {
  for (const driver of drivers.splice(0)) await driver.engine.stop();
  for (const server of servers.splice(0)) await server.close();
});

test('a new name is asked, created, and its message gets a place', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  dana.engine.send(dana.room, 'hello');
  assert.is(dana.messages.size, 1, 'shown in the same turn');
  await dana.until(() => [...dana.messages.values()].every(({ state }) => state.name === 'sent'), 'ack');
  assert.is([...dana.messages.values()][0]!.seq, 1);
  assert.is(server.log.length, 1);
});

test('what was typed while the server was away goes out exactly once, in order, without the password', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  server.knobs.mute = true;
  dana.engine.send(dana.room, 'lost ack');
  await dana.until(() => server.log.length === 1, 'commit');
  await server.close();
  await dana.become('reconnecting');
  for (const text of ['one', 'two', 'three']) dana.engine.send(dana.room, text);
  server.knobs.mute = false;
  await server.listen();
  await dana.become('online');
  await dana.until(() => [...dana.messages.values()].every(({ state }) => state.name === 'sent'), 'acks');
  assert.equal(dana.texts(), ['lost ack', 'one', 'two', 'three']);
  assert.is(server.log.length, 4);
  assert.is(server.resumed, 1);
});

test('a server that is not open says so to the card', async () => {
  const server = await serve({ registration: 'invite' });
  const dana = drive();
  dana.connect(server.port);
  await dana.until(() => dana.phase.name === 'signed_out' && dana.phase.failure !== undefined, 'refusal');
  assert.ok(dana.phase.name === 'signed_out');
  assert.match(dana.phase.failure!.hint!, /Ask the admin for an invite/);
});

test('what a server says of new accounts is told to everybody who asks, unless it is not the server known there', async () => {
  const server = await serve({ registration: 'invite' });
  const dana = drive();
  const place = { server: `127.0.0.1:${server.port}` };
  assert.is(await dana.engine.registration(place), 'invite');
  const [replaced, answered] = await Promise.all([dana.engine.registration(place), dana.engine.registration(place)]);
  assert.equal([replaced, answered], [undefined, 'invite']);
  assert.is(dana.phase.name, 'signed_out', 'asking is no sign-in');
  const link = formatLink({ host: '127.0.0.1', port: server.port, tls: false, fingerprint: new Uint8Array(32) });
  assert.is(await dana.engine.registration({ server: link }), undefined);
  assert.is(await dana.engine.registration({ server: 'no address' }), undefined);
  await server.close();
  assert.is(await dana.engine.registration(place), undefined);
});

test('a refused ticket falls back to the password of this process', async () => {
  const server = await serve({ resume: false });
  const dana = drive();
  await dana.signIn(server.port);
  for (const peer of server.peers) peer.socket.destroy();
  await dana.become('reconnecting');
  await dana.become('online');
});

test('an outbox of a killed process goes out at the next start', async () => {
  const server = await serve({ mute: true });
  const home = lastingFolder();
  const first = drive({ home });
  await first.signIn(server.port);
  first.engine.send(first.room, 'from before');
  await first.until(() => server.log.length === 1, 'commit');
  await first.engine.stop();
  server.knobs.mute = false;
  const second = drive({ home });
  await second.signIn(server.port);
  await second.until(() => second.texts().length === 1 && [...second.messages.values()][0]!.state.name === 'sent', 'sent');
  assert.is(server.log.length, 1, 'not doubled');
});

test('a saved ticket signs in without the password', async () => {
  const server = await serve();
  const home = lastingFolder();
  const first = drive({ home });
  await first.signIn(server.port, { remember: true });
  await first.engine.stop();
  const second = drive({ home });
  assert.is(second.engine.resumeSaved(), true);
  await second.become('online');
  second.engine.signOut();
  assert.is(second.engine.resumeSaved(), false);
});

test('a saved sign-in waits for a server that is away', async () => {
  const server = await serve();
  const home = lastingFolder();
  const first = drive({ home });
  await first.signIn(server.port, { remember: true });
  await first.engine.stop();
  await server.close();
  const second = drive({ home });
  second.engine.resumeSaved();
  await second.become('reconnecting');
  await server.listen();
  second.engine.retryNow();
  await second.become('online');
});

test('what anybody on the path can say in plain ends nothing but a first connect, and in our words', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  server.knobs.greeting = 'kicked';
  for (const peer of server.peers) peer.socket.destroy();
  await dana.until(() => dana.phase.name === 'reconnecting' && dana.phase.attempt > 1, 'a second try');
  server.knobs.greeting = undefined;
  await dana.become('online');
  assert.is(server.resumed, 1, 'the ticket lives on');
  server.knobs.greeting = 'kicked';
  const other = drive();
  other.connect(server.port);
  await other.until(() => other.phase.name === 'signed_out' && other.phase.failure !== undefined, 'the end');
  assert.is(other.phase.name === 'signed_out' && other.phase.failure?.code, 'closed_by_peer');
});

test('a refused message stays refused over a restart, until it is sent again or given up', async () => {
  const server = await serve({ refuse: 'forbidden' });
  const home = lastingFolder();
  const first = drive({ home });
  await first.signIn(server.port);
  first.engine.send(first.room, 'no');
  first.engine.send(first.room, 'nor this');
  await first.until(() => [...first.messages.values()].every(({ state }) => state.name === 'failed'), 'refusals');
  await first.engine.stop();
  const received = server.received;
  server.knobs.refuse = undefined;
  const second = drive({ home });
  await second.signIn(server.port);
  assert.equal([...second.messages.values()].map(({ text, state }) => [text, state.name]), [['no', 'failed'], ['nor this', 'failed']]);
  assert.equal(second.events.findLast((event) => event.type === 'outbox'), { type: 'outbox', waiting: 0, messages: 0, sentSinceReconnect: 0, owed: 0 });
  assert.is(server.received, received, 'not sent by itself');
  const [no, nor] = [...second.messages.keys()];
  second.engine.discard(second.room, nor!);
  second.engine.retry(second.room, no!);
  await second.until(() => second.messages.get(no!)?.state.name === 'sent', 'sent');
  assert.equal(server.log.length, 1);
  await second.engine.stop();
  const third = drive({ home });
  await third.signIn(server.port);
  await third.until(() => third.messages.size === 1, 'the one that was sent');
});

test('a sync that is refused for its rate is asked again', async () => {
  const server = await serve({ refuseSyncs: 2 });
  const dana = drive();
  await dana.signIn(server.port);
  assert.is(server.knobs.refuseSyncs, 0);
});

test('the newest fifty first, older ones on demand, a gap by pages', async () => {
  const server = await serve();
  const sender = Uint8Array.from(randomBytes(16));
  const say = (count: number) => Array.from({ length: count }, () => server.say(sender, encodeBody({ text: String(server.log.length + 1) })));
  say(120);
  const dana = drive();
  await dana.signIn(server.port);
  await dana.until(() => dana.messages.size === 50, 'newest page');
  assert.is(dana.texts()[0], '71');
  dana.engine.loadOlder(dana.room);
  await dana.until(() => dana.messages.size === 100, 'older page');
  dana.engine.loadOlder(dana.room);
  await dana.until(() => dana.messages.size === 120, 'first page');
  const end = dana.events.findLast((event) => event.type === 'history_end');
  assert.is(end?.type === 'history_end' && end.more, false);
  await server.close();
  await dana.become('reconnecting');
  say(450);
  await server.listen();
  await dana.until(() => dana.messages.size === 570, 'gap');
  assert.equal(dana.texts(), Array.from({ length: 570 }, (_, at) => String(at + 1)));
});

test('another log is told and fetched anew', async () => {
  const server = await serve();
  const sender = Uint8Array.from(randomBytes(16));
  for (const text of ['a', 'b', 'c']) server.say(sender, encodeBody({ text }));
  const dana = drive();
  await dana.signIn(server.port);
  await dana.until(() => dana.messages.size === 3, 'page');
  await server.close();
  server.log = [];
  for (const text of ['x', 'y']) server.say(sender, encodeBody({ text }));
  await server.listen();
  await dana.until(() => dana.texts().join('') === 'xy', 'the other log');
  assert.ok(dana.events.some((event) => event.type === 'reset'));
});

test('rate_limited waits and keeps every message', async () => {
  const server = await serve({ limitEvery: 5 });
  const dana = drive();
  await dana.signIn(server.port);
  for (let at = 0; at < 20; at += 1) dana.engine.send(dana.room, String(at));
  await dana.until(() => [...dana.messages.values()].every(({ state }) => state.name === 'sent'), 'acks', 15_000);
  assert.is(server.log.length, 20);
});

test('a changed key stops on this computer too; trusting it goes on', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  await server.close();
  server.identity = identityFromSeed(generateIdentity((size) => Uint8Array.from(randomBytes(size))).seed);
  await server.listen();
  await dana.become('ask_trust');
  const phase = dana.phase;
  assert.ok(phase.name === 'ask_trust' && phase.previous !== undefined && phase.previous.words.length === 8);
  assert.is(server.resumed, 0, 'the ticket was not shown to the stranger');
  dana.engine.answerTrust('compared');
  await dana.become('online');
});

test('a server that is not the one of the link is refused, whatever else is known, and nobody is asked', async () => {
  const server = await serve();
  const home = lastingFolder();
  const dana = drive({ home });
  await dana.signIn(server.port);
  dana.engine.signOut();
  const link = formatLink({ host: '127.0.0.1', port: server.port, tls: false, fingerprint: new Uint8Array(32).fill(7) });
  dana.connect(server.port, { server: link });
  await dana.until(() => dana.phase.name === 'signed_out' && dana.phase.failure !== undefined, 'refusal');
  const { phase } = dana;
  assert.ok(phase.name === 'signed_out');
  assert.equal([phase.failure?.code, phase.failure?.field], ['key_changed', 'server']);
  assert.match(phase.failure!.message, /not the one that the link names/);
  assert.not(dana.events.some((event) => event.type === 'phase' && event.phase.name === 'ask_trust'));
  await dana.signIn(server.port);
});

test('pins that cannot be read stop a sign-in before anything is sent', async () => {
  const server = await serve();
  const home = lastingFolder();
  mkdirSync(join(home, 'pins.json'));
  const dana = drive({ home });
  dana.connect(server.port);
  await dana.until(() => dana.phase.name === 'signed_out' && dana.phase.failure !== undefined, 'refusal');
  assert.ok(dana.phase.name === 'signed_out');
  assert.is(dana.phase.failure?.code, 'local');
  assert.ok(dana.phase.failure?.message.includes(join(home, 'pins.json')));
  assert.is(server.accounts.size, 0);
});

test('an unknown address asks once, and is known afterwards', async () => {
  const server = new FakeServer();
  await server.listen('0.0.0.0');
  servers.push(server);
  const home = lastingFolder();
  const dana = drive({ home });
  dana.connect(server.port, { server: `127.0.0.2:${server.port}` });
  await dana.become('ask_trust');
  assert.is(server.peers.size <= 1, true);
  dana.engine.answerTrust('compared');
  await dana.become('ask_register');
  dana.engine.answerRegister(true);
  await dana.become('online');
  await dana.engine.stop();
  const again = drive({ home });
  await again.signIn(server.port, { server: `127.0.0.2:${server.port}` });
  assert.not(again.events.some((event) => event.type === 'phase' && event.phase.name === 'ask_trust'));
});

test('a wrong password has its words and its field', async () => {
  const server = await serve();
  const dana = drive();
  await dana.signIn(server.port);
  const other = drive();
  other.connect(server.port, { password: 'wrong' });
  await other.until(() => other.phase.name === 'signed_out' && other.phase.failure !== undefined, 'refusal');
  const { phase } = other;
  assert.ok(phase.name === 'signed_out');
  assert.is(phase.failure?.message, "Wrong password for 'dana'. 4 tries left before a 60 s pause.");
  assert.is(phase.failure?.field, 'password');
});

test.run();
