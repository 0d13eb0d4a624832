// Rooms and their logs: says what is known (sync), learns the heads, pulls what is missing. One request per room at a
// time (protocol §1.4); live messages may come between pages.
import { decodeBody } from '../../shared/protocol/body.ts';
import { fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ROOMS_MAX } from '../../shared/protocol/limits.ts';
import type { Content, Envelope, RoomHead } from '../../shared/protocol/messages.ts';
import type { Clock, Timer } from './clock.ts';
import { CATCH_UP_MAX, RoomLog, type Missing } from './room-log.ts';
import type { ChatMessage, EngineEvent } from './types.ts';

/** The part of a connection that rooms need. */
export interface Asking {
  send(name: 'sync', content: Content<'sync'>): void;
  send(name: 'history', content: Content<'history'>): void;
}

type Purpose = 'newest' | 'gap' | 'older';

interface RoomState {
  name: string;
  log: RoomLog;
  asked?: { req: number; purpose: Purpose; missing: Missing };
  olderWanted: boolean;
}

export interface RoomsEvents {
  push(event: EngineEvent): void;
  /** A message from the log; true where it was an own one that waited for its acknowledgement. */
  confirmed(message: ChatMessage): boolean;
  /** The copy of this room was dropped. */
  wasReset(room: string): void;
  /** The answer to sync is here. */
  synced(): void;
}

/** Milliseconds, where a server refuses a request without saying how long to wait. */
const ASK_AGAIN_MS = 2000;

export class Rooms {
  readonly #clock: Clock;
  readonly #events: RoomsEvents;
  readonly #rooms = new Map<string, RoomState>();
  #line: Asking | undefined;
  #req = 0;
  #syncReq = 0;
  #again: Timer | undefined;

  constructor(clock: Clock, events: RoomsEvents) {
    this.#clock = clock;
    this.#events = events;
  }

  attach(line: Asking): void {
    this.detach();
    this.#line = line;
    this.#req = 0;
    this.#sync(line);
  }

  #sync(line: Asking): void {
    this.#req += 1;
    this.#syncReq = this.#req;
    line.send('sync', { req: this.#syncReq, rooms: [...this.#rooms].flatMap(([id, { log }]) => known(id, log)).slice(0, ROOMS_MAX) });
  }

  detach(): void {
    this.#line = undefined;
    this.#again?.cancel();
    for (const room of this.#rooms.values()) delete room.asked;
  }

  heads({ req, rooms }: Content<'heads'>): void {
    if (req !== this.#syncReq) return;
    for (const head of rooms) this.#head(head);
    const present = new Set(rooms.map(({ room }) => hex(room)));
    for (const id of this.#rooms.keys()) if (!present.has(id)) this.#rooms.delete(id);
    this.#events.push({ type: 'rooms', rooms: [...this.#rooms].map(([id, { name, log }]) => ({ id, name, head: log.head })) });
    this.#events.synced();
    for (const id of this.#rooms.keys()) this.#ask(id);
  }

  live(envelope: Envelope): void {
    const id = hex(envelope.room);
    const room = this.#rooms.get(id);
    if (!room || !room.log.add(envelope.seq, hex(envelope.client_msg_id))) return;
    this.#show(id, [envelope], 'live');
    this.#ask(id);
  }

  /** An own message got its place. */
  placed(room: string, seq: number, id: string): void {
    this.#rooms.get(room)?.log.add(seq, id);
    this.#ask(room);
  }

  page({ req, room, msgs, more }: Content<'page'>): void {
    const id = hex(room);
    const state = this.#rooms.get(id);
    const asked = state?.asked;
    if (!state || asked?.req !== req) return;
    delete state.asked;
    const sorted = [...msgs].sort((a, b) => a.seq - b.seq);
    if (asked.purpose === 'newest') this.#newest(id, state.log, sorted);
    else if (asked.purpose === 'gap') this.#gap(id, state.log, sorted);
    else this.#older(id, state.log, sorted);
    if (asked.purpose !== 'gap') this.#events.push({ type: 'history_end', room: id, more: more && state.log.first > 1 });
    this.#ask(id);
  }

  loadOlder(room: string): void {
    const state = this.#rooms.get(room);
    if (!state) return;
    state.olderWanted = true;
    this.#ask(room);
  }

  /** The server refused a request: asked again after a while. */
  refused(req: number, retryAfter: number = ASK_AGAIN_MS): void {
    const line = this.#line;
    if (line && req === this.#syncReq) return this.#later(retryAfter, () => this.#sync(line));
    const state = [...this.#rooms.values()].find(({ asked }) => asked?.req === req);
    if (!state) return;
    state.olderWanted ||= state.asked?.purpose === 'older';
    delete state.asked;
    this.#later(retryAfter, () => [...this.#rooms.keys()].forEach((room) => this.#ask(room)));
  }

  #later(ms: number, call: () => void): void {
    this.#again?.cancel();
    this.#again = this.#clock.after(ms, call);
  }

  #head({ room, name, head, match }: RoomHead): void {
    const id = hex(room);
    const state = this.#rooms.get(id) ?? { name, log: new RoomLog(), olderWanted: false };
    this.#rooms.set(id, state);
    state.name = name;
    const last = state.log.last;
    const otherLog = last !== undefined && last.seq > 0 && (!match || last.seq > head);
    const farBehind = last !== undefined && head - last.seq > CATCH_UP_MAX;
    state.log.head = head;
    if (otherLog || farBehind) this.#reset(id, state.log);
    if (head === 0 && !state.log.last) this.#empty(id, state.log);
  }

  #reset(id: string, log: RoomLog): void {
    log.forget();
    this.#events.push({ type: 'reset', room: id });
    this.#events.wasReset(id);
  }

  #empty(id: string, log: RoomLog): void {
    log.begin([]);
    this.#events.push({ type: 'history_end', room: id, more: false });
  }

  #newest(id: string, log: RoomLog, page: readonly Envelope[]): void {
    log.begin(page);
    this.#show(id, page, 'catch_up');
  }

  #gap(id: string, log: RoomLog, page: readonly Envelope[]): void {
    const before = log.last?.seq;
    const fresh = page.filter((envelope) => log.add(envelope.seq, hex(envelope.client_msg_id)));
    this.#show(id, fresh, 'catch_up');
    if (log.last?.seq === before) log.giveUpHole();
  }

  #older(id: string, log: RoomLog, page: readonly Envelope[]): void {
    const fresh = [...page].reverse().filter((envelope) => log.add(envelope.seq, hex(envelope.client_msg_id)));
    this.#show(id, fresh.reverse(), 'older');
  }

  #show(room: string, envelopes: readonly Envelope[], reason: 'live' | 'catch_up' | 'older'): void {
    const messages = envelopes.map(messageOf).filter((message) => !this.#events.confirmed(message));
    if (messages.length > 0 || reason === 'older') this.#events.push({ type: 'messages', room, messages, reason });
  }

  #ask(id: string): void {
    const state = this.#rooms.get(id);
    if (!state || !this.#line || state.asked) return;
    const missing = state.log.missing();
    if (missing) return this.#request(id, state, missing);
    if (!state.olderWanted) return;
    state.olderWanted = false;
    const older = state.log.older();
    if (older) this.#request(id, state, older, 'older');
    else this.#events.push({ type: 'history_end', room: id, more: false });
  }

  #request(id: string, state: RoomState, missing: Missing, purpose: Purpose = 'after' in missing ? 'gap' : 'newest'): void {
    this.#req += 1;
    state.asked = { req: this.#req, purpose, missing };
    this.#line!.send('history', { req: this.#req, room: fromHex(id)!, ...missing });
  }
}

function known(id: string, log: RoomLog): { room: Bytes; seq: number; last: Bytes }[] {
  const last = log.last;
  return last && last.seq > 0 ? [{ room: fromHex(id)!, seq: last.seq, last: fromHex(last.id)! }] : [];
}

export function messageOf({ room, seq, ts, sender, client_msg_id, body }: Envelope): ChatMessage {
  const text = decodeBody(body)?.text;
  return { id: hex(client_msg_id), room: hex(room), seq, ts, sender: hex(sender), ...(text !== undefined && { text }), state: { name: 'sent' } };
}
