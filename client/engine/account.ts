// One person on one server, for as long as this process runs: rooms, roster and outbox. Outlives connections: attach()
// when one is there, detach() when it is lost.
import { encodeBody } from '../../shared/protocol/body.ts';
import { hex, type Random } from '../../shared/protocol/bytes.ts';
import { isErrorCode, ReachError } from '../../shared/protocol/errors.ts';
import { uuidv7 } from '../../shared/protocol/ids.ts';
import type { Content, Message, SessionLimits } from '../../shared/protocol/messages.ts';
import type { Clock } from './clock.ts';
import { Delivery, type Line } from './delivery.ts';
import { failureOf } from './failures.ts';
import { Members } from './members.ts';
import type { Entry, Outbox } from './outbox.ts';
import { Rooms, type Asking } from './rooms.ts';
import type { ChatMessage, EngineEvent, Failure, SendState } from './types.ts';

export interface AccountOptions {
  /** Hex. */
  userId: string;
  outbox: Outbox;
  clock: Clock;
  random: Random;
  push: (event: EngineEvent) => void;
  /** After every connect, once the heads are known. */
  synced: () => void;
}

/** Messages that could not be sent and wait for the person; of more, the oldest is given up and that is said. */
const FAILED_MAX = 256;

export class Account {
  readonly #userId: string;
  readonly #outbox: Outbox;
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #push: (event: EngineEvent) => void;
  readonly #rooms: Rooms;
  readonly #members: Members;
  readonly #delivery: Delivery;
  readonly #failed = new Map<string, { entry: Entry; failure: Failure }>();
  #sentSinceReconnect = 0;

  constructor({ userId, outbox, clock, random, push, synced }: AccountOptions) {
    this.#userId = userId;
    this.#outbox = outbox;
    this.#clock = clock;
    this.#random = random;
    this.#push = push;
    this.#members = new Members(push);
    this.#delivery = new Delivery(clock);
    this.#rooms = new Rooms(clock, { push, synced, confirmed: (message) => this.#confirmed(message), wasReset: (room) => this.#showWaiting(room) });
    for (const entry of outbox.entries()) {
      if (entry.refused) this.#failed.set(entry.id, { entry, failure: failureOf(entry.refused) });
      else this.#delivery.add(entry);
    }
  }

  get userId(): string {
    return this.#userId;
  }

  /** What an earlier process left unsent, shown before anything new. */
  showWaiting(): void {
    for (const room of new Set(this.#outbox.entries().map((entry) => entry.room))) this.#showWaiting(room);
    this.#count();
  }

  attach(line: Line & Asking, limits: SessionLimits): void {
    this.#sentSinceReconnect = 0;
    this.#members.restart();
    this.#rooms.attach(line);
    this.#delivery.attach(line, limits);
    this.#count();
  }

  detach(): void {
    this.#rooms.detach();
    this.#delivery.detach();
  }

  receive(message: Message): void {
    switch (message.name) {
      case 'roster':
        return this.#members.page(message.content);
      case 'presence':
        return this.#members.change(message.content);
      case 'heads':
        return this.#rooms.heads(message.content);
      case 'page':
        return this.#rooms.page(message.content);
      case 'msg':
        return this.#rooms.live(message.content);
      case 'msg_ack':
        return this.#acked(message.content);
      case 'error':
        return this.#refused(message.content);
      default:
        throw new ReachError('unexpected', `${message.name} out of turn`);
    }
  }

  send(room: string, text: string): void {
    const now = this.#clock.now();
    const entry = { id: hex(uuidv7(now, this.#random)), room, text, ts: now };
    const failure = this.#store(entry);
    this.#push({ type: 'messages', room, messages: [this.#own(entry, failure)], reason: 'live' });
    this.#queue(entry, failure);
  }

  retry(room: string, id: string): void {
    const entry = this.#failed.get(id)?.entry;
    if (!entry || entry.room !== room) return;
    const failure = this.#store(entry);
    if (!failure) this.#failed.delete(id);
    this.#push({ type: 'message_state', room, id, state: failure ? { name: 'failed', failure } : { name: 'queued' } });
    this.#queue(entry, failure);
  }

  /** The one who asked has taken it off the screen. */
  discard(id: string): void {
    this.#failed.delete(id);
    this.#delivery.settle(id);
    this.#remove(id);
    this.#count();
  }

  loadOlder(room: string): void {
    this.#rooms.loadOlder(room);
  }

  #queue(entry: Entry, failure: Failure | undefined): void {
    if (failure) this.#keepFailed(entry, failure);
    else this.#delivery.add(entry);
    this.#count();
  }

  #store(entry: Entry): Failure | undefined {
    try {
      encodeBody({ text: entry.text });
      if (this.#outbox.has(entry.id)) this.#outbox.mark(entry.id, undefined);
      else this.#outbox.add(entry);
      return undefined;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      return failureOf(error.code === 'busy' ? 'outbox_full' : error.code, { detail: error.message });
    }
  }

  #keepFailed(entry: Entry, failure: Failure): void {
    this.#failed.set(entry.id, { entry, failure });
    for (const oldest of this.#failed.keys()) if (this.#failed.size > FAILED_MAX) this.#giveUp(oldest);
  }

  #giveUp(id: string): void {
    this.#failed.delete(id);
    this.#remove(id);
    this.#push({ type: 'notice', failure: failureOf('local', { detail: `More than ${FAILED_MAX} messages could not be sent; the oldest of them was given up.` }) });
  }

  #acked({ client_msg_id, room, seq, ts }: Content<'msg_ack'>): void {
    const id = hex(client_msg_id);
    this.#rooms.placed(hex(room), seq, id);
    this.#settled({ id, room: hex(room), seq, ts });
  }

  /** An own message met in the log before, or instead of, its acknowledgement. */
  #confirmed(message: ChatMessage): boolean {
    if (message.sender !== this.#userId || !this.#outbox.has(message.id)) return false;
    this.#settled({ id: message.id, room: message.room, seq: message.seq, ts: message.ts });
    return true;
  }

  #settled({ id, room, seq, ts }: { id: string; room: string; seq?: number; ts: number }): void {
    this.#delivery.settle(id);
    if (!this.#remove(id)) return;
    this.#failed.delete(id);
    this.#sentSinceReconnect += 1;
    this.#push({ type: 'message_state', room, id, state: { name: 'sent' }, ...(seq !== undefined && { seq }), ts });
    this.#count();
  }

  #refused({ req, client_msg_id, code, retry_after }: Content<'error'>): void {
    if (req !== undefined) return this.#rooms.refused(req, retry_after);
    if (!client_msg_id) return;
    const id = hex(client_msg_id);
    if (code === 'rate_limited' || code === 'busy') return this.#delivery.pause(id, retry_after);
    const entry = this.#outbox.entries().find((waiting) => waiting.id === id);
    if (!entry || !this.#delivery.settle(id)) return;
    const cause = isErrorCode(code) ? code : 'server_error';
    const failure = failureOf(cause);
    this.#guard(() => this.#outbox.mark(id, cause));
    this.#keepFailed(entry, failure);
    this.#push({ type: 'message_state', room: entry.room, id, state: { name: 'failed', failure } });
    this.#count();
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

  #showWaiting(room: string): void {
    const messages = this.#outbox.entries().filter((entry) => entry.room === room).map((entry) => this.#own(entry, this.#failed.get(entry.id)?.failure));
    if (messages.length > 0) this.#push({ type: 'messages', room, messages, reason: 'catch_up' });
  }

  #own({ id, room, text, ts }: Entry, failure: Failure | undefined): ChatMessage {
    const state: SendState = failure ? { name: 'failed', failure } : { name: 'queued' };
    return { id, room, ts, sender: this.#userId, text, state };
  }

  #count(): void {
    this.#push({ type: 'outbox', waiting: this.#outbox.waiting, sentSinceReconnect: this.#sentSinceReconnect });
  }
}
