// Reading parts of a file that is not saved here, for a preview: verified bytes from the server, one connection per reader.
// Reading onwards goes on where the last read ended; a jump makes another connection. While nobody reads, TCP holds the server.
import { chunkCount, DOWNLOAD } from '../../../shared/crypto/file-cipher.ts';
import type { Manifest } from '../../../shared/protocol/body.ts';
import { concat, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../../../shared/protocol/limits.ts';
import { LineLost, type DataLine } from './data-line.ts';
import { nextChunk } from './download.ts';
import type { ServerLine } from './server-line.ts';

/** A jump forward of at most so many chunks is read over. */
const SKIP_MAX = 16;
/** Tries of one read, where the connection grew old while nobody read. */
const TRIES = 2;

export class RemoteReader {
  readonly #file: Manifest;
  readonly #line: () => Promise<ServerLine>;
  readonly #abort = new AbortController();
  #data: DataLine | undefined;
  /** The chunk read last, and the index of the next one on the connection. */
  #chunk: { index: number; bytes: Bytes } | undefined;
  #next = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(file: Manifest, line: () => Promise<ServerLine>) {
    this.#file = file;
    this.#line = line;
  }

  /** Shorter at the end of the file. Throws LineLost, Refused, ReachError `damaged`. One read at a time; the others wait. */
  read(offset: number, length: number): Promise<Bytes> {
    const result = this.#turn.then(() => this.#read(offset, length));
    this.#turn = result.catch(() => {});
    return result;
  }

  close(): void {
    this.#abort.abort(new LineLost('closed_by_peer'));
    this.#data?.close();
  }

  async #read(offset: number, length: number): Promise<Bytes> {
    const end = Math.min(offset + length, this.#file.size);
    const pieces: Bytes[] = [];
    for (let at = offset; at < end; ) {
      const index = Math.floor(at / CHUNK_SIZE);
      const from = at - index * CHUNK_SIZE;
      const piece = (await this.#chunkAt(index)).subarray(from, from + end - at);
      pieces.push(piece);
      at += piece.length;
    }
    return concat(...pieces);
  }

  async #chunkAt(index: number): Promise<Bytes> {
    for (let tries = 0; ; ) {
      if (this.#chunk?.index === index) return this.#chunk.bytes;
      try {
        await this.#advance(index);
      } catch (error) {
        this.#drop();
        tries += 1;
        if (error instanceof ReachError && error.code === 'damaged') await (await this.#line()).report(this.#file.id);
        if (!(error instanceof LineLost) || tries >= TRIES || this.#abort.signal.aborted) throw error;
      }
    }
  }

  async #advance(index: number): Promise<void> {
    if (!this.#data || index < this.#next || index > this.#next + SKIP_MAX) await this.#connect(index);
    const bytes = await nextChunk(this.#file, this.#data!, this.#next);
    this.#chunk = { index: this.#next, bytes };
    this.#next += 1;
    if (this.#next === chunkCount(this.#file.size)) this.#drop();
  }

  async #connect(index: number): Promise<void> {
    this.#drop();
    const line = await this.#line();
    const slot = await line.slot('file_get', { transfer_id: this.#file.id, offset: index * SEALED_CHUNK_SIZE });
    this.#data = await line.attach(slot, DOWNLOAD, this.#abort.signal);
    this.#next = index;
  }

  #drop(): void {
    this.#data?.close();
    this.#data = undefined;
  }
}
