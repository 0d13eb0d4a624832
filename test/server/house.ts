// The chat half of the server as its tests use it: a real store in memory, connections that remember.
import { Delivery } from '../../server/chat/delivery.ts';
import { Dispatcher } from '../../server/chat/dispatcher.ts';
import { createHandlers } from '../../server/chat/handlers.ts';
import { Links } from '../../server/chat/links.ts';
import { Receipts } from '../../server/chat/receipts.ts';
import { Rooms } from '../../server/chat/rooms.ts';
import { Roster } from '../../server/chat/roster.ts';
import { Session, type SessionRates } from '../../server/chat/session.ts';
import { openCache, type Cache } from '../../server/files/cache.ts';
import { Files } from '../../server/files/files.ts';
import type { FileLimits } from '../../server/files/space.ts';
import { silentLog } from '../../server/ops/log.ts';
import { noMetrics } from '../../server/ops/metrics.ts';
import { openStore } from '../../server/store/sqlite.ts';
import type { Role, Store } from '../../server/store/store.ts';
import { equal } from '../../shared/protocol/bytes.ts';
import { decodeFrames, encodeMessage } from '../../shared/protocol/frames.ts';
import type { Content, Message, MessageName } from '../../shared/protocol/messages.ts';
import { accountOf, FakeConnection, HeldClock, random } from './fixtures.ts';
import { lastingFolder } from '../helpers/folders.ts';

export const lobby = random(16);
/** Where links lead. */
export const PLACE = { host: '192.0.2.7', port: 5000, tls: false, fingerprint: new Uint8Array(32).fill(7) };
const OFF: SessionRates = { send: { rate: 0, burst: 0 }, frames: { rate: 0, burst: 0 } };

/** Sessions that speak in frames to the real chat half over a real store. */
export function house(change: (store: Store) => Store = (store) => store, { limits, ...place }: { folder?: string; cache?: (real: Cache) => Cache; limits?: Partial<FileLimits> } = {}) {
  const clock = new HeldClock();
  const store = change(openStore(':memory:'));
  const roster = new Roster(store, clock, silentLog);
  const rooms = new Rooms({ store, roster, clock, random, lobby, lobbyName: 'lobby' });
  const delivery = new Delivery(store, rooms, clock, silentLog);
  const receipts = new Receipts({ store, rooms, roster, clock, log: silentLog });
  const folder = place.folder ?? lastingFolder();
  const cache = (place.cache ?? ((real) => real))(openCache(folder));
  const files = new Files({ store, cache, rooms, roster, clock, random, log: silentLog, metrics: noMetrics, limits: { file: 2 ** 40, quota: 0, keepFree: 0, keep: 0, ...limits } });
  const links = new Links({ roster, registration: 'invite', outside: () => ({ place: PLACE, named: false }), invite: (uses, life) => ({ secret: random(16), expires: clock.now() + life }), left: () => 10, now: () => clock.now() });
  const dispatcher = new Dispatcher({ handlers: createHandlers({ store, rooms, roster, receipts, delivery, files, links, metrics: noMetrics }), rooms, clock, log: silentLog });
  const enter = (name: string, rates: SessionRates = OFF, role: Role = 'member') => {
    const account = store.account(name) ?? { ...accountOf(name), role };
    if (!store.account(name)) store.createAccount(account, undefined);
    const connection = new FakeConnection();
    const ticket = { ticketId: random(16), chain: random(16), remember: false };
    const session = new Session(account.userId, ticket, connection, { rates, now: clock.now(), exporter: random(32) });
    roster.enter(session, account);
    const say = <K extends MessageName>(message: K, content: Content<K>): void => {
      for (const frame of decodeFrames(encodeMessage(message, content))) dispatcher.dispatch(session, frame);
    };
    const post = (n: number, text: string, id = random(16), room = lobby): Uint8Array => {
      say('send', { client_msg_id: id, n, room, kind: 'text', body: new TextEncoder().encode(text) });
      return id;
    };
    const got = <K extends MessageName>(message: K): Content<K>[] => connection.sent.filter(({ name: one }) => one === message).map(({ content }) => content as Content<K>);
    let req = 0;
    /** The answer: its name, or the code of an error, and what it says. */
    const ask = <K extends MessageName>(message: K, content: Omit<Content<K>, 'req'>): { name: string; content: Message['content'] } => {
      req += 1;
      say(message, { ...content, req } as Content<K>);
      const answer = connection.sent.findLast((one) => 'req' in one.content && one.content.req === req);
      if (!answer) throw new Error(`no answer to ${message}`);
      return { name: answer.name === 'error' ? answer.content.code : answer.name, content: answer.content };
    };
    let n = 0;
    /** Sent and committed: msg_ack, or the code of an error. */
    const send = (content: Omit<Content<'send'>, 'n' | 'client_msg_id'> & { client_msg_id?: Uint8Array }): { name: string; id: Uint8Array } => {
      const id = content.client_msg_id ?? random(16);
      say('send', { ...content, client_msg_id: id, n });
      n += 1;
      clock.pass(0);
      const answer = connection.sent.findLast((one) => (one.name === 'msg_ack' || one.name === 'error') && one.content.client_msg_id !== undefined && equal(one.content.client_msg_id, id));
      return { name: answer?.name === 'error' ? answer.content.code : (answer?.name ?? 'nothing'), id };
    };
    return { session, connection, say, ask, send, post, got, frame: (type: number) => dispatcher.dispatch(session, { type, body: new Uint8Array() }) };
  };
  return { clock, store, roster, rooms, receipts, files, folder, enter };
}
