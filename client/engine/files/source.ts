// A file that is sent: read chunk by chunk, and watched. A file that changes under way would arrive as a mixture of two.
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { chunkCount } from '../../../shared/crypto/file-cipher.ts';
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import { toldLater } from '../disk.ts';
import { words } from '../../words/words.ts';

/** What tells one state of a file from another. Times in milliseconds. */
export interface Likeness {
  size: number;
  mtime: number;
  inode: number;
}

/** How a file lies on disk that is not kept as it is: every chunk longer by `overhead` bytes. */
export interface Wrapping {
  overhead: number;
  /** Throws ReachError `local` where the chunk is not the one of this place. */
  open(place: { index: number; last: boolean }, wrapped: Bytes): Bytes;
}

/** Bytes of a file that has so many on disk. */
export function plainSize(size: number, wrapping: Wrapping | undefined): number {
  if (!wrapping) return size;
  return Math.max(0, size - Math.max(1, Math.ceil(size / (CHUNK_SIZE + wrapping.overhead))) * wrapping.overhead);
}

/** Throws ReachError `local`: not there, not readable, no plain file. */
export async function likenessOf(path: string, wrapping?: Wrapping): Promise<Likeness> {
  const found = await toldLater(path, 'read', () => stat(path));
  if (!found.isFile()) throw new ReachError('local', words.failures.local.noPlainFile(path, 'read'));
  return { size: plainSize(found.size, wrapping), mtime: found.mtimeMs, inode: found.ino };
}

export class Source {
  readonly #path: string;
  readonly #known: Likeness;
  readonly #file: FileHandle;
  readonly #wrapping: Wrapping | undefined;

  private constructor(path: string, known: Likeness, file: FileHandle, wrapping: Wrapping | undefined) {
    this.#path = path;
    this.#known = known;
    this.#file = file;
    this.#wrapping = wrapping;
  }

  /** Throws ReachError `local` where it cannot be read or is not what it was. */
  static async open(path: string, known: Likeness, wrapping?: Wrapping): Promise<Source> {
    const file = await toldLater(path, 'read', () => open(path, 'r'));
    const source = new Source(path, known, file, wrapping);
    try {
      await source.check();
      return source;
    } catch (error) {
      await source.close();
      throw error;
    }
  }

  /** Throws ReachError `local` where it changed or vanished. */
  async check(): Promise<void> {
    const now = await likenessOf(this.#path, this.#wrapping);
    const { size, mtime, inode } = this.#known;
    if (now.size !== size || now.mtime !== mtime || now.inode !== inode) throw this.#changed();
  }

  /** The plaintext of one chunk. */
  async chunk(index: number): Promise<Bytes> {
    const { size } = this.#known;
    const overhead = this.#wrapping?.overhead ?? 0;
    const at = index * (CHUNK_SIZE + overhead);
    const wanted = new Uint8Array(Math.min(CHUNK_SIZE, size - index * CHUNK_SIZE) + overhead);
    let filled = 0;
    while (filled < wanted.length) {
      const { bytesRead } = await toldLater(this.#path, 'read', () => this.#file.read(wanted, filled, wanted.length - filled, at + filled));
      if (bytesRead === 0) throw this.#changed();
      filled += bytesRead;
    }
    return this.#wrapping ? this.#wrapping.open({ index, last: index === chunkCount(size) - 1 }, wanted) : wanted;
  }

  async close(): Promise<void> {
    await toldLater(this.#path, 'close', () => this.#file.close());
  }

  #changed(): ReachError {
    return new ReachError('local', words.failures.local.changed(basename(this.#path)));
  }
}
