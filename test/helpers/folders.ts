import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Closing } from './waiting.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

const made: string[] = [];
process.once('exit', () => made.forEach(remove));

/** A new folder, removed when the test ends. */
export function tempFolder(closing: Closing): string {
  const folder = newFolder();
  closing.add(() => remove(folder));
  return folder;
}

/** A new folder, removed with all others of this process when it ends: for what is opened and never closed. */
export function lastingFolder(): string {
  const folder = newFolder();
  made.push(folder);
  return folder;
}

const newFolder = (): string => mkdtempSync(join(tmpdir(), 'reach-test-'));

function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
}
