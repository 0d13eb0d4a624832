// Members of the rooms that were opened, with their marks, and who is writing where.
import { SvelteMap } from 'svelte/reactivity';
import type { ChatMessage, RoomPerson } from '../engine/types.ts';
import { words } from '../words/words.ts';

/** Somebody who typed is not shown any longer after this, in milliseconds. */
export const TYPING_MS = 6_000;
/** So many of those who have seen a message are named. */
const NAMED_MAX = 5;

export interface Receipt {
  name: 'sent' | 'delivered' | 'seen';
  /** User ids of the others: who has it, who has seen it, and how many there are. */
  delivered: string[];
  seen: string[];
  others: number;
}

export class PeopleState {
  readonly #rooms = new SvelteMap<string, readonly RoomPerson[]>();
  readonly #typing = new SvelteMap<string, ReadonlyMap<string, number>>();

  of(room: string): readonly RoomPerson[] {
    return this.#rooms.get(room) ?? [];
  }

  replace(room: string, people: readonly RoomPerson[]): void {
    this.#rooms.set(room, people);
  }

  /** How far a message of one's own has come. */
  receipt({ room, seq }: Pick<ChatMessage, 'room' | 'seq'>, me: string): Receipt {
    const others = this.of(room).filter(({ userId }) => userId !== me);
    const reached = (mark: 'delivered' | 'read') => (seq === undefined ? [] : others.filter((person) => person[mark] >= seq).map(({ userId }) => userId));
    const [delivered, seen] = [reached('delivered'), reached('read')];
    return { name: seen.length > 0 ? 'seen' : delivered.length > 0 ? 'delivered' : 'sent', delivered, seen, others: others.length };
  }

  types(room: string, userId: string, now: number): void {
    this.#typing.set(room, new Map(this.#typing.get(room)).set(userId, now + TYPING_MS));
  }

  /** Their message came. */
  wrote(room: string, userId: string): void {
    const typing = this.#typing.get(room);
    if (!typing?.has(userId)) return;
    const rest = new Map(typing);
    rest.delete(userId);
    this.#typing.set(room, rest);
  }

  /** User ids, in the order they began. */
  typingIn(room: string, now: number): string[] {
    return [...(this.#typing.get(room) ?? [])].filter(([, until]) => until > now).map(([userId]) => userId);
  }

  forget(): void {
    this.#rooms.clear();
    this.#typing.clear();
  }
}

/** Maya is typing…, Maya and Jonas are typing…, Several people are typing… */
export function typingWords(names: readonly string[]): string {
  return names.length === 0 ? '' : words.chat.typing(names);
}

/** What a tick means, for its tooltip and a screen reader. */
export function receiptWords({ name, delivered, seen, others }: Receipt, nameOf: (userId: string) => string): string {
  const texts = words.chat;
  if (name === 'sent') return texts.sent;
  if (name === 'seen') return seen.length <= NAMED_MAX ? texts.seenBy(seen.map(nameOf)) : texts.seenByMore(seen.slice(0, NAMED_MAX).map(nameOf), seen.length - NAMED_MAX);
  return others === 1 ? texts.delivered : texts.deliveredTo(delivered.length, others);
}
