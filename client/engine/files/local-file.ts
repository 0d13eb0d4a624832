// A file of this computer, read in one go or in part, as it is or out of its wrapping. Throws ReachError `local` that names the path.
import { readFileSync, statSync, type Stats } from 'node:fs';
import { open } from 'node:fs/promises';
import { chunkCount } from '../../../shared/crypto/file-cipher.ts';
import { concat, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import { diskError, toldLater } from '../disk.ts';
import { likenessOf, plainSize, Source, type Likeness, type Wrapping } from './source.ts';
import { words } from '../../words/words.ts';

/** Of a folder the size is 0. */
export function statFile(path: string, wrapping: Wrapping | undefined): Likeness & { isFolder: boolean } {
  try {
    const found = statSync(path);
    if (!found.isFile() && !found.isDirectory()) throw new ReachError('local', words.failures.local.noPlainFile(path, 'send'));
    return { size: found.isDirectory() ? 0 : plainSize(found.size, wrapping), mtime: found.mtimeMs, inode: found.ino, isFolder: found.isDirectory() };
  } catch (error) {
    throw diskError(path, 'read', error);
  }
}

/** undefined: it is not there, or nobody can look: a folder that was taken away, a disk that is not connected. */
export function statThere(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

/** undefined: it is not there. */
export function sizeThere(path: string, wrapping: Wrapping | undefined): number | undefined {
  const found = statThere(path);
  return found && plainSize(found.size, wrapping);
}

/** It was not changed since. */
export function isStill(path: string, { size, mtime }: Likeness, wrapping: Wrapping | undefined): boolean {
  const found = statThere(path);
  return found !== undefined && plainSize(found.size, wrapping) === size && found.mtimeMs === mtime;
}

export function readWhole(path: string, wrapping: Wrapping | undefined): Bytes {
  try {
    const bytes = Uint8Array.from(readFileSync(path));
    if (!wrapping) return bytes;
    const count = chunkCount(plainSize(bytes.length, wrapping));
    const step = CHUNK_SIZE + wrapping.overhead;
    return concat(...Array.from({ length: count }, (_, index) => wrapping.open({ index, last: index === count - 1 }, bytes.subarray(index * step, (index + 1) * step))));
  } catch (error) {
    throw diskError(path, 'read', error);
  }
}

/** Shorter at its end. */
export async function readPart(path: string, range: { offset: number; length: number }, wrapping: Wrapping | undefined): Promise<Bytes> {
  return wrapping ? readWrapped(path, range, wrapping) : readPlain(path, range);
}

async function readPlain(path: string, { offset, length }: { offset: number; length: number }): Promise<Bytes> {
  const file = await toldLater(path, 'read', () => open(path, 'r'));
  try {
    const bytes = new Uint8Array(length);
    const { bytesRead } = await toldLater(path, 'read', () => file.read(bytes, 0, length, offset));
    return bytes.subarray(0, bytesRead);
  } finally {
    await toldLater(path, 'close', () => file.close());
  }
}

async function readWrapped(path: string, { offset, length }: { offset: number; length: number }, wrapping: Wrapping): Promise<Bytes> {
  const known = await likenessOf(path, wrapping);
  const source = await Source.open(path, known, wrapping);
  try {
    const end = Math.min(offset + length, known.size);
    const first = Math.floor(offset / CHUNK_SIZE);
    const chunks: Bytes[] = [];
    for (let index = first; index * CHUNK_SIZE < end; index += 1) chunks.push(await source.chunk(index));
    return concat(...chunks).slice(offset - first * CHUNK_SIZE, Math.max(end - first * CHUNK_SIZE, 0));
  } finally {
    await source.close();
  }
}
