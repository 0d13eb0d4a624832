import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Closing } from './waiting.ts';

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** A new folder, removed when the test ends. */
export function tempFolder(closing: Closing): string {
  const folder = mkdtempSync(join(tmpdir(), 'reach-test-'));
  closing.add(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  return folder;
}
