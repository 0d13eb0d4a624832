// Which part of a room's log this client has. Sequence numbers have no gaps (protocol §1.4), so what is known is one
// unbroken range `first`..`last`, and what came early, ahead of a hole. Pure: the caller asks for what is missing.
import { hex } from '../../shared/protocol/bytes.ts';
import { PAGE_MESSAGES } from '../../shared/protocol/limits.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';

export interface Known {
  seq: number;
  /** client_msg_id, hex. */
  id: string;
}

export type Missing = { after: number; limit: number } | { before: number; limit: number };

/** Messages that arrived ahead of a hole. More are forgotten again: the hole's pages bring them back. */
const AHEAD_MAX = 1024;
/** What the first sight of a room loads, and each step back. */
export const PAGE_SIZE = 50;
/** Behind by more than this, the newest page is loaded afresh and the rest on demand. */
export const CATCH_UP_MAX = 2000;

export class RoomLog {
  /** The highest seq the server has told of. */
  head = 0;
  /** The seq below the first message this user may read. */
  floor = 0;
  #first = 0;
  #last: Known | undefined;
  #ahead = new Map<number, string>();

  /** undefined until the first page. */
  get last(): Known | undefined {
    return this.#last;
  }

  get first(): number {
    return this.#first;
  }

  /** False where it was known already. */
  add(seq: number, id: string): boolean {
    if (this.#ahead.has(seq) || (this.#last && seq <= this.#last.seq && seq >= this.#first)) return false;
    this.head = Math.max(this.head, seq);
    if (this.#last && seq === this.#first - 1) this.#first = seq;
    else if (this.#last?.seq === seq - 1) this.#advance({ seq, id });
    else if (this.#ahead.size < AHEAD_MAX) this.#ahead.set(seq, id);
    return true;
  }

  /** The first page, or none at all: from here on the range is known. */
  begin(page: readonly Envelope[]): void {
    const newest = page.at(-1);
    this.#first = page[0]?.seq ?? this.floor + 1;
    this.#advance(newest ? { seq: newest.seq, id: hex(newest.client_msg_id) } : { seq: this.floor, id: '' });
  }

  /** What to ask for next, if anything. */
  missing(): Missing | undefined {
    if (!this.#last) return this.head > this.floor ? { before: this.head + 1, limit: PAGE_SIZE } : undefined;
    return this.#last.seq < this.head ? { after: this.#last.seq, limit: PAGE_MESSAGES } : undefined;
  }

  older(): Missing | undefined {
    return this.#last && this.#first > this.floor + 1 ? { before: this.#first, limit: PAGE_SIZE } : undefined;
  }

  /** The server has nothing where a hole was expected: what it said of its head was wrong. */
  giveUpHole(): void {
    this.head = this.#last?.seq ?? this.floor;
    this.#ahead.clear();
  }

  /** The server's log is another one. */
  forget(): void {
    this.#first = 0;
    this.#last = undefined;
    this.#ahead.clear();
  }

  #advance(to: Known): void {
    this.#last = to;
    for (let id = this.#ahead.get(to.seq + 1); id !== undefined; id = this.#ahead.get(this.#last.seq + 1)) {
      this.#ahead.delete(this.#last.seq + 1);
      this.#last = { seq: this.#last.seq + 1, id };
    }
    for (const seq of this.#ahead.keys()) if (seq <= this.#last.seq) this.#ahead.delete(seq);
    this.head = Math.max(this.head, this.#last.seq);
  }
}
