// The bytes of one file, read in order in pieces of at most one MiB. A stopped source ends every read that is under way:
// who waits gets `Stopped`, and nothing more is asked for.
import { words } from '../words/words.ts';

export interface Words {
  message: string;
  hint?: string;
  /** Reading failed, not the file: another try may go well. */
  again?: boolean;
}

/** Answers with verified bytes, shorter at the end of the file. */
export type Read = (offset: number, length: number) => Promise<{ bytes: Uint8Array } | { failure: Words }>;

export const READ_MAX = 1024 * 1024;
/** Enough to see what a file is, and the whole of most small ones. */
const HEAD = 64 * 1024;

/** What went wrong, in words for the person. */
export class PreviewError extends Error {
  readonly hint: string | undefined;
  readonly again: boolean;
  constructor(message: string, hint?: string, again = false) {
    super(message);
    this.name = 'PreviewError';
    this.hint = hint;
    this.again = again;
  }
}

/** Nobody looks any more: not a failure, nothing is shown. */
export class Stopped extends Error {
  constructor() {
    super('closed');
    this.name = 'Stopped';
  }
}

export class ByteSource {
  readonly size: number;
  readonly #read: Read;
  #head: Promise<Uint8Array> | undefined;
  /** All of it, read before anybody asked; undefined inside where that failed. */
  #ahead: Promise<Uint8Array | undefined> | undefined;
  #stopped = false;

  constructor(size: number, read: Read) {
    this.size = size;
    this.#read = read;
  }

  get stopped(): boolean {
    return this.#stopped;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** The first 64 KiB; read once. */
  head(): Promise<Uint8Array> {
    this.#head ??= this.#first();
    return this.#head;
  }

  /** Reads all of it now; whoever reads later waits for that. Where it fails, they read for themselves. */
  readAhead(): void {
    this.#ahead ??= this.#exactly(0, this.size).catch(() => undefined);
  }

  /** All bytes from `offset` to `offset + length`, or to the end of the file. */
  async read(offset: number, length: number): Promise<Uint8Array> {
    const end = Math.min(offset + length, this.size);
    const whole = await this.#ahead;
    if (whole) return whole.subarray(offset, end);
    const head = await this.head();
    if (end <= head.length) return head.subarray(offset, end);
    return this.#exactly(offset, end - offset);
  }

  /** Piece after piece from the start up to `end`, until `take` answers false. */
  async stream(end: number, take: (piece: Uint8Array, offset: number) => boolean | void): Promise<void> {
    const last = Math.min(end, this.size);
    const whole = await this.#ahead;
    let piece = (whole ?? (await this.head())).subarray(0, Math.min(last, whole ? READ_MAX : last));
    let offset = 0;
    for (;;) {
      this.#mustGoOn();
      if (piece.length > 0 && take(piece, offset) === false) return;
      offset += piece.length;
      if (offset >= last) return;
      piece = whole ? whole.subarray(offset, Math.min(offset + READ_MAX, last)) : await this.#next(offset, Math.min(READ_MAX, last - offset));
    }
  }

  async #first(): Promise<Uint8Array> {
    const length = Math.min(HEAD, this.size);
    return (await this.#ahead)?.subarray(0, length) ?? this.#exactly(0, length);
  }

  async #exactly(offset: number, length: number): Promise<Uint8Array> {
    const whole = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const piece = await this.#next(offset + done, Math.min(READ_MAX, length - done));
      whole.set(piece, done);
      done += piece.length;
    }
    return whole;
  }

  async #next(offset: number, length: number): Promise<Uint8Array> {
    this.#mustGoOn();
    const answer = await this.#read(offset, length);
    this.#mustGoOn();
    if ('failure' in answer) throw new PreviewError(answer.failure.message, answer.failure.hint, true);
    if (answer.bytes.length === 0 || answer.bytes.length > length) throw new PreviewError(words.refused.ended, words.refused.askSender);
    // The engine lives in another realm: a copy belongs to this one.
    return new Uint8Array(answer.bytes);
  }

  #mustGoOn(): void {
    if (this.#stopped) throw new Stopped();
  }
}
