// The keys of live associations as the store holds them: AES-256-GCM (NIST SP 800-38D) under the server's sealing key, the
// connection id as associated data, so that no row stands for another. The nonces are random and 96 bits: one key may
// seal 2^32 of them, more sign-ins than a server lives to see.
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { concat, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { TAG_SIZE } from '../../shared/protocol/limits.ts';
import type { LiveAssociation } from './store.ts';

export const SEALING_KEY_SIZE = 32;

const CIPHER = 'aes-256-gcm';
const NONCE_SIZE = 12;

type Sealed = Pick<LiveAssociation, 'nonce' | 'sealed'>;

export function sealKey(sealingKey: Bytes, { connectionId, key }: { connectionId: Bytes; key: Bytes }, random: Random): Sealed {
  const nonce = random(NONCE_SIZE);
  const cipher = createCipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_SIZE });
  cipher.setAAD(connectionId);
  return { nonce, sealed: concat(cipher.update(key), cipher.final(), cipher.getAuthTag()) };
}

/** undefined: it was not sealed under this key, or not for this connection id, or it has changed. */
export function openKey(sealingKey: Bytes, { connectionId, nonce, sealed }: Sealed & { connectionId: Bytes }): Bytes | undefined {
  const split = sealed.length - TAG_SIZE;
  if (split < 0 || nonce.length !== NONCE_SIZE) return undefined;
  const decipher = createDecipheriv(CIPHER, sealingKey, nonce, { authTagLength: TAG_SIZE });
  decipher.setAAD(connectionId);
  decipher.setAuthTag(sealed.subarray(split));
  try {
    return concat(decipher.update(sealed.subarray(0, split)), decipher.final());
  } catch {
    return undefined; // the one thing that final() throws for
  }
}
