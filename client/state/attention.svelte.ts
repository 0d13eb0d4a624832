// What the person is to be told of while they may be elsewhere: gathered here, taken away by the desktop.
import type { ChatMessage, Room } from '../engine/types.ts';

export interface Told {
  room: string;
  /** Id of the message. */
  message: string;
  sender: string;
  text: string | undefined;
  file: string | undefined;
  /** It appeared before their eyes: a sound at most. */
  seen: boolean;
}

/** A burst keeps its newest; how many there were is counted all the same. */
const KEPT = 50;

export class AttentionState {
  pending = $state.raw<readonly Told[]>([]);
  /** Of all since the last take, kept or not. */
  count = $state(0);
  /** Files of others that came: what becomes of them by itself is the desktop's matter. */
  files = $state.raw<readonly ChatMessage[]>([]);
  /** Highest seq of each room when this window first heard of it: what is older is history, however it comes. */
  readonly #known = new Map<string, number>();

  meet(rooms: readonly Room[]): void {
    for (const { id, head } of rooms) if (!this.#known.has(id)) this.#known.set(id, head);
  }

  /** It came after this window first knew the room, and was not told yet. */
  isNew({ room, seq }: Pick<ChatMessage, 'room' | 'seq'>): boolean {
    return seq !== undefined && seq > (this.#known.get(room) ?? Infinity);
  }

  add(told: Told, seq: number): void {
    this.#known.set(told.room, Math.max(seq, this.#known.get(told.room) ?? 0));
    this.pending = [...this.pending, told].slice(-KEPT);
    this.count += 1;
  }

  arrived(message: ChatMessage): void {
    this.files = [...this.files, message];
  }

  takeFiles(): readonly ChatMessage[] {
    const taken = this.files;
    this.files = [];
    return taken;
  }

  take(): { told: readonly Told[]; count: number } {
    const taken = { told: this.pending, count: this.count };
    this.pending = [];
    this.count = 0;
    return taken;
  }

  forget(): void {
    this.take();
    this.takeFiles();
    this.#known.clear();
  }
}
