// What was gathered, as notifications: one for each room, one for all where there are many.
import type { Told } from '../../state/attention.svelte.ts';
import { words } from '../../words/words.ts';

export interface Announcement {
  /** One of the same key replaces the other. */
  key: string;
  title: string;
  body: string;
  /** Where a press on it leads; undefined: to the window as it is. */
  room?: string;
  /** The message it tells of, in that room. */
  message?: string;
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
  if (unseen.length === 0) return [];
  const rooms = [...new Set(unseen.map(({ room }) => room))];
  if (unseen.length > APART_MAX) return [summaryOf(rooms, count, names)];
  return unseen.map(({ room, message, sender, text, file }) => {
    const [who, where] = [names.person(sender), names.room(room)];
    return { key: room, room, message, title: where === undefined ? who : words.desktop.inRoom(who, where), body: bodyOf(preview ? text : undefined, file) };
  });
}

function summaryOf(rooms: readonly string[], count: number, { person: _person, room }: Names): Announcement {
  const [only] = rooms;
  const named = rooms.map((id) => room(id)).filter((name) => name !== undefined);
  return { key: 'many', title: words.desktop.many(count), body: named.length > 0 ? words.desktop.manyIn(named) : '', ...(rooms.length === 1 && only !== undefined && { room: only }) };
}

function bodyOf(text: string | undefined, file: string | undefined): string {
  if (text?.trim()) return [...text.trim()].slice(0, BODY_MAX).join('');
  return file === undefined ? words.desktop.wrote : words.desktop.sentFile;
}
