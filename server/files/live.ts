// A transfer that somebody is at work on: how far its file is on disk, who writes and who reads it. Nothing of it is kept
// when nobody is; what lasts is the store's row and the file's length.
import { hex } from '../../shared/protocol/bytes.ts';
import type { Transfer } from '../store/store.ts';
import type { DataConnection } from './data-connection.ts';
import type { Slot } from './slots.ts';
import { chunkStart } from './sizes.ts';

/** Somebody who waits for the whole file to be on disk. */
export interface Completion {
  session: object;
  done(): void;
  failed(cause: unknown): void;
}

export class Live {
  readonly key: string;
  /** The store's row; replaced with it. */
  transfer: Transfer;
  upload: DataConnection | undefined;
  readonly downloads = new Set<DataConnection>();
  readonly slots = new Set<Slot>();
  readonly completions = new Set<Completion>();
  /** Unix milliseconds of the last word on its progress. */
  told = 0;
  /** Its row is gone, and its room. */
  gone = false;
  /** Requests that are at work on it. */
  pins = 0;
  /** Settled when the length of its file is known. */
  measured: Promise<void> = Promise.resolve();
  #written = 0;
  #turn: Promise<unknown> = Promise.resolve();
  readonly #sleepers = new Set<() => void>();

  constructor(transfer: Transfer) {
    this.transfer = transfer;
    this.key = hex(transfer.id);
  }

  get unfinished(): boolean {
    return isUnfinished(this.transfer);
  }

  get idle(): boolean {
    return this.pins === 0 && !this.upload && this.downloads.size + this.slots.size + this.completions.size === 0;
  }

  get written(): number {
    return this.#written;
  }

  /** Wakes who reads along. */
  set written(bytes: number) {
    this.#written = bytes;
    this.wake();
  }

  /** What may be read. While bytes still come only whole chunks: a resumed upload seals a broken one again, with another nonce. */
  get readable(): number {
    return this.#written === this.transfer.size ? this.#written : chunkStart(this.#written);
  }

  get connections(): DataConnection[] {
    return [...(this.upload ? [this.upload] : []), ...this.downloads];
  }

  /** Until more is written, or somebody's connection has ended. */
  more(): Promise<void> {
    return new Promise((resolve) => void this.#sleepers.add(resolve));
  }

  wake(): void {
    const sleepers = [...this.#sleepers];
    this.#sleepers.clear();
    for (const wake of sleepers) wake();
  }

  /** What changes state or file goes one after the other. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }
}

export function isUnfinished({ state }: Transfer): boolean {
  return state === 'offered' || state === 'uploading';
}

/** Those somebody is at work on, by id. */
export class Lives {
  readonly #lives = new Map<string, Live>();
  readonly #measure: (live: Live) => Promise<number>;

  /** `measure`: bytes on disk of one that nobody was at work on before. */
  constructor(measure: (live: Live) => Promise<number>) {
    this.#measure = measure;
  }

  get all(): Iterable<Live> {
    return this.#lives.values();
  }

  get(key: string): Live | undefined {
    return this.#lives.get(key);
  }

  /** One object for everybody who is at work on the transfer. It stays as long as `work` takes, and while it is not idle. */
  async use<T>(transfer: Transfer, work: (live: Live) => Promise<T>): Promise<T> {
    const live = this.#lives.get(hex(transfer.id)) ?? this.#begin(transfer);
    live.pins += 1;
    try {
      await live.measured;
      return await work(live);
    } finally {
      live.pins -= 1;
      this.release(live);
    }
  }

  release(live: Live): void {
    if (live.idle) this.#remove(live);
  }

  /** Its row is gone: whoever comes with its id now means another one. */
  forget(live: Live): void {
    live.gone = true;
    this.#remove(live);
  }

  #remove(live: Live): void {
    if (this.#lives.get(live.key) === live) this.#lives.delete(live.key);
  }

  #begin(transfer: Transfer): Live {
    const live = new Live(transfer);
    this.#lives.set(live.key, live);
    live.measured = this.#measure(live).then((bytes) => void (live.written = bytes));
    return live;
  }
}
