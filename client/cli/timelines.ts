// What `chat` knows of each room's messages, so that it can show a room when it is entered, say what a change changed,
// and find the message that a number means.
import type { ChatMessage } from '../engine/types.ts';

/** Messages kept of each room; of more, those that came first are forgotten: a change of one is then shown whole. */
const KEPT_MAX = 500;

export class Timelines {
  readonly #rooms = new Map<string, Map<string, ChatMessage>>();

  get(room: string, id: string): ChatMessage | undefined {
    return this.#rooms.get(room)?.get(id);
  }

  /** What was known of it before. */
  put(message: ChatMessage): ChatMessage | undefined {
    const messages = this.#rooms.get(message.room) ?? new Map<string, ChatMessage>();
    this.#rooms.set(message.room, messages);
    const before = messages.get(message.id);
    messages.set(message.id, message);
    if (messages.size > KEPT_MAX) messages.delete(messages.keys().next().value!);
    return before;
  }

  bySeq(room: string, seq: number): ChatMessage | undefined {
    return [...(this.#rooms.get(room)?.values() ?? [])].find((message) => message.seq === seq);
  }

  /** The newest that are in the log, in its order. */
  newest(room: string, count: number): ChatMessage[] {
    const placed = [...(this.#rooms.get(room)?.values() ?? [])].filter(({ seq }) => seq !== undefined);
    return placed.sort((a, b) => a.seq! - b.seq!).slice(-count);
  }

  forget(room: string): void {
    this.#rooms.delete(room);
  }

  /** Rooms that are left are forgotten. */
  keep(rooms: ReadonlySet<string>): void {
    for (const room of this.#rooms.keys()) if (!rooms.has(room)) this.#rooms.delete(room);
  }
}
