// What a person chose to send, before it is sent: what the paths are, bytes that are in no file yet, folders made one file.
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, opendir, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, sep } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { ZipWriter } from '@zip.js/zip.js';
import { safeFileName } from '../../../shared/protocol/file-names.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { toldLater } from '../disk.ts';
import { words } from '../../words/words.ts';
import { failureOf } from '../failures.ts';
import type { Chosen, Failure } from '../types.ts';

/** Files of one folder that is sent. */
const FOLDER_FILES_MAX = 10_000;

export async function chosen(path: string): Promise<Chosen | { path: string; failure: Failure }> {
  try {
    const found = await toldLater(path, 'read', () => stat(path));
    if (found.isDirectory()) return await chosenFolder(path);
    if (!found.isFile()) throw new ReachError('local', words.failures.local.noPlainFile(path, 'send'));
    return { path, name: basename(path), size: found.size };
  } catch (error) {
    if (!(error instanceof ReachError)) throw error;
    return { path, failure: failureOf(error.code, { detail: error.message }) };
  }
}

async function chosenFolder(path: string): Promise<Chosen> {
  const files = await filesIn(path);
  return { path, name: `${basename(path)}.zip`, size: files.reduce((sum, { size }) => sum + size, 0), files: files.length };
}

/** Plain files in it and below; links are not followed. Throws ReachError `local`, `too_large` over FOLDER_FILES_MAX. */
async function filesIn(folder: string): Promise<{ path: string; size: number }[]> {
  const files: { path: string; size: number }[] = [];
  const folders = [folder];
  for (let at = folders.shift(); at !== undefined; at = folders.shift()) {
    const here = at;
    await toldLater(here, 'read', async () => {
      for await (const entry of await opendir(here)) {
        const path = join(here, entry.name);
        if (entry.isDirectory()) folders.push(path);
        else if (entry.isFile()) files.push({ path, size: (await stat(path)).size });
        if (files.length > FOLDER_FILES_MAX) throw new ReachError('local', words.failures.local.manyFiles(folder, FOLDER_FILES_MAX));
      }
    });
  }
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Keeps bytes in a file of their own under `folder`. Throws ReachError `local`. */
export async function keep(folder: string, { name, bytes }: { name: string; bytes: Uint8Array }, unique: string): Promise<Chosen> {
  const own = join(folder, unique);
  const path = join(own, safeFileName(name));
  await toldLater(path, 'write', async () => {
    await mkdir(own, { recursive: true, mode: 0o700 });
    await writeFile(path, bytes, { mode: 0o600, flag: 'wx' });
  });
  return { path, name: basename(path), size: bytes.length };
}

/** Removes what keep() or pack() made under `spool`, with the folder that holds nothing else. Anything outside stays. */
export async function discardKept(spool: string, path: string): Promise<void> {
  const folder = dirname(path);
  if (dirname(folder) !== spool) return;
  await toldLater(folder, 'remove', () => rm(folder, { recursive: true, force: true }));
}

/** Removes what was made under `spool` before that time (Unix milliseconds) and is none of `but`. */
export async function sweepKept(spool: string, { before, but }: { before: number; but: readonly string[] }): Promise<void> {
  await toldLater(spool, 'read', async () => {
    for (const name of await readdir(spool).catch(() => [])) {
      const folder = join(spool, name);
      const found = but.some((path) => dirname(path) === folder) ? undefined : await stat(folder).catch(() => undefined);
      if (!found || found.mtimeMs >= before) continue;
      await rm(folder, { recursive: true, force: true });
    }
  });
}

export interface Packing {
  /** The folder packed, and the file it becomes. */
  folder: string;
  into: string;
  /** Bytes it may have. */
  limit: number;
  signal: AbortSignal;
}

/** A folder as one zip file, streamed. Throws ReachError `too_large` as soon as it is, `local`, or what the signal was aborted with. */
export async function pack({ folder, into, limit, signal }: Packing): Promise<void> {
  const files = await filesIn(folder);
  await toldLater(into, 'write', () => mkdir(dirname(into), { recursive: true, mode: 0o700 }));
  const out = createWriteStream(into, { mode: 0o600 });
  const zip = new ZipWriter(limited(Writable.toWeb(out) as WritableStream<Uint8Array>, { limit, signal }), { useWebWorkers: false, keepOrder: true });
  await toldLater(into, 'write', async () => {
    for (const { path } of files) await addFile(zip, { path, name: relative(folder, path).split(sep).join('/') });
    await zip.close();
  });
}

async function addFile(zip: ZipWriter<unknown>, { path, name }: { path: string; name: string }): Promise<void> {
  const file = createReadStream(path);
  try {
    await toldLater(path, 'read', () => zip.add(name, Readable.toWeb(file) as ReadableStream<Uint8Array>));
  } finally {
    file.destroy();
  }
}

function limited(stream: WritableStream<Uint8Array>, { limit, signal }: Pick<Packing, 'limit' | 'signal'>): WritableStream<Uint8Array> {
  const writer = stream.getWriter();
  let size = 0;
  return new WritableStream({
    async write(piece) {
      signal.throwIfAborted();
      size += piece.length;
      if (size > limit) throw new ReachError('too_large', words.failures.local.packed(limit));
      await writer.write(piece);
    },
    close: () => writer.close(),
    abort: (reason) => writer.abort(reason),
  });
}
