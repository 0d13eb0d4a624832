// The log of a room: writing to it, saying what one has, reading what one lacks.
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { PAGE_BYTES } from '../../shared/protocol/limits.ts';
import type { Content, Envelope, RoomHead } from '../../shared/protocol/messages.ts';
import type { StoredMessage } from '../store/store.ts';
import type { HandlerContext, Refusal } from './handlers.ts';
import type { OpenRoom } from './rooms.ts';
import type { Session } from './session.ts';

/** A room's `unread` counts no further. */
const UNREAD_MAX = 1_000;

export function send(context: HandlerContext, session: Session, content: Content<'send'>): void {
  if (isSound(content)) return inOrder(context, session, content.n, content);
  refuseSend(context, session, content, { code: 'bad_request' });
}

export function refuseSend(context: HandlerContext, session: Session, content: Content<'send'>, refusal: Refusal): void {
  const { code, ...more } = refusal;
  session.refuse(code, { client_msg_id: content.client_msg_id, ...more });
  inOrder(context, session, content.n, 'refused');
}

/** An empty body says that a message was deleted: nothing but a delete may have one. */
function isSound({ kind, target, body }: Content<'send'>): boolean {
  return (kind === 'text' || kind === 'file') === (target === undefined) && (kind === 'delete') === (body.length === 0);
}

// A refusal consumes its n, or everything behind it would wait for ever.
function inOrder({ delivery }: HandlerContext, session: Session, n: number, turn: Content<'send'> | 'refused'): void {
  const due = session.order(n, turn);
  if (!due) return session.connection.close('unexpected');
  for (const message of due) delivery.post(session, message);
}

export function sync(context: HandlerContext, session: Session, { req, rooms: claims }: Content<'sync'>): void {
  context.delivery.commit();
  const rooms = context.rooms.of(session.user).map((room) => headOf(context, session.user, room, claims.find((claim) => equal(claim.room, room.room))));
  session.connection.send(encodeMessage('heads', { req, rooms }));
}

/** What a user is told of a room of theirs. */
export function headOf({ store, rooms, receipts }: HandlerContext, user: string, room: OpenRoom, claim?: { seq: number; last: Bytes }): RoomHead {
  const { floor, role } = rooms.seat(room, user)!;
  const { read } = receipts.of(room, user);
  const head = store.head(room.room);
  const match = !claim || claim.seq === 0 || (claim.seq <= head && sameMessage(store.messageAt(room.room, claim.seq), claim.last));
  const peer = rooms.peer(room, user);
  return {
    room: room.room, kind: room.kind, name: room.name, topic: room.topic, role, ...(peer && { peer }), ...(room.archived && { archived: true }), head, floor, match, read,
    unread: store.unread(room.room, rooms.userId(user), Math.max(read, floor), UNREAD_MAX),
  };
}

function sameMessage(stored: StoredMessage | undefined, clientMsgId: Bytes): boolean {
  return stored !== undefined && equal(stored.clientMsgId, clientMsgId);
}

export function history({ store, rooms }: HandlerContext, session: Session, { req, room, after, before, limit }: Content<'history'>): void {
  if (after !== undefined && before !== undefined) return session.refuse('bad_request', { req });
  // One page waits in a session's queue, not many: a client asks for the next when it has this one.
  if (session.connection.waiting > PAGE_BYTES) return session.refuse('rate_limited', { req, retry_after: 1_000 });
  const range = after === undefined ? { before: before ?? Number.MAX_SAFE_INTEGER } : { after };
  const { floor } = rooms.seat(rooms.get(room)!, session.user)!;
  const { messages, more } = store.range(room, range, { floor, limit, bytes: PAGE_BYTES });
  session.connection.send(encodeMessage('page', { req, room, msgs: messages.map(envelope), more }));
}

function envelope({ room, seq, ts, sender, clientMsgId, kind, target, body }: StoredMessage): Envelope {
  return { room, seq, ts, sender, client_msg_id: clientMsgId, kind, target, body };
}
