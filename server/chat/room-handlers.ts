// Making rooms, getting into them, bringing people along, getting out.
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { DIRECTORY_PAGE, MARKS_MEMBERS_MAX, PEOPLE_PAGE } from '../../shared/protocol/limits.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import { canonicalRoomName } from '../../shared/protocol/names.ts';
import type { HandlerContext } from './handlers.ts';
import { headOf } from './log-handlers.ts';
import type { OpenRoom } from './rooms.ts';
import type { Session } from './session.ts';

export function listRooms({ rooms }: HandlerContext, session: Session, { req, after }: Content<'room_list'>): void {
  const listed = rooms.listed(after);
  const page = listed.slice(0, DIRECTORY_PAGE).map((room) => ({ room: room.room, name: room.name, topic: room.topic, members: room.seats.size, joined: room.seats.has(session.user) }));
  session.connection.send(encodeMessage('room_page', { req, rooms: page, more: listed.length > page.length }));
}

export function createRoom(context: HandlerContext, session: Session, { req, name, topic, private: isPrivate }: Content<'room_create'>): void {
  if (canonicalRoomName(name) !== name) return session.refuse('bad_room_name', { req });
  guard(session, req, () => welcome(context, session, req, context.rooms.create(session, { name, topic, kind: isPrivate ? 'private' : 'public' })));
}

export function join(context: HandlerContext, session: Session, { req, room }: Content<'room_join'>): void {
  const { rooms, delivery } = context;
  const found = rooms.get(room);
  const seat = found && rooms.seat(found, session.user);
  if (!found || (found.kind !== 'public' && !seat)) return session.refuse('no_such_room', { req });
  delivery.commit();
  guard(session, req, () => {
    rooms.join(found, session.userId);
    welcome(context, session, req, found);
  });
}

export function leave(context: HandlerContext, session: Session, { req, room }: Content<'room_leave'>): void {
  const found = context.rooms.get(room)!;
  if (found.kind === 'lobby' || found.kind === 'dm') return session.refuse('forbidden', { req });
  sendAway(context, found, session.user, session);
  session.connection.send(encodeMessage('room_left', { req, room }));
}

export function invite(context: HandlerContext, session: Session, { req, room, user_id: userId }: Content<'room_invite'>): void {
  const { rooms, roster, delivery } = context;
  const found = rooms.get(room)!;
  const refusal = inviteRefusal(context, session, found);
  if (refusal) return session.refuse(refusal, { req });
  if (!roster.person(hex(userId))) return session.refuse('no_such_user', { req });
  delivery.commit();
  guard(session, req, () => {
    const isNew = !rooms.seat(found, hex(userId));
    rooms.join(found, userId);
    if (isNew) tell(context, found, hex(userId));
    session.connection.send(encodeMessage('done', { req }));
  });
}

function inviteRefusal({ rooms }: HandlerContext, session: Session, room: OpenRoom): ErrorCode | undefined {
  if (room.kind === 'dm') return 'forbidden';
  return room.kind === 'private' && rooms.seat(room, session.user)!.role !== 'moderator' ? 'forbidden' : undefined;
}

export function remove(context: HandlerContext, session: Session, { req, room, user_id: userId }: Content<'room_remove'>): void {
  const { rooms } = context;
  const found = rooms.get(room)!;
  const seat = rooms.seat(found, hex(userId));
  if (found.kind === 'lobby' || found.kind === 'dm' || seat?.role === 'moderator') return session.refuse('forbidden', { req });
  if (seat) sendAway(context, found, hex(userId));
  session.connection.send(encodeMessage('done', { req }));
}

/** What was sent before stays: it is stored first. */
export function archive(context: HandlerContext, session: Session, { req, room, archived }: Content<'room_archive'>): void {
  const found = context.rooms.get(room)!;
  if (found.kind === 'lobby' || found.kind === 'dm') return session.refuse('forbidden', { req });
  if ((found.archived ?? false) !== archived) {
    context.delivery.commit();
    context.rooms.archive(found, archived);
    for (const user of found.seats.keys()) tell(context, found, user);
  }
  session.connection.send(encodeMessage('done', { req }));
}

export function members({ rooms, receipts }: HandlerContext, session: Session, { req, room, after }: Content<'room_members'>): void {
  const found = rooms.get(room)!;
  const marked = rooms.size(found) <= MARKS_MEMBERS_MAX;
  const rest = rooms.people(found).filter(({ userId }) => !after || hex(userId) > hex(after));
  const people = rest.slice(0, PEOPLE_PAGE).map(({ userId, role }) => {
    const { delivered, read } = marked ? receipts.of(found, hex(userId)) : { delivered: 0, read: 0 };
    return { user_id: userId, role, delivered, read };
  });
  session.connection.send(encodeMessage('room_people', { req, room, people, more: rest.length > people.length }));
}

export function openDm(context: HandlerContext, session: Session, { req, user_id: userId }: Content<'dm_open'>): void {
  const { rooms, roster } = context;
  if (hex(userId) === session.user) return session.refuse('forbidden', { req });
  if (!roster.person(hex(userId))) return session.refuse('no_such_user', { req });
  guard(session, req, () => {
    const isNew = !rooms.isDm(session.userId, userId);
    const room = rooms.dm(session, Uint8Array.from(userId));
    if (isNew) tell(context, room, hex(userId));
    welcome(context, session, req, room);
  });
}

/** The answer to the one who asked; their other sessions hear of it too. */
function welcome(context: HandlerContext, session: Session, req: number, room: OpenRoom): void {
  const head = headOf(context, session.user, room);
  session.connection.send(encodeMessage('room', { req, room: head }));
  tell(context, room, session.user, session);
}

function tell(context: HandlerContext, room: OpenRoom, user: string, except?: Session): void {
  const sessions = context.roster.sessionsOf(user);
  if (sessions.size === 0) return;
  const frame = encodeMessage('room', { room: headOf(context, user, room) });
  for (const session of sessions) if (session !== except) session.connection.send(frame);
}

function sendAway({ rooms, receipts, roster, delivery, files, store }: HandlerContext, room: OpenRoom, user: string, except?: Session): void {
  delivery.commit();
  receipts.write();
  const last = room.seats.size === 1;
  const orphans = last ? store.liveTransfers(room.room) : [];
  rooms.leave(room, user);
  files.left(room.room, user);
  files.removed(orphans);
  receipts.forget(room, user);
  const frame = leftFrame(room.room);
  for (const session of roster.sessionsOf(user)) if (session !== except) session.connection.send(frame);
}

function leftFrame(room: Bytes): Bytes {
  return encodeMessage('room_left', { room });
}

function guard(session: Session, req: number, work: () => void): void {
  try {
    work();
  } catch (cause) {
    if (!(cause instanceof ReachError)) throw cause;
    session.refuse(cause.code, { req });
  }
}
