// Frames of a session in, handlers out. Every guard runs here, once: rate, known type, direction, phase, schema, membership.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { decodeMessage, type Frame } from '../../shared/protocol/frames.ts';
import { messageName, type Content, type Message, type MessageName } from '../../shared/protocol/messages.ts';
import type { Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Handler, Handlers, Incoming, Refusal } from './handlers.ts';
import type { Rooms } from './rooms.ts';
import type { Session } from './session.ts';

export interface DispatcherOptions {
  handlers: Handlers;
  rooms: Pick<Rooms, 'refusal'>;
  clock: Clock;
  log: Log;
}

export class Dispatcher {
  readonly #handlers: Handlers;
  readonly #rooms: Pick<Rooms, 'refusal'>;
  readonly #clock: Clock;
  readonly #log: Log;

  constructor({ handlers, rooms, clock, log }: DispatcherOptions) {
    this.#handlers = handlers;
    this.#rooms = rooms;
    this.#clock = clock;
    this.#log = log;
  }

  /** Throws ReachError `malformed` or `unexpected`: the connection ends with it. */
  dispatch(session: Session, frame: Frame): void {
    const wait = session.rates.frames.take(this.#clock.now());
    const name = messageName(frame.type);
    if (name === undefined) return this.#unknown(session, wait);
    if (!this.#isIncoming(name)) throw new ReachError('unexpected', `${name} from a client in a session`);
    this.#handle(session, decodeMessage(frame) as Message<Incoming>, wait);
  }

  #handle<K extends Incoming>(session: Session, message: Message<K>, wait: number): void {
    const { name, content } = message as { name: K; content: Content<K> };
    const handler = this.#handlers[name] as Handler<K>;
    const retryAfter = wait > 0 || !handler.rate ? wait : session.rates[handler.rate].take(this.#clock.now());
    if (retryAfter > 0) return this.#tooFast(session, handler, content, retryAfter);
    const refusal = handler.room && 'room' in content ? this.#rooms.refusal(content.room as Bytes, session.user, handler.room) : undefined;
    if (refusal) return refuse(session, handler, content, { code: refusal });
    try {
      handler.run(session, content);
    } catch (cause) {
      if (cause instanceof ReachError) throw cause;
      this.#log.error({ user: session.user, frame: name, reason: reasonOf(cause) }, 'a request failed');
      session.refuse('server_error', requestOf(content));
    }
  }

  #tooFast<K extends Incoming>(session: Session, handler: Handler<K>, content: Content<K>, retryAfter: number): void {
    if (session.rates.patience.take(this.#clock.now()) > 0) return session.connection.close('rate_limited');
    refuse(session, handler, content, { code: 'rate_limited', retry_after: retryAfter });
  }

  // A newer client's frame: skipped, but it counts.
  #unknown(session: Session, wait: number): void {
    if (wait > 0 && session.rates.patience.take(this.#clock.now()) > 0) session.connection.close('rate_limited');
  }

  #isIncoming(name: MessageName): name is Incoming {
    return Object.hasOwn(this.#handlers, name);
  }
}

function refuse<K extends Incoming>(session: Session, handler: Handler<K>, content: Content<K>, refusal: Refusal): void {
  if (handler.refused) return handler.refused(session, content, refusal);
  const { code, ...more } = refusal;
  session.refuse(code, { ...requestOf(content), ...more });
}

function requestOf(content: object): { req?: number } {
  return 'req' in content && typeof content.req === 'number' ? { req: content.req } : {};
}
