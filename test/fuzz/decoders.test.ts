// Every decoder against bytes nobody chose: random ones, and honest ones with a few bytes changed, cut or repeated.
// They may end in a value, in undefined or in a ReachError; in nothing else, and without memory of the sender's choosing.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { decodeBody, encodeBody } from '../../shared/protocol/body.ts';
import { fromBase64url, fromHex, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '../../shared/protocol/cbor.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord, RecordDecoder } from '../../shared/protocol/frames.ts';
import { parseUuid } from '../../shared/protocol/ids.ts';
import { parseAddress, parseLink } from '../../shared/protocol/link.ts';
import { RECORD_MAX_BEFORE_AUTH } from '../../shared/protocol/limits.ts';
import { MESSAGES } from '../../shared/protocol/messages.ts';
import { canonicalUsername } from '../../shared/protocol/names.ts';
import { Opener } from '../../shared/crypto/channel.ts';
import { verifySignature } from '../../shared/crypto/identity.ts';
import { decodeFromRelay, decodeFromServer, encodeWire } from '../../server/udp/wire.ts';
import { greet, pair } from '../shared/pair.ts';

const RUNS = Number(process.env.FUZZ_RUNS ?? 3000);
const params = { numRuns: RUNS };

const honest = [
  encodeMessage('hello', { versions: [1], client_random: new Uint8Array(32), client_ephemeral: new Uint8Array(32).fill(9) }),
  encodeMessage('send', { client_msg_id: new Uint8Array(16), n: 3, room: new Uint8Array(16), kind: 'text', body: encodeBody({ text: 'hello' }) }),
  encodeMessage('sync', { req: 1, rooms: [{ room: new Uint8Array(16), seq: 5, last: new Uint8Array(16) }] }),
  encodeMessage('history', { req: 2, room: new Uint8Array(16), after: 0, limit: 200 }),
];

const wired = [
  encodeWire({ name: 'hello', version: 1, port: 20_001, second: true }),
  encodeWire({ name: 'message', id: new Uint8Array(8), frame: new Uint8Array(40) }),
  encodeWire({ name: 'send', id: new Uint8Array(8), n: 7, frame: new Uint8Array(40) }),
].map((one) => one.subarray(4));

const damagedOf = (whole: readonly Bytes[]) => fc.tuple(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }), fc.nat(8)).map(([frame, changes, cut]) => {
  const bytes = Uint8Array.from(frame);
  for (const [at, value] of changes) bytes[at % bytes.length] = value;
  return bytes.subarray(0, bytes.length - cut);
});
const anyBytes = fc.oneof(fc.uint8Array({ maxLength: 300 }), damagedOf(honest));

function onlyReachErrors(decode: () => unknown): void {
  try {
    decode();
  } catch (cause) {
    if (!(cause instanceof ReachError)) throw cause;
  }
}

test('CBOR: a value or malformed; what decodes encodes to the same bytes of the same length', () => {
  fc.assert(fc.property(anyBytes, (bytes) => onlyReachErrors(() => {
    const value = decodeCbor(bytes);
    if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) assert.is(encodeCbor(value).length, bytes.length);
  })), params);
});

test('frames and messages of every type', () => {
  const types = [...Object.values(MESSAGES).map((entry) => entry.id), 0, 23, 255];
  fc.assert(fc.property(anyBytes, fc.constantFrom(...types), (bytes, type) => {
    onlyReachErrors(() => decodeFrames(bytes).map((frame) => decodeMessage(frame)));
    onlyReachErrors(() => decodeMessage({ type, body: bytes.subarray(4) }));
  }), params);
});

test('what a relay and its server say to each other', () => {
  fc.assert(fc.property(fc.oneof(anyBytes, damagedOf(wired)), (bytes) => {
    onlyReachErrors(() => decodeFromRelay(bytes));
    onlyReachErrors(() => decodeFromServer(bytes));
  }), params);
});

test('records in any pieces', () => {
  fc.assert(fc.property(fc.array(anyBytes, { maxLength: 8 }), (pieces) => onlyReachErrors(() => {
    const decoder = new RecordDecoder(RECORD_MAX_BEFORE_AUTH);
    for (const piece of pieces) for (const body of decoder.push(piece)) assert.ok(body.length <= RECORD_MAX_BEFORE_AUTH);
  })), params);
});

test('bodies, links, addresses, names, ids', () => {
  fc.assert(fc.property(anyBytes, fc.string({ unit: 'binary', maxLength: 120 }), (bytes, text) => {
    decodeBody(bytes);
    for (const parse of [parseAddress, parseLink, parseUuid, fromHex, fromBase64url, canonicalUsername]) parse(text);
    parseLink(`reach://${text}/?k=${text}`);
  }), params);
});

test('handshakes and sealed records fed with anything', () => {
  const feed = (bytes: Bytes, greeted: boolean) => {
    const ends = pair();
    if (greeted) greet(ends);
    else ends.client.hello();
    ends.server.receive(bytes);
    ends.client.receive(bytes);
    onlyReachErrors(() => new Opener(new Uint8Array(32)).open(bytes));
    verifySignature(bytes.subarray(0, 32), bytes, bytes.subarray(0, 64));
  };
  fc.assert(fc.property(anyBytes, fc.boolean(), (bytes, greeted) => feed(bytes.length > 0 ? bytes : Uint8Array.of(0), greeted)), { numRuns: Math.ceil(RUNS / 6) });
});

test('deep, wide and long CBOR costs no more than its own bytes', () => {
  const deep = new Uint8Array(500_000).fill(0x81);
  const wide = Uint8Array.from({ length: 500_000 }, (_, i) => (i === 0 ? 0x9a : i < 5 ? [0, 0, 7, 0xa1, 0x1b][i]! : 0x80));
  for (const bytes of [deep, wide, encodeRecord(deep)]) {
    const before = process.memoryUsage().heapUsed;
    onlyReachErrors(() => decodeCbor(bytes));
    assert.ok(process.memoryUsage().heapUsed - before < 100e6);
  }
});

test.run();
