// The data directory: made with mode 0700, checked for writing, and held by one server at a time. The lock is SQLite's own
// on a file of its own, so the system lets go of it however the process ends. A relay beside the server has another one.
import Libsql from 'libsql';
import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { reasonOf } from '../ops/log.ts';

export interface DirectoryLock {
  release(): void;
}

/** Throws Error with one line: not writable, or in use. */
export function holdDirectory(directory: string): DirectoryLock {
  prepare(directory);
  return lock(directory, 'lock', `another server is using the data directory ${directory}`);
}

/** The same for the one relay of a directory. A server that has its own inside holds it as well. */
export function holdRelay(directory: string, refusal: string): DirectoryLock {
  prepare(directory);
  return lock(directory, 'relay-lock', refusal);
}

function prepare(directory: string): void {
  try {
    makeDirectory(directory);
    accessSync(directory, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    throw new Error(`the data directory ${directory} cannot be written: ${reasonOf(cause)}`);
  }
}

/** Parents included, mode 0700. Node's own `recursive` never returns where a parent such as /proc refuses with ENOENT. */
export function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(dirname(directory));
  mkdirSync(directory, { mode: 0o700 });
}

function lock(directory: string, name: string, refusal: string): DirectoryLock {
  try {
    const db = new Libsql(join(directory, name));
    db.exec('BEGIN EXCLUSIVE');
    return { release: () => db.close() };
  } catch (cause) {
    if ((cause as { code?: string }).code === 'SQLITE_BUSY') throw new Error(refusal);
    throw new Error(`the data directory ${directory} cannot be locked: ${reasonOf(cause)}`);
  }
}
