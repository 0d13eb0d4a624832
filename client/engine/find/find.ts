// Searching what one account has on this computer: listens to what its window is told, and answers from the index.
import type { Clock } from '../clock.ts';
import type { ChatMessage, EngineEvent, FindPage, FindQuery, Searched } from '../types.ts';
import { MessageIndex } from './message-index.ts';
import { SearchBack } from './search-back.ts';

/** Texts of one room: a little under what a view keeps of one, so that what is fetched does not push itself out. */
const ROOM_TEXTS_MAX = 18_000;
/** While much comes, the window hears of it this often, in milliseconds. */
const TELL_EVERY_MS = 250;

export interface FindOptions {
  clock: Clock;
  push(event: EngineEvent): void;
  rooms: {
    readonly ids: readonly string[];
    view(room: string): { message(room: string, id: string): ChatMessage | undefined; readonly size: number } | undefined;
    loadOlder(room: string): void;
  };
}

export class Find {
  readonly #options: FindOptions;
  readonly #index: MessageIndex;
  readonly #back: SearchBack;
  /** Rooms whose first message is loaded. */
  readonly #whole = new Set<string>();
  /** A search was answered and nothing was said since. */
  #asked = false;
  #telling = false;

  constructor(options: FindOptions) {
    const { clock, rooms, push } = options;
    this.#options = options;
    this.#index = new MessageIndex({ clock, message: (room, id) => rooms.view(room)?.message(room, id), settled: () => this.#changed() });
    this.#back = new SearchBack({ loadOlder: (room) => rooms.loadOlder(room), isFull: (room) => this.#isFull(room), told: (back) => push({ type: 'find', ...(back && { back }) }) });
  }

  /** What the window is told, the index is told. */
  told(event: EngineEvent): void {
    if (event.type === 'messages') this.#note(event.room, event.messages);
    else if (event.type === 'reset') this.#reset(event.room);
    else if (event.type === 'history_end') this.#paged(event.room, event.more);
  }

  /** The room is not the user's any more. */
  forget(room: string): void {
    this.#reset(room);
    this.#back.left(room);
  }

  search(query: FindQuery): FindPage {
    this.#asked = true;
    const oldest = this.#index.oldest();
    const rooms = query.room === undefined ? this.#options.rooms.ids : [query.room];
    const { full } = this.#index;
    return { ...this.#index.search(query), waiting: this.#index.waiting, searched: rooms.map((room) => this.#searched(room, oldest.get(room))), ...(full !== undefined && { full }) };
  }

  back(rooms: readonly string[]): void {
    this.#back.start(rooms.filter((room) => !this.#whole.has(room)));
  }

  stop(): void {
    this.#back.stop();
  }

  #note(room: string, messages: readonly ChatMessage[]): void {
    this.#index.note(room, messages.map(({ id }) => id));
    this.#changed();
  }

  #reset(room: string): void {
    this.#whole.delete(room);
    this.#index.noteRoom(room);
  }

  #paged(room: string, more: boolean): void {
    if (!more) this.#whole.add(room);
    this.#back.paged(room, more);
    this.#changed();
  }

  #isFull(room: string): boolean {
    return (this.#options.rooms.view(room)?.size ?? 0) >= ROOM_TEXTS_MAX;
  }

  #searched(room: string, oldest: number | undefined): Searched {
    const end = this.#whole.has(room) ? 'first' : this.#isFull(room) ? 'limit' : undefined;
    return { room, ...(oldest !== undefined && { oldest }), ...(end && { end }) };
  }

  /** Said once after each search, and not at every message. */
  #changed(): void {
    if (!this.#asked || this.#telling) return;
    this.#telling = true;
    this.#options.clock.after(TELL_EVERY_MS, () => {
      this.#telling = false;
      this.#asked = false;
      this.#options.push({ type: 'find_changed' });
    });
  }
}
