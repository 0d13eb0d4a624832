// The relay and a session's two paths over a network held in the hand: what comes late, not at all, or from strangers.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Paths } from '../../server/chat/paths.ts';
import { silentLog } from '../../server/ops/log.ts';
import { noMetrics, type DatagramResult } from '../../server/ops/metrics.ts';
import { Relay } from '../../server/udp/relay.ts';
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage } from '../../shared/protocol/frames.ts';
import type { Content, Message } from '../../shared/protocol/messages.ts';
import { Association } from '../../shared/udp/association.ts';
import { FakeConnection, HeldClock, random } from './fixtures.ts';

const ADDRESS = '192.0.2.7:4000';
const decoded = (bytes: Bytes): Message[] => decodeFrames(bytes).map((frame) => decodeMessage(frame)!);
const msgOf = (seq: number, size = 20): Bytes => encodeMessage('msg', { room: random(16), seq, ts: 5, sender: random(16), client_msg_id: random(16), kind: 'text', body: new Uint8Array(size) });
const seqsOf = (messages: readonly Message[]): number[] => messages.filter(({ name }) => name === 'msg').map(({ content }) => (content as Content<'msg'>).seq);

/** One session and its client. Datagrams take 5 ms, unless a direction is blocked; TCP takes no time. */
function pair(frame: (message: Message) => void = () => {}) {
  const clock = new HeldClock();
  const verdicts: DatagramResult[] = [];
  const written: { bytes: Bytes; to: string }[] = [];
  const blocked = { out: false, back: false };
  const state = { full: false };
  let wakes = 0;
  const counting = { now: () => clock.now(), after: (ms: number, call: () => void) => clock.after(ms, () => (wakes += 1, call())) };
  const relay = new Relay({
    place: { port: 20_002 }, full: () => state.full, random, clock: counting, log: silentLog, metrics: { ...noMetrics, datagramCame: (result) => void verdicts.push(result) },
    write: (bytes, to) => {
      written.push({ bytes, to });
      if (!blocked.back && to === ADDRESS) clock.after(5, () => client.came(bytes));
    },
  });
  const key = relay.draw();
  const tcp = new FakeConnection();
  const metrics = { ...noMetrics, datagramCame: (result: DatagramResult) => void verdicts.push(result) };
  const paths = new Paths({ tcp, relay, key, metrics, frame: (one) => frame(decodeMessage(one)!) });
  const client = clientOf(clock, key, (bytes) => void (blocked.out || clock.after(5, () => relay.receive(bytes, ADDRESS))), paths);
  let reported = 0;
  const settle = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 5) {
      clock.pass(5);
      for (const one of tcp.sent.slice(reported)) if (one.name === 'udp_stat') client.reported(one.content);
      reported = tcp.sent.length;
    }
  };
  return { clock, relay, key, tcp, paths, client, verdicts, written, blocked, state, settle, wakes: () => wakes };
}

type Key = ReturnType<Relay['draw']>;

function clientOf(clock: HeldClock, key: Key, send: (bytes: Bytes) => void, paths: Paths) {
  const got: Message[] = [];
  const sent: Bytes[] = [];
  const association = new Association({ role: 'client', connectionId: key.connection_id, key: key.key, salt: key.salt, random, now: clock.now() });
  let timer = (): void => {};
  const drive = (): void => {
    timer();
    for (const { bytes } of association.transmit(clock.now())) {
      sent.push(bytes);
      send(bytes);
    }
    for (const event of association.take()) {
      if (event.name === 'message') got.push(...decoded(event.frame));
      if (event.name === 'stat') paths.udpReported(event.content);
    }
    const { deadline } = association;
    if (deadline !== undefined) timer = clock.after(Math.max(1, Math.ceil(deadline - clock.now())), drive);
  };
  const run = <T>(work: () => T): T => {
    const result = work();
    drive();
    return result;
  };
  return {
    got, sent, start: drive,
    view: () => association.view(),
    came: (bytes: Bytes) => run(() => association.receive(bytes, 'relay', clock.now())),
    say: (frame: Bytes) => run(() => association.send(frame)),
    once: (frame: Bytes) => run(() => association.sendOnce(frame)),
    reported: (stat: Content<'udp_stat'>) => run(() => association.reported(stat, clock.now())),
    resync: (salt: Bytes) => run(() => association.resync(salt, clock.now())),
    stop: () => (timer(), association.close()),
  };
}

function up(frame?: (message: Message) => void) {
  const all = pair(frame);
  all.client.start();
  all.settle(3_000);
  assert.equal([all.client.view().sending, all.client.view().receiving], [true, true]);
  return all;
}

test('before a datagram of the client verified nothing leaves by UDP, whatever is sent', () => {
  const { paths, tcp, written, settle } = pair();
  paths.send(msgOf(1));
  paths.send(encodeMessage('typing', { room: random(16) }), true);
  settle(60_000);
  assert.equal(tcp.names(), ['msg', 'typing']);
  assert.is(written.length, 0);
});

test('messages, acks, marks, presence and typing take UDP when it is up; everything else stays on TCP', () => {
  const { paths, tcp, client, settle } = up();
  const before = tcp.sent.length;
  const id = random(16);
  const member = { user_id: id, username: 'a', display: 'a', presence: 'online' as const, status: '', last_seen: null, rev: 1 };
  paths.send(msgOf(1));
  paths.send(encodeMessage('msg_ack', { client_msg_id: id, room: id, seq: 1, ts: 1 }));
  paths.send(encodeMessage('marks', { room: id, marks: [] }));
  paths.send(encodeMessage('presence', member), true);
  paths.send(encodeMessage('typing', { room: id, user_id: id }), true);
  paths.send(encodeMessage('roster', { members: [member], more: false }));
  paths.send(encodeMessage('error', { code: 'rate_limited', client_msg_id: id }));
  paths.send(encodeMessage('pong', {}));
  settle(100);
  assert.equal(client.got.map(({ name }) => name).sort(), ['marks', 'msg', 'msg_ack', 'presence', 'typing']);
  assert.equal(tcp.names().slice(before).filter((name) => name !== 'udp_stat'), ['roster', 'error', 'pong']);
});

test('of a client only send, receipt and typing are taken by UDP; another frame there ends nothing', () => {
  const heard: string[] = [];
  const { client, tcp, verdicts, settle } = up(({ name }) => void heard.push(name));
  const room = random(16);
  client.say(encodeMessage('send', { client_msg_id: random(16), n: 0, room, kind: 'text', body: Uint8Array.of(1) }));
  client.say(encodeMessage('logout', {}));
  client.say(Uint8Array.of(0, 0, 9, 15, 1));
  client.say(encodeMessage('receipt', { room, delivered: 1, read: 0 }));
  client.once(encodeMessage('typing', { room }));
  settle(200);
  assert.equal(heard, ['send', 'receipt', 'typing']);
  assert.is(verdicts.filter((one) => one === 'malformed').length, 2);
  assert.is(tcp.closedWith, undefined);
});

test('a frame that breaks the protocol ends the session, as by TCP', () => {
  const { client, tcp, settle } = up(() => {
    throw new ReachError('malformed');
  });
  client.say(encodeMessage('receipt', { room: random(16), delivered: 1, read: 0 }));
  settle(100);
  assert.is(tcp.closedWith, 'malformed');
});

test('when the way back is cut everything arrives by TCP, each message once, and UDP returns by itself', () => {
  const { paths, tcp, client, blocked, settle } = up();
  const all = () => [...seqsOf(client.got), ...seqsOf(tcp.sent)];
  blocked.back = true;
  for (let seq = 1; seq <= 40; seq += 1) {
    paths.send(msgOf(seq));
    settle(200);
  }
  settle(5_000);
  assert.equal(all().sort((a, b) => a - b), Array.from({ length: 40 }, (_, at) => at + 1));
  assert.is(client.view().receiving, false);
  blocked.back = false;
  settle(45_000);
  paths.send(msgOf(41));
  settle(100);
  assert.ok(seqsOf(client.got).includes(41));
});

test('a client that is gone holds no more than its bounded queue, and what it held goes by TCP', () => {
  const { paths, tcp, client, blocked, settle } = up();
  blocked.back = blocked.out = true;
  client.stop();
  for (let seq = 1; seq <= 1_000; seq += 1) paths.send(msgOf(seq, 2_000));
  const atOnce = seqsOf(tcp.sent).length;
  assert.ok(atOnce > 850, `${atOnce} of 1000 did not wait for UDP`);
  settle(10_000);
  assert.equal(seqsOf(tcp.sent).sort((a, b) => a - b), Array.from({ length: 1_000 }, (_, at) => at + 1));
});

test('strangers: replayed, reflected, cut, flipped, unknown: nothing is answered, nothing changes, each is counted', () => {
  const { relay, paths, client, written, verdicts, clock, settle } = up();
  settle(10_000);
  clock.pass(0);
  verdicts.length = 0;
  const before = written.length;
  const datagram = client.sent.at(-1)!;
  const flipped = (at: number): Bytes => datagram.map((byte, index) => (index === at ? byte ^ 1 : byte));
  relay.receive(datagram, '198.51.100.9:1');
  relay.receive(written.at(-1)!.bytes, '198.51.100.9:1');
  relay.receive(datagram.subarray(0, 20), '198.51.100.9:1');
  relay.receive(datagram.subarray(0, -1), ADDRESS);
  for (let at = 0; at < datagram.length; at += 1) relay.receive(flipped(at), '198.51.100.9:1');
  relay.receive(random(400), '198.51.100.9:1');
  clock.pass(0);
  assert.is(written.length, before);
  assert.not.ok(verdicts.includes('ok'));
  for (const verdict of ['unknown', 'malformed', 'replay', 'forged'] as const) assert.ok(verdicts.includes(verdict), verdict);
  paths.send(msgOf(1));
  settle(100);
  assert.equal(seqsOf(client.got), [1]);
  assert.ok(written.every(({ to }) => to === ADDRESS));
});

test('an address that proves nothing gets at most three times its bytes, and costs no busy loop', () => {
  const { relay, client, written, clock, blocked, wakes } = pair();
  blocked.out = true;
  client.start();
  client.stop();
  const first = client.sent[0]!;
  relay.receive(first, '198.51.100.9:1');
  clock.pass(60 * 60_000);
  const bytes = written.reduce((sum, one) => sum + one.bytes.length, 0);
  assert.ok(bytes > 0 && bytes <= 3 * first.length, `${bytes} for ${first.length}`);
  assert.ok(wakes() < 4_000, `${wakes()} wakes in an hour`);
  assert.ok(bytes > 3 * first.length - 100, `${bytes}: all it may have, and the wait begins`);
});

test('after udp_close nothing leaves until a datagram under the salt that follows; under that UDP is up again', () => {
  const { paths, tcp, client, written, key, verdicts, relay, settle } = up();
  const old = client.sent.at(-1)!;
  paths.udpClosed();
  const resync = tcp.sent.find(({ name }) => name === 'udp_resync')!.content as Content<'udp_resync'>;
  assert.ok(equal(resync.connection_id, key.connection_id) && !equal(resync.salt, key.salt));
  const before = written.length;
  verdicts.length = 0;
  relay.receive(old, ADDRESS);
  paths.send(msgOf(1));
  settle(10);
  assert.equal(seqsOf(tcp.sent), [1]);
  assert.is(written.length, before);
  assert.ok(verdicts.includes('forged'));
  client.resync(resync.salt);
  settle(3_000);
  paths.send(msgOf(2));
  settle(100);
  assert.equal(seqsOf(client.got), [2]);
});

test('a relay that starts anew tells every session another salt, and gives back what was under way', () => {
  const { relay, paths, tcp, client, blocked, settle } = up();
  blocked.back = true;
  paths.send(msgOf(1));
  settle(10);
  relay.restart();
  assert.equal(seqsOf(tcp.sent), [1]);
  assert.is(tcp.names().filter((name) => name === 'udp_resync').length, 1);
  assert.is(client.view().sending, true);
});

test('while nothing can be handed on nothing is taken and nothing acknowledged; what was sent meanwhile comes after', () => {
  const heard: string[] = [];
  const { client, written, verdicts, state, settle } = up(({ name }) => void heard.push(name));
  client.say(encodeMessage('receipt', { room: random(16), delivered: 1, read: 0 }));
  settle(5);
  state.full = true;
  const before = written.length;
  settle(1);
  client.say(encodeMessage('receipt', { room: random(16), delivered: 2, read: 0 }));
  settle(150);
  assert.is(written.length, before, 'not even the ack of what it took before');
  assert.equal(heard, ['receipt']);
  assert.ok(verdicts.includes('full'));
  state.full = false;
  settle(1_000);
  assert.equal(heard, ['receipt', 'receipt']);
});

test('with its session the association ends: its datagrams are of nobody', () => {
  const { paths, tcp, client, verdicts, written, settle } = up();
  paths.end();
  verdicts.length = 0;
  const before = written.length;
  client.say(encodeMessage('receipt', { room: random(16), delivered: 1, read: 0 }));
  settle(2_000);
  assert.equal([...new Set(verdicts)], ['unknown']);
  assert.is(written.length, before);
  const asked = tcp.sent.length;
  paths.udpClosed();
  assert.is(tcp.sent.length, asked);
});

test.run();
