// A session's two paths with the relay behind a real socket, as in a process of its own: it comes, goes, hangs and talks nonsense.
import { connect } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Paths } from '../../server/chat/paths.ts';
import { keepDialing, listenForRelay } from '../../server/net/relay-socket.ts';
import { steadyClock, systemClock } from '../../server/ops/clock.ts';
import { silentLog, type Log } from '../../server/ops/log.ts';
import { noMetrics } from '../../server/ops/metrics.ts';
import { Relay } from '../../server/udp/relay.ts';
import { RelayEnd } from '../../server/udp/relay-end.ts';
import { RemoteRelay } from '../../server/udp/remote-relay.ts';
import { decodeFromServer, encodeWire, WIRE_VERSION, type FromRelay, type FromServer } from '../../server/udp/wire.ts';
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage, RecordDecoder } from '../../shared/protocol/frames.ts';
import type { Content, Message, UdpKey } from '../../shared/protocol/messages.ts';
import { Association } from '../../shared/udp/association.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { FakeConnection, random } from './fixtures.ts';
import { lastingFolder } from '../helpers/folders.ts';

const ADDRESS = '192.0.2.7:4000';
const msgOf = (seq: number, size = 20): Bytes => encodeMessage('msg', { room: random(16), seq, ts: 5, sender: random(16), client_msg_id: random(16), kind: 'text', body: new Uint8Array(size) });
const seqsOf = (messages: readonly Message[]): number[] => messages.filter(({ name }) => name === 'msg').map(({ content }) => (content as Content<'msg'>).seq);

/** The server's half: sessions, and a socket for a relay. */
async function startServerHalf(closing: Closing, { port = 0, log = silentLog }: { port?: number; log?: Log } = {}) {
  const directory = lastingFolder();
  const relay = new RemoteRelay({ host: undefined, outsidePort: undefined, port, random, clock: systemClock, log });
  const socket = await listenForRelay(directory, log, (wire) => relay.attach(wire));
  closing.add(() => {
    relay.stop();
    return socket.stop();
  });
  const keys = new Map<string, Bytes>();
  const enter = (key: UdpKey) => {
    const tcp = new FakeConnection();
    const heard: Message[] = [];
    keys.set(String(key.connection_id), Uint8Array.from(key.key));
    const told = { ...key, key: Uint8Array.from(key.key) };
    const paths = new Paths({ tcp, relay, key, frame: (frame) => void heard.push(decodeMessage(frame)!) });
    return { key: told, given: key, tcp, heard, paths };
  };
  return { directory, relay, keys, enter };
}

type ServerHalf = Awaited<ReturnType<typeof startServerHalf>>;
type Session = ReturnType<ServerHalf['enter']>;

/** The relay's half, and a network in which datagrams take no time. `blocked`: none comes through. */
function startRelayHalf(closing: Closing, { directory, keys }: ServerHalf) {
  const blocked = { value: false };
  const clients = new Set<ReturnType<typeof clientOf>>();
  const relay: Relay = new Relay({
    place: { port: 7 }, random, clock: steadyClock, log: silentLog, metrics: noMetrics,
    write: (bytes) => setImmediate(() => clients.forEach((client) => void (blocked.value || client.came(bytes)))),
  });
  let end: RelayEnd | undefined;
  const dialer = keepDialing({
    directory, clock: systemClock, log: silentLog,
    attach: (wire) => {
      const keyOf = (id: Bytes): Bytes => {
        const key = keys.get(String(id));
        if (!key) throw new Error('the store does not know it');
        return Uint8Array.from(key);
      };
      const current = (end = new RelayEnd({ relay, wire, port: 4_321, second: true, keyOf, random, log: silentLog }));
      return { received: (message) => current.received(message), closed: () => current.close() };
    },
  });
  closing.add(() => dialer.stop());
  const receive = (bytes: Bytes): void => void (blocked.value || end?.full || relay.receive(bytes, ADDRESS));
  return { blocked, receive, clients, stop: () => dialer.stop() };
}

/** A client of a session: what came by TCP about UDP reaches it. */
function clientOf(closing: Closing, { key, tcp, paths }: Session, network: { receive(bytes: Bytes): void }) {
  const got: Message[] = [];
  const now = (): number => performance.now();
  const association = new Association({ role: 'client', connectionId: key.connection_id, key: key.key, salt: key.salt, random, now: now() });
  let timer: NodeJS.Timeout | undefined;
  let taken = 0;
  const drive = (): void => {
    clearTimeout(timer);
    for (const { bytes } of association.transmit(now())) setImmediate(() => network.receive(bytes));
    for (const event of association.take()) {
      if (event.name === 'message') got.push(...decodeFrames(event.frame).map((frame) => decodeMessage(frame)!));
      if (event.name === 'stat') paths.udpReported(event.content);
    }
    const { deadline } = association;
    if (deadline !== undefined) timer = setTimeout(drive, Math.max(1, Math.ceil(deadline - now())));
  };
  const looking = setInterval(() => {
    for (; taken < tcp.sent.length; taken += 1) {
      const message = tcp.sent[taken]!;
      if (message.name === 'udp_stat') association.reported(message.content, now());
      if (message.name === 'udp_resync') association.resync(message.content.salt, now());
    }
    drive();
  }, 5);
  closing.add(() => {
    clearInterval(looking);
    association.close();
    clearTimeout(timer);
  });
  drive();
  const isUp = (): boolean => association.view().sending && association.view().receiving;
  return {
    got, isUp, view: () => association.view(), network,
    came: (bytes: Bytes): void => {
      association.receive(bytes, 'relay', now());
      drive();
    },
    say: (frame: Bytes) => {
      association.send(frame);
      drive();
    },
    up: () => waitFor(isUp, 10_000, 'UDP is up both ways'),
  };
}

async function together(closing: Closing) {
  const server = await startServerHalf(closing);
  const half = startRelayHalf(closing, server);
  await waitFor(() => server.relay.port === 4_321, 5_000, 'the relay has said its port');
  const session = server.enter(server.relay.draw()!);
  const client = clientOf(closing, session, half);
  half.clients.add(client);
  await client.up();
  return { server, half, session, client };
}

/** Somebody at the socket who says what a test wants. */
async function stranger(closing: Closing, { directory }: ServerHalf) {
  const socket = connect(join(directory, 'relay.sock'));
  const heard: FromServer[] = [];
  const decoder = new RecordDecoder(1 << 20);
  const state = { closed: false };
  socket.on('data', (piece) => void [...decoder.push(piece)].forEach((body) => void heard.push(decodeFromServer(body))));
  socket.on('close', () => (state.closed = true));
  socket.on('error', () => (state.closed = true));
  closing.add(() => void socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
  return { heard, state, socket, say: (message: FromRelay) => void socket.write(encodeWire(message)) };
}

test('messages go by UDP both ways; the server forgets the key; with its session the link ends in the relay', closeAfter(async (closing) => {
  const { server, half, session, client } = await together(closing);
  assert.ok(session.given.key.every((byte) => byte === 0));
  const stats = session.tcp.sent.length;
  session.paths.send(msgOf(1));
  session.paths.send(encodeMessage('typing', { room: random(16), user_id: random(16) }), true);
  client.say(encodeMessage('receipt', { room: random(16), delivered: 1, read: 0 }));
  await waitFor(() => client.got.length === 2 && session.heard.length === 1, 5_000, 'both have it');
  assert.equal(client.got.map(({ name }) => name).sort(), ['msg', 'typing']);
  assert.equal(session.heard.map(({ name }) => name), ['receipt']);
  assert.equal(session.tcp.names().slice(stats).filter((name) => name !== 'udp_stat'), []);
  session.paths.end();
  session.paths.send(msgOf(2));
  assert.ok(seqsOf(session.tcp.sent).includes(2));
  const late = server.enter(server.relay.draw()!);
  const other = clientOf(closing, late, half);
  half.clients.add(other);
  await other.up();
  const before = client.got.length;
  client.say(encodeMessage('receipt', { room: random(16), delivered: 2, read: 0 }));
  await waitFor(() => !client.view().sending, 10_000, 'nobody answers the old one');
  assert.equal([client.got.length, session.heard.length], [before, 1]);
}));

test('the relay goes: what it had arrives by TCP at once, the client is told; it comes back under another salt', closeAfter(async (closing) => {
  const { server, half, session, client } = await together(closing);
  half.blocked.value = true;
  for (let seq = 1; seq <= 3; seq += 1) session.paths.send(msgOf(seq));
  assert.equal(seqsOf(session.tcp.sent), []);
  half.stop();
  await waitFor(() => seqsOf(session.tcp.sent).length === 3, 5_000, 'all of it by TCP');
  assert.equal(seqsOf(session.tcp.sent), [1, 2, 3]);
  await waitFor(() => !client.view().receiving, 5_000, 'the client knows that nothing comes by UDP');
  session.paths.send(msgOf(4));
  assert.equal(seqsOf(session.tcp.sent), [1, 2, 3, 4]);

  const next = startRelayHalf(closing, server);
  next.clients.add(client);
  client.network.receive = next.receive;
  await client.up();
  const resync = session.tcp.sent.find(({ name }) => name === 'udp_resync')!.content as Content<'udp_resync'>;
  assert.ok(equal(resync.connection_id, session.key.connection_id) && !equal(resync.salt, session.key.salt));
  session.paths.send(msgOf(5));
  await waitFor(() => seqsOf(client.got).includes(5), 5_000, 'by UDP again');
  assert.equal(seqsOf(session.tcp.sent), [1, 2, 3, 4]);
}));

test('a session that began while no relay was there has UDP when one comes', closeAfter(async (closing) => {
  const server = await startServerHalf(closing, { port: 4_321 });
  const key = server.relay.draw()!;
  assert.is(key.port, 4_321);
  const session = server.enter(key);
  session.paths.send(msgOf(1));
  assert.equal(seqsOf(session.tcp.sent), [1]);
  const half = startRelayHalf(closing, server);
  const client = clientOf(closing, session, half);
  half.clients.add(client);
  await client.up();
}));

test('where nobody knows the port of a relay that never came, no key is given', closeAfter(async (closing) => {
  assert.is((await startServerHalf(closing)).relay.draw(), undefined);
}));

test('udp_ask: one ping, and then the silence that was asked for; and clients are told of the second port', closeAfter(async (closing) => {
  const server = await startServerHalf(closing);
  const relay = await stranger(closing, server);
  relay.say({ name: 'hello', version: WIRE_VERSION, port: 9, second: true });
  await waitFor(() => server.relay.port === 9, 5_000, 'it is known');
  const key = server.relay.draw()!;
  assert.is(key.probe_port, 10);
  server.enter(key).paths.udpAsked(7_000);
  await waitFor(() => relay.heard.some((one) => one.name === 'ask' && one.silent === 7_000 && equal(one.id, key.connection_id)), 5_000, 'the relay is asked');
}));

test('udp_close: another salt, and with it UDP is up again', closeAfter(async (closing) => {
  const { session, client } = await together(closing);
  session.paths.udpClosed();
  session.paths.send(msgOf(1));
  assert.equal(seqsOf(session.tcp.sent), [1]);
  await waitFor(() => session.tcp.names().includes('udp_resync'), 5_000, 'another salt');
  await client.up();
  session.paths.send(msgOf(2));
  await waitFor(() => seqsOf(client.got).includes(2), 5_000, 'by UDP');
}));

test('a relay that takes messages and never tells what became of them holds a bounded part, and that only until it is found silent', closeAfter(async (closing) => {
  const server = await startServerHalf(closing);
  const relay = await stranger(closing, server);
  relay.say({ name: 'hello', version: WIRE_VERSION, port: 9, second: false });
  await waitFor(() => server.relay.port === 9, 5_000, 'it is known');
  const { tcp, paths, key } = server.enter(server.relay.draw()!);
  relay.say({ name: 'turned', id: key.connection_id, up: true });
  const first = msgOf(0);
  await waitFor(() => {
    paths.send(first);
    return relay.heard.some(({ name }) => name === 'send');
  }, 5_000, 'it is given messages');
  const before = tcp.sent.length;
  for (let seq = 1; seq <= 200; seq += 1) paths.send(msgOf(seq, 2_000));
  const atOnce = tcp.sent.length - before;
  assert.ok(atOnce > 60 && atOnce < 200, `${atOnce} of 200 did not wait for it`);
  await waitFor(() => seqsOf(tcp.sent).filter((seq) => seq > 0).length === 200, 10_000, 'all of them came by TCP');
  await waitFor(() => relay.state.closed, 5_000, 'it is done with');
}));

test('nonsense, another version, a word out of turn: the socket ends, the sessions go on, and the next relay is served', closeAfter(async (closing) => {
  const said: string[] = [];
  const keep = (fields: object, text: string): void => void said.push(`${text} ${JSON.stringify(fields)}`);
  const server = await startServerHalf(closing, { log: { debug() {}, info: keep, warn: keep, error: keep } });
  const { tcp, paths } = server.enter({ connection_id: random(8), key: random(32), salt: random(16), port: 1 });
  const refuses = async (speak: (relay: Awaited<ReturnType<typeof stranger>>) => void, words: RegExp): Promise<void> => {
    const relay = await stranger(closing, server);
    speak(relay);
    await waitFor(() => relay.state.closed, 5_000, `the socket ends: ${words}`);
    await waitFor(() => said.some((line) => words.test(line)), 5_000, String(words));
  };
  await refuses(({ socket }) => socket.write(Uint8Array.of(0, 0, 0, 2, 1, 2)), /said something unknown/);
  await refuses(({ socket }) => socket.write(Uint8Array.of(255, 255, 255, 255)), /record of 4294967295 bytes/);
  await refuses(({ say }) => say({ name: 'hello', version: WIRE_VERSION + 1, port: 5, second: false }), /another version/);
  await refuses(() => undefined, /does not answer/);
  paths.send(msgOf(1));
  assert.equal(seqsOf(tcp.sent), [1]);
  const good = await stranger(closing, server);
  good.say({ name: 'lost', id: random(8), n: 5 });
  good.say({ name: 'hello', version: WIRE_VERSION, port: 5, second: true });
  await waitFor(() => good.heard.some(({ name }) => name === 'open'), 5_000, 'it hears of the session');
}));

test.run();
