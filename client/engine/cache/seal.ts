// Files of one person on this computer, sealed: AES-256-GCM with a random nonce, bound to the account, to the file's name
// and to the place in it, so that nothing opens in another place.
import { NONCE_SIZE, open, seal } from '../../../shared/crypto/gcm.ts';
import { base64url, fromBase64url, fromUtf8, utf8, type Bytes, type Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { TAG_SIZE } from '../../../shared/protocol/limits.ts';
import type { Disk } from '../disk.ts';

export interface Secret {
  /** Server and user. */
  account: string;
  /** 32 bytes. */
  key: Bytes;
  random: Random;
}

const LABEL = 'reach local 1';
const MARK = 'sealed1 ';

export function sealBytes({ account, key, random }: Secret, place: string, plaintext: Bytes): Bytes {
  const nonce = random(NONCE_SIZE);
  return seal({ key, nonce, aad: placed(account, place) }, plaintext, nonce);
}

/** undefined: damaged, of another key, or from another place. */
export function openBytes({ account, key }: Secret, place: string, sealed: Bytes): Bytes | undefined {
  if (sealed.length < NONCE_SIZE + TAG_SIZE) return undefined;
  return open({ key, nonce: sealed.subarray(0, NONCE_SIZE), aad: placed(account, place) }, sealed.subarray(NONCE_SIZE));
}

function placed(account: string, place: string): Bytes {
  return utf8(JSON.stringify([LABEL, account, place]));
}

/**
 * The same files, sealed. One that an older version left plain is read and written again sealed; one that does not open reads as
 * empty, which no file here may be. Without a key, sealed files are as if they were not there, stay as they are, and new ones are plain.
 */
export function sealedDisk(disk: Disk, secret: Secret | undefined): Disk {
  return {
    ...disk,
    read(name) {
      const text = disk.read(name);
      if (text === undefined) return undefined;
      if (isSealed(text)) return secret && opened(secret, name, text);
      if (secret) writeAgain(disk, name, sealedText(secret, name, text));
      return text;
    },
    write(name, text) {
      if (secret) return disk.write(name, sealedText(secret, name, text));
      if (!isSealed(disk.read(name) ?? '')) disk.write(name, text);
    },
  };
}

export function isSealed(text: string): boolean {
  return text.startsWith(MARK);
}

function sealedText(secret: Secret, name: string, text: string): string {
  return `${MARK}${base64url(sealBytes(secret, name, utf8(text)))}\n`;
}

function opened(secret: Secret, name: string, text: string): string {
  const bytes = fromBase64url(text.slice(MARK.length).trimEnd());
  const plain = bytes && openBytes(secret, name, bytes);
  return plain ? fromUtf8(plain) : '';
}

function writeAgain(disk: Disk, name: string, text: string): void {
  try {
    disk.write(name, text);
  } catch (error) {
    // What was read is good; a disk that refuses now is said at the next thing that must be written.
    if (!(error instanceof ReachError)) throw error;
  }
}
