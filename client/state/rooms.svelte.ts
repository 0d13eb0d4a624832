// The rooms of the user and the one that is open.
import type { Room } from '../engine/types.ts';

export class RoomsState {
  list = $state.raw<readonly Room[]>([]);
  #chosen = $state<string>();
  readonly current = $derived(this.list.find((room) => room.id === this.#chosen) ?? this.list[0]);

  replace(rooms: readonly Room[]): void {
    this.list = rooms;
  }

  open(id: string): void {
    this.#chosen = id;
  }
}
