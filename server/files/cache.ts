// The folder of ciphertext files, one for each transfer, named by its id in hex. Every call is a single step on disk, none
// holds more of a file than it is handed.
import { accessSync, constants, statSync } from 'node:fs';
import { open, opendir, rm, stat, statfs, type FileHandle } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { reasonOf } from '../ops/log.ts';
import { makeDirectory } from '../store/directory.ts';

/** A file that is open; `at` in bytes from its start. */
export interface CacheFile {
  /** All of them, one behind the other. */
  write(pieces: readonly Bytes[], at: number): Promise<void>;
  /** How many bytes were read; 0 at the end. */
  read(into: Bytes, at: number): Promise<number>;
  truncate(size: number): Promise<void>;
  close(): Promise<void>;
}

/** What files need of a disk. Rejects with the system's error, whose code tells ENOSPC from the others. */
export interface Cache {
  /** Made where it is missing, cut to `size`. */
  writing(name: string, size: number): Promise<CacheFile>;
  reading(name: string): Promise<CacheFile>;
  /** Bytes; undefined where there is none. */
  size(name: string): Promise<number | undefined>;
  /** What was written survives a power cut once this resolves. Cuts it to `cut` of its size first. Resolves with the size. */
  settle(name: string, cut: (size: number) => number): Promise<number>;
  /** SHA-256. */
  hash(name: string): Promise<Bytes>;
  remove(name: string): Promise<void>;
  names(): AsyncIterable<string>;
  /** Bytes that this server could still write. */
  free(): Promise<number>;
}

/** Bytes read at once while a file is hashed: each takes well under a millisecond of the event loop. */
const HASH_PIECE = 256 * 1024;

/** Throws Error with one line that names the folder. */
export function openCache(folder: string): Cache {
  try {
    makeDirectory(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw new Error('it is not a folder');
  } catch (cause) {
    throw new Error(`the folder for files ${folder} cannot be written: ${reasonOf(cause)}`);
  }
  const path = (name: string): string => join(folder, name);
  return {
    writing: (name, size) => openFile(path(name), constants.O_RDWR | constants.O_CREAT, (file) => file.truncate(size)),
    reading: (name) => openFile(path(name), constants.O_RDONLY),
    size: (name) => stat(path(name)).then(({ size }) => size, (cause: unknown) => missing(cause, undefined)),
    settle: (name, cut) => using(path(name), constants.O_RDWR, (file) => settle(file, cut)).catch((cause: unknown) => missing(cause, 0)),
    hash: (name) => using(path(name), constants.O_RDONLY, hashOf),
    remove: (name) => rm(path(name), { force: true }),
    names: () => namesOf(folder),
    free: () => statfs(folder).then(({ bavail, bsize }) => bavail * bsize),
  };
}

async function openFile(path: string, flags: number, prepare: (file: FileHandle) => Promise<void> = async () => undefined): Promise<CacheFile> {
  const file = await open(path, flags, 0o600);
  try {
    await prepare(file);
  } catch (cause) {
    await file.close();
    throw cause;
  }
  return {
    write: (pieces, at) => writeAll(file, pieces, at),
    read: async (into, at) => (await file.read(into, 0, into.length, at)).bytesRead,
    truncate: (size) => file.truncate(size),
    close: () => file.close(),
  };
}

async function using<T>(path: string, flags: number, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags);
  try {
    return await work(file);
  } finally {
    await file.close();
  }
}

// A disk that fills up takes a part first and says so at the next try.
async function writeAll(file: FileHandle, pieces: readonly Bytes[], at: number): Promise<void> {
  let rest = pieces.filter(({ length }) => length > 0);
  let place = at;
  while (rest.length > 0) {
    const { bytesWritten } = await file.writev(rest, place);
    if (bytesWritten === 0) throw new Error('the disk takes no more bytes');
    place += bytesWritten;
    rest = without(rest, bytesWritten);
  }
}

function without(pieces: readonly Bytes[], count: number): Bytes[] {
  let skip = count;
  return pieces.flatMap((piece) => {
    const cut = Math.min(skip, piece.length);
    skip -= cut;
    return cut === piece.length ? [] : [piece.subarray(cut)];
  });
}

async function settle(file: FileHandle, cut: (size: number) => number): Promise<number> {
  const { size } = await file.stat();
  const kept = cut(size);
  if (kept < size) await file.truncate(kept);
  await file.sync();
  return kept;
}

async function hashOf(file: FileHandle): Promise<Bytes> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(HASH_PIECE);
  for (let at = 0; ; ) {
    const { bytesRead } = await file.read(piece, 0, piece.length, at);
    if (bytesRead === 0) return Uint8Array.from(hash.digest());
    hash.update(piece.subarray(0, bytesRead));
    at += bytesRead;
  }
}

async function* namesOf(folder: string): AsyncIterable<string> {
  for await (const entry of await opendir(folder)) yield entry.name;
}

function missing<T>(cause: unknown, value: T): T {
  if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return value;
  throw cause;
}
