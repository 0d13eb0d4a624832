// The key schedule: HKDF (RFC 5869) split in its two halves, labels as RFC 8446 §7.1 with the prefix "reach1 ".
// Node's hkdfSync fuses Extract and Expand, so both are built from HMAC here.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { concat, utf8, type Bytes } from '../protocol/bytes.ts';

export const HASH_SIZE = 32;
export const ZERO = new Uint8Array(HASH_SIZE);

export function sha256(...parts: readonly Bytes[]): Bytes {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return plain(hash.digest());
}

export function hmac(key: Bytes, ...parts: readonly Bytes[]): Bytes {
  const mac = createHmac('sha256', key);
  for (const part of parts) mac.update(part);
  return plain(mac.digest());
}

/** HKDF-Extract: 32 bytes. */
export function extract(salt: Bytes, keyMaterial: Bytes): Bytes {
  return hmac(salt, keyMaterial);
}

/** HKDF-Expand-Label (RFC 8446 §7.1); `size` ≤ 8,160 bytes. */
export function expandLabel(secret: Bytes, label: string, context: Bytes, size: number): Bytes {
  const name = utf8(`reach1 ${label}`);
  const info = concat(Uint8Array.of(size >>> 8, size, name.length), name, Uint8Array.of(context.length), context);
  const blocks: Bytes[] = [];
  let block: Bytes = new Uint8Array();
  for (let i = 1; blocks.length * HASH_SIZE < size; i += 1) {
    block = hmac(secret, block, info, Uint8Array.of(i));
    blocks.push(block);
  }
  return concat(...blocks).subarray(0, size);
}

/** Constant time in the content; the length is public. */
export function sameSecret(a: Bytes, b: Bytes): boolean {
  return a.length === b.length && timingSafeEqual(a, b);
}

// A Buffer is a view on a pool and of Node's realm; the rest of the program sees plain Uint8Arrays.
function plain(buffer: Bytes): Bytes {
  return Uint8Array.from(buffer);
}
