// Messages → rows of the timeline: where a day begins, where the New line stands, which messages form a group, which
// pictures stand together in one album, which files lie under each other in one bubble, and what is folded away.
import type { ChatMessage } from '../engine/types.ts';
import { comingsBetween, lastOfEach, type Coming } from './comings.ts';
import { dayOf } from './dates.ts';
import { keyOf } from './order.ts';

/** Messages of one person further apart than this begin a new group. */
export const GROUP_GAP_MS = 5 * 60_000;
/** Files of one person that came at most this far apart were sent together. */
export const TOGETHER_MS = 10_000;
export const ALBUM_MAX = 4;

/** Where a message stands among those around it. */
export interface Standing {
  /** Of its group. */
  first: boolean;
  last: boolean;
  /** Its bubble goes on from the one above, into the one below. */
  joined: boolean;
  open: boolean;
}

export type Row =
  | { kind: 'day'; key: string; ts: number }
  | { kind: 'new'; key: string }
  | { kind: 'comings'; key: string; comings: readonly Coming[] }
  | { kind: 'message'; key: string; message: ChatMessage; at: Standing }
  | { kind: 'folded'; key: string; messages: readonly ChatMessage[] }
  | { kind: 'album'; key: string; messages: readonly ChatMessage[]; at: Standing };

interface RowOptions {
  /** Key of the message under the New line. */
  newLine: string | undefined;
  /** The message above the first one, where one is loaded but not mounted. */
  previous?: ChatMessage | undefined;
  /** It is shown as a picture. */
  isPicture: (message: ChatMessage) => boolean;
  /** Its sender is blocked: such messages that follow each other are one line. */
  isFolded?: (message: ChatMessage) => boolean;
  /** Who came and went, oldest first. */
  comings?: readonly Coming[];
  /** The newest message is among these. */
  atEnd?: boolean;
}

export function rowsOf(messages: readonly ChatMessage[], { newLine, previous, isPicture, isFolded = () => false, comings = [], atEnd = true }: RowOptions): Row[] {
  const rows: Row[] = [];
  const lines = messages.map((message, at) => comingsRow(comings, at === 0 ? previous : messages[at - 1], message));
  const starts = messages.map((message, at) => {
    const before = at === 0 ? previous : messages[at - 1];
    return lines[at] !== undefined || startsGroup(message, before, newLine) || isFolded(message) !== isFolded(before!);
  });
  const joins = messages.map((message, at) => at > 0 && !starts[at]! && isTogether(messages[at - 1]!, message));
  let day = previous?.ts;
  for (let at = 0; at < messages.length; ) {
    const message = messages[at]!;
    const isNewDay = beginsDay(message, day);
    if (isNewDay) day = message.ts;
    if (isNewDay) rows.push({ kind: 'day', key: `day:${keyOf(message)}`, ts: message.ts });
    const line = lines[at];
    if (line) rows.push(line);
    if (keyOf(message) === newLine) rows.push({ kind: 'new', key: 'new' });
    let end = at + 1;
    if (isFolded(message)) {
      while (end < messages.length && isFolded(messages[end]!) && dayOf(messages[end]!.ts) === dayOf(message.ts) && keyOf(messages[end]!) !== newLine) end += 1;
      rows.push({ kind: 'folded', key: `folded:${keyOf(message)}`, messages: messages.slice(at, end) });
      at = end;
      continue;
    }
    while (isPicture(message) && end < messages.length && end - at < ALBUM_MAX && joins[end]! && isPicture(messages[end]!)) end += 1;
    const standing = { first: starts[at]!, last: end === messages.length || starts[end]!, joined: joins[at]!, open: end < messages.length && joins[end]! };
    rows.push(end - at > 1 ? { kind: 'album', key: `album:${keyOf(message)}`, messages: messages.slice(at, end), at: standing } : { kind: 'message', key: keyOf(message), message, at: standing });
    at = end;
  }
  const last = atEnd ? comingsRow(comings, messages.at(-1), undefined) : undefined;
  return last ? [...rows, last] : rows;
}

function comingsRow(all: readonly Coming[], previous: ChatMessage | undefined, message: ChatMessage | undefined): Row | undefined {
  const comings = all.length === 0 ? [] : comingsBetween(all, previous, message);
  return comings.length === 0 ? undefined : { kind: 'comings', key: `comings:${comings[0]!.at}:${comings[0]!.userId}`, comings: lastOfEach(comings) };
}

/** `day`: of the line above. What has no place in the log stands last however old it is: it never brings an older day. */
function beginsDay({ seq, ts }: ChatMessage, day: number | undefined): boolean {
  if (day === undefined || dayOf(day) === dayOf(ts)) return day === undefined;
  return seq !== undefined || ts > day;
}

/** Only the first of several files that were sent together has words of its own. */
function isTogether(before: ChatMessage, message: ChatMessage): boolean {
  const bare = !message.text?.trim() && message.replyTo === undefined;
  return isFile(before) && isFile(message) && bare && Math.abs(message.ts - before.ts) <= TOGETHER_MS;
}

function isFile({ file, deleted, state }: ChatMessage): boolean {
  return file !== undefined && deleted === undefined && state.name !== 'failed';
}

function startsGroup(message: ChatMessage, before: ChatMessage | undefined, newLine: string | undefined): boolean {
  if (before === undefined || before.sender !== message.sender || keyOf(message) === newLine) return true;
  return dayOf(before.ts) !== dayOf(message.ts) || Math.abs(message.ts - before.ts) > GROUP_GAP_MS;
}
