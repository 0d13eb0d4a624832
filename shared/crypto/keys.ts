// Raw 32-byte keys in and out of Node's key objects: X25519 (RFC 7748) and Ed25519 (RFC 8032).
// Private keys are wrapped as PKCS #8 (RFC 8410 §7), public ones as JWK (RFC 8037).
import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from 'node:crypto';
import { base64url, concat, equal, fromBase64url, fromHex, type Bytes } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { ZERO } from './schedule.ts';

type Curve = 'X25519' | 'Ed25519';

const PKCS8_PREFIX: Record<Curve, Bytes> = {
  X25519: fromHex('302e020100300506032b656e04220420')!,
  Ed25519: fromHex('302e020100300506032b657004220420')!,
};

export function privateKey(curve: Curve, raw: Bytes): KeyObject {
  return createPrivateKey({ key: Buffer.from(concat(PKCS8_PREFIX[curve], raw)), format: 'der', type: 'pkcs8' });
}

export function publicKey(curve: Curve, raw: Bytes): KeyObject {
  return createPublicKey({ key: { kty: 'OKP', crv: curve, x: base64url(raw) }, format: 'jwk' });
}

/** The 32 public bytes that belong to a private key. */
export function rawPublicKey(key: KeyObject): Bytes {
  return fromBase64url(createPublicKey(key).export({ format: 'jwk' }).x as string)!;
}

/** 32 shared bytes. Throws ReachError `malformed` for a public key of low order (RFC 7748 §6.1: an all-zero secret). */
export function agree(own: KeyObject, peer: Bytes): Bytes {
  try {
    const secret = Uint8Array.from(diffieHellman({ privateKey: own, publicKey: publicKey('X25519', peer) }));
    if (!equal(secret, ZERO)) return secret;
  } catch {
    // OpenSSL refuses some low-order points by itself: the same answer as for the all-zero secret below.
  }
  throw new ReachError('malformed', 'a low-order public key');
}
