// Group commit: the messages of one turn of the event loop are stored in one transaction, and only after it is on disk
// are they acknowledged and passed on. A transaction that fails costs its senders an error and nothing else.
import { encodeMessage } from '../../shared/protocol/frames.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Appended, Posted, Store } from '../store/store.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';

interface Pending {
  session: Session;
  message: Posted;
}

export class Delivery {
  readonly #store: Store;
  readonly #rooms: Rooms;
  readonly #clock: Clock;
  readonly #log: Log;
  // Bounded by the rates and the hold-back of the sessions: one turn's worth of input.
  #pending: Pending[] = [];

  constructor(store: Store, rooms: Rooms, clock: Clock, log: Log) {
    this.#store = store;
    this.#rooms = rooms;
    this.#clock = clock;
    this.#log = log;
  }

  post(session: Session, { room, client_msg_id: clientMsgId, kind, target, body }: Content<'send'>): void {
    // It may have been held back for its turn: what its sender may do in the room counts now, not when it came.
    const refusal = this.#rooms.refusal(room, session.user, 'writer');
    if (refusal) return session.refuse(refusal, { client_msg_id: clientMsgId });
    if (this.#pending.length === 0) this.#clock.after(0, () => this.commit());
    const moderator = this.#rooms.refusal(room, session.user, 'moderator') === undefined;
    // A frame's bytes are a view of its whole record; the copy lets that go.
    const message = { room: Uint8Array.from(room), sender: session.userId, clientMsgId, kind, target: target && Uint8Array.from(target), body: Uint8Array.from(body), ts: this.#clock.now(), moderator };
    this.#pending.push({ session, message });
  }

  commit(): void {
    const batch = this.#pending;
    this.#pending = [];
    if (batch.length === 0) return;
    const results = this.#append(batch);
    batch.forEach((pending, at) => (results ? this.#deliver(pending, results[at]!) : this.#fail(pending)));
  }

  #append(batch: Pending[]): Appended[] | undefined {
    try {
      return this.#store.append(batch.map(({ message }) => message));
    } catch (cause) {
      this.#log.error({ messages: batch.length, reason: reasonOf(cause) }, 'messages could not be stored');
      return undefined;
    }
  }

  #fail({ session, message }: Pending): void {
    session.refuse('server_error', { client_msg_id: message.clientMsgId });
  }

  #deliver({ session, message }: Pending, appended: Appended): void {
    const { room, sender, clientMsgId: client_msg_id, kind, target, body } = message;
    if (!('seq' in appended)) return session.refuse(appended.name, { client_msg_id });
    const { seq, ts } = appended;
    session.connection.send(encodeMessage('msg_ack', { client_msg_id, room, seq, ts }));
    if (appended.name === 'again') return;
    const found = this.#rooms.get(room);
    if (!found) return;
    const frame = encodeMessage('msg', { room, seq, ts, sender, client_msg_id, kind, target, body });
    for (const other of this.#rooms.sessions(found)) if (other !== session) other.connection.send(frame);
  }
}
