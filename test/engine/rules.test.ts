// The engine's rules without a network: back-off, pacing, failures, trust, holes in a log.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Clock } from '../../client/engine/clock.ts';
import { Delivery } from '../../client/engine/delivery.ts';
import { codeOf, failureOf, failureOfEnding } from '../../client/engine/failures.ts';
import { BackOff, WakeWatch } from '../../client/engine/reconnect.ts';
import { RoomLog } from '../../client/engine/room-log.ts';
import { soundsLike } from '../../client/engine/strangers.ts';
import { targetOf } from '../../client/engine/target.ts';
import { judge } from '../../client/engine/trust.ts';
import { utf8, hex } from '../../shared/protocol/bytes.ts';
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/limits.ts';

class FakeClock implements Clock {
  time = 1_000_000;
  #timers: { at: number; call: () => void }[] = [];
  now = () => this.time;
  soon = (call: () => void) => call();
  after = (ms: number, call: () => void) => {
    const timer = { at: this.time + ms, call };
    this.#timers.push(timer);
    return { cancel: () => void (this.#timers = this.#timers.filter((other) => other !== timer)) };
  };
  pass(ms: number): void {
    const end = this.time + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((other) => other !== next);
      this.time = Math.max(this.time, next.at);
      next.call();
    }
    this.time = Math.max(this.time, end);
  }
}

test('back-off: 1, 2, 4, 8, 15, 30, 30 s; within 20 % of it; from the start after a reset', () => {
  const steps = (byte: number) => {
    const backOff = new BackOff(() => Uint8Array.of(byte));
    return Array.from({ length: 7 }, () => backOff.next());
  };
  assert.equal(steps(0), [800, 1600, 3200, 6400, 12_000, 24_000, 24_000]);
  assert.equal(steps(255), [1200, 2400, 4800, 9600, 18_000, 36_000, 36_000]);
  const backOff = new BackOff(() => Uint8Array.of(0));
  backOff.next();
  backOff.next();
  backOff.reset();
  assert.is(backOff.next(), 800);
});

test('a machine that slept is noticed; one that is busy is not', () => {
  const clock = new FakeClock();
  let woken = 0;
  const watch = new WakeWatch(clock, () => (woken += 1));
  clock.pass(60_000);
  assert.is(woken, 0);
  clock.time += 3_600_000;
  clock.pass(0);
  assert.is(woken, 1);
  watch.stop();
});

test('delivery keeps to the rate, keeps the order, and counts n', () => {
  const clock = new FakeClock();
  const sent: { n: number; id: string; at: number }[] = [];
  const delivery = new Delivery(clock);
  const add = (at: number) => delivery.add({ id: at.toString(16).padStart(32, '0'), room: 'ab'.repeat(16), kind: 'text', text: 'x', ts: at });
  for (let at = 0; at < 8; at += 1) add(at);
  const line = { waiting: 0, send: (_: 'send', { n, client_msg_id }: { n: number; client_msg_id: Uint8Array }) => void sent.push({ n, id: hex(client_msg_id), at: clock.time }) };
  delivery.attach(line, { body: 1, file: 1, send_rate: 5, send_burst: 5 });
  assert.is(sent.length, 3, 'the burst, less a margin');
  clock.pass(5000);
  assert.is(sent.length, 3, 'the server may not even have begun: nothing more before its first answer');
  delivery.settle(sent[0]!.id);
  clock.pass(1000);
  assert.is(sent.length, 8);
  assert.equal(sent.map(({ n }) => n), [0, 1, 2, 3, 4, 5, 6, 7]);
  assert.equal(sent.map(({ id }) => Number.parseInt(id, 16)), [0, 1, 2, 3, 4, 5, 6, 7]);
  delivery.pause(sent[6]!.id, 3000);
  clock.pass(2900);
  assert.is(sent.length, 8);
  clock.pass(200);
  assert.equal([sent[8]!.id, sent[8]!.n], [sent[6]!.id, 8]);
  delivery.attach(line, { body: 1, file: 1, send_rate: 0, send_burst: 0 });
  assert.is(sent.length, 16, 'everything unacknowledged again');
  assert.is(sent[9]!.n, 0);
});

test('every code has words; those of the connect card are exact', () => {
  for (const code of Object.keys(ERROR_CODES) as ErrorCode[]) {
    assert.ok(failureOf(code, { address: 'a:1', username: 'dana', detail: 'x' }).message.length > 0, code);
    assert.is(codeOf(code), code);
  }
  const about = { address: '127.0.0.1:5000', username: 'dana', registration: 'open' as const };
  assert.equal(failureOf('refused', about).message, 'Nothing is listening on 127.0.0.1:5000. Is the server running?');
  assert.is(failureOf('auth_failed', { ...about, triesLeft: 1, triesPause: 60_000 }).message, "Wrong password for 'dana'. 1 try left before a 60 s pause.");
  assert.is(failureOf('auth_failed', { ...about, triesLeft: 0, triesPause: 600_000 }).message, "Wrong password for 'dana'. That was the last try before a 10 min pause.");
  assert.is(failureOf('auth_failed', about).message, "Wrong password for 'dana'.", 'where tries are not limited');
  assert.is(failureOf('auth_failed', { ...about, registration: 'closed' }).hint, 'New here? Ask the admin for an invite.');
  assert.is(failureOf('busy', { ...about, retryAfter: 41_200 }).message, 'Too many tries. Wait 42 s.');
  assert.not.match(failureOf('full', { ...about, retryAfter: 1000 }).message, /tries/);
  for (const cause of ['speaks_http', 'speaks_ssh', 'speaks_tls', 'hung_up'] as const) assert.is(failureOf(cause).code, 'not_reach');
  assert.is(failureOf('silent', about).code, 'timeout');
});

test('the last try begins the pause, and a version is too old on one side or the other', () => {
  const target = { address: { host: '192.0.2.1', port: 5000 }, username: 'dana' };
  const after = (triesLeft: number) => failureOfEnding({ cause: 'auth_failed', triesLeft, triesPause: 60_000, wasOpen: false }, target).retryAfter;
  assert.equal([after(1), after(0)], [undefined, 60_000]);
  const hint = (triesLeft: number) => failureOf('auth_failed', { registration: 'open', triesLeft, triesPause: 60_000 }).hint;
  assert.equal([hint(1), hint(0)], ['Type it again.', 'Then type it again.']);
  const words = (version?: number) => failureOfEnding({ cause: 'version', version, wasOpen: false }, target);
  assert.equal([words(PROTOCOL_VERSION + 1).message, words(PROTOCOL_VERSION + 1).hint], ['This Reach Chat is too old for that server.', 'Update Reach Chat here.']);
  assert.equal([words(0).message, words(0).hint], ['The server at 192.0.2.1:5000 is too old for this Reach Chat.', 'Ask its admin to update it.']);
  assert.is(words().message, 'The server speaks another version of the protocol.', 'a server that does not say which');
});

test('strangers are told apart', () => {
  assert.is(soundsLike(utf8('HTTP/1.1 400')), 'speaks_http');
  assert.is(soundsLike(utf8('SSH-2.0-OpenSSH')), 'speaks_ssh');
  assert.is(soundsLike(Uint8Array.of(0x15, 3, 1, 0, 2)), 'speaks_tls');
  assert.is(soundsLike(utf8('220 mail')), 'not_reach');
});

test('what a person types', () => {
  const input = { username: 'Dana', password: 'x', server: '127.0.0.1', remember: false };
  const target = targetOf(input);
  assert.ok('address' in target && target.username === 'dana' && target.address.port === 5000);
  const code = (change: object) => { const wrong = targetOf({ ...input, ...change }); return 'failure' in wrong ? wrong.failure.field : 'fine'; };
  assert.equal([code({ server: 'a b' }), code({ username: '-' }), code({ password: '' }), code({ server: 'reach://x/?k=1' })], ['server', 'username', 'password', 'server']);
});

test('trust: this computer silently, elsewhere asked, changed stops everywhere', () => {
  const key = (byte: number) => new Uint8Array(32).fill(byte);
  const seen = (byte: number, server = 1) => ({ identity: key(byte), fingerprint: key(byte), serverId: new Uint8Array(16).fill(server), registration: 'open' as const });
  const here = { host: '127.0.0.1', port: 5000 };
  const there = { host: '127.0.0.2', port: 5000 };
  const pin = (address: string, byte: number, how: 'compared' | 'first_use' = 'compared') => ({ address, fingerprint: hex(key(byte)), serverId: hex(new Uint8Array(16).fill(1)), how, since: 1 });
  assert.equal(judge(here, seen(1), { pins: [] }), { name: 'trusted', how: 'this_computer', pin: true });
  assert.equal(judge({ host: '::1', port: 5000 }, seen(1), { pins: [] }), { name: 'trusted', how: 'this_computer', pin: true });
  assert.equal(judge(there, seen(1), { pins: [] }), { name: 'unknown' });
  assert.equal(judge(there, seen(1), { pins: [pin('127.0.0.2:5000', 1)] }), { name: 'trusted', how: 'compared', pin: false });
  assert.equal(judge(there, seen(1), { pins: [pin('127.0.0.2:5000', 1, 'first_use')] }), { name: 'trusted', how: 'first_use', pin: false });
  assert.equal(judge(there, seen(1), { pins: [pin('127.0.0.2:5000', 1, 'first_use')], link: key(1) }), { name: 'trusted', how: 'link', pin: true }, 'a link makes more of it');
  assert.is(judge(here, seen(2), { pins: [pin('127.0.0.1:5000', 1)] }).name, 'changed');
  assert.is(judge(there, seen(2), { pins: [pin('127.0.0.9:5000', 1)] }).name, 'changed', 'a server id with another key');
  assert.is(judge(there, seen(1), { pins: [], link: key(1) }).name, 'trusted');
  assert.equal(judge(there, seen(2), { pins: [], link: key(1) }), { name: 'not_linked', linked: hex(key(1)) });
  assert.is(judge(there, seen(2), { pins: [], link: key(1), once: new Map([['127.0.0.2:5000', hex(key(2))]]) }).name, 'not_linked', 'nothing overrules a link');
  assert.is(judge(there, seen(2), { pins: [pin('127.0.0.2:5000', 1)], link: key(2) }).name, 'changed', 'a link does not overrule a pin');
  assert.equal(judge(there, seen(1), { pins: [], once: new Map([['127.0.0.2:5000', hex(key(1))]]) }), { name: 'trusted', how: 'once', pin: false });
  assert.is(judge(there, seen(2), { pins: [], once: new Map([['127.0.0.2:5000', hex(key(1))]]) }).name, 'changed');
});

test('a log with holes asks for what is missing and counts nothing twice', () => {
  const log = new RoomLog();
  log.head = 3;
  assert.equal(log.missing(), { before: 4, limit: 50 });
  log.begin([]);
  log.head = 3;
  for (const seq of [1, 2, 3]) assert.is(log.add(seq, 'x'), true);
  assert.is(log.add(2, 'x'), false);
  assert.is(log.add(6, 'six'), true);
  assert.equal(log.missing(), { after: 3, limit: 200 });
  assert.is(log.add(6, 'six'), false);
  log.add(4, 'four');
  log.add(5, 'five');
  assert.equal(log.last, { seq: 6, id: 'six' });
  assert.is(log.missing(), undefined);
  log.head = 9;
  log.giveUpHole();
  assert.is(log.missing(), undefined);
});

test.run();
