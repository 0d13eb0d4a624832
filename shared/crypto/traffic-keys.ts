// The keys of one direction of a session or of an association: AES-256-GCM (NIST SP 800-38D), nonce = iv XOR (0⁴ ‖ number:u64).
// A number serves once under a key: whoever seals counts them.
import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import { concat, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { TAG_SIZE } from '../protocol/limits.ts';
import { LABEL } from './labels.ts';
import { expandLabel, HASH_SIZE } from './schedule.ts';

const CIPHER = 'aes-256-gcm';
const NONCE_SIZE = 12;
const NOTHING = new Uint8Array();

/** Throws ReachError `no_crypto` where the runtime was built without the one cipher everything rests on. */
export function requireCipher(): void {
  if (!getCiphers().includes(CIPHER)) throw new ReachError('no_crypto');
}

export interface TrafficKeys {
  secret: Bytes;
  key: Bytes;
  iv: Bytes;
}

/** `secret`: 32 bytes, kept as they are. */
export function trafficKeys(secret: Bytes): TrafficKeys {
  return { secret, key: expandLabel(secret, LABEL.key, NOTHING, HASH_SIZE), iv: expandLabel(secret, LABEL.iv, NOTHING, NONCE_SIZE) };
}

export function nextTrafficKeys({ secret }: TrafficKeys): TrafficKeys {
  return trafficKeys(expandLabel(secret, LABEL.keyUpdate, NOTHING, HASH_SIZE));
}

export function wipe({ secret, key, iv }: TrafficKeys): void {
  for (const bytes of [secret, key, iv]) bytes.fill(0);
}

/** Ciphertext and tag. */
export function sealWith({ key, iv }: TrafficKeys, number: number, { header, plaintext }: { header: Bytes; plaintext: Bytes }): Bytes {
  const cipher = createCipheriv(CIPHER, key, nonceOf(iv, number), { authTagLength: TAG_SIZE });
  cipher.setAAD(header);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** `sealed`: ciphertext and tag. undefined: the tag is not right. */
export function openWith({ key, iv }: TrafficKeys, number: number, { header, sealed }: { header: Bytes; sealed: Bytes }): Bytes | undefined {
  const split = sealed.length - TAG_SIZE;
  const decipher = createDecipheriv(CIPHER, key, nonceOf(iv, number), { authTagLength: TAG_SIZE });
  decipher.setAAD(header);
  decipher.setAuthTag(sealed.subarray(split));
  try {
    return concat(decipher.update(sealed.subarray(0, split)), decipher.final());
  } catch {
    return undefined; // the one thing that final() throws for
  }
}

function nonceOf(iv: Bytes, number: number): Bytes {
  const nonce = Uint8Array.from(iv);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, view.getUint32(4) ^ Math.floor(number / 2 ** 32));
  view.setUint32(8, view.getUint32(8) ^ (number >>> 0));
  return nonce;
}
