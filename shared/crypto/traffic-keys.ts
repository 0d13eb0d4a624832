// The keys of one direction of a session or of an association: AES-256-GCM with nonce = iv XOR (0⁴ ‖ number:u64).
// A number serves once under a key: whoever seals counts them.
import type { Bytes } from '../protocol/bytes.ts';
import { NONCE_SIZE, open, seal } from './gcm.ts';
import { LABEL } from './labels.ts';
import { expandLabel, HASH_SIZE } from './schedule.ts';

const NOTHING = new Uint8Array();

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
  return seal({ key, nonce: nonceOf(iv, number), aad: header }, plaintext);
}

/** `sealed`: ciphertext and tag. undefined: the tag is not right. */
export function openWith({ key, iv }: TrafficKeys, number: number, { header, sealed }: { header: Bytes; sealed: Bytes }): Bytes | undefined {
  return open({ key, nonce: nonceOf(iv, number), aad: header }, sealed);
}

function nonceOf(iv: Bytes, number: number): Bytes {
  const nonce = Uint8Array.from(iv);
  const view = new DataView(nonce.buffer);
  view.setUint32(4, view.getUint32(4) ^ Math.floor(number / 2 ** 32));
  view.setUint32(8, view.getUint32(8) ^ (number >>> 0));
  return nonce;
}
