import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeMessage, encodeFrame, encodeMessage } from '../../shared/protocol/frames.ts';
import { Opener, Sealer } from '../../shared/crypto/channel.ts';
import { requireCipher } from '../../shared/crypto/gcm.ts';
import { fingerprintOf, fingerprintWords, identityFromSeed, lobbyId, verifySignature } from '../../shared/crypto/identity.ts';

const secret = () => new Uint8Array(32).fill(4);
const body = (record: Bytes) => record.subarray(4);
const code = (expected: string) => (error: { code?: string }) => error.code === expected;
const ping = encodeMessage('ping', {});

test('the cipher is there', () => requireCipher());

test('records open in order, once, and not after a change of any byte', () => {
  const sealer = new Sealer(secret(), 0);
  const opener = new Opener(secret());
  const first = sealer.seal([ping], 0);
  const second = sealer.seal([ping, ping], 0);
  assert.is(opener.open(body(first)).length, 1);
  assert.throws(() => opener.open(body(first)), code('bad_record'));
  assert.is(opener.open(body(second)).length, 2);
  for (let at = 0; at < second.length - 4; at += 1) {
    const damaged = Uint8Array.from(body(sealer.seal([ping], 0)));
    damaged[at % damaged.length]! ^= 0x40;
    assert.throws(() => new Opener(secret()).open(damaged), code('bad_record'));
  }
});

test('a sealed record under 17 bytes is malformed, not decrypted', () => {
  for (let size = 0; size < 17; size += 1) assert.throws(() => new Opener(secret()).open(new Uint8Array(size)), code('malformed'));
});

test('a shorter tag is not a tag', () => {
  const record = new Sealer(secret(), 0).seal([encodeMessage('bye', { reason: 'x' })], 0);
  for (const cut of [1, 4, 8]) assert.throws(() => new Opener(secret()).open(body(record).subarray(0, -cut)), code('bad_record'));
});

test('equal frames never look equal, not even after a change of keys', () => {
  const sealer = new Sealer(secret(), 0, { records: 3, bytes: 1e9, ms: 1e9 });
  const seen = new Set(Array.from({ length: 20 }, () => Buffer.from(sealer.seal([ping], 0)).toString('hex')));
  assert.is(seen.size, 20);
});

test('keys change by records, by bytes and by time, and the reader follows without being told', () => {
  for (const rekey of [{ records: 3, bytes: 1e9, ms: 1e9 }, { records: 1e9, bytes: 12, ms: 1e9 }, { records: 1e9, bytes: 1e9, ms: 5 }]) {
    const sealer = new Sealer(secret(), 0, rekey);
    const opener = new Opener(secret());
    let updates = 0;
    for (let now = 0; now < 30; now += 1) {
      const record = sealer.seal([ping], now);
      if (record.length > 4 + ping.length + 16) updates += 1;
      assert.equal(opener.open(body(record)).map((frame) => decodeMessage(frame)!.name), ['ping']);
    }
    assert.ok(updates >= 5, `${updates} updates`);
  }
});

test('nothing may follow a key_update in its record', () => {
  const sealer = new Sealer(secret(), 0);
  const record = sealer.seal([concat(encodeMessage('key_update', {}), ping)], 0);
  assert.throws(() => new Opener(secret()).open(body(record)), code('malformed'));
});

test('frames of every edge size', () => {
  const sealer = new Sealer(secret(), 0);
  const opener = new Opener(secret());
  for (const size of [0, 1, 15, 16, 17, 255, 256, 65_535, 65_536, 65_537, 1_000_000]) {
    const frames = opener.open(body(sealer.seal([encodeFrame({ type: 99, body: new Uint8Array(size) })], 0)));
    assert.is(frames[0]!.body.length, size);
  }
});

test('identity: deterministic, eight words, low-order keys never verify', () => {
  const identity = identityFromSeed(new Uint8Array(32).fill(1));
  const signature = identity.sign(ping);
  assert.ok(verifySignature(identity.publicKey, ping, signature));
  assert.not.ok(verifySignature(identity.publicKey, concat(ping, ping), signature));
  assert.is(fingerprintWords(fingerprintOf(identity.publicKey)).length, 8);
  assert.equal(fingerprintWords(new Uint8Array(32)), Array(8).fill('abandon'));
  assert.equal(fingerprintWords(new Uint8Array(32).fill(255)), Array(8).fill('zoo'));
  const weak = new Uint8Array(32);
  weak[0] = 1;
  assert.not.ok(verifySignature(weak, ping, concat(weak, new Uint8Array(32))));
  assert.is(lobbyId(new Uint8Array(16)).length, 16);
});

test.run();
