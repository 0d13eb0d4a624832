// Files of this computer that must survive a power cut: written beside, flushed, renamed, directory flushed; mode 0600.
// Synchronous on purpose: a message is stored before the call that sent it returns.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ReachError } from '../../shared/protocol/errors.ts';

export interface Disk {
  /** undefined where there is no such file. */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  remove(name: string): void;
  /** Moves a file out of the way; the name it has now. */
  setAside(name: string): string;
  /** Names in a directory, sorted; empty where it does not exist. */
  list(directory: string): string[];
  pathOf(name: string): string;
}

/** Every method throws ReachError `local` that names the path. */
export function openDisk(home: string): Disk {
  const pathOf = (name: string) => join(home, name);
  return {
    pathOf,
    read: (name) => whole(pathOf(name), 'read', () => readFileSync(pathOf(name), 'utf8')),
    write: (name, text) => told(pathOf(name), 'write', () => replaceFile(pathOf(name), text)),
    remove: (name) => told(pathOf(name), 'remove', () => rmSync(pathOf(name), { force: true })),
    setAside: (name) => told(pathOf(name), 'rename', () => moveAside(pathOf(name))),
    list: (directory) => whole(pathOf(directory), 'read', () => readdirSync(pathOf(directory)).sort()) ?? [],
  };
}

function replaceFile(path: string, text: string): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFlushed(beside, text);
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  flushDirectory(directory);
}

function writeFlushed(path: string, text: string): void {
  const file = openSync(path, 'wx', 0o600);
  try {
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

/** Windows cannot open a directory; there the rename itself is journalled. */
function flushDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function moveAside(path: string): string {
  const aside = `${path}.damaged`;
  renameSync(path, aside);
  return aside;
}

function whole<T>(path: string, verb: string, work: () => T): T | undefined {
  return told(path, verb, () => {
    try {
      return work();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  });
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'it is not there',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EACCES: 'permission denied',
  EPERM: 'permission denied',
  EROFS: 'the disk is read-only',
  ENOTDIR: 'a part of the path is not a folder',
  EISDIR: 'it is a folder',
  EMFILE: 'too many open files',
};

function told<T>(path: string, verb: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw diskError(path, verb, error);
  }
}

/** What the file system threw, in words that name the path: `Cannot read /x/y: permission denied.` */
export function diskError(path: string, verb: string, error: unknown): ReachError {
  if (error instanceof ReachError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return new ReachError('local', `Cannot ${verb} ${path}: ${REASONS[code] ?? (code || String(error))}.`);
}

/** The same for work that takes its time. */
export async function toldLater<T>(path: string, verb: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // Only the system's errors have a code; whatever else stopped the work goes on as it is.
    throw typeof (error as NodeJS.ErrnoException).code === 'string' ? diskError(path, verb, error) : error;
  }
}
