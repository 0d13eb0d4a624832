// The keys of a direction: against recorded datagrams, which WebCrypto reads and writes a second time by what docs/protocol.md
// says; and against everything that somebody on the way could send instead.
import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, equal, hex, utf8, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { DATAGRAM_MAX, EPOCH_KEPT_MS, EPOCH_MS, REPLAY_WINDOW } from '../../../shared/protocol/limits.ts';
import { decodeHeader } from '../../../shared/udp/datagram.ts';
import { directionSecrets, ReceiveKeys, SendKeys, type EpochAfter, type OpenedDatagram } from '../../../shared/udp/keys.ts';
import { bytesOf, keysFor, openDatagram, sealDatagram, type Place } from './reference.ts';

interface Vectors {
  key: string;
  connection_id: string;
  salt: string;
  epochs: { from: Place['from']; epoch: number; secret: string; key: string; iv: string }[];
  datagrams: { from: Place['from']; epoch: number; number: number; plain: string; datagram: string }[];
}

const vectors = JSON.parse(readFileSync(new URL('../../vectors/datagrams.json', import.meta.url), 'utf8')) as Vectors;
const association = { key: bytesOf(vectors.key), connectionId: bytesOf(vectors.connection_id), salt: bytesOf(vectors.salt) };
const { connectionId } = association;
const secrets = directionSecrets(association.key, association.salt);
const SIDES = ['client', 'server'] as const;
const NEVER: EpochAfter = { packets: Infinity, ms: Infinity };

const sender = (after?: EpochAfter, from: Place['from'] = 'client') => new SendKeys(secrets[from], connectionId, 0, after);
const receiver = (from: Place['from'] = 'client') => new ReceiveKeys(secrets[from], connectionId);

function open(keys: ReceiveKeys, datagram: Bytes, now = 0): ReturnType<ReceiveKeys['open']> | 'malformed' {
  const header = decodeHeader(datagram);
  return header ? keys.open(datagram, header, now) : 'malformed';
}

function opened(keys: ReceiveKeys, datagram: Bytes, now = 0): OpenedDatagram {
  const result = open(keys, datagram, now);
  if (typeof result === 'string') throw new Error(`${result}, and it was genuine`);
  return result;
}

function flip(bytes: Bytes, bit: number): Bytes {
  const flipped = Uint8Array.from(bytes);
  flipped[bit >> 3]! ^= 1 << (bit & 7);
  return flipped;
}

/** A sender that goes on to the next epoch with every datagram: the n-th is number 0 of epoch n. */
function everyEpoch(count: number): Bytes[] {
  const keys = sender({ packets: 1, ms: Infinity });
  return Array.from({ length: count }, () => {
    const { bytes, epoch } = keys.seal(utf8('x'), 0);
    keys.acknowledged(epoch);
    return bytes;
  });
}

test('the secrets and keys of the recorded epochs, by a second reading', async () => {
  for (const { from, epoch, ...recorded } of vectors.epochs) {
    const { secret, key, iv } = await keysFor(association, { from, epoch, number: 0n });
    assert.equal({ secret: hex(secret), key: hex(key), iv: hex(iv) }, recorded);
    if (epoch === 0) assert.is(hex(secrets[from]), recorded.secret);
  }
});

test('the recorded datagrams, opened and sealed by a second reading', async () => {
  assert.ok(vectors.datagrams.length > 30);
  for (const { from, epoch, number, plain, datagram } of vectors.datagrams) {
    const place = { from, epoch, number: BigInt(number) };
    assert.is(hex(await openDatagram(association, place, bytesOf(datagram))), plain);
    assert.is(hex(await sealDatagram(association, place, bytesOf(plain))), datagram);
  }
});

test('the recorded datagrams open, each as the one it is', () => {
  for (const from of SIDES) {
    const keys = receiver(from);
    const inOrder = vectors.datagrams.filter((one) => one.from === from).sort((a, b) => a.epoch - b.epoch || a.number - b.number);
    for (const { epoch, number, plain, datagram } of inOrder) {
      assert.equal(opened(keys, bytesOf(datagram)), { epoch, number, plaintext: bytesOf(plain), highest: true });
    }
  }
});

test('a sender writes the recorded bytes', () => {
  for (const from of SIDES) {
    const keys = sender({ packets: 3, ms: Infinity }, from);
    for (const { epoch, number, plain, datagram } of vectors.datagrams.filter((one) => one.from === from && one.number < 3)) {
      assert.equal(keys.seal(bytesOf(plain), 0), { bytes: bytesOf(datagram), epoch, number });
      if (number === 2) keys.acknowledged(epoch);
    }
  }
});

test('whatever fits comes out again, and no two datagrams look alike', () => {
  fc.assert(fc.property(fc.array(fc.uint8Array({ maxLength: DATAGRAM_MAX - 31 }), { maxLength: 20 }), (plaintexts) => {
    const [from, to] = [sender(), receiver()];
    for (const plaintext of plaintexts) assert.ok(equal(opened(to, from.seal(plaintext, 0).bytes).plaintext, plaintext));
  }), { numRuns: 100 });
  const keys = sender({ packets: 4, ms: Infinity });
  const seen = Array.from({ length: 40 }, () => {
    const { bytes, epoch } = keys.seal(utf8('the same'), 0);
    keys.acknowledged(epoch);
    return hex(bytes.subarray(15));
  });
  assert.is(new Set(seen).size, 40);
});

test('cut anywhere, or longer than it was, it is not opened', () => {
  const datagram = sender().seal(utf8('some bytes of text'), 0).bytes;
  const keys = receiver();
  for (let size = 0; size < datagram.length; size += 1) assert.is(open(keys, datagram.subarray(0, size)), size < 31 ? 'malformed' : 'forged', String(size));
  for (const more of [1, 16, 100]) assert.is(open(keys, concat(datagram, new Uint8Array(more))), 'forged');
  assert.ok(opened(keys, datagram).highest, 'the genuine one still comes');
});

test('with any bit flipped it is not opened, and the genuine one comes all the same', () => {
  const from = sender();
  const keys = receiver();
  opened(keys, from.seal(utf8('before'), 0).bytes);
  const datagram = from.seal(utf8('some bytes'), 0).bytes;
  for (let bit = 0; bit < datagram.length * 8; bit += 1) {
    const verdict = open(keys, flip(datagram, bit));
    assert.ok(['malformed', 'forged', 'replay'].includes(verdict as string), `bit ${bit}`);
  }
  assert.equal(opened(keys, datagram), { epoch: 0, number: 1, plaintext: utf8('some bytes'), highest: true });
});

test('reflected, of another association, another salt or another connection id, it is not opened', () => {
  const datagram = sender().seal(utf8('x'), 0).bytes;
  assert.is(open(receiver('server'), datagram), 'forged', "a client's own datagram");
  const others = [directionSecrets(association.key.map((byte) => byte ^ 1), association.salt), directionSecrets(association.key, association.salt.map((byte) => byte ^ 1))];
  for (const { client } of others) assert.is(open(new ReceiveKeys(client, connectionId), datagram), 'forged');
  assert.is(open(new ReceiveKeys(secrets.client, new Uint8Array(8)), datagram), 'forged');
});

test('replayed, it is known; so is one that is older than the window', () => {
  const from = sender(NEVER);
  const keys = receiver();
  const all = Array.from({ length: REPLAY_WINDOW + 1 }, () => from.seal(new Uint8Array(), 0).bytes);
  const [first, second] = all as [Bytes, Bytes];
  opened(keys, all.at(-1)!);
  assert.is(open(keys, all.at(-1)!), 'replay');
  assert.is(open(keys, first), 'replay', 'below the window, and never seen');
  assert.not(opened(keys, second).highest);
  assert.is(open(keys, second), 'replay');
});

test('highest is said of what is above everything of the newest epoch', () => {
  const from = sender({ packets: 3, ms: Infinity });
  const old = [0, 1, 2].map(() => from.seal(utf8('x'), 0).bytes);
  from.acknowledged(0);
  const next = [0, 1, 2].map(() => from.seal(utf8('x'), 0).bytes);
  const keys = receiver();
  const highest = [old[1]!, old[0]!, next[1]!, old[2]!, next[0]!, next[2]!].map((datagram) => opened(keys, datagram).highest);
  assert.equal(highest, [true, false, true, false, false, true]);
});

test('a sender goes on when it is due and was heard, never before', () => {
  const byCount = sender({ packets: 2, ms: Infinity });
  const epochs = () => [0, 1, 2].map(() => byCount.seal(utf8('x'), 0)).map(({ epoch, number }) => [epoch, number]);
  assert.equal(epochs(), [[0, 0], [0, 1], [0, 2]], 'nobody has heard it');
  byCount.acknowledged(0);
  assert.equal(epochs(), [[1, 0], [1, 1], [1, 2]]);
  byCount.acknowledged(0);
  assert.equal(epochs(), [[1, 3], [1, 4], [1, 5]], 'what was heard was of before');
  byCount.acknowledged(1);
  assert.equal(epochs(), [[2, 0], [2, 1], [2, 2]]);

  const byTime = sender();
  const epochAt = (now: number) => byTime.seal(utf8('x'), now).epoch;
  byTime.acknowledged(0);
  assert.equal([0, EPOCH_MS - 1, EPOCH_MS, EPOCH_MS + 1].map(epochAt), [0, 0, 1, 1]);
  byTime.acknowledged(1);
  assert.equal([2 * EPOCH_MS - 1, 2 * EPOCH_MS, 2 * EPOCH_MS].map(epochAt), [1, 2, 2]);
});

test('a receiver knows e−1, e and e+1, and no other', () => {
  const [e0, e1, e2, e3, e4, e5] = everyEpoch(6) as [Bytes, Bytes, Bytes, Bytes, Bytes, Bytes];
  const keys = receiver();
  for (const far of [e2, e3, e4, e5]) assert.is(open(keys, far), 'forged', 'far ahead');
  assert.is(opened(keys, e1).epoch, 1);
  assert.is(opened(keys, e0).epoch, 0, 'one back');
  assert.is(open(keys, e0), 'replay');
  assert.is(open(keys, e3), 'forged');
  assert.is(opened(keys, e2).epoch, 2);
  assert.is(open(keys, e1), 'replay', 'its window has come along');
  for (const other of [e0, e4]) assert.is(open(keys, other), 'forged');
  assert.is(open(keys, e5), 'replay', "its two bits are those of e1, whose number 0 has come");
  assert.is(opened(keys, e3).epoch, 3);
  assert.is(opened(keys, e4).epoch, 4);
  assert.is(opened(keys, e5).epoch, 5, 'the two bits have gone round');
});

test('the epoch before is known for 30 s and no longer', () => {
  const from = sender({ packets: 2, ms: Infinity });
  const [first, second] = [from.seal(utf8('x'), 0).bytes, from.seal(utf8('x'), 0).bytes];
  from.acknowledged(0);
  const next = from.seal(utf8('x'), 0).bytes;
  const keys = receiver();
  opened(keys, next, 1_000);
  assert.is(opened(keys, first, 1_000 + EPOCH_KEPT_MS - 1).epoch, 0);
  assert.is(open(keys, second, 1_000 + EPOCH_KEPT_MS), 'forged');
  assert.is(open(keys, next, 1_000 + EPOCH_KEPT_MS), 'replay');
});

/** What somebody without the keys can make of the datagrams that pass by. */
const forgery = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), of: fc.nat(), bit: fc.nat() }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('again' as const), of: fc.nat(), bit: fc.nat() }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('cut' as const), of: fc.nat(), bit: fc.nat() }, { noNullPrototype: true }),
  fc.record({ kind: fc.constant('invent' as const), of: fc.nat(), bit: fc.nat() }, { noNullPrototype: true }),
);

function forge({ kind, of, bit }: { kind: 'flip' | 'again' | 'cut' | 'invent'; of: number; bit: number }, sent: readonly Bytes[], came: readonly Bytes[]): Bytes {
  const one = sent[of % sent.length]!;
  if (kind === 'flip') return flip(one, bit % (one.length * 8));
  if (kind === 'cut') return one.subarray(0, bit % one.length);
  if (kind === 'again') return came[of % (came.length || 1)] ?? new Uint8Array();
  const invented = Uint8Array.from(one);
  invented[0] = 0x40 | ((bit & 3) << 4);
  new DataView(invented.buffer).setUint32(11, bit >>> 2);
  return equal(invented, one) ? flip(one, one.length * 8 - 1) : invented;
}

test('forged ones change nothing: what comes between them is told as if they had not been there', () => {
  const plan = fc.array(fc.tuple(fc.nat(), fc.nat(1_500), fc.array(forgery, { maxLength: 4 })), { minLength: 1, maxLength: 60 });
  fc.assert(fc.property(plan, fc.integer({ min: 1, max: 12 }), (steps, packets) => {
    const from = sender({ packets, ms: Infinity });
    const [attacked, quiet] = [receiver(), receiver()];
    const sent: Bytes[] = [];
    const came: Bytes[] = [];
    let now = 0;
    for (const [which, wait, forgeries] of steps) {
      now += wait;
      sent.push(from.seal(utf8(`message ${sent.length}`), now).bytes);
      for (const one of forgeries) assert.is(typeof open(attacked, forge(one, sent, came), now), 'string', JSON.stringify(one));
      // The newest, or one that waited: up to 8 back.
      const datagram = sent[Math.max(0, sent.length - 1 - (which % 8))]!;
      const told = open(attacked, datagram, now);
      assert.equal(told, open(quiet, datagram, now));
      if (typeof told !== 'string') from.acknowledged(told.epoch);
      came.push(datagram);
    }
  }), { numRuns: 300 });
});

test('in any order, each is opened once, with its own text, as long as its epoch and the window know it', () => {
  const plan = fc.array(fc.tuple(fc.nat(9), fc.nat(4_000)), { minLength: 1, maxLength: 150 });
  fc.assert(fc.property(plan, fc.integer({ min: 1, max: 20 }), (steps, packets) => {
    const from = sender({ packets, ms: 60_000 });
    const keys = receiver();
    const sent: { bytes: Bytes; epoch: number; text: string }[] = [];
    const came = new Set<number>();
    let [now, newest, since] = [0, 0, -Infinity];
    for (const [back, wait] of steps) {
      now += wait;
      const text = `message ${sent.length}`;
      sent.push({ ...from.seal(utf8(text), now), text });
      const index = Math.max(0, sent.length - 1 - back);
      const { bytes, epoch, text: written } = sent[index]!;
      const known = epoch >= newest || (epoch === newest - 1 && now < since + EPOCH_KEPT_MS);
      const result = open(keys, bytes, now);
      // Two bits name the epoch: of one long gone the number may be one that a later epoch has seen.
      if (!known) assert.ok(result === 'forged' || result === 'replay', String(result));
      else if (came.has(index)) assert.is(result, 'replay');
      else {
        assert.ok(typeof result !== 'string' && hex(result.plaintext) === hex(utf8(written)) && result.epoch === epoch, `${index}: ${String(result)}`);
        came.add(index);
        from.acknowledged(epoch);
        if (epoch > newest) [newest, since] = [epoch, now];
      }
    }
  }), { numRuns: 300 });
});

test('the secrets are copies, and destroyed keys neither seal nor open', () => {
  const secret = Uint8Array.from(secrets.client);
  const id = Uint8Array.from(connectionId);
  const [from, to] = [new SendKeys(secret, id, 0), new ReceiveKeys(secret, id)];
  secret.fill(0);
  id.fill(0);
  const { bytes } = from.seal(utf8('x'), 0);
  opened(receiver(), bytes);
  opened(to, bytes);
  const later = from.seal(utf8('y'), 0).bytes;
  for (const keys of [from, to]) {
    keys.destroy();
    keys.destroy();
  }
  assert.throws(() => from.seal(utf8('z'), 0), (error: unknown) => error instanceof ReachError && error.code === 'local');
  for (const datagram of [bytes, later]) assert.is(open(to, datagram), 'forged');
});

test.run();
