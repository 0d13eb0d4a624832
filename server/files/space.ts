// How much may be stored: of one file, of one user, and on this disk. Judged when a file is offered, so that nobody sends
// for an hour what then has no place.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import type { Store } from '../store/store.ts';
import type { Live, Lives } from './live.ts';
import { plainSize } from './sizes.ts';

export interface FileLimits {
  /** Plaintext bytes of one file, as told in auth_ok. */
  file: number;
  /** Plaintext bytes of all files of one user that are not gone; 0 = no limit. */
  quota: number;
  /** Bytes that stay free on the disk. */
  keepFree: number;
  /** Milliseconds that a file is kept; 0 = for ever. */
  keep: number;
}

/** Uploads of one user that were begun and are not whole: more than any queue of a client has at work. */
const UNFINISHED_MAX = 256;

/** A refusal with its figure: bytes. */
export class FileRefused extends ReachError {
  readonly limit: number | undefined;
  constructor(code: ErrorCode, limit?: number, retryAfter?: number) {
    super(code, undefined, retryAfter);
    this.limit = limit;
  }
}

export class Space {
  readonly #store: Store;
  readonly #lives: Lives;
  readonly #limits: FileLimits;

  constructor(store: Store, lives: Lives, limits: FileLimits) {
    this.#store = store;
    this.#lives = lives;
    this.#limits = limits;
  }

  /** Throws FileRefused: `bad_request` or `too_large`. */
  checkSize(size: number): void {
    const plain = plainSize(size);
    if (plain === undefined) throw new FileRefused('bad_request');
    if (plain > this.#limits.file) throw new FileRefused('too_large', this.#limits.file);
  }

  /** Throws FileRefused: `quota` or `full`. */
  checkQuota(owner: Bytes, size: number): void {
    const { quota } = this.#limits;
    const { unfinished, bytes } = this.#store.holding(owner);
    if (quota > 0 && bytes + (plainSize(size) ?? size) > quota) throw new FileRefused('quota', quota);
    if (unfinished >= UNFINISHED_MAX) throw new FileRefused('full');
  }

  /** `free`: bytes the disk has now; `need`: bytes still to come of `of`. Throws FileRefused `no_space` with what there is room for. */
  checkDisk(free: number, need: number, of?: Live): void {
    const room = Math.max(0, free - this.#limits.keepFree - this.#coming(of));
    if (need > room) throw new FileRefused('no_space', room);
  }

  /** Bytes that the others at work still need. */
  #coming(except: Live | undefined): number {
    let bytes = 0;
    for (const live of this.#lives.all) if (live !== except && live.unfinished) bytes += Math.max(0, live.transfer.size - live.written);
    return bytes;
  }
}
