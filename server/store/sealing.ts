// The keys of live associations as the store holds them: AES-256-GCM (NIST SP 800-38D) under the server's sealing key, the
// connection id as associated data, so that no row stands for another. The nonces are random and 96 bits: one key may
// seal 2^32 of them, more sign-ins than a server lives to see.
import { NONCE_SIZE, open, seal } from '../../shared/crypto/gcm.ts';
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import { TAG_SIZE } from '../../shared/protocol/limits.ts';
import type { LiveAssociation } from './store.ts';

export const SEALING_KEY_SIZE = 32;

type Sealed = Pick<LiveAssociation, 'nonce' | 'sealed'>;

export function sealKey(sealingKey: Bytes, { connectionId, key }: { connectionId: Bytes; key: Bytes }, random: Random): Sealed {
  const nonce = random(NONCE_SIZE);
  return { nonce, sealed: seal({ key: sealingKey, nonce, aad: connectionId }, key) };
}

/** undefined: it was not sealed under this key, or not for this connection id, or it has changed. */
export function openKey(sealingKey: Bytes, { connectionId, nonce, sealed }: Sealed & { connectionId: Bytes }): Bytes | undefined {
  if (sealed.length < TAG_SIZE || nonce.length !== NONCE_SIZE) return undefined;
  return open({ key: sealingKey, nonce, aad: connectionId }, sealed);
}
