// What was gathered, as notifications: one for each room, one for all where there are many.
import type { Told } from '../../state/attention.svelte.ts';
import { words } from '../../words/words.ts';

export interface Announcement {
  /** One of the same key replaces the other. */
  key: string;
  title: string;
  body: string;
  /** Where a press on it leads: the message it tells of, of several the newest, and its room. */
  room: string;
  message: string;
}

export interface Names {
  person: (userId: string) => string;
  /** With its mark; undefined for a direct message, whose sender says it all. */
  room: (id: string) => string | undefined;
}

/** More messages than this are told as one. */
const APART_MAX = 3;
const BODY_MAX = 200;

export function announcementsOf({ told, count }: { told: readonly Told[]; count: number }, names: Names, preview: boolean): Announcement[] {
  const unseen = told.filter(({ seen }) => !seen);
  if (unseen.length > APART_MAX) return [summaryOf(unseen, count, names)];
  return unseen.map(({ room, message, sender, text, file }) => {
    const [who, where] = [names.person(sender), names.room(room)];
    return { key: room, room, message, title: where === undefined ? who : words.desktop.inRoom(who, where), body: bodyOf(preview ? text : undefined, file) };
  });
}

/** `told`: oldest first, as they came. */
function summaryOf(told: readonly Told[], count: number, { room: nameOf }: Pick<Names, 'room'>): Announcement {
  const { room, message } = told.at(-1)!;
  const named = [...new Set(told.map((one) => one.room))].map((id) => nameOf(id)).filter((name) => name !== undefined);
  return { key: 'many', title: words.desktop.many(count), body: named.length > 0 ? words.desktop.manyIn(named) : '', room, message };
}

function bodyOf(text: string | undefined, file: string | undefined): string {
  if (text?.trim()) return [...text.trim()].slice(0, BODY_MAX).join('');
  return file === undefined ? words.desktop.wrote : words.desktop.sentFile;
}
