// A transfer's file to a data connection: one piece is read, written and waited for at a time, so a slow reader holds one piece.
// Where the sender is still at work it reads along, whole chunk by whole chunk.
import type { Cache, CacheFile } from './cache.ts';
import type { DataConnection, Flow } from './data-connection.ts';
import type { Live } from './live.ts';
import { beginsChunk } from './sizes.ts';

/** Bytes read at once. */
const PIECE = 128 * 1024;

export interface DownloadOptions {
  live: Live;
  cache: Cache;
  offset: number;
  connection: DataConnection;
  /** The disk did not give it. */
  failed(cause: unknown): void;
}

export class Download implements Flow {
  readonly over: Promise<void>;
  readonly #options: DownloadOptions;
  #ended = false;
  #position: number;

  constructor(options: DownloadOptions) {
    this.#options = options;
    this.#position = options.offset;
    this.over = this.#run().catch((cause: unknown) => this.#fail(cause));
  }

  /** Ciphertext bytes it has sent, and those before its offset. */
  get position(): number {
    return this.#position;
  }

  /** A reader has nothing to say. */
  received(): void {
    this.#options.connection.destroy();
  }

  closed(): void {
    this.#ended = true;
    this.#options.live.wake();
  }

  #fail(cause: unknown): void {
    if (!this.#ended) this.#options.failed(cause);
    this.#options.connection.destroy();
  }

  async #run(): Promise<void> {
    const { live, cache, connection } = this.#options;
    await this.#available();
    if (this.#ended) return;
    const file = await cache.reading(live.key);
    try {
      const piece = Buffer.allocUnsafeSlow(PIECE);
      while (await this.#available()) await this.#pass(file, piece);
    } finally {
      await file.close();
    }
    connection.end();
  }

  /** False: the end is reached, or the connection is gone. */
  async #available(): Promise<boolean> {
    const { live, connection } = this.#options;
    while (!this.#ended && this.#position < live.transfer.size && this.#position >= live.readable) {
      // The chunk it is in was taken back: what comes in its place would not fit to what was sent.
      if (this.#position > live.written && !beginsChunk(this.#position)) connection.destroy();
      else await live.more();
    }
    return !this.#ended && this.#position < live.transfer.size;
  }

  async #pass(file: CacheFile, piece: Buffer): Promise<void> {
    const { live, connection } = this.#options;
    const count = await file.read(piece.subarray(0, Math.min(PIECE, live.readable - this.#position)), this.#position);
    if (count === 0) throw new Error(`the file of transfer ${live.key} is shorter than it was`);
    if (this.#ended) return;
    await connection.write(piece.subarray(0, count));
    this.#position += count;
    connection.progressed();
  }
}
