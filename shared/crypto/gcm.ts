// AES-256-GCM (NIST SP 800-38D) as everything here uses it: key 32 bytes, nonce 12, tag 16, behind the ciphertext. Whoever seals
// sees to it that no nonce serves twice under a key.
import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import { concat, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { TAG_SIZE } from '../protocol/limits.ts';

const CIPHER = 'aes-256-gcm';
export const NONCE_SIZE = 12;
const NOTHING = new Uint8Array(0);

/** `aad`: authenticated, not encrypted. */
export interface Sealing {
  key: Bytes;
  nonce: Bytes;
  aad: Bytes;
}

/** Throws ReachError `no_crypto` where the runtime was built without the one cipher everything rests on. */
export function requireCipher(): void {
  if (!getCiphers().includes(CIPHER)) throw new ReachError('no_crypto');
}

/** Ciphertext and tag, behind `before` where something goes ahead of them in the clear. */
export function seal({ key, nonce, aad }: Sealing, plaintext: Bytes, before: Bytes = NOTHING): Bytes {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(aad);
  // GCM keeps nothing back: final() only makes the tag.
  const ciphertext = cipher.update(plaintext);
  cipher.final();
  return concat(before, ciphertext, cipher.getAuthTag());
}

/** `sealed`: ciphertext and tag. undefined: the tag is not right. */
export function open({ key, nonce, aad }: Sealing, sealed: Bytes): Bytes | undefined {
  const split = sealed.length - TAG_SIZE;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(split));
  try {
    const { buffer, byteOffset, length } = decipher.update(sealed.subarray(0, split));
    decipher.final();
    // Not copied: a file has thousands of these.
    return new Uint8Array(buffer, byteOffset, length);
  } catch {
    return undefined; // the one thing that final() throws for
  }
}
