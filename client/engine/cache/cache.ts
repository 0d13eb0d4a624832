// The copies of one account's rooms on this computer. What comes in is gathered and written in batches, away from the
// moment in which it is shown; what is on disk is bounded in each room and in all, the least used rooms go first. Everything here can
// be fetched again: damage costs a fetch, and a disk that refuses is said once.
import { fromHex, type Bytes, type Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import type { Envelope } from '../../../shared/protocol/messages.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Disk } from '../disk.ts';
import { words } from '../../words/words.ts';
import { failureOf } from '../failures.ts';
import type { Failure } from '../types.ts';
import { readChecked } from '../vault.ts';
import { Lock, RENEW_MS } from './lock.ts';
import { newest, RoomFile } from './room-file.ts';
import { savedSchema, type Saved } from './saved.ts';
import { sealedDisk, type Secret } from './seal.ts';

/** Milliseconds between what comes in and its writing. */
const GATHER_MS = 1_000;
/** Messages that wait to be written; with more they are written at once. */
const WAITING_MAX = 1_000;

export interface Bounds {
  /** Of one room: messages kept when its file is written anew, and what it may grow to before. */
  messages: number;
  bytes: number;
  /** Of all rooms together. */
  allBytes: number;
}
export const BOUNDS: Bounds = { messages: 2_000, bytes: 4 * 1024 * 1024, allBytes: 64 * 1024 * 1024 };
/** A file grows to this many times its messages before it is written anew. */
const GROWTH = 2;

export interface CacheOptions {
  disk: Disk;
  secret: Secret;
  clock: Clock;
  random: Random;
  say: (failure: Failure) => void;
  bounds?: Bounds;
}

export class Cache {
  readonly #options: CacheOptions;
  readonly #bounds: Bounds;
  readonly #folder: string;
  readonly #lock: Lock;
  /** The room used last stands last. */
  readonly #files = new Map<string, RoomFile>();
  #waiting = new Map<string, Envelope[]>();
  #count = 0;
  #snapshot: (() => Saved | undefined) | undefined;
  #gather: Timer | undefined;
  #renew: Timer | undefined;
  /** The lock is this process's. */
  #isOpen = false;
  #mayWrite = false;

  constructor(options: CacheOptions) {
    const { disk, secret, clock, random } = options;
    this.#options = options;
    this.#bounds = options.bounds ?? BOUNDS;
    this.#folder = `cache/${secret.account}`;
    this.#lock = new Lock({ disk, name: `${this.#folder}/lock`, clock, random });
    this.#guard(() => (this.#isOpen = this.#lock.take()));
    this.#mayWrite = this.#isOpen;
    if (this.#mayWrite) this.#renewLater();
    for (const name of this.#listed()) this.#file(name);
  }

  /** What the last process saw; undefined where there is nothing, nothing whole, or another process has it. */
  saved(): Saved | undefined {
    if (!this.#isOpen) return undefined;
    const { disk, secret, say } = this.#options;
    return readChecked(sealedDisk(disk, secret), `${this.#folder}/state`, savedSchema, say);
  }

  /** The unbroken newest part of a room's log. */
  messages(room: string): Envelope[] {
    if (!this.#isOpen || !this.#files.has(room)) return [];
    const file = this.#file(room);
    return this.#guard(() => {
      const { envelopes, damaged } = file.load();
      if (damaged) this.#damaged(file);
      const run = newest(envelopes, this.#bounds);
      if (this.#isLarge(file) && this.#mayWrite) file.rewrite(run);
      return run;
    }) ?? [];
  }

  keep(room: string, envelopes: readonly Envelope[]): void {
    if (!this.#mayWrite || envelopes.length === 0) return;
    this.#waiting.set(room, [...(this.#waiting.get(room) ?? []), ...envelopes]);
    this.#count += envelopes.length;
    if (this.#count >= WAITING_MAX) this.flush();
    else this.#soon();
  }

  /** Rooms or people changed: `snapshot` is asked when it is time to write. */
  changed(snapshot: () => Saved | undefined): void {
    if (!this.#mayWrite) return;
    this.#snapshot = snapshot;
    this.#soon();
  }

  /** The log of this room is another one now, or the room is not the person's any more. */
  drop(room: string): void {
    this.#waiting.delete(room);
    if (!this.#mayWrite || !this.#files.has(room)) return;
    this.#guard(() => this.#file(room).remove());
    this.#files.delete(room);
  }

  flush(): void {
    this.#gather?.cancel();
    this.#gather = undefined;
    const waiting = this.#waiting;
    const snapshot = this.#snapshot;
    this.#waiting = new Map();
    this.#count = 0;
    this.#snapshot = undefined;
    if (this.#mayWrite) this.#guard(() => this.#write(waiting, snapshot?.()));
  }

  /** Writes what waits and leaves the files to others. */
  close(): void {
    this.flush();
    this.#renew?.cancel();
    if (this.#isOpen) this.#guard(() => this.#lock.release());
    this.#mayWrite = false;
    this.#isOpen = false;
  }

  /** Writes nothing any more: what is there is about to be removed. */
  abandon(): void {
    this.#gather?.cancel();
    this.#renew?.cancel();
    this.#waiting.clear();
    this.#mayWrite = false;
  }

  #write(waiting: ReadonlyMap<string, readonly Envelope[]>, saved: Saved | undefined): void {
    if (!this.#lock.isOwn) return this.abandon();
    for (const [room, envelopes] of waiting) this.#append(room, envelopes);
    if (saved) this.#writeState(saved);
    this.#bound();
  }

  #append(room: string, envelopes: readonly Envelope[]): void {
    const isKnown = this.#files.has(room);
    const file = this.#file(room);
    this.#files.delete(room);
    this.#files.set(room, file);
    // A file that was not read yet goes on where it ended.
    if (isKnown && file.bytes === 0 && file.load().damaged) this.#damaged(file);
    file.append(envelopes);
    if (this.#isLarge(file)) file.rewrite(newest(file.load().envelopes, this.#bounds));
  }

  #writeState(saved: Saved): void {
    const { disk, secret } = this.#options;
    const loose = { ...disk, write: (name: string, text: string) => disk.replaceBytes(name, Buffer.from(text)) };
    sealedDisk(loose, secret).write(`${this.#folder}/state`, JSON.stringify(saved));
  }

  #isLarge(file: RoomFile): boolean {
    return file.messages > this.#bounds.messages * GROWTH || file.bytes > this.#bounds.bytes * GROWTH;
  }

  /** Sizes of files that were not read in this run are not known; they count from when they are. */
  #bound(): void {
    let all = [...this.#files.values()].reduce((sum, { bytes }) => sum + bytes, 0);
    for (const [room, file] of this.#files) {
      if (all <= this.#bounds.allBytes || this.#files.size === 1) return;
      all -= file.bytes;
      if (file.bytes > 0) this.drop(room);
    }
  }

  #damaged(file: RoomFile): void {
    const name = file.setAside();
    this.#options.say(failureOf('local', { detail: words.failures.local.damagedRoom(name) }));
  }

  #file(room: string): RoomFile {
    const known = this.#files.get(room);
    if (known) return known;
    const { disk, secret } = this.#options;
    const file = new RoomFile({ disk, secret, folder: this.#folder, room: fromHex(room) as Bytes });
    this.#files.set(room, file);
    return file;
  }

  #listed(): string[] {
    return this.#options.disk.list(this.#folder).flatMap((name) => /^([0-9a-f]{32})\.log$/.exec(name)?.[1] ?? []);
  }

  #soon(): void {
    this.#gather ??= this.#options.clock.after(GATHER_MS, () => this.flush());
  }

  #renewLater(): void {
    this.#renew = this.#options.clock.after(RENEW_MS, () => {
      this.#guard(() => (this.#lock.isOwn ? this.#lock.renew() : this.abandon()));
      if (this.#mayWrite) this.#renewLater();
    });
  }

  /** A disk that refuses is said, and this run writes no more copies. */
  #guard<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.abandon();
      this.#options.say(failureOf('local', { detail: words.failures.local.notKept(error.message) }));
      return undefined;
    }
  }
}
