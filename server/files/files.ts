// The file half of the server: who may send and fetch which file, and what happens to it (protocol, Files). Requests come from
// the handlers, bytes over data connections; disk, clock and store are arguments, so that a test drives all of it without sockets.
import { DOWNLOAD, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { equal, hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import type { Content, FileState } from '../../shared/protocol/messages.ts';
import type { Session } from '../chat/session.ts';
import type { Cancel } from '../ops/clock.ts';
import { reasonOf } from '../ops/log.ts';
import type { Transfer } from '../store/store.ts';
import type { Cache } from './cache.ts';
import { Checks } from './checking.ts';
import { DataConnection, type DataOptions, type DataReceiver, type Flow } from './data-connection.ts';
import { Download } from './download.ts';
import { complete, finishIfWhole } from './finishing.ts';
import { removeOrphans, sweep } from './keeping.ts';
import { isUnfinished, Lives, type Live } from './live.ts';
import { offer, type Granted, type Offer } from './offering.ts';
import { beginsChunk } from './sizes.ts';
import { Slots, type Slot } from './slots.ts';
import { FileRefused, Space } from './space.ts';
import { fileState, States } from './states.ts';
import { Upload } from './upload.ts';
import { become, closeAll, codeOfDisk, drop, end, isOwner, issue, refuseEnded, visible, type End, type Work } from './work.ts';

export interface FilesOptions extends Omit<Work, 'lives' | 'slots' | 'states' | 'space'> {
  random: Random;
}

const SWEEP_EVERY_MS = 60_000;
/** Requests of one session that are at work. */
const REQUESTS_MAX = 128;
const RETRY_MS = 1_000;
/** Milliseconds that work on disk may take at the end. */
const STOP_WITHIN_MS = 3_000;

async function writtenOf(cache: Cache, key: string, transfer: Transfer): Promise<number> {
  if (isUnfinished(transfer)) return Math.min((await cache.size(key)) ?? 0, transfer.size);
  return transfer.state === 'available' ? transfer.size : 0;
}

export class Files implements DataReceiver {
  readonly #work: Work;
  readonly #checks: Checks;
  readonly #requests = new Map<Session, number>();
  /** What must be over before the store is closed. */
  readonly #running = new Set<Promise<unknown>>();
  #sweeping: Cancel;

  constructor({ random, ...options }: FilesOptions) {
    const { store, cache, clock, rooms, roster, limits } = options;
    const lives = new Lives(({ key, transfer }) => writtenOf(cache, key, transfer));
    const slots = new Slots({ clock, random, lapsed: ({ live }) => lives.release(live) });
    this.#work = { ...options, lives, slots, states: new States(rooms, roster, clock), space: new Space(store, lives, limits) };
    this.#checks = new Checks(this.#work);
    this.#sweeping = clock.after(SWEEP_EVERY_MS, () => this.#sweep());
  }

  /** Before anybody is let in. Rejects where the folder cannot be read. */
  prepare(): Promise<void> {
    return removeOrphans(this.#work);
  }

  /** A request of a session. Rejects with FileRefused, or with what the disk or the store said. */
  async request<T>(session: Session, work: () => Promise<T>): Promise<T> {
    const before = this.#requests.get(session) ?? 0;
    if (before >= REQUESTS_MAX) throw new FileRefused('rate_limited', undefined, RETRY_MS);
    this.#requests.set(session, before + 1);
    try {
      const asked = work();
      this.#track(asked);
      return await asked;
    } finally {
      const left = this.#requests.get(session)! - 1;
      if (left > 0) this.#requests.set(session, left);
      else this.#requests.delete(session);
    }
  }

  offer(session: Session, wanted: Offer): Promise<Granted> {
    return offer(this.#work, session, wanted);
  }

  async get(session: Session, transferId: Bytes, offset: number): Promise<Slot> {
    const transfer = visible(this.#work, session, transferId);
    if (!beginsChunk(offset) || offset > transfer.size) throw new FileRefused('bad_request');
    return this.#work.lives.use(transfer, async (live) => {
      refuseEnded(live);
      const trouble = await this.#trouble(live);
      if (trouble) await live.inTurn(() => end(this.#work, live, trouble));
      refuseEnded(live);
      return issue(this.#work, { session, live, direction: DOWNLOAD, offset });
    });
  }

  complete(session: Session, transferId: Bytes): Promise<void> {
    return complete(this.#work, session, transferId);
  }

  async cancel(session: Session, transferId: Bytes): Promise<void> {
    const { store, rooms, lives } = this.#work;
    const known = store.transfer(transferId);
    // Who left the room may still take back what they sent there.
    const transfer = known && isOwner(known, session) ? known : visible(this.#work, session, transferId);
    if (!isOwner(transfer, session) && rooms.refusal(transfer.room, session.user, 'moderator')) throw new FileRefused('forbidden');
    await lives.use(transfer, (live) => live.inTurn(() => end(this.#work, live, 'deleted')));
  }

  report(session: Session, transferId: Bytes): Promise<void> {
    return this.#checks.report(session, transferId);
  }

  /** Those that this session may see. */
  async query(session: Session, ids: readonly Bytes[]): Promise<FileState[]> {
    const { store, rooms, lives } = this.#work;
    const states: FileState[] = [];
    for (const id of ids) {
      const transfer = store.transfer(id);
      if (!transfer || rooms.refusal(transfer.room, session.user, 'member')) continue;
      await lives.use(transfer, async (live) => states.push(fileState(live.transfer, live.written)));
    }
    return states;
  }

  /** A stream whose first frame asks for a file. */
  accept(options: Pick<DataOptions, 'pipe' | 'verified'>): DataConnection {
    const { clock, log, metrics } = this.#work;
    return new DataConnection({ ...options, receiver: this, clock, log, metrics });
  }

  attach({ token, mac }: Content<'attach'>): Slot {
    const slot = this.#work.slots.take(token, mac);
    const { live, direction } = slot;
    if (direction === UPLOAD && live.transfer.state === 'offered') become(this.#work, live, 'uploading');
    return slot;
  }

  begin(connection: DataConnection, { live, direction, offset }: Slot): Flow {
    const { cache, states } = this.#work;
    const failed = (cause: unknown): void => this.#failed(live, cause, direction === UPLOAD);
    if (direction === DOWNLOAD) {
      live.downloads.add(connection);
      return new Download({ live, cache, offset, connection, failed });
    }
    live.upload = connection;
    const progress = (): void => {
      states.progress(live);
      finishIfWhole(this.#work, live);
    };
    return new Upload({ live, cache, offset, connection, progress, tooMuch: () => states.remark(live, { code: 'too_large' }), failed });
  }

  closed(connection: DataConnection): void {
    const live = connection.slot?.live;
    if (!live) return;
    live.downloads.delete(connection);
    if (live.upload === connection) this.#track(connection.over.then(() => this.#uploadOver(live, connection)));
    this.#work.lives.release(live);
  }

  /** The session is over: what it opened ends with it. */
  ended(session: Session): void {
    for (const live of [...this.#work.lives.all]) {
      for (const completion of [...live.completions]) if (completion.session === session) completion.failed(new ReachError('closed_by_peer'));
      closeAll(this.#work, live, (other) => other === session);
    }
  }

  /** A user is not in a room any more. */
  left(room: Bytes, user: string): void {
    for (const live of [...this.#work.lives.all]) if (equal(live.transfer.room, room)) closeAll(this.#work, live, (session) => session.user === user);
  }

  /** The room of these transfers is gone, and their rows with it. */
  removed(ids: readonly Bytes[]): void {
    for (const id of ids) {
      const live = this.#work.lives.get(hex(id));
      if (live) this.#work.lives.forget(live);
      this.#track(live ? live.inTurn(() => drop(this.#work, live, 'no_such_file')) : this.#remove(hex(id)));
    }
  }

  /** When the sessions have ended. Resolves when nothing is at work on disk, or after a while. */
  async stop(): Promise<void> {
    this.#sweeping();
    const late = new Promise<void>((resolve) => void this.#work.clock.after(STOP_WITHIN_MS, resolve));
    await Promise.race([Promise.allSettled([...this.#running]), late]);
  }

  /** What is wrong with the file of one that should be here as a whole. */
  async #trouble({ key, transfer }: Live): Promise<End | undefined> {
    if (transfer.state !== 'available') return undefined;
    const size = await this.#work.cache.size(key);
    if (size === transfer.size) return undefined;
    this.#work.log.error({ transfer: key, bytes: size ?? null, expected: transfer.size }, 'the file of a transfer is missing or has another size');
    return size === undefined ? 'expired' : 'damaged';
  }

  #failed(live: Live, cause: unknown, upload: boolean): void {
    const { log, states, clock } = this.#work;
    log.error({ transfer: live.key, reason: reasonOf(cause) }, upload ? 'an upload could not be written' : 'a file could not be read');
    if (!upload || live.gone) return;
    states.remark(live, { code: codeOfDisk(cause) });
    live.told = clock.now();
  }

  #uploadOver(live: Live, connection: DataConnection): void {
    const { states, store, lives, clock } = this.#work;
    if (live.upload !== connection) return;
    live.upload = undefined;
    if (live.unfinished && !live.gone) {
      live.transfer = { ...live.transfer, touched: clock.now() };
      store.changeTransfer(live.transfer.id, live.transfer);
      states.progress(live);
    }
    lives.release(live);
  }

  #sweep(): void {
    const swept = sweep(this.#work).then(() => {
      this.#sweeping = this.#work.clock.after(SWEEP_EVERY_MS, () => this.#sweep());
    });
    this.#track(swept);
  }

  async #remove(name: string): Promise<void> {
    try {
      await this.#work.cache.remove(name);
    } catch (cause) {
      this.#work.log.error({ transfer: name, reason: reasonOf(cause) }, 'a file could not be removed');
    }
  }

  // Whoever waits for it hears of its failure; what nobody waits for is logged.
  #track(promise: Promise<unknown>): void {
    const done = promise.then(() => undefined, (cause: unknown) => {
      if (!(cause instanceof ReachError)) this.#work.log.error({ reason: reasonOf(cause) }, 'work on files failed');
    });
    this.#running.add(done);
    void done.then(() => this.#running.delete(done));
  }
}
