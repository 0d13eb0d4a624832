// Which rooms there are, who is in them, what they may do and who hears what is said there: the store's rooms and members
// in memory. Every answer about rights comes from here. The lobby holds everybody without a list of its own.
import { dmId } from '../../shared/crypto/identity.ts';
import { equal, hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { ID_SIZE, ROOMS_MAX } from '../../shared/protocol/limits.ts';
import type { RoomRole } from '../../shared/protocol/messages.ts';
import type { Clock } from '../ops/clock.ts';
import type { Room, RoomMember, Store } from '../store/store.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';

/** Rooms of everybody together. */
const ROOMS_IN_ALL_MAX = 10_000;

/** To read, to add something, to say what becomes of the room. */
export type Right = 'member' | 'writer' | 'moderator';

export interface Seat {
  userId: Bytes;
  role: RoomRole;
  floor: number;
}

export interface OpenRoom extends Room {
  key: string;
  /** By user, hex; empty for the lobby. */
  seats: Map<string, Seat>;
}

export interface RoomsOptions {
  store: Store;
  roster: Roster;
  clock: Clock;
  random: Random;
  lobby: Bytes;
  lobbyName: string;
}

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, OpenRoom>();
  /** Rooms besides the lobby, by user. */
  readonly #ofUser = new Map<string, Set<OpenRoom>>();
  readonly #lobby: OpenRoom;

  constructor(options: RoomsOptions) {
    const { store, lobby, lobbyName, clock } = options;
    this.#options = options;
    store.makeRoom({ room: lobby, kind: 'lobby', name: lobbyName, topic: '', created: clock.now() }, []);
    for (const room of store.rooms()) this.#open(room);
    for (const member of store.members()) this.#seat(this.#rooms.get(hex(member.room)), member);
    this.#lobby = this.get(lobby)!;
  }

  get(room: Bytes): OpenRoom | undefined {
    return this.#rooms.get(hex(room));
  }

  /** undefined: not a member. */
  seat(room: OpenRoom, user: string): Seat | undefined {
    const person = this.#options.roster.person(user);
    if (room.kind === 'lobby') return person && { userId: person.userId, role: person.admin ? 'moderator' : 'member', floor: 0 };
    const seat = room.seats.get(user);
    return seat && room.kind === 'public' && person?.admin ? { ...seat, role: 'moderator' } : seat;
  }

  /** Why this user may not, if so. Of a private room nobody outside learns that it is there. */
  refusal(room: Bytes, user: string, need: Right): ErrorCode | undefined {
    const found = this.get(room);
    const seat = found && this.seat(found, user);
    if (!seat) return found?.kind === 'public' ? 'forbidden' : 'no_such_room';
    if (need === 'writer' && found!.archived) return 'archived';
    return need === 'moderator' && seat.role !== 'moderator' ? 'forbidden' : undefined;
  }

  /** The lobby first. */
  of(user: string): OpenRoom[] {
    return [this.#lobby, ...(this.#ofUser.get(user) ?? [])];
  }

  /** Public ones besides the lobby that are not archived, by name. */
  listed(after: string): OpenRoom[] {
    return [...this.#rooms.values()].filter(({ kind, name, archived }) => kind === 'public' && !archived && name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  size(room: OpenRoom): number {
    return room.kind === 'lobby' ? this.#options.roster.size : room.seats.size;
  }

  /** Ascending by user id. */
  people(room: OpenRoom): Seat[] {
    const users = room.kind === 'lobby' ? this.#options.roster.users : [...room.seats.keys()];
    return users.sort().map((user) => this.seat(room, user)!);
  }

  /** Everybody who hears this room. */
  *sessions(room: OpenRoom): Iterable<Session> {
    const { roster } = this.#options;
    if (room.kind === 'lobby') yield* roster.sessions;
    else for (const user of room.seats.keys()) yield* roster.sessionsOf(user);
  }

  /** The other one of a dm. */
  peer(room: OpenRoom, user: string): Bytes | undefined {
    return room.kind === 'dm' ? [...room.seats].find(([other]) => other !== user)?.[1].userId : undefined;
  }

  /** Throws ReachError `room_taken` or `room_limit`. */
  create(session: Session, { name, topic, kind }: { name: string; topic: string; kind: 'public' | 'private' }): OpenRoom {
    this.#within([session.user]);
    if (name === this.#lobby.name) throw new ReachError('room_taken');
    const { random, clock } = this.#options;
    const room = { room: random(ID_SIZE), kind, name, topic, created: clock.now() };
    return this.#make(room, [{ userId: session.userId, role: 'moderator' }]);
  }

  userId(user: string): Bytes {
    return this.#options.roster.person(user)!.userId;
  }

  isDm(one: Bytes, other: Bytes): boolean {
    return this.get(dmId(one, other)) !== undefined;
  }

  /** Throws ReachError `room_limit`. */
  dm(session: Session, peer: Bytes): OpenRoom {
    const room = dmId(session.userId, peer);
    const known = this.get(room);
    if (known) return known;
    this.#within([session.user, hex(peer)]);
    return this.#make({ room, kind: 'dm', name: '', topic: '', created: this.#options.clock.now() }, [session.userId, peer].map((userId) => ({ userId, role: 'member' as const })));
  }

  /** Throws ReachError `room_limit`. */
  join(room: OpenRoom, userId: Bytes): void {
    const { store, clock } = this.#options;
    if (this.seat(room, hex(userId))) return;
    this.#within([hex(userId)]);
    const floor = room.kind === 'private' ? store.head(room.room) : 0;
    const member = { room: room.room, userId: Uint8Array.from(userId), role: 'member' as const, floor, joined: clock.now() };
    store.addMember(member);
    this.#seat(room, member);
  }

  archive(room: OpenRoom, archived: boolean): void {
    this.#options.store.archiveRoom(room.room, archived);
    room.archived = archived;
  }

  /** A room that its last member leaves is gone. */
  leave(room: OpenRoom, user: string): void {
    const { store } = this.#options;
    const seat = room.seats.get(user);
    if (!seat) return;
    if (room.seats.size === 1) store.removeRoom(room.room);
    else store.removeMember(room.room, seat.userId);
    room.seats.delete(user);
    this.#ofUser.get(user)?.delete(room);
    if (room.seats.size === 0) this.#rooms.delete(room.key);
  }

  #make(room: Room, members: readonly Pick<Seat, 'userId' | 'role'>[]): OpenRoom {
    const rows = members.map(({ userId, role }) => ({ room: room.room, userId: Uint8Array.from(userId), role, floor: 0, joined: room.created }));
    if (this.#options.store.makeRoom(room, rows) === 'room_taken') throw new ReachError('room_taken');
    const open = this.#open(room);
    for (const row of rows) this.#seat(open, row);
    return open;
  }

  #within(users: readonly string[]): void {
    const full = users.some((user) => (this.#ofUser.get(user)?.size ?? 0) + 1 >= ROOMS_MAX);
    if (full || this.#rooms.size >= ROOMS_IN_ALL_MAX) throw new ReachError('room_limit');
  }

  #open(room: Room): OpenRoom {
    const open = { ...room, key: hex(room.room), seats: new Map<string, Seat>() };
    this.#rooms.set(open.key, open);
    return open;
  }

  #seat(room: OpenRoom | undefined, { userId, role, floor }: RoomMember): void {
    const user = hex(userId);
    if (!room || equal(room.room, this.#options.lobby)) return;
    room.seats.set(user, { userId, role, floor });
    const rooms = this.#ofUser.get(user) ?? new Set();
    this.#ofUser.set(user, rooms.add(room));
  }
}
