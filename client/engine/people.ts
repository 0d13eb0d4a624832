// Members of the rooms that are on the screen, with their roles and marks. Asked for when a room is opened and again
// after every reconnect; marks that come meanwhile are folded in.
import { fromHex, hex } from '../../shared/protocol/bytes.ts';
import type { Content, RoomPerson as WirePerson } from '../../shared/protocol/messages.ts';
import type { Clock } from './clock.ts';
import type { Requests } from './requests.ts';
import type { EngineEvent, RoomPerson } from './types.ts';

/** People of one room that are kept; a larger room is cut. */
const PEOPLE_MAX = 10_000;
/** Milliseconds that a list is good for where somebody goes from room to room; in a large room it is much to read. */
const FRESH_MS = 10_000;

export class People {
  readonly #requests: Requests;
  readonly #push: (event: EngineEvent) => void;
  /** By room; undefined while the first answer is under way. */
  readonly #rooms = new Map<string, Map<string, RoomPerson> | undefined>();
  readonly #asking = new Set<string>();
  readonly #askedAt = new Map<string, number>();

  readonly #clock: Clock;

  constructor(requests: Requests, clock: Clock, push: (event: EngineEvent) => void) {
    this.#requests = requests;
    this.#clock = clock;
    this.#push = push;
  }

  open(room: string): void {
    const isFresh = this.#rooms.get(room) !== undefined && this.#clock.now() - (this.#askedAt.get(room) ?? -Infinity) < FRESH_MS;
    if (!isFresh) this.refresh(room);
  }

  /** The list as it is now. */
  refresh(room: string): void {
    if (!this.#rooms.has(room)) this.#rooms.set(room, undefined);
    this.#ask(room);
  }

  /** Connected: everything that is on the screen is asked for again. */
  attach(): void {
    this.#asking.clear();
    for (const room of this.#rooms.keys()) this.#ask(room);
  }

  forget(room: string): void {
    this.#rooms.delete(room);
    this.#askedAt.delete(room);
  }

  /** undefined: not known. */
  isModerator(room: string, user: string): boolean | undefined {
    const people = this.#rooms.get(room);
    return people && people.get(user)?.role === 'moderator';
  }

  /** Somebody who is not known here is new in the room: the list is asked for again. */
  met(room: string, user: string): void {
    const people = this.#rooms.get(room);
    if (people && !people.has(user)) this.#ask(room);
  }

  marks({ room, marks }: Content<'marks'>): void {
    const id = hex(room);
    const people = this.#rooms.get(id);
    if (!people) return;
    for (const { user_id, delivered, read } of marks) {
      const user = hex(user_id);
      if (!raise(people, user, { delivered, read })) this.#ask(id);
    }
    this.#tell(id, people);
  }

  #ask(room: string): void {
    if (this.#asking.has(room)) return;
    this.#asking.add(room);
    this.#askedAt.set(room, this.#clock.now());
    this.#page(room, new Map());
  }

  #page(room: string, found: Map<string, RoomPerson>, after?: Uint8Array): void {
    this.#requests.ask('room_members', { room: fromHex(room)!, ...(after && { after }) }, (reply) => {
      if (reply.name !== 'room_people') return void this.#asking.delete(room);
      const { people, more } = reply.content;
      for (const person of people) found.set(hex(person.user_id), personOf(person));
      const last = people.at(-1);
      if (more && last && found.size < PEOPLE_MAX) return this.#page(room, found, last.user_id);
      this.#asking.delete(room);
      if (!this.#rooms.has(room)) return;
      // Marks may have overtaken the answer; they only rise.
      for (const [user, { delivered, read }] of this.#rooms.get(room) ?? []) raise(found, user, { delivered, read });
      this.#rooms.set(room, found);
      this.#tell(room, found);
    });
  }

  #tell(room: string, people: Map<string, RoomPerson>): void {
    this.#push({ type: 'people', room, people: [...people.values()] });
  }
}

/** False where the user is not among them. */
function raise(people: Map<string, RoomPerson>, user: string, { delivered, read }: { delivered: number; read: number }): boolean {
  const person = people.get(user);
  if (person) people.set(user, { ...person, delivered: Math.max(person.delivered, delivered), read: Math.max(person.read, read) });
  return person !== undefined;
}

function personOf({ user_id, role, delivered, read }: WirePerson): RoomPerson {
  return { userId: hex(user_id), role, delivered, read };
}
