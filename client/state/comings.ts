// Who came and who went while this window was looking on, as lines between the messages of a room. Nothing of it is kept.
import type { ChatMessage, Member, Room } from '../engine/types.ts';

/** joined: their account is new. */
export interface Coming {
  userId: string;
  what: 'joined' | 'came' | 'went';
  /** Unix milliseconds of this computer. */
  at: number;
  /** The newest message of the room that was here then; 0: none. */
  after: number;
}

/** Lines of one room; an older one leaves for a newer one. */
export const COMINGS_MAX = 100;

/** What a change of the roster means for those who look on; undefined: nobody came or went. */
export function comingOf(before: Member | undefined, now: Member): Coming['what'] | undefined {
  const [was, is] = [before !== undefined && before.presence !== 'offline', now.presence !== 'offline'];
  if (before === undefined) return is ? 'joined' : undefined;
  return was === is ? undefined : is ? 'came' : 'went';
}

/** `people`: user ids of the room's members, as far as they are known. */
export function concerns(room: Room, userId: string, people: readonly { userId: string }[]): boolean {
  if (room.kind === 'lobby') return true;
  return room.kind === 'dm' ? room.peer === userId : people.some((person) => person.userId === userId);
}

/** Only the last of somebody's comings and goings in a row: who came back has not gone. */
export function lastOfEach(comings: readonly Coming[]): Coming[] {
  const last = new Map<string, Coming>();
  for (const coming of comings) {
    last.delete(coming.userId);
    last.set(coming.userId, coming);
  }
  return [...last.values()];
}

/**
 * Those that stand before the message, or behind all of them without one: above the message before it, and not below it.
 * `previous` undefined: the message is the first of those shown, and what came before it has no place.
 */
export function comingsBetween(comings: readonly Coming[], previous: ChatMessage | undefined, message: ChatMessage | undefined): Coming[] {
  const from = previous?.seq ?? 0;
  const to = message === undefined ? Infinity : (message.seq ?? Infinity);
  return previous === undefined && message !== undefined ? [] : comings.filter(({ after }) => after >= from && after < to);
}
