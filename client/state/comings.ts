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

/** Those that stand between the two; without a message, behind all. Without a previous one nothing earlier has a place. */
export function comingsBetween(comings: readonly Coming[], previous: ChatMessage | undefined, message: ChatMessage | undefined): Coming[] {
  // Behind what waits for its place nothing has one.
  if (previous !== undefined && previous.seq === undefined) return [];
  const to = message === undefined ? Infinity : (message.seq ?? Infinity);
  const from = previous?.seq ?? (message?.seq ?? 1) - 1;
  return comings.filter(({ after }) => after >= from && after < to);
}
