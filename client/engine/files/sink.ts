// A file that is received: written as NAME.<id>.part beside its place, renamed when it is whole. Never over another
// file unless the person said so, never opened. What is in the part was verified, so a later run goes on behind it.
import { mkdir, open, rename, rm, statfs, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import { numberedName } from '../../../shared/protocol/file-names.ts';
import { CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { diskError, toldLater } from '../disk.ts';
import { words } from '../../words/words.ts';
import { statThere } from './local-file.ts';

/** Files of one name in one folder. */
const NUMBERS_MAX = 10_000;

export interface Place {
  folder: string;
  /** Safe (safeFileName), or the person's own. */
  name: string;
  /** Of the file, hex. */
  id: string;
  /** Bytes it will have. */
  size: number;
  /** A file of this name is replaced; else the new one gets a number. */
  replaces: boolean;
}

export function partPath({ folder, name, id }: Place): string {
  return join(folder, `${name}.${id.slice(0, 8)}.part`);
}

/** Bytes that an earlier run left and the next one keeps. */
export function sizeOfPart(place: Place): number {
  const size = statThere(partPath(place))?.size ?? 0;
  return Math.min(place.size, wholeChunks(size));
}

export async function removePart(place: Place): Promise<void> {
  await toldLater(partPath(place), 'remove', () => rm(partPath(place), { force: true }));
}

export class Sink {
  readonly #place: Place;
  readonly #path: string;
  readonly #file: FileHandle;
  #size: number;

  private constructor(place: Place, file: FileHandle, size: number) {
    this.#place = place;
    this.#path = partPath(place);
    this.#file = file;
    this.#size = size;
  }

  /** Makes the folder. What an earlier run left is kept up to its last whole chunk. Throws ReachError `local`, `disk_full` where the rest has no room. */
  static async open(place: Place): Promise<Sink> {
    await toldLater(place.folder, 'write', () => mkdir(place.folder, { recursive: true, mode: 0o700 }));
    const path = partPath(place);
    const file = await toldLater(path, 'write', () => open(path, 'a+', 0o600));
    return toldLater(path, 'write', async () => {
      const { size } = await file.stat();
      const whole = wholeChunks(size);
      if (whole !== size) await file.truncate(whole);
      const { bavail, bsize } = await statfs(place.folder);
      if (bavail * bsize < place.size - whole) throw full(place, whole);
      return new Sink(place, file, whole);
    }).catch(async (error: unknown) => {
      await file.close();
      throw error;
    });
  }

  /** Bytes there. */
  get size(): number {
    return this.#size;
  }

  async write(bytes: Bytes): Promise<void> {
    let at = 0;
    while (at < bytes.length) {
      at += await this.#writeSome(bytes, at);
    }
    this.#size += bytes.length;
  }

  async #writeSome(bytes: Bytes, at: number): Promise<number> {
    try {
      return (await this.#file.write(bytes, at)).bytesWritten;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw code === 'ENOSPC' || code === 'EDQUOT' ? full(this.#place, this.#size) : diskError(this.#path, 'write', error);
    }
  }

  /** From the beginning again: what is there belongs to no file that could become whole. */
  async empty(): Promise<void> {
    await toldLater(this.#path, 'write', () => this.#file.truncate(0));
    this.#size = 0;
  }

  /** On disk and under its name; the path it got. */
  async finish(): Promise<string> {
    await toldLater(this.#path, 'write', () => this.#file.sync());
    await this.close();
    const { folder, name, replaces } = this.#place;
    if (replaces) return this.#named(join(folder, name));
    for (let number = 0; number < NUMBERS_MAX; number += 1) {
      const path = join(folder, numberedName(name, number));
      if (await claimed(path)) return this.#named(path);
    }
    throw new ReachError('local', words.failures.local.manyNames(name, folder, NUMBERS_MAX));
  }

  async #named(path: string): Promise<string> {
    await toldLater(path, 'write', () => rename(this.#path, path));
    return path;
  }

  async close(): Promise<void> {
    await toldLater(this.#path, 'close', () => this.#file.close());
  }
}

function wholeChunks(size: number): number {
  return size - (size % CHUNK_SIZE);
}

function full({ folder, size }: Place, there: number): ReachError {
  return new ReachError('disk_full', words.failures.local.full(folder, size - there));
}

/** Made empty and ours, to be renamed over; false where something has that name. */
async function claimed(path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw diskError(path, 'write', error);
  }
}
