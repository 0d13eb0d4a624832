// Who a server is: one Ed25519 key for its whole life. People compare its SHA-256 as eight words, links carry it whole.
import { sign, verify } from 'node:crypto';
import { wordlist } from '@scure/bip39/wordlists/english.js';
import { concat, equal, fromHex, hex, utf8, type Bytes, type Random } from '../protocol/bytes.ts';
import { ID_SIZE } from '../protocol/limits.ts';
import { privateKey, publicKey, rawPublicKey } from './keys.ts';
import { CONTEXT } from './labels.ts';
import { sha256 } from './schedule.ts';

export const SEED_SIZE = 32;
export const SIGNATURE_SIZE = 64;
const WORDS = 8;
const WORD_BITS = 11;

export interface Identity {
  /** 32 raw bytes. */
  readonly publicKey: Bytes;
  /** 64 bytes, deterministic (RFC 8032). */
  sign(message: Bytes): Bytes;
}

export function generateIdentity(random: Random): { seed: Bytes } {
  return { seed: random(SEED_SIZE) };
}

/** Throws RangeError unless the seed has 32 bytes. */
export function identityFromSeed(seed: Bytes): Identity {
  if (seed.length !== SEED_SIZE) throw new RangeError(`identity seed of ${seed.length} bytes`);
  const key = privateKey('Ed25519', seed);
  return { publicKey: rawPublicKey(key), sign: (message) => Uint8Array.from(sign(null, message, key)) };
}

/** False for a wrong signature, and for the keys of low order under which one signature fits any message. */
export function verifySignature(identity: Bytes, message: Bytes, signature: Bytes): boolean {
  if (isLowOrder(identity)) return false;
  try {
    return verify(null, message, publicKey('Ed25519', identity), signature);
  } catch {
    return false; // not a point of the curve
  }
}

/** SHA-256 of the raw key, 32 bytes. */
export function fingerprintOf(identity: Bytes): Bytes {
  return sha256(identity);
}

/** The first 88 bits as eight words of the BIP 39 English list. */
export function fingerprintWords(fingerprint: Bytes): string[] {
  const bits = [...fingerprint].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return Array.from({ length: WORDS }, (_, i) => wordlist[Number.parseInt(bits.slice(i * WORD_BITS, (i + 1) * WORD_BITS), 2)]!);
}

/** The room that holds everybody: its id is the same for a server for ever. */
export function lobbyId(serverId: Bytes): Bytes {
  return sha256(utf8(CONTEXT.lobby), Uint8Array.of(0), serverId).subarray(0, ID_SIZE);
}

/** The room of two people, the same whoever opens it. */
export function dmId(one: Bytes, other: Bytes): Bytes {
  const [lower, higher] = hex(one) < hex(other) ? [one, other] : [other, one];
  return sha256(utf8(CONTEXT.dm), Uint8Array.of(0), lower, higher).subarray(0, ID_SIZE);
}

/** SHA-256 over a server's fingerprint and two of its users: the same for both of them, and for no other server or pair. */
export function pairDigest(fingerprint: Bytes, one: Bytes, other: Bytes): Bytes {
  const [lower, higher] = hex(one) < hex(other) ? [one, other] : [other, one];
  return sha256(utf8(CONTEXT.pair), Uint8Array.of(0), fingerprint, lower, higher);
}

// The eight points of small order of edwards25519 by their y coordinate, the sign bit aside, and the non-canonical
// spellings of 0 and 1 (p and p+1). Found in RFC 8032's curve equation; libsodium refuses the same list.
const LOW_ORDER_Y = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
].map((text) => fromHex(text)!);

function isLowOrder(key: Bytes): boolean {
  if (key.length !== 32) return true;
  const y = concat(key.subarray(0, 31), Uint8Array.of(key[31]! & 0x7f));
  return LOW_ORDER_Y.some((point) => equal(point, y));
}
