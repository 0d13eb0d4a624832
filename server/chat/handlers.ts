// What a session may say, one entry a message: a missing one does not compile. Guards (phase, direction, size, rate)
// have run in the dispatcher; a handler starts at the real work.
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { PAGE_BYTES } from '../../shared/protocol/limits.ts';
import { MESSAGES, type Content, type Envelope, type MessageName, type RoomHead } from '../../shared/protocol/messages.ts';
import type { Store, StoredMessage } from '../store/store.ts';
import type { Delivery } from './delivery.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';

type Entries = typeof MESSAGES;
type FromClient<K extends MessageName> = Entries[K] extends { phase: 'session'; from: 'client' | 'both' } ? K : never;
/** key_update is consumed where records are opened. */
export type Incoming = Exclude<{ [K in MessageName]: FromClient<K> }[MessageName], 'key_update'>;

export interface Handler<K extends Incoming> {
  /** The rate it counts against besides `frames`. */
  rate?: 'send';
  run(session: Session, content: Content<K>): void;
  /** Refused for its rate. Absent: the answer repeats `req`, where there is one. */
  refused?(session: Session, content: Content<K>, retryAfter: number): void;
}

export type Handlers = { readonly [K in Incoming]: Handler<K> };

export interface HandlerContext {
  store: Store;
  roster: Roster;
  delivery: Delivery;
  lobby: Bytes;
  lobbyName: string;
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
      run: (session, content) => send(context, session, content),
      refused: (session, content, retryAfter) => refuseSend(context, session, content, retryAfter),
    },
    sync: { run: (session, content) => sync(context, session, content) },
    history: { run: (session, content) => history(context, session, content) },
  };
}

function logout({ store, roster }: HandlerContext, session: Session): void {
  store.endChain(session.ticket.chain);
  roster.closeChain(session.ticket.chain, 'closed_by_peer', session);
  session.connection.close('closed_by_peer');
}

function send(context: HandlerContext, session: Session, content: Content<'send'>): void {
  if (equal(content.room, context.lobby)) return inOrder(context, session, content.n, content);
  session.refuse('no_such_room', { client_msg_id: content.client_msg_id });
  inOrder(context, session, content.n, 'refused');
}

function refuseSend(context: HandlerContext, session: Session, content: Content<'send'>, retryAfter: number): void {
  session.refuse('rate_limited', { client_msg_id: content.client_msg_id, retry_after: retryAfter });
  inOrder(context, session, content.n, 'refused');
}

// A refusal consumes its n, or everything behind it would wait for ever.
function inOrder({ delivery }: HandlerContext, session: Session, n: number, turn: Content<'send'> | 'refused'): void {
  const due = session.order(n, turn);
  if (!due) return session.connection.close('unexpected');
  for (const message of due) delivery.post(session, message);
}

function sync({ store, lobby, lobbyName, delivery }: HandlerContext, session: Session, { req, rooms }: Content<'sync'>): void {
  delivery.commit();
  const head = store.head(lobby);
  const claim = rooms.find(({ room }) => equal(room, lobby));
  const match = !claim || claim.seq === 0 || (claim.seq <= head && sameMessage(store.messageAt(lobby, claim.seq), claim.last));
  const heads: RoomHead[] = [{ room: lobby, name: lobbyName, head, floor: 0, match }];
  session.connection.send(encodeMessage('heads', { req, rooms: heads }));
}

function sameMessage(stored: StoredMessage | undefined, clientMsgId: Bytes): boolean {
  return stored !== undefined && equal(stored.clientMsgId, clientMsgId);
}

function history({ store, lobby }: HandlerContext, session: Session, { req, room, after, before, limit }: Content<'history'>): void {
  if (after !== undefined && before !== undefined) return session.refuse('bad_request', { req });
  if (!equal(room, lobby)) return session.refuse('no_such_room', { req });
  // One page waits in a session's queue, not many: a client asks for the next when it has this one.
  if (session.connection.waiting > PAGE_BYTES) return session.refuse('rate_limited', { req, retry_after: 1_000 });
  const range = after === undefined ? { before: before ?? Number.MAX_SAFE_INTEGER } : { after };
  const { messages, more } = store.range(room, range, limit, PAGE_BYTES);
  session.connection.send(encodeMessage('page', { req, room, msgs: messages.map(envelope), more }));
}

function envelope({ room, seq, ts, sender, clientMsgId, kind, target, body }: StoredMessage): Envelope {
  return { room, seq, ts, sender, client_msg_id: clientMsgId, kind, target, body };
}
