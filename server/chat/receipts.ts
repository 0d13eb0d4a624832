// How far everybody has each room: kept in memory, passed on once a turn, written to disk every few seconds. A crash loses
// the last marks, never a message; the clients tell theirs again when they are back.
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { MARKS_MEMBERS_MAX } from '../../shared/protocol/limits.ts';
import type { Mark } from '../../shared/protocol/messages.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Store } from '../store/store.ts';
import type { OpenRoom, Rooms } from './rooms.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';

export interface ReceiptsOptions {
  store: Store;
  rooms: Rooms;
  roster: Roster;
  clock: Clock;
  log: Log;
}

const WRITE_EVERY_MS = 2_000;
const NONE = { delivered: 0, read: 0 };

export class Receipts {
  readonly #options: ReceiptsOptions;
  /** By room and user, hex; a room is read from the store when it is first asked for. */
  readonly #marks = new Map<string, Map<string, Mark>>();
  readonly #toTell = new Map<OpenRoom, Set<string>>();
  readonly #toWrite = new Map<OpenRoom, Set<string>>();
  #writing: Cancel | undefined;

  constructor(options: ReceiptsOptions) {
    this.#options = options;
  }

  of(room: OpenRoom, user: string): Pick<Mark, 'delivered' | 'read'> {
    return this.#room(room).get(user) ?? NONE;
  }

  /** Only rises, and never above the head. */
  take(session: Session, room: OpenRoom, wanted: Pick<Mark, 'delivered' | 'read'>): void {
    const head = this.#options.store.head(room.room);
    const before = this.of(room, session.user);
    const read = Math.max(before.read, Math.min(wanted.read, head));
    const delivered = Math.max(before.delivered, read, Math.min(wanted.delivered, head));
    if (read === before.read && delivered === before.delivered) return;
    this.#room(room).set(session.user, { user_id: session.userId, delivered, read });
    if (this.#toTell.size === 0) this.#options.clock.after(0, () => this.#tell());
    note(this.#toTell, room, session.user);
    note(this.#toWrite, room, session.user);
    this.#writing ??= this.#options.clock.after(WRITE_EVERY_MS, () => this.write());
  }

  forget(room: OpenRoom, user: string): void {
    this.#marks.get(room.key)?.delete(user);
    this.#toTell.get(room)?.delete(user);
    this.#toWrite.get(room)?.delete(user);
    if (room.seats.size === 0 && room.kind !== 'lobby') this.#marks.delete(room.key);
  }

  /** To disk, now. */
  write(): void {
    const { store, log } = this.#options;
    this.#writing?.();
    this.#writing = undefined;
    const marks = [...this.#toWrite].flatMap(([room, users]) => this.#pick(room, users).map((mark) => ({ ...mark, room: room.room })));
    this.#toWrite.clear();
    try {
      store.saveMarks(marks);
    } catch (cause) {
      log.error({ marks: marks.length, reason: reasonOf(cause) }, 'marks could not be stored');
    }
  }

  #tell(): void {
    const { rooms, roster } = this.#options;
    const changed = [...this.#toTell];
    this.#toTell.clear();
    for (const [room, users] of changed) {
      const marks = this.#pick(room, users);
      if (rooms.size(room) > MARKS_MEMBERS_MAX) for (const mark of marks) this.#send(room.room, [mark], roster.sessionsOf(hex(mark.user_id)));
      else if (marks.length > 0) this.#send(room.room, marks, rooms.sessions(room));
    }
  }

  #send(room: Bytes, marks: Mark[], sessions: Iterable<Session>): void {
    const frame = encodeMessage('marks', { room, marks });
    for (const session of sessions) session.connection.send(frame);
  }

  #pick(room: OpenRoom, users: ReadonlySet<string>): Mark[] {
    const marks = this.#room(room);
    return [...users].map((user) => marks.get(user)).filter((mark): mark is Mark => mark !== undefined);
  }

  #room(room: OpenRoom): Map<string, Mark> {
    const known = this.#marks.get(room.key);
    if (known) return known;
    const marks = new Map(this.#options.store.marks(room.room).map((mark) => [hex(mark.user_id), mark]));
    this.#marks.set(room.key, marks);
    return marks;
  }
}

function note(rooms: Map<OpenRoom, Set<string>>, room: OpenRoom, user: string): void {
  rooms.set(room, (rooms.get(room) ?? new Set()).add(user));
}
