// Sizes of a file on the wire and in the cache. All offsets are ciphertext bytes and begin a chunk.
import { sealedSize } from '../../shared/crypto/file-cipher.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';

const OVERHEAD = SEALED_CHUNK_SIZE - CHUNK_SIZE;

/** Plaintext bytes; undefined where no file has that size when it is encrypted. */
export function plainSize(sealed: number): number | undefined {
  const plain = sealed - Math.ceil(sealed / SEALED_CHUNK_SIZE) * OVERHEAD;
  return plain >= 0 && Number.isSafeInteger(sealed) && sealedSize(plain) === sealed ? plain : undefined;
}

/** The start of the chunk that byte `at` lies in. */
export function chunkStart(at: number): number {
  return at - (at % SEALED_CHUNK_SIZE);
}

export function beginsChunk(offset: number): boolean {
  return offset % SEALED_CHUNK_SIZE === 0;
}
