// A connection that carries one file: one plaintext record says by what right, then only ciphertext flows, one way. It is a
// stranger until that right is checked, and it ends with the session that asked for it.
//
//   attaching ──attach_ok──▶ flowing ──▶ closed
//       └───────error────────────────────▶ ┘
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { concat } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
import { ATTACH_WITHIN_MS, DATA_SILENCE_MS, RECORD_HEADER } from '../../shared/protocol/limits.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Slot } from './slots.ts';

/** A byte stream that can be held up: a socket, or what a test puts in its place. */
export interface DataPipe {
  /** For logs: IP address without port. */
  readonly address: string;
  /** `taken`: the bytes may be written over now; also when the stream is gone. */
  write(bytes: Bytes, taken: () => void): void;
  /** Nothing is received until resume(). */
  pause(): void;
  resume(): void;
  /** Sends what was written, then ends. */
  end(): void;
  destroy(): void;
}

/** The bytes of one direction. */
export interface Flow {
  received(piece: Bytes): void;
  /** No more comes, and nothing more can be sent. */
  closed(): void;
  /** Settled when its file is closed; never rejects. */
  readonly over: Promise<void>;
}

/** Who knows what a token is good for. */
export interface DataReceiver {
  /** Throws ReachError. */
  attach(right: Content<'attach'>): Slot;
  begin(connection: DataConnection, slot: Slot): Flow;
  closed(connection: DataConnection): void;
}

export interface DataOptions {
  pipe: DataPipe;
  receiver: DataReceiver;
  /** It is no stranger any more. */
  verified(): void;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/** Bytes of the first record: three times what it needs. */
const ATTACH_RECORD_MAX = 256;
/** Milliseconds a peer has to take our last words. */
const LINGER_MS = 2_000;
const NOTHING = new Uint8Array();

export class DataConnection {
  readonly pipe: DataPipe;
  readonly #options: DataOptions;
  #head = NOTHING as Bytes;
  #slot: Slot | undefined;
  #flow: Flow | undefined;
  #open = true;
  #timer: Cancel;
  #heard: number;

  constructor(options: DataOptions) {
    const { pipe, clock, metrics } = options;
    this.#options = options;
    this.pipe = pipe;
    this.#heard = clock.now();
    this.#timer = clock.after(ATTACH_WITHIN_MS, () => this.#refuse('timeout'));
    metrics.dataOpened();
  }

  /** undefined before its right was checked. */
  get slot(): Slot | undefined {
    return this.#slot;
  }

  get open(): boolean {
    return this.#open;
  }

  /** Settled when its file is closed. */
  get over(): Promise<void> {
    return this.#flow?.over ?? Promise.resolve();
  }

  received(piece: Bytes): void {
    if (!this.#open) return;
    if (!this.#flow) return this.#attach(concat(this.#head, piece));
    this.#options.metrics.fileBytes('in', piece.length);
    this.#flow.received(piece);
  }

  /** Bytes went to disk or to the peer. */
  progressed(): void {
    this.#heard = this.#options.clock.now();
  }

  /** Bytes for the peer; resolves when `bytes` may be written over. */
  write(bytes: Bytes): Promise<void> {
    this.#options.metrics.fileBytes('out', bytes.length);
    return new Promise((resolve) => this.pipe.write(bytes, resolve));
  }

  /** All is said: what was written still goes out. */
  end(): void {
    if (!this.#open) return;
    this.pipe.end();
    this.#options.clock.after(LINGER_MS, () => this.pipe.destroy());
    this.closed();
  }

  destroy(): void {
    this.pipe.destroy();
    this.closed();
  }

  /** The stream is gone. */
  closed(): void {
    if (!this.#open) return;
    this.#open = false;
    this.#timer();
    this.#options.metrics.dataClosed();
    this.#flow?.closed();
    this.#options.receiver.closed(this);
  }

  #attach(head: Bytes): void {
    this.#head = head;
    const size = head.length < RECORD_HEADER ? 1 : new DataView(head.buffer, head.byteOffset).getUint32(0);
    if (size === 0 || size > ATTACH_RECORD_MAX) return this.#refuse('malformed');
    const end = RECORD_HEADER + size;
    if (head.length < end) return;
    this.#head = NOTHING;
    try {
      this.#begin(rightOf(head.subarray(RECORD_HEADER, end)), head.subarray(end));
    } catch (cause) {
      if (cause instanceof ReachError) return this.#refuse(cause.code);
      this.#options.log.error({ address: this.pipe.address, reason: reasonOf(cause) }, 'a data connection failed');
      this.#refuse('server_error');
    }
  }

  #begin(right: Content<'attach'>, rest: Bytes): void {
    const { receiver, verified, clock } = this.#options;
    this.#slot = receiver.attach(right);
    verified();
    this.#timer();
    this.#timer = clock.after(DATA_SILENCE_MS, () => this.#checkSilence());
    this.progressed();
    this.pipe.write(encodeRecord(encodeMessage('attach_ok', {})), () => undefined);
    this.#flow = receiver.begin(this, this.#slot);
    if (rest.length > 0) this.received(Uint8Array.from(rest));
  }

  #refuse(code: ErrorCode): void {
    this.#options.metrics.refused(code);
    this.pipe.write(encodeRecord(encodeMessage('error', { code })), () => undefined);
    this.end();
  }

  #checkSilence(): void {
    const { clock } = this.#options;
    const silence = clock.now() - this.#heard;
    if (silence >= DATA_SILENCE_MS) return this.destroy();
    // A clock set back must neither stop the checks nor close anything.
    this.#timer = clock.after(Math.min(Math.max(DATA_SILENCE_MS - silence, 1), DATA_SILENCE_MS), () => this.#checkSilence());
  }
}

function rightOf(body: Bytes): Content<'attach'> {
  const [frame, ...more] = decodeFrames(body);
  const message = more.length === 0 && frame ? decodeMessage(frame) : undefined;
  if (message?.name !== 'attach') throw new ReachError('unexpected');
  return message.content;
}
