// The order of a room's messages: by the server's sequence number, then what is not acknowledged yet in the order it
// was written. Batches come in any order and may repeat; a message is known by its sender and its id together, because
// ids are chosen by their senders.
import type { ChatMessage, SendState } from '../engine/types.ts';

type Named = Pick<ChatMessage, 'sender' | 'id'>;
type Placed = ChatMessage & { seq: number };

export function keyOf(message: Named): string {
  return `${message.sender}:${message.id}`;
}

export function isSame(a: Named, b: Named): boolean {
  return a.id === b.id && a.sender === b.sender;
}

/** The list with the batch in it; the newest version of a message counts. Nothing is sorted that is in order already. */
export function mergeMessages(list: readonly ChatMessage[], batch: readonly ChatMessage[]): ChatMessage[] {
  const end = list.findLastIndex(isPlaced) + 1;
  const waiting = list.slice(end);
  const placed = new Map<number, Placed>();
  for (const message of batch) {
    const at = waiting.findIndex((other) => isSame(other, message));
    if (isPlaced(message)) placed.set(message.seq, message);
    if (at < 0 && !isPlaced(message) && !list.some((other) => isSame(other, message))) waiting.push(message);
    if (at >= 0) waiting.splice(at, 1, ...(isPlaced(message) ? [] : [message]));
  }
  const fresh = [...placed.values()].sort((a, b) => a.seq - b.seq);
  return [...mergePlaced(list.slice(0, end) as Placed[], fresh), ...waiting];
}

/** Both ascending; where both have a number, the fresh one counts. */
function mergePlaced(list: Placed[], fresh: readonly Placed[]): Placed[] {
  if (fresh.length === 0) return list;
  if (list.length === 0 || list.at(-1)!.seq < fresh[0]!.seq) return [...list, ...fresh];
  const merged: Placed[] = [];
  let at = 0;
  for (const message of fresh) {
    while (at < list.length && list[at]!.seq < message.seq) merged.push(list[at++]!);
    if (list[at]?.seq === message.seq) at += 1;
    merged.push(message);
  }
  while (at < list.length) merged.push(list[at++]!);
  return merged;
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
  const before = list.findLast((message) => isSame(message, change));
  if (before === undefined) return list;
  const after: ChatMessage = { ...before, state: change.state };
  if (change.seq !== undefined) after.seq = change.seq;
  if (change.ts !== undefined) after.ts = change.ts;
  return mergeMessages(list, [after]);
}

/** Highest sequence number in the list, 0 where there is none. */
export function headOf(list: readonly ChatMessage[]): number {
  return list.findLast(isPlaced)?.seq ?? 0;
}

function isPlaced(message: ChatMessage): message is Placed {
  return message.seq !== undefined;
}
