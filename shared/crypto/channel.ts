// One direction each of AES-256-GCM over whole frames (NIST SP 800-38D): AAD = the record's length field,
// nonce = iv XOR (0⁴ ‖ seq:u64), seq from 0 under every key, so that no nonce is ever used twice.
import { concat, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { decodeFrames, encodeMessage, type Frame } from '../protocol/frames.ts';
import { RECORD_HEADER, REKEY_AFTER_MS, REKEY_BYTES, REKEY_RECORDS, TAG_SIZE } from '../protocol/limits.ts';
import { MESSAGES } from '../protocol/messages.ts';
import { nextTrafficKeys, openWith, sealWith, trafficKeys, wipe, type TrafficKeys } from './traffic-keys.ts';

const SEALED_MIN = TAG_SIZE + 1;

interface Keys extends TrafficKeys {
  seq: number;
}

function keysFrom(secret: Bytes): Keys {
  return { ...trafficKeys(secret), seq: 0 };
}

/** The keys after a key_update; the old ones are overwritten. */
function nextKeys(keys: Keys): Keys {
  const next = { ...nextTrafficKeys(keys), seq: 0 };
  wipe(keys);
  return next;
}

function lengthField(size: number): Bytes {
  const field = new Uint8Array(RECORD_HEADER);
  new DataView(field.buffer).setUint32(0, size);
  return field;
}

/** When a direction's key is replaced. The defaults are the protocol's; a test may choose smaller ones. */
export interface RekeyAfter {
  records: number;
  bytes: number;
  ms: number;
}

const REKEY: RekeyAfter = { records: REKEY_RECORDS, bytes: REKEY_BYTES, ms: REKEY_AFTER_MS };

export class Sealer {
  #keys: Keys;
  #bytes = 0;
  #since: number;
  readonly #rekey: RekeyAfter;

  constructor(secret: Bytes, now: number, rekey: RekeyAfter = REKEY) {
    this.#keys = keysFrom(Uint8Array.from(secret));
    this.#since = now;
    this.#rekey = rekey;
  }

  /** One whole record, header included. Ends with a key_update frame when the key has done its part. */
  seal(frames: readonly Bytes[], now: number): Bytes {
    const due = this.#isDue(now);
    const body = due ? concat(...frames, encodeMessage('key_update', {})) : concat(...frames);
    const header = lengthField(body.length + TAG_SIZE);
    const record = concat(header, sealWith(this.#keys, this.#keys.seq, { header, plaintext: body }));
    this.#keys.seq += 1;
    this.#bytes += body.length;
    if (due) this.#replace(now);
    return record;
  }

  destroy(): void {
    wipe(this.#keys);
  }

  // The record that reaches the limit is the key's last one, so it is counted before it is sealed.
  #isDue(now: number): boolean {
    return this.#keys.seq + 1 >= this.#rekey.records || this.#bytes >= this.#rekey.bytes || now - this.#since >= this.#rekey.ms;
  }

  #replace(now: number): void {
    this.#keys = nextKeys(this.#keys);
    this.#bytes = 0;
    this.#since = now;
  }
}

export class Opener {
  #keys: Keys;

  constructor(secret: Bytes) {
    this.#keys = keysFrom(Uint8Array.from(secret));
  }

  /** Frames of one record body, key_update left out. Throws ReachError `bad_record` or `malformed`. */
  open(body: Bytes): Frame[] {
    const frames = decodeFrames(this.#decrypt(body));
    const update = frames.findIndex((frame) => frame.type === MESSAGES.key_update.id);
    if (update === -1) return frames;
    if (update !== frames.length - 1) throw new ReachError('malformed', 'frames after a key_update');
    this.#keys = nextKeys(this.#keys);
    return frames.slice(0, -1);
  }

  destroy(): void {
    wipe(this.#keys);
  }

  #decrypt(body: Bytes): Bytes {
    if (body.length < SEALED_MIN) throw new ReachError('malformed', `a sealed record of ${body.length} bytes`);
    const plain = openWith(this.#keys, this.#keys.seq, { header: lengthField(body.length), sealed: body });
    if (!plain) throw new ReachError('bad_record');
    this.#keys.seq += 1;
    return plain;
  }
}

/** An authenticated session: both directions, and the exporter that data connections are bound to. */
export class Channel {
  readonly exporter: Bytes;
  readonly #sealer: Sealer;
  readonly #opener: Opener;

  constructor(sealer: Sealer, opener: Opener, exporter: Bytes) {
    this.#sealer = sealer;
    this.#opener = opener;
    this.exporter = exporter;
  }

  seal(frames: readonly Bytes[], now: number): Bytes {
    return this.#sealer.seal(frames, now);
  }

  open(body: Bytes): Frame[] {
    return this.#opener.open(body);
  }

  /** Overwrites every secret; the channel is unusable after that. */
  destroy(): void {
    this.#sealer.destroy();
    this.#opener.destroy();
    this.exporter.fill(0);
  }
}
