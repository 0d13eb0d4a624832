import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { concat, hex } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { DATAGRAM_MAX } from '../../../shared/protocol/limits.ts';
import { DATAGRAM_MIN, decodeHeader, encodeHeader, PACKET_NUMBERS } from '../../../shared/udp/datagram.ts';

const connectionId = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const body = new Uint8Array(16);
const headers = fc.record({
  epoch: fc.integer({ min: 0, max: 3 }),
  connectionId: fc.uint8Array({ minLength: 8, maxLength: 8 }),
  packetNumber: fc.oneof(fc.constantFrom(0, 1, 2 ** 16, 2 ** 32 - 1, 2 ** 32, PACKET_NUMBERS - 1), fc.integer({ min: 0, max: PACKET_NUMBERS - 1 })),
}, { noNullPrototype: true });

test('a header is these bytes', () => {
  assert.is(hex(encodeHeader({ epoch: 0, connectionId, packetNumber: 0 })), '400102030405060708000000000000');
  assert.is(hex(encodeHeader({ epoch: 3, connectionId, packetNumber: 0x0102_0304_0506 })), '700102030405060708010203040506');
  assert.is(hex(encodeHeader({ epoch: 6, connectionId, packetNumber: PACKET_NUMBERS - 1 })), '600102030405060708ffffffffffff');
});

test('what is encoded is decoded, also inside a larger buffer', () => {
  fc.assert(fc.property(headers, (header) => {
    const datagram = concat(encodeHeader(header), body);
    assert.equal(decodeHeader(datagram), header);
    assert.equal(decodeHeader(concat(Uint8Array.of(9, 9, 9), datagram).subarray(3)), header);
  }), { numRuns: 500 });
});

test('31 to 1,200 bytes', () => {
  const first = Uint8Array.of(0x40);
  for (let size = 0; size <= DATAGRAM_MAX + 2; size += 1) {
    const datagram = new Uint8Array(size);
    datagram.set(first.subarray(0, size));
    assert.is(decodeHeader(datagram) !== undefined, size >= 31 && size <= 1_200, String(size));
  }
  assert.is(DATAGRAM_MIN, 31);
});

test('another version or a bit that is not zero is nothing of ours, whatever follows', () => {
  for (let flags = 0; flags < 256; flags += 1) {
    const datagram = concat(Uint8Array.of(flags), new Uint8Array(40).fill(0xff));
    assert.is(decodeHeader(datagram)?.epoch, [0x40, 0x50, 0x60, 0x70].includes(flags) ? (flags >> 4) - 4 : undefined, String(flags));
  }
});

test('any bytes at all are a header or nothing, and a header is the same 15 bytes again', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1_300 }), fc.boolean(), (bytes, ours) => {
    if (ours && bytes.length > 0) bytes[0] = (bytes[0]! & 0x30) | 0x40;
    const header = decodeHeader(bytes);
    if (header) assert.is(hex(encodeHeader(header)), hex(bytes.subarray(0, 15)));
  }), { numRuns: 1_000 });
});

test('there is no packet number 2^48', () => {
  assert.throws(() => encodeHeader({ epoch: 0, connectionId, packetNumber: PACKET_NUMBERS }), (error: unknown) => error instanceof ReachError && error.code === 'local');
});

test.run();
