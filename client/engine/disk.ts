// Files of this computer that must survive a power cut: written beside, flushed, renamed, directory flushed; mode 0600.
// Synchronous on purpose: a message is stored before the call that sent it returns.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { words } from '../words/words.ts';

export interface Disk {
  /** undefined where there is no such file. */
  read(name: string): string | undefined;
  write(name: string, text: string): void;
  /** The same, where there is no such file yet; false where there is one. */
  create(name: string, text: string): boolean;
  remove(name: string): void;
  /** Moves a file out of the way; the name it has now. */
  setAside(name: string): string;
  /** Names in a directory, sorted; empty where it does not exist. */
  list(directory: string): string[];
  pathOf(name: string): string;
  /** What can be fetched again: whole or old after a crash of the program, not flushed for one of the machine. */
  readBytes(name: string): Bytes | undefined;
  replaceBytes(name: string, bytes: Bytes): void;
  appendBytes(name: string, bytes: Bytes): void;
  /** With everything in it. */
  removeFolder(name: string): void;
}

/** Every method throws ReachError `local` that names the path. */
export function openDisk(home: string): Disk {
  const pathOf = (name: string) => join(home, name);
  return {
    pathOf,
    read: (name) => whole(pathOf(name), 'read', () => readFileSync(pathOf(name), 'utf8')),
    write: (name, text) => told(pathOf(name), 'write', () => replaceFile(pathOf(name), Buffer.from(text), true)),
    create: (name, text) => told(pathOf(name), 'write', () => createFile(pathOf(name), text)),
    remove: (name) => told(pathOf(name), 'remove', () => rmSync(pathOf(name), { force: true })),
    setAside: (name) => told(pathOf(name), 'rename', () => moveAside(pathOf(name))),
    list: (directory) => whole(pathOf(directory), 'read', () => readdirSync(pathOf(directory)).sort()) ?? [],
    readBytes: (name) => whole(pathOf(name), 'read', () => Uint8Array.from(readFileSync(pathOf(name)))),
    replaceBytes: (name, bytes) => told(pathOf(name), 'write', () => replaceFile(pathOf(name), bytes, false)),
    appendBytes: (name, bytes) => told(pathOf(name), 'write', () => writeBytes(pathOf(name), bytes, { how: 'a', flushed: false })),
    removeFolder: (name) => told(pathOf(name), 'remove', () => rmSync(pathOf(name), { recursive: true, force: true })),
  };
}

function replaceFile(path: string, bytes: Bytes, flushed: boolean): void {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeBytes(beside, bytes, { how: 'wx', flushed });
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw error;
  }
  if (flushed) flushDirectory(directory);
}

/** A link cannot take the place of a file, so that of two processes one finds the other's. */
function createFile(path: string, text: string): boolean {
  const directory = dirname(path);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeBytes(beside, Buffer.from(text), { how: 'wx', flushed: true });
    linkSync(beside, path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(beside, { force: true });
  }
  flushDirectory(directory);
  return true;
}

function writeBytes(path: string, bytes: Bytes, { how, flushed }: { how: 'wx' | 'a'; flushed: boolean }): void {
  const file = openSync(path, how, 0o600);
  try {
    for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at);
    if (flushed) fsyncSync(file);
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
  return new ReachError('local', words.failures.local.disk(path, verb, words.failures.local.reasons[code] ?? (code || String(error))));
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
