// Whether a message that came is worth telling somebody who may not be looking. Pure: everything it depends on is handed in.
import type { Notify, Presence } from '../engine/types.ts';

export interface Circumstances {
  own: boolean;
  /** The person does not want to see its sender. */
  blocked: boolean;
  /** It names the person, or stands in a direct message. */
  personal: boolean;
  /** What the room says, or else the setting for all rooms. */
  notify: Notify;
  /** The newest messages of its room are on the screen of somebody who looks. */
  watched: boolean;
  presence: Presence;
  /** Unix milliseconds. */
  now: number;
  mutedUntil: number;
  quiet: { from: number; to: number } | null;
}

/** `seen`: it appears before their eyes; only a sound can be wanted for it. */
export function verdictOn(it: Circumstances): 'tell' | 'seen' | 'nothing' {
  if (it.own || it.blocked || it.notify === 'none' || (it.notify === 'mentions' && !it.personal)) return 'nothing';
  if (it.presence === 'dnd' || it.now < it.mutedUntil || isQuiet(it.now, it.quiet)) return 'nothing';
  return it.watched ? 'seen' : 'tell';
}

/** Of a span that goes over midnight `from` is the later one; a span of no length is none. */
export function isQuiet(now: number, quiet: Circumstances['quiet']): boolean {
  if (quiet === null) return false;
  const date = new Date(now);
  const minute = date.getHours() * 60 + date.getMinutes();
  const { from, to } = quiet;
  return from <= to ? minute >= from && minute < to : minute >= from || minute < to;
}
