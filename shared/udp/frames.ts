// What stands inside a datagram: small typed frames, one after the other, until the end.
//
//   0 padding    nothing more
//   1 ping       nothing more; asks for an acknowledgement
//   2 ack        epoch:u16 largest:u48 delay:u16 (ms) more:u8 first:u16, then `more` times gap:u16 length:u16 (RFC 9000 §19.3)
//   3 fragment   message:u32 index:u8 last:u8 size:u16 bytes
//   4 drop       message:u32
//   5 once       size:u16 bytes: one frame that may be lost
//   6 challenge  8 bytes          7 response  8 bytes
//   8 seen       size:u8 text: the address and port that the relay sees
//   9 seen_apart the same, as its other port sees it
import { concat, utf8, type Bytes } from '../protocol/bytes.ts';
import { ACK_RANGES_MAX, DATAGRAM_HEADER, DATAGRAM_MAX, FRAGMENT_MAX, FRAGMENTS_MAX, TAG_SIZE } from '../protocol/limits.ts';

/** Numbers from `from` to `to`, both included. */
export interface Range {
  from: number;
  to: number;
}

/** `ranges`: newest first, apart from each other, at most ACK_RANGES_MAX. `delay`: ms between the newest and this answer. */
export interface Ack {
  epoch: number;
  delay: number;
  ranges: readonly Range[];
}

export interface Fragment {
  message: number;
  index: number;
  /** The index of the message's last fragment. */
  last: number;
  bytes: Bytes;
}

export type DatagramFrame =
  | { name: 'ping' }
  | ({ name: 'ack' } & Ack)
  | ({ name: 'fragment' } & Fragment)
  | { name: 'drop'; message: number }
  | { name: 'once'; bytes: Bytes }
  | { name: 'challenge' | 'response'; nonce: Bytes }
  | { name: 'seen' | 'seen_apart'; address: string };

/** Bytes of frames in one datagram. */
export const PAYLOAD_MAX = DATAGRAM_MAX - DATAGRAM_HEADER - TAG_SIZE;
export const NONCE_SIZE = 8;
/** Bytes of a fragment frame besides its piece; bytes of a drop. */
export const FRAGMENT_OVERHEAD = 9;
export const DROP_SIZE = 5;
/** Bytes of an address in text: IPv6 in brackets, with zone and port. */
const ADDRESS_MAX = 96;
const UINT16 = 0xffff;
const PADDING = 0;
const TYPES = { ping: 1, ack: 2, fragment: 3, drop: 4, once: 5, challenge: 6, response: 7, seen: 8, seen_apart: 9 } as const;

export function encodeFrame(frame: DatagramFrame): Bytes {
  switch (frame.name) {
    case 'ping':
      return Uint8Array.of(TYPES.ping);
    case 'ack':
      return encodeAck(frame);
    case 'fragment':
      return concat(Uint8Array.of(TYPES.fragment), uint(frame.message, 4), Uint8Array.of(frame.index, frame.last), uint(frame.bytes.length, 2), frame.bytes);
    case 'drop':
      return concat(Uint8Array.of(TYPES.drop), uint(frame.message, 4));
    case 'once':
      return concat(Uint8Array.of(TYPES.once), uint(frame.bytes.length, 2), frame.bytes);
    case 'challenge':
    case 'response':
      return concat(Uint8Array.of(TYPES[frame.name]), frame.nonce);
    case 'seen':
    case 'seen_apart': {
      const text = utf8(frame.address).subarray(0, ADDRESS_MAX);
      return concat(Uint8Array.of(TYPES[frame.name], text.length), text);
    }
  }
}

export function encodeAck({ epoch, delay, ranges }: Ack): Bytes {
  const [first, ...more] = ranges.slice(0, ACK_RANGES_MAX);
  const parts = [Uint8Array.of(TYPES.ack), uint(epoch % 65_536, 2), uint(first!.to, 6), uint(Math.min(delay, UINT16), 2)];
  let lowest = Math.max(first!.from, first!.to - UINT16);
  const rest: Bytes[] = [];
  for (const { from, to } of more) {
    const gap = lowest - to - 2;
    if (gap > UINT16) break;
    lowest = Math.max(from, to - UINT16);
    rest.push(uint(gap, 2), uint(to - lowest, 2));
  }
  return concat(...parts, Uint8Array.of(rest.length / 2), uint(Math.min(first!.to - first!.from, UINT16), 2), ...rest);
}

/** undefined: not as the table above says. Bytes are views of the payload. */
export function decodeFrames(payload: Bytes): DatagramFrame[] | undefined {
  const reader = new Reader(payload);
  const frames: DatagramFrame[] = [];
  while (reader.left > 0) {
    const type = reader.uint(1);
    if (type === PADDING) continue;
    const frame = decodeFrame(type, reader);
    if (!frame || reader.failed) return undefined;
    frames.push(frame);
  }
  return frames;
}

/** One ACK frame alone, as `udp_stat` carries it. */
export function decodeAck(bytes: Bytes): Ack | undefined {
  const [frame, more] = decodeFrames(bytes) ?? [];
  return frame?.name === 'ack' && !more ? frame : undefined;
}

function decodeFrame(type: number, reader: Reader): DatagramFrame | undefined {
  switch (type) {
    case TYPES.ping:
      return { name: 'ping' };
    case TYPES.ack:
      return readAck(reader);
    case TYPES.fragment:
      return readFragment(reader);
    case TYPES.drop:
      return { name: 'drop', message: reader.uint(4) };
    case TYPES.once:
      return { name: 'once', bytes: reader.bytes(reader.uint(2)) };
    case TYPES.challenge:
      return { name: 'challenge', nonce: reader.bytes(NONCE_SIZE) };
    case TYPES.response:
      return { name: 'response', nonce: reader.bytes(NONCE_SIZE) };
    case TYPES.seen:
      return readSeen('seen', reader);
    case TYPES.seen_apart:
      return readSeen('seen_apart', reader);
    default:
      return undefined;
  }
}

function readAck(reader: Reader): DatagramFrame | undefined {
  const epoch = reader.uint(2);
  const to = reader.uint(6);
  const delay = reader.uint(2);
  const more = reader.uint(1);
  let from = to - reader.uint(2);
  const ranges = [{ from, to }];
  if (more >= ACK_RANGES_MAX) return undefined;
  for (let i = 0; i < more; i += 1) {
    const next = from - reader.uint(2) - 2;
    from = next - reader.uint(2);
    ranges.push({ from, to: next });
  }
  return from < 0 ? undefined : { name: 'ack', epoch, delay, ranges };
}

function readFragment(reader: Reader): DatagramFrame | undefined {
  const [message, index, last] = [reader.uint(4), reader.uint(1), reader.uint(1)];
  const bytes = reader.bytes(reader.uint(2));
  const sound = index <= last && last < FRAGMENTS_MAX && (index < last ? bytes.length === FRAGMENT_MAX : bytes.length > 0 && bytes.length <= FRAGMENT_MAX);
  return sound ? { name: 'fragment', message, index, last, bytes } : undefined;
}

function readSeen(name: 'seen' | 'seen_apart', reader: Reader): DatagramFrame | undefined {
  const size = reader.uint(1);
  if (size > ADDRESS_MAX) return undefined;
  const address = String.fromCharCode(...reader.bytes(size));
  return /^[\x21-\x7e]*$/.test(address) ? { name, address } : undefined;
}

/** Reads past the end give zeros and nothing, and are remembered. */
class Reader {
  readonly #bytes: Bytes;
  #at = 0;
  failed = false;

  constructor(bytes: Bytes) {
    this.#bytes = bytes;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  uint(size: number): number {
    let value = 0;
    for (const byte of this.bytes(size)) value = value * 256 + byte;
    return value;
  }

  bytes(size: number): Bytes {
    if (size > this.left) {
      this.failed = true;
      this.#at = this.#bytes.length;
      return new Uint8Array();
    }
    this.#at += size;
    return this.#bytes.subarray(this.#at - size, this.#at);
  }
}

/** Big-endian; `size` ≤ 6. */
function uint(value: number, size: number): Bytes {
  const bytes = new Uint8Array(size);
  for (let i = size - 1, rest = value; i >= 0; i -= 1, rest = Math.floor(rest / 256)) bytes[i] = rest % 256;
  return bytes;
}
