// What a session may say, one entry a message: a missing one does not compile. Guards (phase, direction, size, rate,
// membership) have run in the dispatcher; a handler starts at the real work.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { MESSAGES, type Content, type MessageName } from '../../shared/protocol/messages.ts';
import type { Files } from '../files/files.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Store } from '../store/store.ts';
import type { Delivery } from './delivery.ts';
import type { Links } from './links.ts';
import { cancelFile, completeFile, getFile, offerFile, queryFiles, reportFile } from './file-handlers.ts';
import { history, refuseSend, send, sync } from './log-handlers.ts';
import type { Receipts } from './receipts.ts';
import { archive, createRoom, invite, join, leave, listRooms, members, openDm, remove } from './room-handlers.ts';
import type { Right, Rooms } from './rooms.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';

type Entries = typeof MESSAGES;
type FromClient<K extends MessageName> = Entries[K] extends { phase: 'session'; from: 'client' | 'both' } ? K : never;
/** key_update is consumed where records are opened. */
export type Incoming = Exclude<{ [K in MessageName]: FromClient<K> }[MessageName], 'key_update'>;

export interface Refusal {
  code: ErrorCode;
  retry_after?: number;
}

export interface Handler<K extends Incoming> {
  /** The rate it counts against besides `frames`. */
  rate?: 'send' | 'reports';
  /** What one must be in the room the message names. */
  room?: Right;
  run(session: Session, content: Content<K>): void;
  /** A guard said no. Absent: the answer repeats `req`, where there is one. */
  refused?(session: Session, content: Content<K>, refusal: Refusal): void;
}

export type Handlers = { readonly [K in Incoming]: Handler<K> };

export interface HandlerContext {
  store: Store;
  roster: Roster;
  rooms: Rooms;
  receipts: Receipts;
  delivery: Delivery;
  files: Files;
  metrics: Metrics;
  links: Links;
}

export function createHandlers(context: HandlerContext): Handlers {
  return {
    ping: { run: (session) => session.connection.send(encodeMessage('pong', {})) },
    pong: { run() {} },
    error: { run() {} },
    bye: { run: (session) => session.connection.close('closed_by_peer') },
    logout: { run: (session) => logout(context, session) },
    send: {
      rate: 'send',
      room: 'writer',
      run: (session, content) => send(context, session, content),
      refused: (session, content, refusal) => refuseSend(context, session, content, refusal),
    },
    sync: { run: (session, content) => sync(context, session, content) },
    history: { room: 'member', run: (session, content) => history(context, session, content) },
    room_list: { run: (session, content) => listRooms(context, session, content) },
    room_create: { run: (session, content) => createRoom(context, session, content) },
    room_join: { run: (session, content) => join(context, session, content) },
    room_leave: { room: 'member', run: (session, content) => leave(context, session, content) },
    room_invite: { room: 'member', run: (session, content) => invite(context, session, content) },
    room_remove: { room: 'moderator', run: (session, content) => remove(context, session, content) },
    room_archive: { room: 'moderator', run: (session, content) => archive(context, session, content) },
    room_members: { room: 'member', run: (session, content) => members(context, session, content) },
    dm_open: { run: (session, content) => openDm(context, session, content) },
    receipt: { room: 'member', run: (session, content) => context.receipts.take(session, context.rooms.get(content.room)!, content), refused() {} },
    typing: { room: 'writer', run: (session, { room }) => typing(context, session, room), refused() {} },
    status: { run: (session, content) => status(context, session, content) },
    link_ask: { rate: 'send', run: (session, content) => context.links.answer(session, content) },
    file_offer: { room: 'writer', run: (session, content) => offerFile(context, session, content) },
    file_get: { run: (session, content) => getFile(context, session, content) },
    file_complete: { run: (session, content) => completeFile(context, session, content) },
    file_cancel: { run: (session, content) => cancelFile(context, session, content) },
    file_damage: { rate: 'reports', run: (session, content) => reportFile(context, session, content) },
    file_query: { run: (session, content) => queryFiles(context, session, content) },
    udp_stat: { run: (session, content) => reported(context, session, content), refused() {} },
    udp_close: { run: (session) => closedUdp(context, session) },
    udp_ask: { run: (session, { silent }) => session.connection.udpAsked?.(silent ?? 0), refused() {} },
  };
}

function logout({ store, roster }: HandlerContext, session: Session): void {
  store.endChain(session.ticket.chain);
  roster.closeChain(session.ticket.chain, 'closed_by_peer', session);
  session.connection.close('closed_by_peer');
}

function typing({ rooms }: HandlerContext, session: Session, room: Bytes): void {
  const frame = encodeMessage('typing', { room, user_id: session.userId });
  for (const other of rooms.sessions(rooms.get(room)!)) if (other.user !== session.user) other.connection.send(frame, true);
}

function status({ roster }: HandlerContext, session: Session, { req, presence, text }: Content<'status'>): void {
  roster.setStatus(session, presence, text);
  session.connection.send(encodeMessage('done', { req }));
}

/** What its client sends by: the roster tells it. */
function reported({ roster }: HandlerContext, session: Session, stat: Content<'udp_stat'>): void {
  if (!session.connection.udpReported) return;
  session.connection.udpReported(stat);
  roster.setPath(session, stat.up ? 'udp' : 'tcp');
}

function closedUdp({ roster }: HandlerContext, session: Session): void {
  session.connection.udpClosed?.();
  roster.setPath(session, 'tcp');
}
