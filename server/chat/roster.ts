// Who there is and who is here: every account, its sessions and when it was last seen. Presence goes out as whole
// states with a rising rev, so that one lost on the way is repaired by the next.
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { PAGE_BYTES, SESSIONS_PER_USER } from '../../shared/protocol/limits.ts';
import type { Member, PathName } from '../../shared/protocol/messages.ts';
import type { Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Account, Availability, Store } from '../store/store.ts';
import type { Session } from './session.ts';

interface Person {
  userId: Bytes;
  username: string;
  display: string;
  admin: boolean;
  availability: Availability;
  status: string;
  lastSeen: number | null;
  /** When the first of their sessions began, while there is one. */
  since: number | undefined;
  rev: number;
  sessions: Set<Session>;
}

/** Bytes of one member in CBOR besides its texts: keys, ids, numbers. */
const MEMBER_BYTES = 160;
const NOBODY: ReadonlySet<Session> = new Set();

export class Roster {
  readonly #store: Store;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #people = new Map<string, Person>();
  readonly #sessions = new Set<Session>();
  /** Pages of a large roster that wait for a session's queue to drain. */
  readonly #pages = new Map<Session, Member[][]>();
  readonly #sessionsPerUser: number;
  #rev: number;

  /** `sessionsPerUser`: 0 = no limit. */
  constructor(store: Store, clock: Clock, log: Log, sessionsPerUser = SESSIONS_PER_USER) {
    this.#store = store;
    this.#sessionsPerUser = sessionsPerUser || Infinity;
    this.#clock = clock;
    this.#log = log;
    // Starts at the clock, so that revs go on rising over a restart.
    this.#rev = clock.now();
    for (const account of store.accounts()) this.#add(account);
  }

  get sessions(): ReadonlySet<Session> {
    return this.#sessions;
  }

  /** Accounts. */
  get size(): number {
    return this.#people.size;
  }

  /** User ids, hex. */
  get users(): string[] {
    return [...this.#people.keys()];
  }

  person(user: string): Readonly<Pick<Person, 'userId' | 'admin'>> | undefined {
    return this.#people.get(user);
  }

  sessionsOf(user: string): ReadonlySet<Session> {
    return this.#people.get(user)?.sessions ?? NOBODY;
  }

  /** Throws where it cannot be stored; then nothing has changed. */
  setStatus(session: Session, availability: Availability, status: string): void {
    const person = this.#people.get(session.user)!;
    this.#store.setStatus(person.userId, availability, status);
    Object.assign(person, { availability, status });
    this.#changed(person);
  }

  /**
   * The newcomer gets the whole roster; with its first session a user comes online for everybody else.
   * One session too many of a user costs the oldest one.
   */
  enter(session: Session, account: Account): void {
    const person = this.#people.get(session.user) ?? this.#add(account);
    if (person.sessions.size >= this.#sessionsPerUser) leaving(person.sessions, session)?.connection.close('elsewhere');
    const before = pathOf(person);
    if (before === undefined) person.since = this.#clock.now();
    person.sessions.add(session);
    this.#sessions.add(session);
    if (pathOf(person) !== before) this.#changed(person, session);
    this.tell(session);
  }

  leave(session: Session): void {
    this.#pages.delete(session);
    if (!this.#sessions.delete(session)) return;
    const person = this.#people.get(session.user)!;
    const before = pathOf(person);
    person.sessions.delete(session);
    if (person.sessions.size > 0) return pathOf(person) === before ? undefined : this.#changed(person);
    person.since = undefined;
    this.#seen([person]);
    this.#changed(person, session);
  }

  /** last_seen of everybody who is here goes to disk: what a crash leaves behind is at most this old. */
  persist(): void {
    this.#seen([...this.#people.values()].filter(({ sessions }) => sessions.size > 0));
  }

  /** The roster from the start, page by page. */
  tell(session: Session): void {
    this.#pages.set(session, pagesOf([...this.#people.values()].map(memberOf)));
    this.more(session);
  }

  /** The next pages, as far as half a send queue holds them. */
  more(session: Session): void {
    const pages = this.#pages.get(session);
    while (pages && pages.length > 0 && session.connection.waiting <= PAGE_BYTES) {
      const members = pages.shift()!;
      session.connection.send(encodeMessage('roster', { members, more: pages.length > 0 }));
    }
    if (pages?.length === 0) this.#pages.delete(session);
  }

  /** To everybody who is here. A frame is encoded once, however many read it. */
  broadcast(frame: Bytes, except?: Session, droppable = false): void {
    for (const session of this.#sessions) if (session !== except) session.connection.send(frame, droppable);
  }

  /** What its client sends by now. */
  setPath(session: Session, path: PathName): void {
    if (session.path === path || !this.#sessions.has(session)) return;
    const person = this.#people.get(session.user)!;
    const before = pathOf(person);
    session.path = path;
    if (pathOf(person) !== before) this.#changed(person);
  }

  /** How many sessions that were. */
  closeUser(user: string, reason: ErrorCode): number {
    const sessions = [...this.sessionsOf(user)];
    for (const { connection } of sessions) connection.close(reason);
    return sessions.length;
  }

  closeChain(chain: Bytes, reason: ErrorCode, except?: Session): void {
    for (const session of [...this.#sessions]) {
      if (session !== except && hex(session.ticket.chain) === hex(chain)) session.connection.close(reason);
    }
  }

  #seen(people: readonly Person[]): void {
    const now = this.#clock.now();
    for (const person of people) person.lastSeen = now;
    try {
      if (people.length > 0) this.#store.saw(people.map(({ userId }) => userId), now);
    } catch (cause) {
      this.#log.error({ users: people.length, reason: reasonOf(cause) }, 'last seen could not be stored');
    }
  }

  #add({ userId, username, display, role, availability, status, lastSeen }: Account): Person {
    const person = { userId, username, display, admin: role === 'admin', availability, status, lastSeen, since: undefined, rev: this.#rev, sessions: new Set<Session>() };
    this.#people.set(hex(userId), person);
    return person;
  }

  #changed(person: Person, except?: Session): void {
    this.#rev += 1;
    person.rev = this.#rev;
    this.broadcast(encodeMessage('presence', memberOf(person)), except, true);
  }
}

/** Who makes room for another session of the same person: what that one has come back from, or else the oldest. */
function leaving(sessions: ReadonlySet<Session>, { ticket }: Session): Session | undefined {
  return [...sessions].find((one) => hex(one.ticket.chain) === hex(ticket.chain)) ?? [...sessions][0];
}

/** Of their newest session; undefined while there is none. */
function pathOf({ sessions }: Pick<Person, 'sessions'>): PathName | undefined {
  return [...sessions].at(-1)?.path;
}

function memberOf({ userId, username, display, availability, status, lastSeen, since, rev, sessions }: Person): Member {
  const here = since !== undefined && { since, path: pathOf({ sessions }) ?? 'tcp' };
  return { user_id: userId, username, display, presence: sessions.size > 0 ? availability : 'offline', status, last_seen: lastSeen, ...here, rev };
}

function pagesOf(members: Member[]): Member[][] {
  const pages: Member[][] = [[]];
  let size = 0;
  for (const member of members) {
    const bytes = MEMBER_BYTES + 4 * (member.username.length + member.display.length + member.status.length);
    if (size + bytes > PAGE_BYTES) {
      pages.push([]);
      size = 0;
    }
    pages.at(-1)!.push(member);
    size += bytes;
  }
  return pages;
}
