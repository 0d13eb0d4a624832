// The two ways to a client: its TCP connection, always, and UDP beside it while that works. Whoever sends does not know
// which one a frame takes; what UDP does not bring over goes by TCP, and the log's numbers keep the order.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { decodeFrames, encodeMessage, type Frame } from '../../shared/protocol/frames.ts';
import { FRAME_HEADER } from '../../shared/protocol/limits.ts';
import { MESSAGES, type Content, type MessageName, type UdpKey } from '../../shared/protocol/messages.ts';
import { noMetrics, type Metrics } from '../ops/metrics.ts';
import type { SessionLink, SessionRelay } from '../udp/session-link.ts';
import type { SessionConnection } from './session.ts';

export interface PathsOptions {
  tcp: SessionConnection;
  relay: SessionRelay;
  key: UdpKey;
  /** A frame that came by UDP; throws ReachError as by TCP. */
  frame(frame: Frame): void;
  metrics?: Metrics | undefined;
}

const typesOf = (...names: MessageName[]): ReadonlySet<number> => new Set(names.map((name) => MESSAGES[name].id));
const RELIABLE = typesOf('msg', 'msg_ack', 'marks', 'presence');
const ONCE = typesOf('typing');
/** Of those, what a fresh roster replaces. */
const DROPPABLE = typesOf('presence');
const TAKEN = typesOf('send', 'receipt', 'typing');

export class Paths implements SessionConnection {
  readonly #tcp: SessionConnection;
  readonly #link: SessionLink;
  readonly #frame: (frame: Frame) => void;
  readonly #metrics: Metrics;

  constructor({ tcp, relay, key, frame, metrics = noMetrics }: PathsOptions) {
    this.#tcp = tcp;
    this.#frame = frame;
    this.#metrics = metrics;
    this.#link = relay.open(key, {
      message: (bytes) => this.#came(bytes),
      lost: (bytes) => tcp.send(bytes, DROPPABLE.has(typeOf(bytes))),
      stat: (content) => tcp.send(encodeMessage('udp_stat', content)),
      renewed: (content) => tcp.send(encodeMessage('udp_resync', content)),
    });
  }

  get address(): string {
    return this.#tcp.address;
  }

  /** Of TCP: what waits for UDP moves there long before it fills that queue. */
  get waiting(): number {
    return this.#tcp.waiting;
  }

  send(frame: Bytes, droppable = false): void {
    const type = typeOf(frame);
    const taken = RELIABLE.has(type) ? this.#link.send(frame) !== undefined : ONCE.has(type) && this.#link.sendOnce(frame);
    if (taken) this.#metrics.frames('out', 1);
    else this.#tcp.send(frame, droppable);
  }

  close(reason: ErrorCode): void {
    this.#tcp.close(reason);
  }

  udpReported(stat: Content<'udp_stat'>): void {
    this.#link.reported(stat);
  }

  /** The client sends no more under this salt. It may come back under the next one. */
  udpClosed(): void {
    this.#link.renew();
  }

  udpAsked(silent: number): void {
    this.#link.ask(silent);
  }

  /** The session is over. */
  end(): void {
    this.#link.close();
  }

  // What is no frame of UDP's ends nothing; one that is and breaks the protocol ends the session, as by TCP.
  #came(bytes: Bytes): void {
    const frame = frameOf(bytes);
    if (!frame) return this.#metrics.datagramCame('malformed', 0);
    this.#metrics.frames('in', 1);
    try {
      this.#frame(frame);
    } catch (cause) {
      if (!(cause instanceof ReachError)) throw cause;
      this.#tcp.close(cause.code);
    }
  }
}

function typeOf(frame: Bytes): number {
  return frame[FRAME_HEADER - 1]!;
}

function frameOf(bytes: Bytes): Frame | undefined {
  try {
    const [frame, ...more] = decodeFrames(bytes);
    return frame && more.length === 0 && TAKEN.has(frame.type) ? frame : undefined;
  } catch (cause) {
    if (cause instanceof ReachError) return undefined;
    throw cause;
  }
}
