// The rooms of the user, in the order of the sidebar, and the one that is open.
import type { Room } from '../engine/types.ts';
import { plainName } from './names.ts';
import type { Memory } from './timeline.svelte.ts';

export interface RoomsOptions {
  /** User id; '' while nobody is signed in. */
  me: () => string;
  nameOf: (userId: string) => string;
  memory: Memory;
  /** Those that stay on top of their list. */
  pinned: (room: string) => boolean;
  /** Messages of others that were not seen yet, and that somebody wants to see. */
  unread: (room: Room) => number;
}

export class RoomsState {
  list = $state.raw<readonly Room[]>([]);
  #chosen = $state<string>();
  readonly #options: RoomsOptions;
  /** What is kept on top, then the lobby, then by name. */
  readonly rooms = $derived(this.list.filter(({ kind }) => kind !== 'dm').sort((a, b) => this.#pinnedFirst(a, b) || Number(b.kind === 'lobby') - Number(a.kind === 'lobby') || a.name.localeCompare(b.name)));
  /** One that nobody has written in stays out of sight until it is opened here. */
  readonly dms = $derived.by(() => this.list.filter((room) => room.kind === 'dm' && (room.head > 0 || room.id === this.#chosen)).sort((a, b) => this.#pinnedFirst(a, b) || this.nameOf(a).localeCompare(this.nameOf(b))));
  readonly ordered = $derived([...this.rooms, ...this.dms]);
  readonly current = $derived(this.ordered.find((room) => room.id === this.#chosen) ?? this.rooms[0]);

  constructor(options: RoomsOptions) {
    this.#options = options;
  }

  replace(rooms: readonly Room[]): void {
    this.list = rooms;
    this.#chosen ??= this.#options.memory.getItem(this.#key()) ?? undefined;
  }

  open(id: string): void {
    this.#chosen = id;
    this.#options.memory.setItem(this.#key(), id);
  }

  /** Of one account nothing stays for the next one. */
  forget(): void {
    this.list = [];
    this.#chosen = undefined;
  }

  find(id: string): Room | undefined {
    return this.list.find((room) => room.id === id);
  }

  /** As a person calls it, without mark: the name, or that of the other one. */
  nameOf(room: Room): string {
    return room.kind === 'dm' ? this.#options.nameOf(room.peer ?? '') : plainName(room.name);
  }

  /** The next one up or down, wrapping; only those with something new where that is asked. */
  beside(step: 1 | -1, unreadOnly: boolean): Room | undefined {
    const list = this.ordered;
    const here = list.findIndex((room) => room.id === this.current?.id);
    for (let far = 1; far <= list.length; far += 1) {
      const room = list[(here + step * far + list.length * far) % list.length];
      if (room && (!unreadOnly || this.#options.unread(room) > 0)) return room;
    }
    return undefined;
  }

  #pinnedFirst(a: Room, b: Room): number {
    return Number(this.#options.pinned(b.id)) - Number(this.#options.pinned(a.id));
  }

  #key(): string {
    return `reach-room:${this.#options.me()}`;
  }
}
