// Messages → rows of the timeline: where a day begins, where the New line stands, which messages form a group.
import type { ChatMessage } from '../engine/types.ts';
import { dayOf } from './dates.ts';
import { keyOf } from './order.ts';

/** Messages of one person further apart than this begin a new group. */
export const GROUP_GAP_MS = 5 * 60_000;

export type Row =
  | { kind: 'day'; key: string; ts: number }
  | { kind: 'new'; key: string }
  | { kind: 'message'; key: string; message: ChatMessage; first: boolean; last: boolean };

/** `previous`: the message above the first one, where one is loaded but not mounted. */
export function rowsOf(messages: readonly ChatMessage[], newLine: string | undefined, previous?: ChatMessage): Row[] {
  const rows: Row[] = [];
  let before = previous;
  messages.forEach((message, at) => {
    const key = keyOf(message);
    const breaks = breaksBefore(message, before, newLine);
    if (breaks.day) rows.push({ kind: 'day', key: `day:${key}`, ts: message.ts });
    if (breaks.line) rows.push({ kind: 'new', key: 'new' });
    const next = messages[at + 1];
    rows.push({ kind: 'message', key, message, first: startsGroup(message, before, newLine), last: next === undefined || startsGroup(next, message, newLine) });
    before = message;
  });
  return rows;
}

function breaksBefore(message: ChatMessage, before: ChatMessage | undefined, newLine: string | undefined): { day: boolean; line: boolean } {
  return { day: before === undefined || dayOf(before.ts) !== dayOf(message.ts), line: keyOf(message) === newLine };
}

function startsGroup(message: ChatMessage, before: ChatMessage | undefined, newLine: string | undefined): boolean {
  if (before === undefined || before.sender !== message.sender) return true;
  const { day, line } = breaksBefore(message, before, newLine);
  return day || line || Math.abs(message.ts - before.ts) > GROUP_GAP_MS;
}
