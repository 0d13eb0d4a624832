// The order of a room's messages: by the server's sequence number, then what is not acknowledged yet in the order it
// was written. Batches come in any order and may repeat; a message is known by its sender and its id together, because
// ids are chosen by their senders.
import type { ChatMessage, SendState } from '../engine/types.ts';

export function keyOf(message: Pick<ChatMessage, 'sender' | 'id'>): string {
  return `${message.sender}:${message.id}`;
}

/** The list with the batch in it; the newest version of a message counts. */
export function mergeMessages(list: readonly ChatMessage[], batch: readonly ChatMessage[]): ChatMessage[] {
  const byKey = new Map(list.map((message) => [keyOf(message), message]));
  for (const message of batch) byKey.set(keyOf(message), message);
  return [...byKey.values()].sort(compare);
}

export interface StateChange {
  id: string;
  sender: string;
  state: SendState;
  seq?: number | undefined;
  ts?: number | undefined;
}

/** The list with the change made; the same list where the message is not in it. */
export function changeState(list: readonly ChatMessage[], change: StateChange): readonly ChatMessage[] {
  const key = keyOf(change);
  const at = list.findLastIndex((message) => keyOf(message) === key);
  const before = list[at];
  if (before === undefined) return list;
  const after: ChatMessage = { ...before, state: change.state };
  if (change.seq !== undefined) after.seq = change.seq;
  if (change.ts !== undefined) after.ts = change.ts;
  return [...list.slice(0, at), after, ...list.slice(at + 1)].sort(compare);
}

/** Highest sequence number in the list, 0 where there is none. */
export function headOf(list: readonly ChatMessage[]): number {
  return list.findLast((message) => message.seq !== undefined)?.seq ?? 0;
}

function compare(a: ChatMessage, b: ChatMessage): number {
  if (a.seq === undefined) return b.seq === undefined ? 0 : 1;
  return b.seq === undefined ? -1 : a.seq - b.seq;
}
