// What a room must look like, worked out from the server's log alone and in another way than the client does it:
// straight through it, one row after the other.
import Libsql from 'libsql';
import { decodeBody, decodeReaction } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import type { ChatMessage } from '../../client/engine/types.ts';

export interface Seen {
  seq: number;
  id: string;
  sender: string;
  text: string | null;
  deleted: boolean;
  replyTo: string | null;
  mentions: string[];
  /** emoji and user, sorted. */
  reactions: string[];
}

export interface LogRow {
  seq: number;
  sender: Uint8Array;
  id: Uint8Array;
  kind: string;
  target: Uint8Array | null;
  body: Uint8Array;
}

const bytes = (value: Uint8Array | ArrayBuffer): Uint8Array => Uint8Array.from(ArrayBuffer.isView(value) ? value : new Uint8Array(value));

/** Of a database file: the room above `floor`. Throws where the log has a gap. */
export function referenceView(database: string, room: string, floor: number): Seen[] {
  const db = new Libsql(database);
  const rows = db.prepare('SELECT seq, sender, client_msg_id AS id, kind, target, body FROM messages WHERE room = ? ORDER BY seq').all([Buffer.from(room, 'hex')]) as LogRow[];
  db.close();
  return viewOf(rows, floor);
}

/** Of all rows of a room's log. Throws where it has a gap. */
export function viewOf(rows: readonly LogRow[], floor = 0): Seen[] {
  const view = new Map<string, Seen>();
  rows.forEach((row, at) => {
    if (row.seq !== at + 1) throw new Error(`the log has ${row.seq} at place ${at + 1}`);
    if (row.seq > floor) take(view, row);
  });
  return [...view.values()];
}

function take(view: Map<string, Seen>, row: LogRow): void {
  const sender = hex(bytes(row.sender));
  const id = hex(bytes(row.id));
  const body = bytes(row.body);
  if (row.kind === 'text') {
    const read = decodeBody(body);
    view.set(id, {
      seq: row.seq, id, sender, text: read?.text ?? null, deleted: body.length === 0,
      replyTo: read?.reply_to ? hex(read.reply_to) : null, mentions: (read?.mentions ?? []).map(hex), reactions: [],
    });
    return;
  }
  const target = view.get(hex(bytes(row.target!)));
  if (!target || target.deleted) return;
  if (row.kind === 'edit') {
    const read = decodeBody(body);
    if (sender === target.sender) Object.assign(target, { text: read?.text ?? null, mentions: (read?.mentions ?? []).map(hex) });
  }
  if (row.kind !== 'reaction') return;
  const { emoji, on } = decodeReaction(body)!;
  const mark = `${emoji} ${sender}`;
  target.reactions = target.reactions.filter((one) => one !== mark).concat(on ? mark : []).sort();
}

/** A client's messages in the same words. */
export function seenOf(messages: readonly ChatMessage[]): Seen[] {
  return messages.map(({ seq, id, sender, text, deleted, replyTo, mentions, reactions }) => ({
    seq: seq ?? Infinity, id, sender, text: text ?? null, deleted: deleted !== undefined,
    replyTo: replyTo !== undefined && deleted === undefined ? replyTo : null, mentions,
    reactions: reactions.flatMap(({ emoji, users }) => users.map((user) => `${emoji} ${user}`)).sort(),
  }));
}
