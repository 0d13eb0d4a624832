// One's own messages from the key press to the log: stored, shown, sent, acknowledged, or refused and kept for the
// person. Edits, deletes and reactions go the same way; a refused one of these is said and its text comes back.
import { hex, type Random } from '../../shared/protocol/bytes.ts';
import { isErrorCode, ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { uuidv7 } from '../../shared/protocol/ids.ts';
import type { Content, SessionLimits } from '../../shared/protocol/messages.ts';
import type { Clock } from './clock.ts';
import { Delivery, type Line } from './delivery.ts';
import { wireOf, type Entry, type FileEntry, type TextEntry } from './entry.ts';
import { words } from '../words/words.ts';
import { failureOf } from './failures.ts';
import type { Outbox } from './outbox.ts';
import type { Rooms } from './rooms.ts';
import type { EngineEvent, Failure, Protocol, SendState } from './types.ts';

/** What a caller gives; id, room and time are added here. */
export type Draft = Entry extends infer E ? (E extends Entry ? Omit<E, 'id' | 'room' | 'ts' | 'refused'> : never) : never;

export interface PostingOptions {
  outbox: Outbox;
  clock: Clock;
  random: Random;
  push: (event: EngineEvent) => void;
  rooms: Rooms;
  /** One's own as it stands in the log. */
  kept: (room: string, entry: Entry, place: { seq: number; ts: number }) => void;
}

/** Messages that could not be sent and wait for the person; of more, the oldest is given up and that is said. */
const FAILED_MAX = 256;

export class Posting {
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #push: (event: EngineEvent) => void;
  readonly #rooms: Rooms;
  readonly #kept: PostingOptions['kept'];
  readonly #delivery: Delivery;
  readonly #failed = new Map<string, { entry: TextEntry; failure: Failure }>();
  /** File messages whose files have no place on the server yet. */
  #uploads: ReadonlySet<string> = new Set();
  /** What waited when the connection came back. */
  #owed = new Set<string>();
  #sentSinceReconnect = 0;

  constructor({ outbox, clock, random, push, rooms, kept }: PostingOptions) {
    this.#outbox = outbox;
    this.#clock = clock;
    this.#random = random;
    this.#push = push;
    this.#rooms = rooms;
    this.#kept = kept;
    this.#delivery = new Delivery(clock);
    for (const entry of outbox.entries()) {
      if (entry.refused && isText(entry)) this.#failed.set(entry.id, { entry, failure: failureOf(entry.refused) });
      else this.#delivery.add(entry);
    }
  }

  attach(line: Line, limits: SessionLimits): void {
    this.#sentSinceReconnect = 0;
    this.#owed = this.#messages;
    this.#delivery.attach(line, limits);
    this.count();
  }

  detach(): void {
    this.#delivery.detach();
  }

  /** Id of the message. */
  post(room: string, draft: Draft): string {
    const now = this.#clock.now();
    const entry: Entry = { ...draft, id: hex(uuidv7(now, this.#random)), room, ts: now };
    const failure = this.#store(entry);
    if (failure && !isText(entry)) {
      this.#push({ type: 'notice', failure });
      return entry.id;
    }
    this.#rooms.own(entry, stateOf(failure), 'live');
    this.#queue(entry, failure);
    return entry.id;
  }

  /** A file's message, shown before: its file has a place on the server now. Posting it again does nothing. */
  postFile(entry: FileEntry): void {
    if (this.#outbox.has(entry.id)) return;
    this.#uploads = new Set([...this.#uploads].filter((id) => id !== entry.id));
    const failure = this.#store(entry);
    if (failure) this.#state(entry.room, entry.id, stateOf(failure));
    this.#queue(entry, failure);
  }

  /** Ids of messages that wait for their files. */
  uploading(ids: readonly string[]): void {
    if (ids.length === this.#uploads.size && ids.every((id) => this.#uploads.has(id))) return;
    // One that failed or was paused is not waited for any more.
    for (const id of this.#uploads) if (!ids.includes(id) && !this.#outbox.has(id)) this.#owed.delete(id);
    this.#uploads = new Set(ids);
    this.count();
  }

  retry(room: string, id: string): void {
    const entry = this.#failed.get(id)?.entry;
    if (!entry || entry.room !== room) return;
    const { refused: _, ...again } = entry;
    const failure = this.#store(again);
    if (!failure) this.#failed.delete(id);
    this.#state(room, id, stateOf(failure));
    this.#queue(again, failure);
  }

  /** The one who asked has taken it off the screen. */
  discard(room: string, id: string): void {
    this.#failed.delete(id);
    this.#owed.delete(id);
    this.#delivery.settle(id);
    this.#remove(id);
    this.#rooms.view(room)?.drop(id);
    this.count();
  }

  acked({ client_msg_id, room, seq, ts }: Content<'msg_ack'>, path: Protocol): void {
    const id = hex(client_msg_id);
    const place = { room: hex(room), seq, ts, path };
    this.#rooms.placed(place.room, seq, id);
    const entry = this.#outbox.entries().find((waiting) => waiting.id === id);
    if (entry) this.#kept(place.room, entry, place);
    this.settled(id, place);
  }

  /** In the log: told by an acknowledgement, or met there. False where it was not waited for. */
  settled(id: string, { room, seq, ts, path }: { room: string; seq: number; ts: number; path?: Protocol }): boolean {
    this.#delivery.settle(id);
    if (!this.#remove(id)) return false;
    this.#failed.delete(id);
    if (this.#owed.delete(id)) this.#sentSinceReconnect += 1;
    const shown = this.#rooms.view(room)?.placed(id, seq, ts);
    if (shown === id) this.#push({ type: 'message_state', room, id, state: { name: 'sent' }, seq, ts, ...(path && { path }) });
    else if (shown !== undefined) this.#rooms.show(room, [shown], 'change');
    this.count();
    return true;
  }

  refused({ client_msg_id, code, retry_after }: Content<'error'>): void {
    const id = hex(client_msg_id!);
    if (code === 'rate_limited' || code === 'busy') return this.#delivery.pause(id, retry_after);
    const entry = this.#outbox.entries().find((waiting) => waiting.id === id);
    if (!entry || !this.#delivery.settle(id)) return;
    this.#owed.delete(id);
    const cause = isErrorCode(code) ? code : 'server_error';
    if (isText(entry)) this.#keep(entry, cause);
    else this.#takeBack(entry, cause);
    this.count();
  }

  /** What waits for this room, shown before or after anything of its log. */
  showWaiting(room: string): void {
    const failures = new Map([...this.#failed.values()].map(({ entry, failure }) => [entry.id, failure]));
    const entries = [...this.#outbox.entries(), ...[...this.#failed.values()].map(({ entry }) => entry).filter(({ id }) => !this.#outbox.has(id))];
    for (const entry of entries) if (entry.room === room) this.#rooms.own(entry, stateOf(failures.get(entry.id)), 'catch_up');
  }

  count(): void {
    this.#push({ type: 'outbox', waiting: this.#outbox.waiting, messages: this.#messages.size, sentSinceReconnect: this.#sentSinceReconnect, owed: this.#owed.size });
  }

  /** On their way, as a person counts them: no edits, reactions and deletions. */
  get #messages(): Set<string> {
    const texts = this.#outbox.entries().filter((entry) => entry.refused === undefined && isText(entry));
    return new Set([...texts.map(({ id }) => id), ...this.#uploads]);
  }

  #queue(entry: Entry, failure: Failure | undefined): void {
    if (!failure) this.#delivery.add(entry);
    else if (isText(entry)) this.#keepFailed(entry, failure);
    this.count();
  }

  #store(entry: Entry): Failure | undefined {
    try {
      wireOf(entry);
      if (this.#outbox.has(entry.id)) this.#outbox.mark(entry.id, undefined);
      else this.#outbox.add(entry);
      return undefined;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      return failureOf(error.code === 'busy' ? 'outbox_full' : error.code, { detail: error.message });
    }
  }

  #keep(entry: TextEntry, cause: ErrorCode): void {
    const failure = failureOf(cause);
    this.#guard(() => this.#outbox.mark(entry.id, cause));
    this.#keepFailed(entry, failure);
    this.#state(entry.room, entry.id, { name: 'failed', failure });
  }

  #takeBack(entry: Entry, cause: ErrorCode): void {
    this.#remove(entry.id);
    const shown = this.#rooms.view(entry.room)?.drop(entry.id);
    if (shown !== undefined) this.#rooms.show(entry.room, [shown], 'change');
    this.#push({ type: 'notice', failure: failureOf(cause) });
  }

  #state(room: string, id: string, state: SendState): void {
    this.#rooms.view(room)?.setState(id, state);
    this.#push({ type: 'message_state', room, id, state });
  }

  #keepFailed(entry: TextEntry, failure: Failure): void {
    this.#failed.set(entry.id, { entry, failure });
    for (const oldest of this.#failed.keys()) if (this.#failed.size > FAILED_MAX) this.#giveUp(oldest);
  }

  #giveUp(id: string): void {
    this.#failed.delete(id);
    this.#remove(id);
    this.#push({ type: 'notice', failure: failureOf('local', { detail: words.failures.local.givenUp(FAILED_MAX) }) });
  }

  /** A file that cannot be removed is said; the message itself is safe, the server knows its id. */
  #remove(id: string): boolean {
    const known = this.#outbox.has(id);
    this.#guard(() => void this.#outbox.remove(id));
    return known;
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#push({ type: 'notice', failure: failureOf(error.code, { detail: error.message }) });
    }
  }
}

function isText(entry: Entry): entry is TextEntry {
  return entry.kind === 'text' || entry.kind === 'file';
}

function stateOf(failure: Failure | undefined): SendState {
  return failure ? { name: 'failed', failure } : { name: 'queued' };
}
