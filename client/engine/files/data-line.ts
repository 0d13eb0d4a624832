// A data connection: a second TCP connection to the server's port that carries the bytes of one file (docs/protocol.md,
// Files). Promises instead of events, because a transfer is a loop; whoever stops it aborts the signal.
import { attachMac, type Attachment } from '../../../shared/crypto/file-cipher.ts';
import { concat, type Bytes } from '../../../shared/protocol/bytes.ts';
import { isErrorCode, ReachError } from '../../../shared/protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord } from '../../../shared/protocol/frames.ts';
import { DATA_SILENCE_MS, RECORD_HEADER, RECORD_MAX_BEFORE_AUTH } from '../../../shared/protocol/limits.ts';
import type { Address } from '../../../shared/protocol/link.ts';
import type { Timer } from '../clock.ts';
import type { Effects } from '../connection.ts';
import { codeOf, type Cause } from '../failures.ts';
import type { Socket } from '../sockets.ts';

/** Bytes handed to the system before write() waits, and bytes read ahead before the sender is held. */
const AHEAD_BYTES = 512 * 1024;
const NOTHING: Bytes = new Uint8Array();

/** The connection was lost or nothing moved: another one may go on. */
export class LineLost extends Error {
  readonly cause: Cause;
  constructor(cause: Cause) {
    super(cause);
    this.cause = cause;
  }
}

export interface DataLineOptions {
  address: Address;
  exporter: Bytes;
  attachment: Attachment;
  effects: Pick<Effects, 'dial' | 'clock' | 'connectWithin'>;
  signal: AbortSignal;
}

export class DataLine {
  readonly #options: DataLineOptions;
  readonly #socket: Socket;
  #first: Bytes = NOTHING;
  #attached = false;
  #pieces: Bytes[] = [];
  #ahead = 0;
  #failure: Error | undefined;
  #wake: (() => void) | undefined;
  #timer: Timer | undefined;

  /** Resolves when the server has said attach_ok. Throws LineLost, ReachError with the server's code, or what the signal was aborted with. */
  static async attach(options: DataLineOptions): Promise<DataLine> {
    options.signal.throwIfAborted();
    const line = new DataLine(options);
    await line.#until(() => line.#attached);
    return line;
  }

  private constructor(options: DataLineOptions) {
    this.#options = options;
    options.signal.addEventListener('abort', this.#aborted);
    this.#watch(options.effects.connectWithin);
    this.#socket = options.effects.dial(options.address, {
      opened: () => this.#opened(),
      received: (piece) => this.#received(piece),
      drained: () => this.#moved(),
      closed: (cause) => this.#fail(new LineLost(cause)),
    });
  }

  /** Resolves when there is room for the next one. */
  async write(bytes: Bytes): Promise<void> {
    if (this.#failure) throw this.#failure;
    this.#socket.write(bytes);
    await this.#until(() => this.#socket.waiting < AHEAD_BYTES);
  }

  /** Everything written is with the system. */
  flushed(): Promise<void> {
    return this.#until(() => this.#socket.waiting === 0);
  }

  /** The next `size` bytes. */
  async read(size: number): Promise<Bytes> {
    if (size > this.#ahead) this.#socket.resume();
    await this.#until(() => this.#ahead >= size);
    return this.#take(size);
  }

  /** Rejects when the connection is lost; never resolves. */
  lost(): Promise<never> {
    return this.#until(() => false) as Promise<never>;
  }

  close(): void {
    this.#fail(new LineLost('closed_by_peer'));
  }

  readonly #aborted = (): void => this.#fail(this.#options.signal.reason as Error);

  #opened(): void {
    const { exporter, attachment } = this.#options;
    this.#socket.write(encodeRecord(encodeMessage('attach', { token: attachment.token, mac: attachMac(exporter, attachment) })));
  }

  #received(piece: Bytes): void {
    if (this.#failure) return;
    const rest = this.#attached ? piece : this.#greeting(piece);
    if (rest.length > 0) {
      this.#pieces.push(rest);
      this.#ahead += rest.length;
    }
    if (this.#ahead >= AHEAD_BYTES) this.#socket.pause();
    this.#moved();
  }

  /** The server's one record; what follows it belongs to the file. */
  #greeting(piece: Bytes): Bytes {
    const first = concat(this.#first, piece);
    const size = first.length < RECORD_HEADER ? 0 : new DataView(first.buffer).getUint32(0);
    const end = RECORD_HEADER + size;
    if (size > RECORD_MAX_BEFORE_AUTH) this.#fail(new LineLost('malformed'));
    this.#first = first;
    if (size === 0 || first.length < end) return NOTHING;
    this.#guard(() => this.#answer(first.subarray(RECORD_HEADER, end)));
    return first.subarray(end);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error instanceof ReachError ? new LineLost(error.code) : (error as Error));
    }
  }

  #answer(record: Bytes): void {
    const message = decodeMessage(decodeFrames(record)[0]!);
    if (message?.name === 'attach_ok') {
      this.#attached = true;
      return;
    }
    const code = message?.name === 'error' && isErrorCode(message.content.code) ? message.content.code : 'malformed';
    // A slot that was used or grew old while the connection was made: the next one is a new one.
    this.#fail(code === 'forbidden' || code === 'full' ? new LineLost(code) : new ReachError(code));
  }

  #take(size: number): Bytes {
    const taken = joined(this.#pieces, size);
    let left = size;
    while (left > 0) {
      const piece = this.#pieces[0]!;
      if (piece.length > left) this.#pieces[0] = piece.subarray(left);
      else this.#pieces.shift();
      left -= Math.min(left, piece.length);
    }
    this.#ahead -= size;
    if (this.#ahead < AHEAD_BYTES) this.#socket.resume();
    return taken;
  }

  async #until(ready: () => boolean): Promise<void> {
    while (!ready()) {
      if (this.#failure) throw this.#failure;
      this.#timer ??= this.#options.effects.clock.after(DATA_SILENCE_MS, () => this.#fail(new LineLost('timeout')));
      await new Promise<void>((resolve) => {
        const before = this.#wake;
        this.#wake = () => {
          before?.();
          resolve();
        };
      });
    }
    // Nobody waits: a reader that takes its time is no silence.
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #moved(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#awake();
  }

  #watch(ms: number): void {
    this.#timer = this.#options.effects.clock.after(ms, () => this.#fail(new LineLost('timeout')));
  }

  #fail(error: Error): void {
    if (this.#failure) return;
    this.#failure = error;
    this.#options.signal.removeEventListener('abort', this.#aborted);
    this.#timer?.cancel();
    this.#socket.destroy();
    this.#awake();
  }

  #awake(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

/** What a data connection that failed is told as. */
export function causeOf(error: unknown): Cause {
  if (error instanceof LineLost) return error.cause;
  return error instanceof ReachError ? error.code : codeOf('local');
}

/** The first `size` bytes of these pieces, or fewer. */
function joined(pieces: readonly Bytes[], size: number): Bytes {
  const whole = new Uint8Array(Math.min(size, pieces.reduce((sum, { length }) => sum + length, 0)));
  let at = 0;
  for (const piece of pieces) {
    if (at === whole.length) break;
    const part = piece.subarray(0, whole.length - at);
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
