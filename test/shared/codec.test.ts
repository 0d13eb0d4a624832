import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex, hex, base64url, fromBase64url, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeCbor, encodeCbor } from '../../shared/protocol/cbor.ts';
import { decodeFrames, decodeMessage, encodeFrame, encodeMessage, encodeRecord, RecordDecoder } from '../../shared/protocol/frames.ts';
import { BODY_MAX, RECORD_MAX, RECORD_MAX_BEFORE_AUTH } from '../../shared/protocol/limits.ts';
import { decodeBody, encodeBody } from '../../shared/protocol/body.ts';
import { formatLink, isThisComputer, parseAddress, parseLink } from '../../shared/protocol/link.ts';
import { canonicalUsername, isCanonicalUsername } from '../../shared/protocol/names.ts';
import { formatUuid, parseUuid, uuidv7 } from '../../shared/protocol/ids.ts';

const code = (expected: string) => (error: { code?: string }) => error.code === expected;
const id = (fill: number) => new Uint8Array(16).fill(fill);

const REFUSED_CBOR = {
  'an empty input': '', 'bytes after the item': 'a000', 'an indefinite map': 'bfff', 'an indefinite string': '7f6161ff', 'a tag': 'c000', 'a bignum': 'c24101',
  'a half float': 'f90000', 'a double': 'fb3ff0000000000000', undefined: 'f7', 'a simple value': 'e0', 'a longer form of 1': '1801', 'a longer form of 24 (u16)': '190018',
  'a longer form of 65535 (u32)': '1a0000ffff', 'an integer over 2^53−1': '1b0020000000000000', 'under −(2^53−1)': '3b001fffffffffffff', 'a numeric key': 'a10101',
  'a key twice': 'a2616101616102', 'text that is not UTF-8': '61ff', 'a surrogate': '63eda080', 'a map cut short': 'a16161', 'an array of 2^32 items': '9affffffff',
  'a byte string longer than the input': '5affffffff', 'nine levels': '818181818181818180', 'a reserved length': '1c',
};

for (const [what, sample] of Object.entries(REFUSED_CBOR)) {
  test(`CBOR: ${what} is malformed`, () => {
    assert.throws(() => decodeCbor(fromHex(sample)!), code('malformed'));
  });
}

test('CBOR: what the subset allows comes back the same, in its shortest form', () => {
  const value = { a: 0, b: -1, c: 23, d: 24, e: 255, f: 256, g: 65_536, h: 2 ** 32, i: Number.MAX_SAFE_INTEGER, j: -Number.MAX_SAFE_INTEGER, k: true, l: null, m: 'ä€😀', n: Uint8Array.of(1, 2), o: [1, ['x']] };
  assert.equal(decodeCbor(encodeCbor(value)), value);
  assert.is(hex(encodeCbor({ a: 24 })), 'a161611818');
  assert.equal(decodeCbor(fromHex('8181818181818180')!), [[[[[[[[]]]]]]]]);
  assert.throws(() => encodeCbor({ a: 1.5 }), code('malformed'));
});

test('records of every edge size survive any cut of the stream', () => {
  for (const size of [1, 2, 4095, 4096, 4097, 16_383, RECORD_MAX_BEFORE_AUTH]) {
    const body = Uint8Array.from({ length: size }, (_, i) => i);
    const stream = Buffer.concat([encodeRecord(body), encodeRecord(Uint8Array.of(9))]);
    for (const step of [1, 3, 4, 5, 4096, stream.length]) {
      const decoder = new RecordDecoder(RECORD_MAX_BEFORE_AUTH);
      const got: Bytes[] = [];
      for (let at = 0; at < stream.length; at += step) got.push(...decoder.push(stream.subarray(at, at + step)));
      assert.is(got.length, 2);
      assert.ok(Buffer.compare(got[0]!, body) === 0, `size ${size}, pieces of ${step}`);
    }
  }
});

test('a record that is too long or empty is refused by its header alone', () => {
  for (const [header, limit] of [['00004001', RECORD_MAX_BEFORE_AUTH], ['00000000', RECORD_MAX], ['ffffffff', RECORD_MAX], ['00100001', RECORD_MAX]] as const) {
    assert.throws(() => [...new RecordDecoder(limit).push(fromHex(header)!)], code('malformed'));
  }
});

test('an announced record costs memory only as it arrives', () => {
  const before = process.memoryUsage().arrayBuffers;
  const waiting = Array.from({ length: 256 }, () => new RecordDecoder(RECORD_MAX));
  for (const decoder of waiting) assert.equal([...decoder.push(fromHex('0010000001')!)], []);
  assert.ok(process.memoryUsage().arrayBuffers - before < 8 * 1024 * 1024);
});

test('frames: several in a record, none and a partial one are told apart', () => {
  const two = Buffer.concat([encodeFrame({ type: 10, body: new Uint8Array() }), encodeFrame({ type: 200, body: Uint8Array.of(1, 2, 3) })]);
  assert.equal(decodeFrames(two).map((frame) => [frame.type, frame.body.length]), [[10, 0], [200, 3]]);
  for (const cut of [1, 3, 4, 5, two.length - 1]) if (cut !== 4) assert.throws(() => decodeFrames(two.subarray(0, cut)), code('malformed'));
  assert.throws(() => decodeFrames(new Uint8Array()), code('malformed'));
});

test('messages: unknown types are skipped, unknown keys dropped, wrong shapes malformed', () => {
  assert.is(decodeMessage({ type: 250, body: Uint8Array.of(1) }), undefined);
  const send = { client_msg_id: id(1), n: 0, room: id(2), kind: 'text' as const, body: Uint8Array.of(1) };
  const frame = decodeFrames(encodeMessage('send', send))[0]!;
  assert.equal(decodeMessage(frame)!.content, send);
  const extra = encodeFrame({ type: 10, body: encodeCbor({ surprise: 1 }) });
  assert.equal(decodeMessage(decodeFrames(extra)[0]!)!.content, {});
  for (const wrong of [{ ...send, room: id(2).subarray(1) }, { ...send, n: -1 }, { ...send, body: new Uint8Array(BODY_MAX + 1) }, { ...send, kind: 'system' }]) {
    assert.throws(() => encodeMessage('send', wrong as typeof send), code('malformed'));
  }
});

test('bodies: the limit is named, strange bodies are unreadable but harmless', () => {
  assert.equal(decodeBody(encodeBody({ text: 'hi' })), { text: 'hi' });
  assert.throws(() => encodeBody({ text: 'x'.repeat(BODY_MAX) }), code('too_large'));
  for (const strange of ['', 'ff', 'a0', 'a1647465787401']) assert.is(decodeBody(fromHex(strange)!), undefined);
});

test('addresses as people write them', () => {
  const table: [string, string | undefined][] = [
    ['127.0.0.1', '127.0.0.1 5000'], [' host.example:7 ', 'host.example 7'], ['Chat.Example', 'chat.example 5000'], ['[::1]:8', '::1 8'], ['::1', '::1 5000'], ['[fe80::1%eth0]', 'fe80::1%eth0 5000'],
    ['', undefined], ['a b', undefined], ['host:0', undefined], ['host:65536', undefined], ['host:', undefined], ['user@host', undefined], ['[::1', undefined], ['http://x', undefined],
  ];
  for (const [typed, expected] of table) {
    const address = parseAddress(typed);
    assert.is(address && `${address.host} ${address.port}`, expected, typed);
  }
  assert.equal(['127.0.0.1', '::1', 'LOCALHOST', '127.0.0.2', '10.0.0.1'].map(isThisComputer), [true, true, true, false, false]);
});

test('links: written and read back; without a whole fingerprint they are no links', () => {
  const fingerprint = new Uint8Array(32).fill(5);
  for (const link of [{ host: '::1', port: 5000, tls: false, fingerprint }, { host: 'h', port: 6000, tls: true, fingerprint, invite: id(1), udpPort: 20_002 }]) {
    assert.equal(parseLink(formatLink(link)), link);
  }
  assert.is(formatLink({ host: '::1', port: 5000, tls: false, fingerprint }), `reach://[::1]/?k=${base64url(fingerprint)}`);
  const k = base64url(fingerprint);
  assert.ok(parseLink(`reach://h/?k=${k}&later=1`));
  for (const wrong of ['reach://h/', `reach://h/?k=${k.slice(1)}`, `reach://h/?k=${k}&i=short`, `http://h/?k=${k}`, `reach://h:99999/?k=${k}`, `reach:///?k=${k}`]) {
    assert.is(parseLink(wrong), undefined, wrong);
  }
});

test('base64url has one form for some bytes', () => {
  assert.equal(fromBase64url('AQ'), Uint8Array.of(1));
  for (const wrong of ['AR', 'A', 'AQ==', 'A+', 'AA A']) assert.is(fromBase64url(wrong), undefined);
});

test('usernames: one canonical form', () => {
  const table: [string, string | undefined][] = [
    ['Dana', 'dana'], [' dana ', 'dana'], ['Ａｎａ', 'ana'], ['jürgen', 'jürgen'], ['7of9', '7of9'], ['李雷', '李雷'],
    ['', undefined], ['.dana', undefined], ['da na', undefined], ['x'.repeat(33), undefined], ['a\u202Eb', undefined], ['<b>', undefined],
  ];
  for (const [typed, canonical] of table) assert.is(canonicalUsername(typed), canonical, typed);
  assert.not.ok(isCanonicalUsername('Dana'));
  assert.ok(isCanonicalUsername('dana'));
});

test('message ids sort by time and are version 7', () => {
  const random = (size: number) => new Uint8Array(size).fill(0xff);
  const early = formatUuid(uuidv7(1_700_000_000_000, random));
  assert.ok(early < formatUuid(uuidv7(1_700_000_000_001, random)));
  assert.match(early, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.is(formatUuid(parseUuid(early)!), early);
  assert.is(parseUuid('no'), undefined);
});

test.run();
