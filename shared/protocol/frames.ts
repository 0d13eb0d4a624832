// Frame = `length:u24 | type:u8 | body`, length counts the body alone. Record = `length:u32 | body`.
// Both decoders check a length before they buffer a byte of it.
import { concat, type Bytes } from './bytes.ts';
import { ReachError } from './errors.ts';
import { FRAME_HEADER, RECORD_HEADER } from './limits.ts';
import { decodeContent, encodeContent, messageName, trailerSize, MESSAGES, type Content, type Message, type MessageName } from './messages.ts';

export interface Frame {
  type: number;
  /** Body with its trailer. */
  body: Bytes;
}

const FRAME_BODY_MAX = 2 ** 24 - 1;

export function encodeFrame(frame: Frame): Bytes {
  const size = frame.body.length;
  if (size > FRAME_BODY_MAX) throw new ReachError('too_large', 'frame over 2^24−1 bytes');
  return concat(Uint8Array.of(size >>> 16, size >>> 8, size, frame.type), frame.body);
}

/** All frames of one record body. Throws ReachError `malformed` on a partial frame or on none. */
export function decodeFrames(body: Bytes): Frame[] {
  const frames: Frame[] = [];
  let at = 0;
  while (at < body.length) {
    if (body.length - at < FRAME_HEADER) throw new ReachError('malformed', 'a partial frame header');
    const size = (body[at]! << 16) | (body[at + 1]! << 8) | body[at + 2]!;
    const start = at + FRAME_HEADER;
    if (size > body.length - start) throw new ReachError('malformed', 'a partial frame');
    frames.push({ type: body[at + 3]!, body: body.subarray(start, start + size) });
    at = start + size;
  }
  if (frames.length === 0) throw new ReachError('malformed', 'an empty record');
  return frames;
}

/** One message as a frame; `trailer` where the table names one. */
export function encodeMessage<K extends MessageName>(name: K, content: Content<K>, trailer: Bytes = new Uint8Array()): Bytes {
  if (trailer.length !== trailerSize(name)) throw new ReachError('malformed', `${name}: trailer of ${trailer.length} bytes`);
  return encodeFrame({ type: MESSAGES[name].id, body: concat(encodeContent(name, content), trailer) });
}

/** undefined for a type this version does not know. Throws ReachError `malformed`. */
export function decodeMessage(frame: Frame): (Message & { trailer: Bytes }) | undefined {
  const name = messageName(frame.type);
  if (name === undefined) return undefined;
  const split = frame.body.length - trailerSize(name);
  if (split < 0) throw new ReachError('malformed', `${name}: cut short`);
  const content = decodeContent(name, frame.body.subarray(0, split));
  return { name, content, trailer: frame.body.subarray(split) } as Message & { trailer: Bytes };
}

export function encodeRecord(body: Bytes): Bytes {
  const header = new Uint8Array(RECORD_HEADER);
  new DataView(header.buffer).setUint32(0, body.length);
  return concat(header, body);
}

/** Bytes set aside for a record at first; more only as they really arrive, so that a length alone allocates nothing. */
const FIRST_CAPACITY = 4096;

/**
 * Bytes of a stream in, record bodies out. Holds at most one record.
 * A length of 0 or over `limit` is `malformed` as soon as its four bytes are there.
 */
export class RecordDecoder {
  /** Bytes of the largest record body accepted; raised after sign-in. */
  limit: number;
  readonly #header = new Uint8Array(RECORD_HEADER);
  #headerFilled = 0;
  #body: Bytes = new Uint8Array();
  #filled = 0;
  /** Bytes of the body being read; 0 while the header is. */
  #size = 0;

  constructor(limit: number) {
    this.limit = limit;
  }

  /** Record bodies completed by this piece, in order. Throws ReachError `malformed`; the decoder is unusable after that. */
  *push(piece: Bytes): Generator<Bytes> {
    let at = 0;
    while (at < piece.length) {
      at += this.#size === 0 ? this.#takeHeader(piece, at) : this.#takeBody(piece, at);
      if (this.#size > 0 && this.#filled === this.#size) yield this.#whole();
    }
  }

  #takeHeader(piece: Bytes, at: number): number {
    const take = Math.min(RECORD_HEADER - this.#headerFilled, piece.length - at);
    this.#header.set(piece.subarray(at, at + take), this.#headerFilled);
    this.#headerFilled += take;
    if (this.#headerFilled === RECORD_HEADER) this.#startBody(new DataView(this.#header.buffer).getUint32(0));
    return take;
  }

  #startBody(size: number): void {
    if (size === 0 || size > this.limit) throw new ReachError('malformed', `record of ${size} bytes`);
    this.#headerFilled = 0;
    this.#size = size;
    this.#body = new Uint8Array(Math.min(size, FIRST_CAPACITY));
  }

  #takeBody(piece: Bytes, at: number): number {
    const take = Math.min(this.#size - this.#filled, piece.length - at);
    this.#reserve(this.#filled + take);
    this.#body.set(piece.subarray(at, at + take), this.#filled);
    this.#filled += take;
    return take;
  }

  #reserve(needed: number): void {
    if (needed <= this.#body.length) return;
    const larger = new Uint8Array(Math.min(this.#size, Math.max(needed, this.#body.length * 2)));
    larger.set(this.#body.subarray(0, this.#filled));
    this.#body = larger;
  }

  #whole(): Bytes {
    const body = this.#body;
    this.#body = new Uint8Array();
    this.#filled = 0;
    this.#size = 0;
    return body;
  }
}
