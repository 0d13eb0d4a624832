// One run of a download: from the last whole chunk that is there to the end of the file. No byte is written before its chunk
// has verified. Ends whole under the file's name, or throws and leaves the part for the next run.
import { chunkCount, DOWNLOAD, openChunk } from '../../../shared/crypto/file-cipher.ts';
import type { Manifest } from '../../../shared/protocol/body.ts';
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import type { DataLine } from './data-line.ts';
import type { ServerLine } from './server-line.ts';
import { removePart, Sink, type Place } from './sink.ts';

const OVERHEAD = SEALED_CHUNK_SIZE - CHUNK_SIZE;

export interface DownloadRun {
  file: Manifest;
  place: Place;
  /** Asked for only where bytes are missing: a small file is in its message. */
  line(): Promise<ServerLine>;
  signal: AbortSignal;
  /** Bytes of plaintext that are there. */
  progress(done: number): void;
  /** Everything has come; what is left is the disk's. */
  checking(): void;
}

/** The path it has now. Throws LineLost, Refused, ReachError `damaged` (said to the server, nothing kept) or `local`, or what the signal was aborted with. */
export async function download(run: DownloadRun): Promise<string> {
  const sink = await Sink.open(run.place);
  try {
    await fill(run, sink);
    if (sink.size !== run.file.size) throw new ReachError('damaged');
    run.checking();
    return await sink.finish();
  } catch (error) {
    await sink.close();
    if (error instanceof ReachError && error.code === 'damaged') await removePart(run.place);
    throw error;
  }
}

async function fill(run: DownloadRun, sink: Sink): Promise<void> {
  const { file, signal } = run;
  if (sink.size > file.size) await sink.empty();
  if (file.inline) return sink.size === 0 ? sink.write(file.inline) : undefined;
  if (sink.size === file.size && file.size > 0) return;
  const line = await run.line();
  const from = Math.floor(sink.size / CHUNK_SIZE);
  const slot = await line.slot('file_get', { transfer_id: file.id, offset: from * SEALED_CHUNK_SIZE });
  const data = await line.attach(slot, DOWNLOAD, signal);
  try {
    for (let index = from; index < chunkCount(file.size); index += 1) {
      run.progress(sink.size);
      await sink.write(await nextChunk(file, data, index));
      signal.throwIfAborted();
    }
    run.progress(sink.size);
  } catch (error) {
    if (error instanceof ReachError && error.code === 'damaged') await line.report(file.id);
    throw error;
  } finally {
    data.close();
  }
}

/** The verified plaintext of chunk `index`, which is the next on this connection. Throws ReachError `damaged`. */
export async function nextChunk(file: Manifest, data: DataLine, index: number): Promise<Bytes> {
  const last = index === chunkCount(file.size) - 1;
  const size = last ? file.size - index * CHUNK_SIZE : CHUNK_SIZE;
  const sealed = await data.read(size + OVERHEAD);
  return openChunk({ key: file.key!, transferId: file.id, index, last }, sealed);
}
