// An index of what this client has loaded. It is told which messages are new or different and looks at each again, in
// slices that leave the screen its frames; what a message says is always read from the view, never kept as a second truth.
import MiniSearch from 'minisearch';
import type { Clock } from '../clock.ts';
import type { ChatMessage, FindHit, FindQuery } from '../types.ts';
import { excerptOf, plainTerm, termsOf } from './terms.ts';

/** Milliseconds of work in one go, and the pause after it. A frame at 60 Hz is 16 ms. */
const SLICE_MS = 8;
const PAUSE_MS = 8;
const SLICE_MESSAGES = 200;
/** Characters of one text that are read in; a word further down is not found. */
const TEXT_MAX = 20_000;
const HITS_MAX = 100;
const FUZZY = 0.2;
/** Shorter words are too like each other. */
const FUZZY_FROM = 4;
/** The beginning of a word finds it from here on: fewer letters begin too many words to look at between two frames. */
const PREFIX_FROM = 3;
/** What leaves at once when there is too much: this part of it, the oldest. */
const LEAVES = 0.1;

export interface IndexLimits {
  /** Of more messages, or more characters, the oldest are not searched. */
  messages: number;
  characters: number;
}

const LIMITS: IndexLimits = { messages: 50_000, characters: 16_000_000 };

export interface MessageIndexOptions {
  clock: Clock;
  /** As it is shown now. */
  message(room: string, id: string): ChatMessage | undefined;
  /** All that was noted has been looked at. */
  settled(): void;
  limits?: IndexLimits;
}

export interface Found {
  hits: FindHit[];
  total: number;
  similar: boolean;
}

interface Entry {
  key: string;
  room: string;
  id: string;
  sender: string;
  ts: number;
  text: string;
  file: string;
}

export class MessageIndex {
  readonly #options: MessageIndexOptions;
  readonly #limits: IndexLimits;
  readonly #entries = new Map<string, Entry>();
  readonly #index = new MiniSearch<Entry>({
    idField: 'key',
    fields: ['text', 'file'],
    tokenize: termsOf,
    processTerm: plainTerm,
    autoVacuum: { batchSize: 200, batchWait: 20, minDirtCount: 200, minDirtFactor: 0.1 },
  });
  /** To be looked at, by key. */
  readonly #noted = new Map<string, { room: string; id: string }>();
  #characters = 0;
  /** Older ones are not kept: there are too many. */
  #floor = -Infinity;
  #underWay = false;

  constructor(options: MessageIndexOptions) {
    this.#options = options;
    this.#limits = options.limits ?? LIMITS;
  }

  /** Messages still to be looked at. */
  get waiting(): number {
    return this.#noted.size;
  }

  /** How many are kept, where not all could be. */
  get full(): number | undefined {
    return this.#floor > -Infinity ? this.#entries.size : undefined;
  }

  /** These messages are new, different or gone. */
  note(room: string, ids: Iterable<string>): void {
    for (const id of ids) this.#noted.set(`${room} ${id}`, { room, id });
    // More than are kept at all: the first ones noted are looked at when they are noted again.
    for (const key of this.#noted.keys()) {
      if (this.#noted.size <= 2 * this.#limits.messages) break;
      this.#noted.delete(key);
    }
    this.#goOn();
  }

  /** Everything of a room is to be looked at again. */
  noteRoom(room: string): void {
    this.note(room, [...this.#entries.values()].filter((entry) => entry.room === room).map(({ id }) => id));
  }

  /** Of each room, the time of its oldest message here. */
  oldest(): Map<string, number> {
    const oldest = new Map<string, number>();
    for (const { room, ts } of this.#entries.values()) if (ts < (oldest.get(room) ?? Infinity)) oldest.set(room, ts);
    return oldest;
  }

  search(query: FindQuery): Found {
    const text = query.text.trim();
    if (text === '') return this.#page([...this.#entries.values()].filter((entry) => isWanted(entry, query)).map((entry) => ({ entry, terms: [] })), false);
    const exact = this.#matching(query, false);
    return exact.length > 0 ? this.#page(exact, false) : this.#page(this.#matching(query, true), true);
  }

  #matching(query: FindQuery, similar: boolean): { entry: Entry; terms: string[] }[] {
    const results = this.#index.search(query.text, {
      combineWith: 'AND',
      prefix: (term) => term.length >= PREFIX_FROM,
      fuzzy: (term) => (similar && term.length >= FUZZY_FROM ? FUZZY : false),
      filter: ({ id }) => isWanted(this.#entries.get(id as string), query),
    });
    return results.map(({ id, terms }) => ({ entry: this.#entries.get(id as string)!, terms }));
  }

  #page(found: { entry: Entry; terms: string[] }[], similar: boolean): Found {
    found.sort((a, b) => b.entry.ts - a.entry.ts);
    const hits: FindHit[] = [];
    let gone = 0;
    for (const { entry, terms } of found) {
      if (hits.length >= HITS_MAX) break;
      const message = this.#options.message(entry.room, entry.id);
      if (message && message.deleted === undefined) hits.push(hitOf(message, new Set(terms)));
      else {
        gone += 1;
        this.note(entry.room, [entry.id]);
      }
    }
    return { hits, total: found.length - gone, similar: similar && hits.length > 0 };
  }

  #goOn(): void {
    if (this.#underWay || this.#noted.size === 0) return;
    this.#underWay = true;
    this.#options.clock.after(PAUSE_MS, () => this.#slice());
  }

  #slice(): void {
    const { clock } = this.#options;
    const until = clock.now() + SLICE_MS;
    let done = 0;
    for (const [key, place] of this.#noted) {
      this.#noted.delete(key);
      this.#look(key, place);
      done += 1;
      if (done >= SLICE_MESSAGES || clock.now() >= until) break;
    }
    this.#underWay = false;
    if (this.#noted.size === 0) this.#options.settled();
    this.#goOn();
  }

  #look(key: string, { room, id }: { room: string; id: string }): void {
    const message = this.#options.message(room, id);
    const known = this.#entries.get(key);
    const text = message?.text?.slice(0, TEXT_MAX) ?? '';
    const file = message?.file?.name ?? '';
    const stays = message !== undefined && message.deleted === undefined && message.ts >= this.#floor && (text !== '' || file !== '');
    if (known && stays && known.text === text && known.file === file) return;
    if (known) this.#drop(known);
    if (stays) this.#keep({ key, room, id, sender: message.sender, ts: message.ts, text, file });
  }

  #keep(entry: Entry): void {
    this.#entries.set(entry.key, entry);
    this.#characters += entry.text.length;
    this.#index.add(entry);
    if (this.#entries.size > this.#limits.messages || this.#characters > this.#limits.characters) this.#raiseFloor();
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry.key);
    this.#characters -= entry.text.length;
    this.#index.discard(entry.key);
  }

  /** The oldest leave in the slices to come; counted as gone at once, so that this is not done again for each of them. */
  #raiseFloor(): void {
    const times = Float64Array.from(this.#entries.values(), ({ ts }) => ts).sort();
    this.#floor = Math.max(this.#floor, times[Math.ceil(times.length * LEAVES)] ?? 0);
    const old = [...this.#entries.values()].filter(({ ts }) => ts < this.#floor);
    for (const entry of old) this.#drop(entry);
  }
}

function isWanted(entry: Entry | undefined, { room, from, hasFile }: FindQuery): boolean {
  if (!entry || (room !== undefined && entry.room !== room)) return false;
  return (from === undefined || from.includes(entry.sender)) && (!hasFile || entry.file !== '');
}

function hitOf({ room, id, seq, ts, sender, text = '', file }: ChatMessage, terms: ReadonlySet<string>): FindHit {
  const ofText = excerptOf(text, terms);
  const shown = file && ofText.marks.length === 0 && (text === '' || terms.size > 0) ? excerptOf(file.name, terms) : ofText;
  return { room, message: id, ts, sender, ...shown, ...(seq !== undefined && { seq }), ...(file && { file: file.name }) };
}
