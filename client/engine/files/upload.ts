// One run of an upload: from the chunk the server has to the last one, each sealed afresh. Ends whole, or throws and leaves
// everything as it is for the next run.
import { chunkCount, sealChunk, sealedSize, UPLOAD } from '../../../shared/crypto/file-cipher.ts';
import type { Bytes, Random } from '../../../shared/protocol/bytes.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import type { DataLine } from './data-line.ts';
import type { ServerLine } from './server-line.ts';
import { Source, type Likeness, type Wrapping } from './source.ts';

export interface UploadRun {
  transferId: Bytes;
  room: Bytes;
  key: Bytes;
  path: string;
  known: Likeness;
  /** How it lies on disk, where that is not as it is. */
  wrapping: Wrapping | undefined;
  line: ServerLine;
  random: Random;
  signal: AbortSignal;
  /** The server has a place for it: the message can go out. */
  granted(): void;
  /** Bytes of plaintext handed over. */
  progress(done: number): void;
  /** Everything is handed over; what is left is the server's word. */
  checking(): void;
}

/** Throws LineLost, Refused, ReachError `local` about the source, or what the signal was aborted with. */
export async function upload(run: UploadRun): Promise<void> {
  const { transferId, room, path, known, wrapping, line, signal } = run;
  const source = await Source.open(path, known, wrapping);
  try {
    const slot = await line.slot('file_offer', { transfer_id: transferId, room, size: sealedSize(known.size) });
    signal.throwIfAborted();
    run.granted();
    if (slot.offset < sealedSize(known.size)) await complete(run, source, await line.attach(slot, UPLOAD, signal), slot.offset / SEALED_CHUNK_SIZE);
    else await asked(run);
  } finally {
    await source.close();
  }
}

async function complete(run: UploadRun, source: Source, data: DataLine, from: number): Promise<void> {
  const { transferId, key, known, line, random } = run;
  const count = chunkCount(known.size);
  try {
    for (let index = from; index < count; index += 1) {
      run.progress(index * CHUNK_SIZE);
      await data.write(sealChunk({ key, transferId, index, last: index === count - 1 }, await source.chunk(index), random));
    }
    await source.check();
    await data.flushed();
    run.progress(known.size);
    await confirmed(run, data);
  } finally {
    data.close();
  }
}

/** The server answers over the session when it has all bytes, and closes the data connection. A connection lost before that goes on in another run. */
async function confirmed(run: UploadRun, data: DataLine): Promise<void> {
  const answered = asked(run);
  const lost = data.lost().catch(async (error: unknown) => {
    if ((await run.line.bytesThere(run.transferId)) < sealedSize(run.known.size)) throw error;
    await answered;
  });
  await Promise.race([answered, lost]);
}

/** Whether the server has all of it. */
async function asked({ line, transferId, checking }: UploadRun): Promise<void> {
  checking();
  await line.ask('file_complete', { transfer_id: transferId });
}
