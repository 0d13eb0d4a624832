// Messages on their way out: cut into fragments, kept until every fragment was acknowledged, or given back. What does not
// fit beside what is under way waits in order.
import { FRAGMENT_MAX, FRAGMENTS_MAX, UDP_MESSAGE_BYTES_MAX, UDP_MESSAGES_MAX } from '../protocol/limits.ts';
import type { Bytes } from '../protocol/bytes.ts';
import type { Fragment } from './frames.ts';

export interface Given {
  id: number;
  message: Bytes;
}

interface Message extends Given {
  last: number;
  /** Indices that wait to be sent. */
  due: number[];
  /** Indices that are not acknowledged, with how often each was sent. */
  open: Map<number, number>;
}

/** Messages and bytes that wait behind those under way; one more goes by TCP at once. */
const WAITING_MAX = 256;
const WAITING_BYTES_MAX = 1024 * 1024;
/** Ids are 32 bits and never come again under one salt. */
const IDS_MAX = 2 ** 32 - 1;
/** One fragment is sent so often: the first time and three probes. */
const SENT_MAX = 4;

export class Outgoing {
  readonly #active = new Map<number, Message>();
  readonly #waiting: Given[] = [];
  #activeBytes = 0;
  #waitingBytes = 0;
  #nextId = 0;

  /** Id of the message; undefined: it is too large, or too much waits. */
  add(message: Bytes): number | undefined {
    if (message.length === 0 || message.length > FRAGMENT_MAX * FRAGMENTS_MAX) return undefined;
    if (this.#nextId > IDS_MAX || this.#waiting.length >= WAITING_MAX || this.#waitingBytes + message.length > WAITING_BYTES_MAX) return undefined;
    const id = this.#nextId;
    this.#nextId += 1;
    this.#waiting.push({ id, message });
    this.#waitingBytes += message.length;
    this.#admit();
    return id;
  }

  get isDue(): boolean {
    for (const { due } of this.#active.values()) if (due.length > 0) return true;
    return false;
  }

  /** The next fragment to send, oldest message first, of at most `room` bytes. */
  next(room: number): Fragment | undefined {
    for (const { id, message, last, due, open } of this.#active.values()) {
      const [index] = due;
      if (index === undefined || Math.min(FRAGMENT_MAX, message.length - index * FRAGMENT_MAX) > room) continue;
      due.shift();
      open.set(index, (open.get(index) ?? 0) + 1);
      return { message: id, index, last, bytes: message.subarray(index * FRAGMENT_MAX, (index + 1) * FRAGMENT_MAX) };
    }
    return undefined;
  }

  /** True where this was the last that was missing. */
  acknowledged({ message: id, index }: Pick<Fragment, 'message' | 'index'>): boolean {
    const message = this.#active.get(id);
    if (!message || !message.open.delete(index)) return false;
    message.due = message.due.filter((one) => one !== index);
    if (message.open.size > 0) return false;
    this.#end(message);
    return true;
  }

  /** It is sent again; a message of which a fragment was sent often enough is given back instead. */
  lost({ message: id, index }: Pick<Fragment, 'message' | 'index'>): Given | undefined {
    const message = this.#active.get(id);
    const times = message?.open.get(index);
    if (!message || times === undefined || message.due.includes(index)) return undefined;
    if (times < SENT_MAX) {
      message.due.unshift(index);
      return undefined;
    }
    this.#end(message);
    return { id, message: message.message };
  }

  /** Everything, oldest first. */
  giveBack(): Given[] {
    const all = [...this.#active.values(), ...this.#waiting].map(({ id, message }) => ({ id, message }));
    this.#active.clear();
    this.#waiting.length = 0;
    this.#activeBytes = 0;
    this.#waitingBytes = 0;
    return all;
  }

  #end(message: Message): void {
    this.#active.delete(message.id);
    this.#activeBytes -= message.message.length;
    this.#admit();
  }

  #admit(): void {
    for (let [next] = this.#waiting; next && this.#hasRoom(next); [next] = this.#waiting) {
      const { id, message } = next;
      this.#waiting.shift();
      this.#waitingBytes -= message.length;
      this.#activeBytes += message.length;
      const count = Math.ceil(message.length / FRAGMENT_MAX);
      const indices = Array.from({ length: count }, (_, index) => index);
      this.#active.set(id, { id, message, last: count - 1, due: indices, open: new Map(indices.map((index) => [index, 0])) });
    }
  }

  #hasRoom({ message }: Given): boolean {
    return this.#active.size < UDP_MESSAGES_MAX && this.#activeBytes + message.length <= UDP_MESSAGE_BYTES_MAX;
  }
}
