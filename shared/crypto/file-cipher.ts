// A file as its sender encrypts it (protocol, Files): chunks of 64 KiB, each AES-256-GCM under the file's own key as
// nonce[12] ‖ ciphertext ‖ tag[16], AAD = transfer_id ‖ index:u32 ‖ last:u8. The nonce is random: a resumed upload may seal a
// chunk again after its source changed, and a counter would then use a nonce twice. Only an empty file has an empty chunk.
import { concat, type Bytes, type Random } from '../protocol/bytes.ts';
import { ReachError } from '../protocol/errors.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../protocol/limits.ts';
import { NONCE_SIZE, open, seal } from './gcm.ts';
import { LABEL } from './labels.ts';
import { expandLabel, HASH_SIZE, hmac } from './schedule.ts';

const OVERHEAD = SEALED_CHUNK_SIZE - CHUNK_SIZE;

export const UPLOAD = 0;
export const DOWNLOAD = 1;

export interface ChunkPlace {
  /** 32 bytes. */
  key: Bytes;
  /** 16 bytes. */
  transferId: Bytes;
  index: number;
  last: boolean;
}

/** Chunks of a file of `size` bytes: at least one. */
export function chunkCount(size: number): number {
  return Math.max(1, Math.ceil(size / CHUNK_SIZE));
}

/** Bytes of a file of `size` bytes on the wire and in the server's cache. */
export function sealedSize(size: number): number {
  return size + chunkCount(size) * OVERHEAD;
}

/** `plain`: at most CHUNK_SIZE bytes. */
export function sealChunk({ key, transferId, index, last }: ChunkPlace, plain: Bytes, random: Random): Bytes {
  const nonce = random(NONCE_SIZE);
  return seal({ key, nonce, aad: placeBytes(transferId, index, last) }, plain, nonce);
}

/** Throws ReachError `damaged` where the chunk is not the one that was sealed for this place. */
export function openChunk({ key, transferId, index, last }: ChunkPlace, sealed: Bytes): Bytes {
  if (sealed.length < OVERHEAD || sealed.length > SEALED_CHUNK_SIZE) throw new ReachError('damaged');
  const plain = open({ key, nonce: sealed.subarray(0, NONCE_SIZE), aad: placeBytes(transferId, index, last) }, sealed.subarray(NONCE_SIZE));
  if (!plain) throw new ReachError('damaged');
  return plain;
}

export interface Attachment {
  /** 16 bytes, of the slot. */
  token: Bytes;
  transferId: Bytes;
  direction: typeof UPLOAD | typeof DOWNLOAD;
  /** Ciphertext bytes. */
  offset: number;
}

/** Binds a data connection to the session that asked for it: HMAC(Expand-Label(exporter, "attach", token, 32), transfer_id ‖ direction:u8 ‖ offset:u64). */
export function attachMac(exporter: Bytes, { token, transferId, direction, offset }: Attachment): Bytes {
  const place = new Uint8Array(9);
  const view = new DataView(place.buffer);
  view.setUint8(0, direction);
  view.setBigUint64(1, BigInt(offset));
  return hmac(expandLabel(exporter, LABEL.attach, token, HASH_SIZE), transferId, place);
}

function placeBytes(transferId: Bytes, index: number, last: boolean): Bytes {
  const tail = new Uint8Array(5);
  const view = new DataView(tail.buffer);
  view.setUint32(0, index);
  view.setUint8(4, last ? 1 : 0);
  return concat(transferId, tail);
}
