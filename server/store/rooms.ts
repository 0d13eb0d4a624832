// Rooms, their members and their marks in SQLite. The lobby has no member rows: everybody is in it.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Mark, RoomKind, RoomRole } from '../../shared/protocol/messages.ts';
import type { Database, Row } from './database.ts';
import type { Room, RoomMember } from './store.ts';

function roomFrom(row: Row): Room {
  return { room: row.room as Bytes, kind: row.kind as RoomKind, name: row.name as string, topic: row.topic as string, created: row.created as number, ...(row.archived === 1 && { archived: true }) };
}

function memberFrom(row: Row): RoomMember {
  return { room: row.room as Bytes, userId: row.user_id as Bytes, role: row.role as RoomRole, floor: row.floor as number, joined: row.joined as number };
}

export class RoomTables {
  readonly #db: Database;
  readonly #q;

  constructor(db: Database) {
    this.#db = db;
    this.#q = {
      rooms: db.query('SELECT room, kind, name, topic, created, archived FROM rooms'),
      members: db.query('SELECT * FROM members'),
      has: db.query('SELECT 1 FROM rooms WHERE room = ?'),
      taken: db.query("SELECT 1 FROM rooms WHERE name = ? AND kind IN ('lobby', 'public')"),
      make: db.query('INSERT INTO rooms (room, kind, name, topic, head, created, archived) VALUES (?, ?, ?, ?, 0, ?, ?)'),
      archive: db.query('UPDATE rooms SET archived = ? WHERE room = ?'),
      add: db.query('INSERT INTO members (room, user_id, role, floor, joined) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING'),
      remove: db.query('DELETE FROM members WHERE room = ? AND user_id = ?'),
      removeMark: db.query('DELETE FROM marks WHERE room = ? AND user_id = ?'),
      drop: ['rooms', 'members', 'marks', 'messages', 'transfers'].map((table) => db.query(`DELETE FROM ${table} WHERE room = ?`)),
      marks: db.query('SELECT user_id, delivered, read FROM marks WHERE room = ?'),
      mark: db.query('INSERT INTO marks (room, user_id, delivered, read) VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET delivered = excluded.delivered, read = excluded.read'),
    };
  }

  rooms(): Room[] {
    return this.#q.rooms.all([]).map(roomFrom);
  }

  members(): RoomMember[] {
    return this.#q.members.all([]).map(memberFrom);
  }

  makeRoom({ room, kind, name, topic, created, archived }: Room, members: readonly RoomMember[]): 'made' | 'room_taken' {
    return this.#db.transaction(() => {
      if (this.#q.has.first([room])) return 'made';
      if ((kind === 'public' || kind === 'lobby') && this.#q.taken.first([name])) return 'room_taken';
      this.#q.make.run([room, kind, name, topic, created, archived ? 1 : 0]);
      for (const member of members) this.addMember(member);
      return 'made';
    });
  }

  archiveRoom(room: Bytes, archived: boolean): void {
    this.#q.archive.run([archived ? 1 : 0, room]);
  }

  addMember({ room, userId, role, floor, joined }: RoomMember): void {
    this.#q.add.run([room, userId, role, floor, joined]);
  }

  removeMember(room: Bytes, userId: Bytes): void {
    this.#db.transaction(() => {
      this.#q.remove.run([room, userId]);
      this.#q.removeMark.run([room, userId]);
    });
  }

  removeRoom(room: Bytes): void {
    this.#db.transaction(() => this.#q.drop.forEach((query) => query.run([room])));
  }

  marks(room: Bytes): Mark[] {
    return this.#q.marks.all([room]).map((row) => ({ user_id: row.user_id as Bytes, delivered: row.delivered as number, read: row.read as number }));
  }

  saveMarks(marks: readonly (Mark & { room: Bytes })[]): void {
    if (marks.length > 0) this.#db.transaction(() => marks.forEach(({ room, user_id, delivered, read }) => this.#q.mark.run([room, user_id, delivered, read])));
  }
}
