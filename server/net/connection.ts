// One TCP connection, from its first byte to its last. It cuts records, holds the timers, seals what leaves and bounds
// what waits; who may sign in and what frames mean is decided by the two receivers it is given.
//
//   handshake ──upgrade()──▶ session ──close()──▶ closing ──▶ closed
//       ├──────────refuse()───────────────────────▶ ┘            ▲
//       └──────────leave()───────────────────────────────────────┘
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { isErrorCode, ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage, RecordDecoder, type Frame } from '../../shared/protocol/frames.ts';
import {
  AUTH_BEGIN_WITHIN_MS, AUTH_WITHIN_MS, COALESCE_BYTES, DEAD_AFTER_MS, PING_AFTER_MS, RECORD_MAX, RECORD_MAX_BEFORE_AUTH,
} from '../../shared/protocol/limits.ts';
import type { Channel } from '../../shared/crypto/channel.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { noMetrics, type Metrics } from '../ops/metrics.ts';
import { SendQueue } from './send-queue.ts';

/** A byte stream: a socket, or what a simulator puts in its place. */
export interface Pipe {
  /** For limits and logs: IP address without port. */
  readonly address: string;
  /** Bytes accepted by write() and not yet sent. */
  unsent(): number;
  write(bytes: Bytes): void;
  /** Sends what was written, then ends. */
  end(): void;
  destroy(): void;
}

export interface SignInReceiver {
  record(body: Bytes): void;
  /** True once auth_begin has come. */
  readonly begun: boolean;
  /** The handshake's own words for an end: an `error` record. */
  refusal(code: ErrorCode): Bytes;
  closed(): void;
}

export interface SessionReceiver {
  frame(frame: Frame): void;
  /** Everything queued has been handed to the socket. `dropped`: presence was left out on the way. */
  drained(dropped: boolean): void;
  closed(reason: string): void;
}

type Phase =
  | { name: 'handshake'; receiver: SignInReceiver }
  | { name: 'session'; receiver: SessionReceiver; channel: Channel }
  | { name: 'closing'; reason: string }
  | { name: 'closed' };

/** Bytes the socket may hold before the queue waits for it. */
const UNSENT_MAX = 4 * COALESCE_BYTES;
/** Milliseconds a peer has to take our last words. */
const LINGER_MS = 2_000;
const LOST = 'connection lost';

export class Connection {
  readonly address: string;
  readonly #pipe: Pipe;
  readonly #clock: Clock;
  readonly #decoder = new RecordDecoder(RECORD_MAX_BEFORE_AUTH);
  readonly #queue = new SendQueue();
  readonly #metrics: Metrics;
  #phase: Phase = { name: 'closed' };
  #timers: Cancel[] = [];
  #flush: Cancel | undefined;
  #heard: number;

  constructor(pipe: Pipe, clock: Clock, metrics: Metrics = noMetrics) {
    this.address = pipe.address;
    this.#pipe = pipe;
    this.#clock = clock;
    this.#metrics = metrics;
    this.#heard = clock.now();
  }

  start(receiver: SignInReceiver): void {
    this.#become({ name: 'handshake', receiver });
    this.#metrics.connected();
    this.#timers = [
      this.#clock.after(AUTH_BEGIN_WITHIN_MS, () => receiver.begun || this.refuse('timeout')),
      this.#clock.after(AUTH_WITHIN_MS, () => this.refuse('timeout')),
    ];
  }

  get signedIn(): boolean {
    return this.#phase.name === 'session';
  }

  get open(): boolean {
    return this.#phase.name === 'handshake' || this.#phase.name === 'session';
  }

  /** Bytes waiting for a slow reader. */
  get waiting(): number {
    return this.#queue.bytes + this.#pipe.unsent();
  }

  received(piece: Bytes): void {
    if (!this.open) return;
    this.#heard = this.#clock.now();
    try {
      for (const body of this.#decoder.push(piece)) {
        if (!this.open) return;
        this.#record(body);
      }
    } catch (cause) {
      if (!(cause instanceof ReachError)) throw cause;
      this.#fail(cause.code);
    }
  }

  /** A whole handshake record. */
  write(bytes: Bytes): void {
    if (this.#phase.name !== 'handshake') return;
    this.#metrics.frames('out', 1);
    this.#pipe.write(bytes);
  }

  /** auth_ok is written: from here on frames, sealed by the session's channel. */
  upgrade(channel: Channel, receiver: SessionReceiver): void {
    this.#cancelTimers();
    this.#decoder.limit = RECORD_MAX;
    this.#become({ name: 'session', channel, receiver });
    this.#metrics.signIn('ok');
    this.#watch(PING_AFTER_MS);
  }

  /** A frame leaves with the others of this turn of the event loop. */
  send(frame: Bytes, droppable = false): void {
    if (this.#phase.name !== 'session') return;
    if (!this.#queue.push(frame, droppable, this.#pipe.unsent())) {
      this.close('slow_consumer');
      return;
    }
    this.#flush ??= this.#clock.after(0, () => this.#write());
  }

  /** Ends a session with its reason. What still waits for a slow reader is dropped: the log has it. */
  close(reason: ErrorCode): void {
    if (this.#phase.name === 'handshake') return this.refuse(reason);
    if (this.#phase.name !== 'session') return;
    const { channel } = this.#phase;
    if (reason === 'slow_consumer') this.#queue.clear();
    else this.#sealAll(channel);
    this.#seal(channel, [encodeMessage('bye', { reason })]);
    this.#end(reason);
  }

  /** Ends a handshake with an error. */
  refuse(code: ErrorCode): void {
    if (this.#phase.name !== 'handshake') return;
    this.write(this.#phase.receiver.refusal(code));
    this.#end(code);
  }

  /** The handshake's last word is written. */
  endHandshake(reason: string): void {
    if (this.#phase.name === 'handshake') this.#end(reason);
  }

  /** Its first frame asks for a file: from here on the stream is another one's. */
  leave(): void {
    if (this.#phase.name !== 'handshake') return;
    const { receiver } = this.#phase;
    this.#cancelTimers();
    this.#become({ name: 'closed' });
    receiver.closed();
  }

  /** The socket takes bytes again. */
  drained(): void {
    if (this.#phase.name === 'session' && this.#queue.size > 0) this.#flush ??= this.#clock.after(0, () => this.#write());
    else this.#tellDrained();
  }

  /** The socket is gone. */
  closed(): void {
    if (this.#phase.name === 'closed') return;
    if (this.open) this.#leave(LOST);
    this.#cancelTimers();
    this.#become({ name: 'closed' });
  }

  destroy(): void {
    this.#pipe.destroy();
    this.closed();
  }

  #record(body: Bytes): void {
    const phase = this.#phase;
    if (phase.name === 'handshake') {
      this.#metrics.frames('in', 1);
      return phase.receiver.record(body);
    }
    if (phase.name !== 'session') return;
    const frames = phase.channel.open(body);
    this.#metrics.frames('in', frames.length);
    for (const frame of frames) {
      if (this.#phase.name === 'session') phase.receiver.frame(frame);
    }
  }

  #fail(code: ErrorCode): void {
    if (this.signedIn) this.close(code);
    else this.refuse(code);
  }

  // At most UNSENT_MAX bytes are handed to the socket ahead of the reader; drained() goes on from there.
  #write(): void {
    this.#flush = undefined;
    const phase = this.#phase;
    if (phase.name !== 'session') return;
    while (this.#queue.size > 0 && this.#pipe.unsent() < UNSENT_MAX) {
      this.#seal(phase.channel, this.#queue.take());
    }
    if (this.#queue.size === 0 && this.#pipe.unsent() < UNSENT_MAX) this.#tellDrained();
  }

  #tellDrained(): void {
    if (this.#phase.name !== 'session') return;
    const { dropped } = this.#queue;
    this.#queue.dropped = false;
    this.#phase.receiver.drained(dropped);
  }

  #sealAll(channel: Channel): void {
    while (this.#queue.size > 0) this.#seal(channel, this.#queue.take());
  }

  #seal(channel: Channel, frames: Bytes[]): void {
    this.#metrics.frames('out', frames.length);
    this.#pipe.write(channel.seal(frames, this.#clock.now()));
  }

  #watch(ms: number): void {
    this.#timers = [this.#clock.after(ms, () => this.#checkSilence())];
  }

  #checkSilence(): void {
    const silence = this.#clock.now() - this.#heard;
    if (silence >= DEAD_AFTER_MS) return this.close('idle');
    if (silence >= PING_AFTER_MS) this.send(encodeMessage('ping', {}));
    // A clock set back must neither stop the checks nor close anything.
    const next = silence < PING_AFTER_MS ? PING_AFTER_MS - silence : PING_AFTER_MS;
    this.#watch(Math.min(Math.max(next, 1), PING_AFTER_MS));
  }

  #end(reason: string): void {
    this.#leave(reason);
    this.#cancelTimers();
    this.#become({ name: 'closing', reason });
    this.#pipe.end();
    this.#timers = [this.#clock.after(LINGER_MS, () => this.#pipe.destroy())];
  }

  #leave(reason: string): void {
    const phase = this.#phase;
    this.#queue.clear();
    this.#become({ name: 'closing', reason });
    if (phase.name === 'handshake') {
      this.#metrics.signIn(resultOf(reason, phase.receiver.begun));
      if (isErrorCode(reason)) this.#metrics.refused(reason);
      phase.receiver.closed();
    }
    if (phase.name === 'session') {
      this.#metrics.ended(labelOf(reason));
      phase.channel.destroy();
      phase.receiver.closed(reason);
    }
  }

  #cancelTimers(): void {
    for (const cancel of this.#timers) cancel();
    this.#timers = [];
    this.#flush?.();
    this.#flush = undefined;
  }

  #become(next: Phase): void {
    this.#phase = next;
  }
}

/** A peer that leaves before it asked to sign in, such as a probe, is none that failed to. */
function resultOf(reason: string, begun: boolean): string {
  return reason === LOST && !begun ? 'not_begun' : labelOf(reason);
}

function labelOf(reason: string): string {
  return reason.replaceAll(' ', '_');
}
