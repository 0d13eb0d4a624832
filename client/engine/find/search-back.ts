// Fetches the older messages of rooms so that they can be searched: page after page, one room after the other.
import type { SearchingBack } from '../types.ts';

export interface SearchBackOptions {
  /** Asks for a page; history_end follows, at the latest after the next connect. */
  loadOlder(room: string): void;
  /** As much of this room is here as is kept of one. */
  isFull(room: string): boolean;
  /** What goes on now; undefined: nothing any more. */
  told(back: SearchingBack | undefined): void;
}

export class SearchBack {
  readonly #options: SearchBackOptions;
  /** The first one is under way. */
  #rooms: string[] = [];

  constructor(options: SearchBackOptions) {
    this.#options = options;
  }

  /** Takes the place of what was under way. */
  start(rooms: readonly string[]): void {
    this.#rooms = [...new Set(rooms)];
    this.#goOn();
  }

  stop(): void {
    if (this.#rooms.length === 0) return;
    this.#rooms = [];
    this.#options.told(undefined);
  }

  /** A page of this room is here. */
  paged(room: string, more: boolean): void {
    if (room !== this.#rooms[0]) return;
    if (!more) this.#rooms.shift();
    this.#goOn();
  }

  /** The room is not the user's any more. */
  left(room: string): void {
    if (!this.#rooms.includes(room)) return;
    const wasFirst = room === this.#rooms[0];
    this.#rooms = this.#rooms.filter((one) => one !== room);
    if (wasFirst) this.#goOn();
  }

  #goOn(): void {
    while (this.#rooms[0] !== undefined && this.#options.isFull(this.#rooms[0])) this.#rooms.shift();
    const room = this.#rooms[0];
    this.#options.told(room === undefined ? undefined : { room, left: this.#rooms.length - 1 });
    if (room !== undefined) this.#options.loadOlder(room);
  }
}
