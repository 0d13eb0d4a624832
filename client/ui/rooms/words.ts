// What the room dialogs say. Pure.
import { ROOM_NAME_MAX, TOPIC_MAX } from '../../../shared/protocol/limits.ts';
import { canonicalRoomName } from '../../../shared/protocol/names.ts';
import type { Failure, Member, RoomKind } from '../../engine/types.ts';
import { lastSeenWords, type Hours } from '../../state/dates.ts';

const PRESENCE_WORDS = { online: 'online', away: 'away', dnd: 'do not disturb' } as const;

export function failureLine({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** What a person types with spaces is meant as one name. */
export function roomNameFrom(typed: string): string | undefined {
  return canonicalRoomName(typed.trim().replace(/\s+/g, '-'));
}

/** undefined: it can be a name. `asked`: the person wants the room now, so that nothing at all is a problem too. */
export function roomNameProblem(typed: string, asked: boolean): string | undefined {
  if (typed.trim() === '') return asked ? 'The room needs a name.' : undefined;
  if (roomNameFrom(typed) !== undefined) return undefined;
  return `Letters, digits, dots, dashes and underscores, at most ${ROOM_NAME_MAX}; it begins with a letter or digit.`;
}

export function topicProblem(topic: string): string | undefined {
  const { length } = topic.trim();
  return length > TOPIC_MAX ? `A topic has at most ${TOPIC_MAX} characters; this one has ${length}.` : undefined;
}

/** Whether somebody is here, or when they were. `stale`: from before the connection was lost, so that nobody knows. */
export function presenceWords({ presence, lastSeen }: Member, { now, hours, stale }: { now: number; hours: Hours; stale: boolean }): string | undefined {
  if (stale) return undefined;
  return presence === 'offline' ? lastSeenWords(lastSeen, now, hours) : PRESENCE_WORDS[presence];
}

/** What leaving means. `members`: 0 while they are not known. */
export function leaveWords(kind: RoomKind, members: number): string {
  if (members === 1) return 'You are the last one here: the room and its messages will be gone.';
  const back = kind === 'private' ? 'You will not see it any more. A moderator can invite you again.' : 'You can join it again at any time.';
  return members === 0 ? `${back} If nobody else is in it, the room and its messages will be gone.` : back;
}
