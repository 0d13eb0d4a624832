// What both ends of a handshake hold in common: the transcript and the secrets that grow out of it (protocol §1.2).
// T(x) = H of all handshake frames of both directions, headers included, as sent, up to x; T(x−) leaves out x's trailer.
import { concat, utf8, type Bytes } from '../protocol/bytes.ts';
import { encodeMessage, type Frame } from '../protocol/frames.ts';
import { trailerSize, type Content, type MessageName } from '../protocol/messages.ts';
import { Channel, Opener, Sealer } from './channel.ts';
import { CONTEXT, LABEL } from './labels.ts';
import { expandLabel, extract, HASH_SIZE, hmac, sha256, ZERO } from './schedule.ts';

const NOTHING = new Uint8Array();

/** Bounded: a handshake has at most eight frames of at most 16 KiB. */
export class Transcript {
  #frames: Bytes = NOTHING;

  add(frame: Bytes): void {
    this.#frames = concat(this.#frames, frame);
  }

  hash(): Bytes {
    return sha256(this.#frames);
  }

  /** T(x−) for a frame whose trailer is `trailer` bytes, which is not added yet. */
  hashWithout(frame: Bytes, trailer: number): Bytes {
    return sha256(this.#frames, frame.subarray(0, frame.length - trailer));
  }
}

/** A frame as it stood on the wire. */
export function wireForm({ type, body }: Frame): Bytes {
  return concat(Uint8Array.of(body.length >>> 16, body.length >>> 8, body.length, type), body);
}

/** A frame with its trailer still zero: what the trailer is computed over. */
export function withoutTrailer<K extends MessageName>(name: K, content: Content<K>): Bytes {
  return encodeMessage(name, content, new Uint8Array(trailerSize(name)));
}

/** The frame with its trailer in place. */
export function withTrailer(frame: Bytes, trailer: Bytes): Bytes {
  return concat(frame.subarray(0, frame.length - trailer.length), trailer);
}

export function helloSignatureInput(th: Bytes): Bytes {
  return concat(utf8(CONTEXT.serverHello), Uint8Array.of(0), th);
}

export interface HandshakeKeys {
  /** Input of the master secret: Expand-Label(hs, "derived", th0, 32). */
  derived: Bytes;
  client: Bytes;
  server: Bytes;
}

/** hs = Extract(0, DH); the traffic secrets of the handshake. */
export function handshakeKeys(dh: Bytes, th0: Bytes): HandshakeKeys {
  const hs = extract(ZERO, dh);
  const keys = {
    derived: expandLabel(hs, LABEL.derived, th0, HASH_SIZE),
    client: expandLabel(hs, LABEL.clientHandshake, th0, HASH_SIZE),
    server: expandLabel(hs, LABEL.serverHandshake, th0, HASH_SIZE),
  };
  hs.fill(0);
  return keys;
}

/** ms = Extract(derived, proof of the password or of the ticket). */
export function masterSecret(derived: Bytes, proof: Bytes): Bytes {
  return extract(derived, proof);
}

export function finished(ms: Bytes, side: 'client' | 'server', th: Bytes): Bytes {
  const label = side === 'client' ? LABEL.clientFinished : LABEL.serverFinished;
  return hmac(expandLabel(ms, label, NOTHING, HASH_SIZE), th);
}

/** The channel of a session that has proven itself, as seen from `side`. */
export function sessionChannel(ms: Bytes, th2: Bytes, side: 'client' | 'server', now: number): Channel {
  const client = expandLabel(ms, LABEL.clientSession, th2, HASH_SIZE);
  const server = expandLabel(ms, LABEL.serverSession, th2, HASH_SIZE);
  const [out, back] = side === 'client' ? [client, server] : [server, client];
  return new Channel(new Sealer(out, now), new Opener(back), expandLabel(ms, LABEL.exporter, th2, HASH_SIZE));
}

export interface Ticket {
  id: Bytes;
  secret: Bytes;
}

/** ticket = Expand-Label(ms, "res", th2, 32); its id is derived from it. */
export function ticketOf(ms: Bytes, th2: Bytes): Ticket {
  const secret = expandLabel(ms, LABEL.resumption, th2, HASH_SIZE);
  return { id: expandLabel(secret, LABEL.ticketId, NOTHING, 16), secret };
}

/** ClientProof of SCRAM (RFC 5802 §3): ticket XOR HMAC(H(ticket), T(auth_begin)); the same call undoes it. */
export function ticketMask(ticketHash: Bytes, th: Bytes, ticketOrProof: Bytes): Bytes {
  const mask = hmac(ticketHash, th);
  return ticketOrProof.map((byte, at) => byte ^ mask[at]!);
}

