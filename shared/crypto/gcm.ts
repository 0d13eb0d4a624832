// AES-256-GCM (NIST SP 800-38D) as everything here uses it: key 32 bytes, nonce 12, tag 16, behind the ciphertext. Whoever seals
// sees to it that no nonce serves twice under a key.
import { createCipheriv, createDecipheriv, getCiphers } from 'node:crypto';
import { concat, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { TAG_SIZE } from '../protocol/limits.ts';

const CIPHER = 'aes-256-gcm';
export const NONCE_SIZE = 12;

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

/** Ciphertext and tag. */
export function seal({ key, nonce, aad }: Sealing, plaintext: Bytes): Bytes {
  const cipher = createCipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(aad);
  return concat(cipher.update(plaintext), cipher.final(), cipher.getAuthTag());
}

/** `sealed`: ciphertext and tag. undefined: the tag is not right. */
export function open({ key, nonce, aad }: Sealing, sealed: Bytes): Bytes | undefined {
  const split = sealed.length - TAG_SIZE;
  const decipher = createDecipheriv(CIPHER, key, nonce, { authTagLength: TAG_SIZE });
  decipher.setAAD(aad);
  decipher.setAuthTag(sealed.subarray(split));
  try {
    return concat(decipher.update(sealed.subarray(0, split)), decipher.final());
  } catch {
    return undefined; // the one thing that final() throws for
  }
}
