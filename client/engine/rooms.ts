// Rooms and their logs: says what is known (sync), learns the heads, pulls what is missing, folds it into views. One
// request per room at a time (protocol §1.4); live messages may come between pages.
import { fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ROOMS_MAX } from '../../shared/protocol/limits.ts';
import type { Content, Envelope, RoomHead } from '../../shared/protocol/messages.ts';
import type { Clock, Timer } from './clock.ts';
import type { Entry } from './entry.ts';
import type { Reply, Requests } from './requests.ts';
import { CATCH_UP_MAX, RoomLog, type Missing } from './room-log.ts';
import { RoomView } from './room-view.ts';
import type { ChatMessage, EngineEvent, Room, SendState } from './types.ts';

type Purpose = 'newest' | 'gap' | 'older';

interface RoomState {
  info: Omit<Room, 'head' | 'floor'>;
  log: RoomLog;
  view: RoomView;
  asking: boolean;
  olderWanted: boolean;
  /** Where live messages are missing, and since when: what is under way may still fill it. */
  hole?: { after: number; since: number };
  holeTimer?: Timer;
  /** Up to here `unread` has counted, and what came out of its turn above that. */
  counted: number;
  countedAbove: Set<number>;
}

export interface RoomsOptions {
  /** User id, hex. */
  me: string;
  clock: Clock;
  requests: Requests;
  events: RoomsEvents;
}

export interface RoomsEvents {
  push(event: EngineEvent): void;
  /** An envelope from the log: true where it is an own one that waited for its acknowledgement. */
  confirmed(id: string, place: { room: string; seq: number; ts: number }): boolean;
  /** The copy of this room was dropped, or is new: what waits for it is to be shown. */
  began(room: string): void;
  /** The log is here without a gap up to this seq. */
  has(room: string, seq: number): void;
  left(room: string): void;
  /** New here, in no order. */
  kept(room: string, envelopes: readonly Envelope[]): void;
  isModerator(room: string, user: string): boolean | undefined;
  /** The answer to sync is here. */
  synced(): void;
}

/** Milliseconds, where a server refuses a request without saying how long to wait. */
const ASK_AGAIN_MS = 2000;
/** Milliseconds that a message which another one overtook may take: UDP keeps no order. */
const REORDERED_MS = 300;
/** Messages counted out of their turn; of more, those between are taken as counted. */
const COUNTED_ABOVE_MAX = 1024;
/** History requests under way at once: a client of 200 rooms keeps within its frames. */
const ASKING_MAX = 16;

export class Rooms {
  readonly #me: string;
  readonly #clock: Clock;
  readonly #requests: Requests;
  readonly #events: RoomsEvents;
  readonly #rooms = new Map<string, RoomState>();
  /** The highest seq of messages that came before the answer to sync, or before their room, on another path: they are asked for then. */
  readonly #early = new Map<string, number>();
  #attached = false;
  #isSynced = false;
  #again: Timer | undefined;

  constructor({ me, clock, requests, events }: RoomsOptions) {
    this.#me = me;
    this.#clock = clock;
    this.#requests = requests;
    this.#events = events;
  }

  get ids(): string[] {
    return [...this.#rooms.keys()];
  }

  view(room: string): RoomView | undefined {
    return this.#rooms.get(room)?.view;
  }

  info(room: string): RoomState['info'] | undefined {
    return this.#rooms.get(room)?.info;
  }

  /** Rooms as an earlier process knew them; their messages follow. */
  restore(rooms: readonly Room[]): void {
    for (const { head, floor, ...info } of rooms) {
      const state = this.#newRoom(info, head);
      state.log.head = head;
      state.log.floor = floor;
    }
    this.#tellRooms();
  }

  /** An unbroken part of a room's log, before anything else of it came. */
  restoreLog(room: string, envelopes: readonly Envelope[]): void {
    const state = this.#rooms.get(room);
    const log = envelopes.filter(({ seq }) => seq > (state?.log.floor ?? 0));
    if (state && !state.log.last && log.length > 0) {
      state.log.begin(log);
      this.#take(room, log, 'catch_up', true);
      this.#events.push({ type: 'history_end', room, more: state.log.first > state.log.floor + 1 });
    }
    this.#events.began(room);
  }

  get all(): Room[] {
    return [...this.#rooms.values()].map(({ info, log }) => ({ ...info, head: log.head, floor: log.floor }));
  }

  attach(): void {
    this.detach();
    this.#early.clear();
    this.#attached = true;
    this.#isSynced = false;
    const rooms = [...this.#rooms].flatMap(([id, { log }]) => known(id, log)).slice(0, ROOMS_MAX);
    this.#requests.ask('sync', { rooms }, (reply) => this.#synced(reply));
  }

  detach(): void {
    this.#attached = false;
    this.#again?.cancel();
    for (const room of this.#rooms.values()) {
      room.asking = false;
      this.#forgetHole(room);
    }
  }

  live(envelope: Envelope): void {
    const id = hex(envelope.room);
    const state = this.#rooms.get(id);
    if (!state || !this.#isSynced) return this.#tooEarly(id, envelope.seq);
    this.#events.kept(id, this.#take(id, [envelope], 'live'));
    this.#noteHole(id, state);
    this.#ask(id);
  }

  /** An own message got its place. */
  placed(room: string, seq: number, id: string): void {
    const state = this.#rooms.get(room);
    if (!state || !this.#isSynced) return this.#tooEarly(room, seq);
    state.log.add(seq, id);
    this.#told(room, state);
    this.#noteHole(room, state);
    this.#ask(room);
  }

  /** Shows an own message that is not in the log yet, or the text it changes. */
  own(entry: Entry, state: SendState, reason: 'live' | 'catch_up'): void {
    const shown = this.view(entry.room)?.addOwn(entry, state);
    if (shown) this.show(entry.room, [shown.id], shown.isNew ? reason : 'change');
  }

  show(room: string, ids: readonly string[], reason: 'live' | 'catch_up' | 'older' | 'change'): void {
    const view = this.view(room);
    const messages = [...new Set(ids)].map((id) => view?.message(room, id)).filter((message): message is ChatMessage => message !== undefined);
    if (messages.length > 0 || reason === 'older') this.#events.push({ type: 'messages', room, messages, reason });
  }

  /** A room of this user, new or changed. */
  joined(head: RoomHead): void {
    const id = hex(head.room);
    this.#head(head, 'told');
    this.#tellRooms();
    this.#ask(id);
  }

  left(room: string): void {
    const state = this.#rooms.get(room);
    if (!state) return;
    this.#forgetHole(state);
    this.#rooms.delete(room);
    this.#events.left(room);
    this.#tellRooms();
  }

  loadOlder(room: string): void {
    const state = this.#rooms.get(room);
    if (!state) return;
    state.olderWanted = true;
    this.#ask(room);
  }

  /** Seen up to `seq`, here or on another device. False where that was known. */
  read(room: string, seq: number): boolean {
    const state = this.#rooms.get(room);
    const upTo = Math.min(seq, state?.log.head ?? 0);
    if (!state || upTo <= state.info.read) return false;
    const loaded = (state.log.last?.seq ?? 0) >= state.log.head && state.log.first <= upTo + 1;
    state.info = { ...state.info, read: upTo, unread: upTo >= state.log.head ? 0 : loaded ? state.view.unreadAfter(upTo) : state.info.unread };
    this.#tellRooms();
    return true;
  }

  #synced(reply: Reply): void {
    if (reply.name === 'failed') return this.#later(reply, () => this.attach());
    if (reply.name !== 'heads') return;
    const present = new Set(reply.content.rooms.map(({ room }) => hex(room)));
    for (const id of this.ids) if (!present.has(id)) this.left(id);
    this.#isSynced = true;
    const fresh = reply.content.rooms.filter((head) => this.#head(head, 'claimed'));
    this.#tellRooms();
    for (const { room } of fresh) this.#events.began(hex(room));
    this.#events.synced();
    for (const id of this.ids) this.#ask(id);
  }

  #later({ lost, retryAfter }: Extract<Reply, { name: 'failed' }>, call: () => void): void {
    if (lost || !this.#attached) return;
    this.#again?.cancel();
    this.#again = this.#clock.after(retryAfter ?? ASK_AGAIN_MS, call);
  }

  /** `claimed`: it answers what this client said it has. True where its copy begins here. */
  #head(head: RoomHead, why: 'claimed' | 'told'): boolean {
    const id = hex(head.room);
    const isNew = !this.#rooms.has(id);
    const state = this.#rooms.get(id) ?? this.#newRoom(infoOf(head), head.head);
    const { log, view } = state;
    const { last } = log;
    // What is told may be older than what came meanwhile on another path.
    const otherLog = last !== undefined && last.seq > log.floor && (!head.match || (why === 'claimed' && last.seq > head.head));
    const farBehind = last !== undefined && head.head - last.seq > CATCH_UP_MAX;
    state.info = { ...infoOf(head), unread: head.unread + (otherLog ? 0 : view.unreadAfter(Math.max(head.head, head.read))) };
    state.counted = Math.max(head.head, otherLog ? 0 : log.head);
    state.countedAbove.clear();
    log.floor = head.floor;
    log.head = Math.max(head.head, this.#early.get(id) ?? 0, otherLog ? 0 : (last?.seq ?? 0));
    this.#early.delete(id);
    if (otherLog || farBehind) this.#reset(id, state);
    if (log.head <= log.floor && !log.last) this.#empty(id, log);
    return isNew;
  }

  #newRoom(info: RoomState['info'], head: number): RoomState {
    const view = new RoomView({ me: this.#me, isModerator: (user) => this.#events.isModerator(info.id, user) });
    const state: RoomState = { info, log: new RoomLog(), view, asking: false, olderWanted: false, counted: head, countedAbove: new Set<number>() };
    this.#rooms.set(info.id, state);
    return state;
  }

  #reset(id: string, { log, view }: RoomState): void {
    log.forget();
    view.forget();
    this.#events.push({ type: 'reset', room: id });
    this.#events.began(id);
  }

  #empty(id: string, log: RoomLog): void {
    log.begin([]);
    this.#events.push({ type: 'history_end', room: id, more: false });
  }

  #ask(id: string): void {
    const state = this.#rooms.get(id);
    if (!state || !this.#attached || state.asking || [...this.#rooms.values()].filter(({ asking }) => asking).length >= ASKING_MAX) return;
    const missing = state.log.missing();
    if (missing && 'after' in missing && this.#mayFill(state, missing.after)) return;
    if (missing) return this.#request(id, state, missing, 'after' in missing ? 'gap' : 'newest');
    if (!state.olderWanted) return;
    state.olderWanted = false;
    const older = state.log.older();
    if (older) this.#request(id, state, older, 'older');
    else this.#events.push({ type: 'history_end', room: id, more: false });
  }

  #tooEarly(id: string, seq: number): void {
    if (this.#early.size < ROOMS_MAX || this.#early.has(id)) this.#early.set(id, Math.max(seq, this.#early.get(id) ?? 0));
  }

  /** A live message has come: is one before it missing? Asked for only where it does not come by itself. */
  #noteHole(id: string, state: RoomState): void {
    const missing = state.log.missing();
    if (!missing || !('after' in missing)) return this.#forgetHole(state);
    if (state.hole?.after === missing.after) return;
    this.#forgetHole(state);
    state.hole = { after: missing.after, since: this.#clock.now() };
    state.holeTimer = this.#clock.after(REORDERED_MS, () => this.#ask(id));
  }

  #mayFill({ hole }: RoomState, after: number): boolean {
    return hole?.after === after && this.#clock.now() < hole.since + REORDERED_MS;
  }

  #forgetHole(state: RoomState): void {
    state.holeTimer?.cancel();
    delete state.hole;
    delete state.holeTimer;
  }

  #request(id: string, state: RoomState, missing: Missing, purpose: Purpose): void {
    state.asking = true;
    this.#requests.ask('history', { room: fromHex(id)!, ...missing }, (reply) => {
      state.asking = false;
      if (reply.name === 'failed') {
        state.olderWanted ||= purpose === 'older';
        return this.#later(reply, () => this.ids.forEach((room) => this.#ask(room)));
      }
      if (reply.name === 'page' && this.#rooms.get(id) === state) this.#page(id, state, purpose, reply.content);
      for (const room of this.ids) this.#ask(room);
    });
  }

  #page(id: string, state: RoomState, purpose: Purpose, { msgs, more }: Content<'page'>): void {
    const sorted = [...msgs].sort((a, b) => a.seq - b.seq);
    const before = state.log.last?.seq;
    if (purpose === 'newest') state.log.begin(sorted);
    this.#events.kept(id, this.#take(id, sorted, purpose === 'older' ? 'older' : 'catch_up', purpose === 'newest'));
    if (purpose === 'gap' && state.log.last?.seq === before) state.log.giveUpHole();
    if (purpose !== 'gap') this.#events.push({ type: 'history_end', room: id, more: more && state.log.first > state.log.floor + 1 });
  }

  /** `begun`: the log knows them already. Those that are new here. */
  #take(id: string, envelopes: readonly Envelope[], reason: 'live' | 'catch_up' | 'older', begun = false): Envelope[] {
    const state = this.#rooms.get(id)!;
    const inOrder = reason === 'older' ? [...envelopes].reverse() : envelopes;
    const fresh = inOrder.filter((envelope) => state.log.add(envelope.seq, hex(envelope.client_msg_id)) || begun);
    const unread = state.info.unread;
    const shown = fresh.map((envelope) => this.#fold(id, state, envelope)).filter((one) => one !== undefined);
    const news = shown.filter(({ isNew }) => isNew).map((one) => one.id);
    this.show(id, reason === 'older' ? news.reverse() : news, reason);
    this.show(id, shown.filter((one) => !one.isNew && !news.includes(one.id)).map((one) => one.id), 'change');
    if (state.info.unread !== unread) this.#tellRooms();
    this.#told(id, state);
    return fresh;
  }

  #fold(id: string, state: RoomState, envelope: Envelope): { id: string; isNew: boolean } | undefined {
    const { seq, ts } = envelope;
    const own = hex(envelope.sender) === this.#me && this.#events.confirmed(hex(envelope.client_msg_id), { room: id, seq, ts });
    const shown = state.view.add(envelope);
    this.#count(state, envelope);
    return own && isText(envelope.kind) ? undefined : shown;
  }

  /** Once for each message above what the server has counted, in whatever order they come. */
  #count(state: RoomState, { client_msg_id, kind, seq, sender, target }: Envelope): void {
    if (seq <= state.counted || state.countedAbove.has(seq)) return;
    noteCounted(state, seq);
    const { info, view } = state;
    const isNews = isText(kind) && hex(sender) !== this.#me && seq > info.read && !view.isDeleted(hex(client_msg_id));
    if (isNews) state.info = { ...info, unread: info.unread + 1 };
    const gone = kind === 'delete' && target ? view.textOf(hex(target)) : undefined;
    if (gone && gone.sender !== this.#me && (gone.seq ?? 0) > info.read) state.info = { ...info, unread: Math.max(0, info.unread - 1) };
  }

  #told(id: string, { log }: RoomState): void {
    if (log.last && log.last.seq > log.floor) this.#events.has(id, log.last.seq);
  }

  #tellRooms(): void {
    this.#events.push({ type: 'rooms', rooms: this.all });
  }
}

function noteCounted(state: RoomState, seq: number): void {
  state.countedAbove.add(seq);
  if (state.countedAbove.size > COUNTED_ABOVE_MAX) state.counted = Math.min(...state.countedAbove) - 1;
  while (state.countedAbove.delete(state.counted + 1)) state.counted += 1;
}

function isText(kind: Envelope['kind']): boolean {
  return kind === 'text' || kind === 'file';
}

function known(id: string, log: RoomLog): { room: Bytes; seq: number; last: Bytes }[] {
  const last = log.last;
  return last && last.seq > log.floor ? [{ room: fromHex(id)!, seq: last.seq, last: fromHex(last.id)! }] : [];
}

function infoOf({ room, kind, name, topic, role, peer, archived, read, unread }: RoomHead): RoomState['info'] {
  return { id: hex(room), kind, name, topic, role, read, unread, ...(peer && { peer: hex(peer) }), ...(archived && { archived }) };
}
