// Bytes from a data connection into a transfer's file. What waits for the disk is bounded; beyond that the sender waits.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Cache, CacheFile } from './cache.ts';
import type { DataConnection, Flow } from './data-connection.ts';
import type { Live } from './live.ts';
import { chunkStart } from './sizes.ts';

/** What may wait for the disk: bytes, and pieces of them (one writev takes no more than 1,024). */
const WAITING_BYTES = 256 * 1024;
const WAITING_PIECES = 512;

export interface UploadOptions {
  live: Live;
  cache: Cache;
  offset: number;
  connection: DataConnection;
  /** More is on disk. */
  progress(): void;
  /** The sender sent more than it said. */
  tooMuch(): void;
  /** The disk did not take it. */
  failed(cause: unknown): void;
}

export class Upload implements Flow {
  readonly over: Promise<void>;
  readonly #options: UploadOptions;
  #waiting: Bytes[] = [];
  #waitingBytes = 0;
  /** Of the file, those on their way to disk included. */
  #received: number;
  #held = false;
  #ended = false;
  #overrun = false;
  #wake: (() => void) | undefined;

  constructor(options: UploadOptions) {
    this.#options = options;
    this.#received = options.offset;
    this.over = this.#run().catch((cause: unknown) => this.#fail(cause));
  }

  received(piece: Bytes): void {
    const { live, connection } = this.#options;
    if (this.#ended) return;
    this.#received += piece.length;
    if (this.#received > live.transfer.size) return this.#refuse();
    this.#waiting.push(piece);
    this.#waitingBytes += piece.length;
    if (!this.#held && (this.#waitingBytes >= WAITING_BYTES || this.#waiting.length >= WAITING_PIECES)) {
      this.#held = true;
      connection.pipe.pause();
    }
    this.#wake?.();
  }

  /** What has come still goes to disk. */
  closed(): void {
    this.#ended = true;
    this.#wake?.();
  }

  // Nobody knows which of its bytes are right: the last chunk must come again.
  #refuse(): void {
    this.#overrun = true;
    this.#options.connection.destroy();
    this.#options.tooMuch();
  }

  #fail(cause: unknown): void {
    this.#ended = true;
    this.#waiting = [];
    this.#options.connection.destroy();
    this.#options.failed(cause);
  }

  async #run(): Promise<void> {
    const { live, cache, offset } = this.#options;
    const file = await cache.writing(live.key, offset);
    try {
      for (let pieces = await this.#next(); pieces.length > 0; pieces = await this.#next()) await this.#write(file, pieces);
      if (this.#overrun) await this.#takeBack(file);
    } finally {
      await file.close();
    }
  }

  async #write(file: CacheFile, pieces: readonly Bytes[]): Promise<void> {
    const { live, connection, progress } = this.#options;
    await file.write(pieces, live.written);
    live.written += pieces.reduce((sum, { length }) => sum + length, 0);
    connection.progressed();
    progress();
  }

  /** Empty: no more will come. */
  async #next(): Promise<Bytes[]> {
    while (this.#waiting.length === 0 && !this.#ended) await new Promise<void>((resolve) => (this.#wake = resolve));
    const pieces = this.#waiting;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (this.#held && !this.#ended) this.#options.connection.pipe.resume();
    this.#held = false;
    return pieces;
  }

  async #takeBack(file: CacheFile): Promise<void> {
    const { live } = this.#options;
    const kept = Math.min(chunkStart(live.transfer.size - 1), chunkStart(live.written));
    await file.truncate(kept);
    live.written = kept;
  }
}
