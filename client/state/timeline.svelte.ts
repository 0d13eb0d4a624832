// One room as the window shows it. `messages` is all that is loaded, `start`..`end` the part that is mounted.
// Bounds: 20,000 messages or 32 million characters loaded (the oldest leave, and the top says so), 300 rows mounted.
import type { ChatMessage } from '../engine/types.ts';
import { COMINGS_MAX, type Coming } from './comings.ts';
import { changeState, headOf, isSame, keyOf, mergeMessages, type StateChange } from './order.ts';

/** Rows that come and go together at an end of the mounted part. */
export const PAGE_ROWS = 50;
/** Rows of the end of a room: more than a screen; the others follow the scrolling. */
const END_ROWS = 32;
/** 300 rows take 49 ms to mount and lay out on a slow machine; more would be felt. */
export const MOUNTED_ROWS = 300;
const LOADED_MESSAGES = 20_000;
const LOADED_CHARACTERS = 32_000_000;

export type Reason = 'live' | 'catch_up' | 'older' | 'change';

/** Small things this window remembers over a restart. */
export interface Memory {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

export class TimelineState {
  readonly room: string;
  messages = $state.raw<readonly ChatMessage[]>([]);
  start = $state(0);
  end = $state(0);
  /** The server has older messages than the oldest loaded. */
  more = $state(true);
  loadingOlder = $state(false);
  /** Older messages have left the window's memory. */
  trimmed = $state(false);
  /** Key of the message under the New line. */
  newLine = $state<string>();
  /** Who came and went while the window looked on. */
  comings = $state.raw<readonly Coming[]>([]);
  /** The end of the list is in view. */
  atBottom = $state(true);
  /** Key of the message the keyboard was on last, until somebody goes to the newest. */
  lastFocused = $state<string>();
  #readSeq = $state(0);
  readonly #me: () => string;
  readonly #hides: (userId: string) => boolean;

  /** Messages of others that were not seen yet; those of blocked people are counted apart. */
  readonly unseen = $derived.by(() => this.#unseenOnes().length);
  readonly unseenHidden = $derived.by(() => this.#newsOf((message) => this.#hides(message.sender)).length);
  /** Of these, the ones that name the person. */
  readonly mentions = $derived.by(() => this.#unseenOnes().filter(({ mentions }) => mentions.includes(this.#me())).length);

  /** `hides`: the person does not want to see this sender. */
  constructor(room: string, me: () => string, hides: (userId: string) => boolean = () => false) {
    this.room = room;
    this.#me = me;
    this.#hides = hides;
  }

  get mounted(): readonly ChatMessage[] {
    return this.messages.slice(this.start, this.end);
  }

  get atEnd(): boolean {
    return this.end >= this.messages.length;
  }

  /** `watching`: the newest messages are on the screen of somebody who looks. */
  receive(batch: readonly ChatMessage[], reason: Reason, watching: boolean): void {
    if (reason === 'change') return this.#change(batch);
    const wasRead = this.unseen === 0;
    this.#replace(mergeMessages(this.messages, batch));
    if (reason === 'older') this.#finishOlder();
    this.#placeNewLine(wasRead, reason === 'live' && watching);
  }

  /** What the server knows the person has seen, on any device; only rises. */
  readUpTo(seq: number): void {
    if (seq > this.#readSeq) this.#readSeq = seq;
  }

  /** Somebody came or went, behind all that is here. */
  passed(coming: Omit<Coming, 'after'>): void {
    this.comings = [...this.comings, { ...coming, after: headOf(this.messages) }].slice(-COMINGS_MAX);
  }

  find(id: string): ChatMessage | undefined {
    return this.messages.findLast((message) => message.id === id);
  }

  change(change: StateChange): void {
    this.#replace(changeState(this.messages, change));
  }

  remove(id: string): void {
    this.#replace(this.messages.filter((message) => message.id !== id || message.sender !== this.#me() || message.seq !== undefined));
  }

  reset(): void {
    this.messages = [];
    this.comings = [];
    this.start = 0;
    this.end = 0;
    this.more = true;
    this.trimmed = false;
    this.newLine = undefined;
    this.#readSeq = 0;
  }

  get readSeq(): number {
    return this.#readSeq;
  }

  /** Seen up to here; without a number, everything loaded. */
  markRead(upTo = headOf(this.messages)): number {
    this.readUpTo(upTo);
    return this.#readSeq;
  }

  /** The person comes into the room: so many rows from where they stopped are mounted, or of the end. */
  enter(rows: number): void {
    const line = this.newLine === undefined ? -1 : this.messages.findIndex((message) => keyOf(message) === this.newLine);
    const newest = this.messages.length - rows;
    this.start = Math.max(0, line < 0 ? newest : Math.min(line, newest));
    this.end = Math.min(this.messages.length, this.start + rows);
  }

  /** The person goes to another room: the New line is set for the next visit. */
  leave(): void {
    const first = this.#readSeq === 0 ? undefined : this.messages.find((message) => this.#isUnseen(message));
    this.newLine = first && keyOf(first);
    this.atBottom = true;
  }

  /** Mounts the rows above. False: the oldest loaded message is mounted already. */
  showOlder(rows = PAGE_ROWS): boolean {
    if (this.start === 0) return false;
    this.start = Math.max(0, this.start - rows);
    this.end = Math.min(this.end, this.start + MOUNTED_ROWS);
    return true;
  }

  showNewer(rows = PAGE_ROWS): boolean {
    if (this.atEnd) return false;
    this.end = Math.min(this.messages.length, this.end + rows);
    this.start = Math.max(this.start, this.end - MOUNTED_ROWS);
    return true;
  }

  showNewest(): void {
    this.end = this.messages.length;
    this.start = Math.max(0, this.end - END_ROWS);
    this.lastFocused = undefined;
  }

  /** Mounts the surroundings of a message; false where it is not loaded. */
  showMessage(key: string): boolean {
    const at = this.messages.findIndex((message) => keyOf(message) === key);
    if (at < 0) return false;
    if (at >= this.start && at < this.end) return true;
    this.start = Math.max(0, at - PAGE_ROWS);
    this.end = Math.min(this.messages.length, this.start + 3 * PAGE_ROWS);
    return true;
  }

  #replace(messages: readonly ChatMessage[]): void {
    const first = this.messages[this.start];
    const size = this.end - this.start;
    const wasAtEnd = this.atEnd;
    this.messages = this.#trim(messages);
    const at = first === undefined ? -1 : this.messages.findIndex((message) => isSame(message, first));
    // Before a message without a place others may get theirs; nothing of that is older than what is mounted.
    this.start = Math.max(0, first?.seq === undefined ? Math.min(at, this.start) : at);
    this.end = wasAtEnd ? this.messages.length : Math.min(this.messages.length, this.start + size);
    if (this.end - this.start <= MOUNTED_ROWS) return;
    if (this.atBottom) this.start = this.end - 2 * PAGE_ROWS;
    else this.end = this.start + MOUNTED_ROWS;
  }

  #trim(messages: readonly ChatMessage[]): readonly ChatMessage[] {
    let characters = 0;
    let keep = messages.length;
    while (keep > 0 && messages.length - keep < LOADED_MESSAGES && characters < LOADED_CHARACTERS) {
      keep -= 1;
      characters += messages[keep]!.text?.length ?? 0;
    }
    if (keep === 0) return messages;
    this.trimmed = true;
    return messages.slice(keep);
  }

  /** What was fetched for somebody else, such as a search, stays out of sight. */
  #finishOlder(): void {
    if (!this.loadingOlder) return;
    this.loadingOlder = false;
    this.showOlder();
  }

  #placeNewLine(wasRead: boolean, watching: boolean): void {
    // Somebody who has never looked into the room has no place where they stopped.
    if (watching || this.unseen === 0 || this.#readSeq === 0) return;
    if (this.newLine !== undefined && !wasRead) return;
    const first = this.messages.find((message) => this.#isUnseen(message));
    this.newLine = first && keyOf(first);
  }

  #unseenOnes(): ChatMessage[] {
    return this.#newsOf((message) => this.#isUnseen(message));
  }

  /** Newest first: it ends at what was read. */
  #newsOf(counts: (message: ChatMessage) => boolean): ChatMessage[] {
    const unseen: ChatMessage[] = [];
    for (let at = this.messages.length - 1; at >= 0; at -= 1) {
      const message = this.messages[at]!;
      if (message.seq !== undefined && message.seq <= this.#readSeq) break;
      if (this.#isNews(message) && counts(message)) unseen.push(message);
    }
    return unseen;
  }

  #isUnseen(message: ChatMessage): boolean {
    return this.#isNews(message) && !this.#hides(message.sender);
  }

  #isNews(message: ChatMessage): boolean {
    return message.seq !== undefined && message.seq > this.#readSeq && message.sender !== this.#me() && message.deleted === undefined;
  }

  #change(batch: readonly ChatMessage[]): void {
    const shown = batch.filter((message) => this.messages.findLast((other) => isSame(other, message)) !== undefined);
    if (shown.length > 0) this.#replace(mergeMessages(this.messages, shown));
  }
}
