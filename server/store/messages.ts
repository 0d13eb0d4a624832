// Rooms and their logs in SQLite. seq is taken from the room's row in the transaction that stores the message, so a log
// has no gap whatever moment the process dies at.
import { createHash } from 'node:crypto';
import { equal, utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import type { MessageKind } from '../../shared/protocol/messages.ts';
import type { Database, Row } from './database.ts';
import type { Appended, NewMessage, Posted, Range, StoredMessage } from './store.ts';

/** Bytes of a message in a page besides its body. */
const ENVELOPE = 160;

function messageFrom(row: Row): StoredMessage {
  return {
    room: row.room as Bytes, seq: row.seq as number, ts: row.ts as number, sender: row.sender as Bytes, clientMsgId: row.client_msg_id as Bytes,
    kind: row.kind as MessageKind, target: (row.target as Bytes | null) ?? undefined, body: row.body as Bytes,
  };
}

/** What makes two messages of one id the same one. Kept apart from the body, which may be blanked later. */
function digestOf({ kind, target, body }: NewMessage): Bytes {
  return createHash('sha256').update(utf8(kind)).update(Uint8Array.of(0, target ? 1 : 0)).update(target ?? new Uint8Array()).update(body).digest();
}

export class MessageTables {
  readonly #db: Database;
  readonly #q;

  constructor(db: Database) {
    this.#db = db;
    this.#q = {
      head: db.query('SELECT head FROM rooms WHERE room = ?'),
      setHead: db.query('UPDATE rooms SET head = ? WHERE room = ?'),
      twin: db.query('SELECT room, seq, ts, digest FROM messages WHERE sender = ? AND client_msg_id = ?'),
      insert: db.query('INSERT INTO messages (room, seq, ts, sender, client_msg_id, kind, target, digest, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)'),
      sameId: db.query('SELECT 1 FROM messages WHERE room = ? AND client_msg_id = ? LIMIT 1'),
      target: db.query("SELECT sender FROM messages WHERE room = ? AND client_msg_id = ? AND kind IN ('text', 'file') AND length(body) > 0"),
      blank: db.query("UPDATE messages SET body = x'' WHERE room = ? AND client_msg_id = ? AND kind IN ('text', 'file')"),
      blankEdits: db.query("UPDATE messages SET body = x'' WHERE room = ? AND target = ? AND kind = 'edit'"),
      unread: db.query("SELECT count(*) AS count FROM (SELECT 1 FROM messages WHERE room = ? AND seq > ? AND sender <> ? AND kind IN ('text', 'file') AND length(body) > 0 LIMIT ?)"),
      at: db.query('SELECT * FROM messages WHERE room = ? AND seq = ?'),
      // Sizes first, so that a page of large bodies reads no body it will not send.
      sizesAfter: db.query('SELECT seq, length(body) AS size FROM messages WHERE room = ? AND seq > ? ORDER BY seq LIMIT ?'),
      sizesBefore: db.query('SELECT seq, length(body) AS size FROM messages WHERE room = ? AND seq < ? AND seq > ? ORDER BY seq DESC LIMIT ?'),
      between: db.query('SELECT * FROM messages WHERE room = ? AND seq BETWEEN ? AND ? ORDER BY seq'),
    };
  }

  head(room: Bytes): number {
    return (this.#q.head.first([room])?.head as number | undefined) ?? 0;
  }

  unread(room: Bytes, userId: Bytes, after: number, max: number): number {
    return this.#q.unread.first([room, after, userId, max])!.count as number;
  }

  append(messages: readonly Posted[]): Appended[] {
    return this.#db.transaction(() => messages.map((message) => this.#appendOne(message)));
  }

  messageAt(room: Bytes, seq: number): StoredMessage | undefined {
    const row = this.#q.at.first([room, seq]);
    return row && messageFrom(row);
  }

  range(room: Bytes, range: Range, { floor, limit, bytes }: { floor: number; limit: number; bytes: number }): { messages: StoredMessage[]; more: boolean } {
    const after = 'after' in range ? this.#q.sizesAfter.all([room, Math.max(range.after, floor), limit + 1]) : undefined;
    const sizes = after ?? this.#q.sizesBefore.all([room, 'before' in range ? range.before : 0, floor, limit + 1]);
    let total = 0;
    const fitting = sizes.slice(0, limit).filter(({ size }, at) => {
      total += (size as number) + ENVELOPE;
      return at === 0 || total <= bytes;
    });
    const seqs = fitting.map(({ seq }) => seq as number);
    const messages = seqs.length === 0 ? [] : this.#q.between.all([room, Math.min(...seqs), Math.max(...seqs)]).map(messageFrom);
    return { messages, more: fitting.length < sizes.length };
  }

  #appendOne(message: Posted): Appended {
    const { room, sender, clientMsgId, kind, target, body, ts } = message;
    const digest = digestOf(message);
    const twin = this.#q.twin.first([sender, clientMsgId]);
    if (twin) {
      const same = equal(twin.room as Bytes, room) && equal(twin.digest as Bytes, digest);
      return same ? { name: 'again', seq: twin.seq as number, ts: twin.ts as number } : { name: 'conflict' };
    }
    if (this.#q.sameId.first([room, clientMsgId])) return { name: 'conflict' };
    const refusal = target && this.#refusal(message, target);
    if (refusal) return { name: refusal };
    const seq = this.head(room) + 1;
    this.#q.insert.run([room, seq, ts, sender, clientMsgId, kind, target ?? null, digest, body]);
    this.#q.setHead.run([seq, room]);
    if (kind === 'delete' && target) this.#blank(room, target);
    return { name: 'stored', seq, ts };
  }

  #refusal({ room, sender, kind, moderator }: Posted, target: Bytes): 'no_such_message' | 'forbidden' | undefined {
    const row = this.#q.target.first([room, target]);
    if (!row) return 'no_such_message';
    if (kind === 'reaction' || equal(row.sender as Bytes, sender)) return undefined;
    return kind === 'delete' && moderator ? undefined : 'forbidden';
  }

  #blank(room: Bytes, target: Bytes): void {
    this.#q.blank.run([room, target]);
    this.#q.blankEdits.run([room, target]);
  }
}
