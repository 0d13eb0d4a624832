// What a typed password becomes before OPAQUE sees it: NFC (RFC 8265 §4.2, OpaqueString), then PBKDF2-HMAC-SHA-256
// with a salt of this server and this name, so that equal passwords have nothing in common elsewhere.
import { pbkdf2 } from 'node:crypto';
import { base64url, concat, utf8, type Bytes } from '../protocol/bytes.ts';
import { formatUuid } from '../protocol/ids.ts';
import { PBKDF2_ITERATIONS } from '../protocol/limits.ts';
import { CONTEXT } from './labels.ts';
import { HASH_SIZE, sha256 } from './schedule.ts';

/** 32 bytes: H("reach1 password" ‖ 0x00 ‖ server_id ‖ canonical username). */
export function passwordSalt(serverId: Bytes, username: string): Bytes {
  return sha256(concat(utf8(CONTEXT.password), Uint8Array.of(0), serverId, utf8(username)));
}

/** Base64url of 32 bytes: the password that OPAQUE is given. Runs on Node's thread pool, about 130 ms. */
export function stretchPassword(password: string, salt: Bytes): Promise<string> {
  const typed = utf8(password.replace(/\p{Zs}/gu, ' ').normalize('NFC'));
  return new Promise((resolve, reject) => {
    pbkdf2(typed, salt, PBKDF2_ITERATIONS, HASH_SIZE, 'sha256', (error, key) => (error ? reject(error) : resolve(base64url(key))));
  });
}

/** The identities OPAQUE binds, the same on both sides for ever (RFC 9807 §4). */
export function opaqueIdentifiers(serverId: Bytes, username: string): { client: string; server: string } {
  return { client: username, server: formatUuid(serverId) };
}
