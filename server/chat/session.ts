// One signed-in connection: who it is, the order of its sends, its rates. Frames go to the dispatcher.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { equal, hex } from '../../shared/protocol/bytes.ts';
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { UNACKED_MAX } from '../../shared/protocol/limits.ts';
import type { Content, PathName } from '../../shared/protocol/messages.ts';
import { noMetrics, type Metrics } from '../ops/metrics.ts';
import { TokenBucket, type Rate } from '../ops/token-bucket.ts';

/** What a session needs of its connection; a simulator may give another one. */
export interface SessionConnection {
  readonly address: string;
  readonly waiting: number;
  send(frame: Bytes, droppable?: boolean): void;
  close(reason: ErrorCode): void;
  /** What the client tells of UDP. Absent: there is none for this session. */
  udpReported?(stat: Content<'udp_stat'>): void;
  udpClosed?(): void;
  /** A ping by UDP, and then silence for so many milliseconds. */
  udpAsked?(silent: number): void;
}

export interface SessionTicket {
  ticketId: Bytes;
  chain: Bytes;
  remember: boolean;
}

export interface SessionRates {
  send: Rate;
  frames: Rate;
}

/** Reports of damage: each may have the server read a whole file. */
const REPORTS: Rate = { rate: 0.1, burst: 8 };

/** Refused frames a session may run up before it is closed: 500, and 10 more each second. */
const PATIENCE: Rate = { rate: 10, burst: 500 };

/** Bytes of bodies held back for a missing n. In order nothing is held; this is slack for a mix-up, not a second queue. */
const HELD_BYTES_MAX = 1024 * 1024;

type Send = Content<'send'>;
/** A send in its turn, or the turn of one that was refused. */
type Turn = Send | 'refused';

export interface SessionOptions {
  rates: SessionRates;
  now: number;
  /** The channel's: data connections are bound to it. Overwritten when the session ends. */
  exporter: Bytes;
  metrics?: Metrics | undefined;
}

export class Session {
  readonly userId: Bytes;
  readonly user: string;
  readonly ticket: SessionTicket;
  readonly connection: SessionConnection;
  readonly exporter: Bytes;
  readonly rates: { send: TokenBucket; frames: TokenBucket; reports: TokenBucket; patience: TokenBucket };
  /** The first record under the session's keys has verified. */
  confirmed = false;
  /** What its client sends by, as it says itself. */
  path: PathName = 'tcp';
  readonly #metrics: Metrics;
  #nextN = 0;
  readonly #held = new Map<number, Turn>();
  #heldBytes = 0;

  constructor(userId: Bytes, ticket: SessionTicket, connection: SessionConnection, { rates, now, exporter, metrics = noMetrics }: SessionOptions) {
    this.userId = userId;
    this.user = hex(userId);
    this.ticket = ticket;
    this.connection = connection;
    this.exporter = exporter;
    this.#metrics = metrics;
    this.rates = {
      send: new TokenBucket(rates.send, now),
      frames: new TokenBucket(rates.frames, now),
      reports: new TokenBucket(REPORTS, now),
      patience: new TokenBucket(PATIENCE, now),
    };
  }

  /**
   * Sends whose turn has come, in order of n; one that is early is held back, at most 256 of them and 1 MiB. One whose turn has
   * passed is a repetition over another path: it goes through at once, and its id decides. undefined: n is out of reach, two messages claim it, or too much is held back.
   */
  order(n: number, turn: Turn): Send[] | undefined {
    if (n < this.#nextN) return turn === 'refused' ? [] : [turn];
    if (n >= this.#nextN + UNACKED_MAX) return undefined;
    const held = this.#held.get(n);
    if (held && held !== 'refused' && turn !== 'refused' && !equal(held.client_msg_id, turn.client_msg_id)) return undefined;
    if (!held && n > this.#nextN && this.#heldBytes + sizeOf(turn) > HELD_BYTES_MAX) return undefined;
    if (!held) this.#hold(n, turn);
    const due: Send[] = [];
    for (let next = this.#held.get(this.#nextN); next !== undefined; next = this.#held.get(this.#nextN)) {
      this.#held.delete(this.#nextN);
      this.#heldBytes -= sizeOf(next);
      this.#nextN += 1;
      if (next !== 'refused') due.push(next);
    }
    return due;
  }

  #hold(n: number, turn: Turn): void {
    this.#held.set(n, n === this.#nextN ? turn : copyOf(turn));
    this.#heldBytes += sizeOf(turn);
  }

  refuse(code: ErrorCode, about: { req?: number; client_msg_id?: Bytes; retry_after?: number; limit?: number }): void {
    this.#metrics.refused(code);
    this.connection.send(encodeMessage('error', { code, ...about }));
  }
}

function sizeOf(turn: Turn): number {
  return turn === 'refused' ? 0 : turn.body.length;
}

// What is decoded is a view of its whole record; waiting must not hold on to that.
function copyOf(turn: Turn): Turn {
  if (turn === 'refused') return turn;
  const { client_msg_id, room, target, body } = turn;
  return { ...turn, client_msg_id: Uint8Array.from(client_msg_id), room: Uint8Array.from(room), target: target && Uint8Array.from(target), body: Uint8Array.from(body) };
}
