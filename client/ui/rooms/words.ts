// What the room dialogs say. Pure.
import { ROOM_NAME_MAX, TOPIC_MAX } from '../../../shared/protocol/limits.ts';
import { canonicalRoomName } from '../../../shared/protocol/names.ts';
import type { Failure, Member, RoomKind } from '../../engine/types.ts';
import { lastSeenWords, type Hours } from '../../state/dates.ts';
import { words } from '../../words/words.ts';

const texts = words.rooms;

export function failureLine({ message, hint }: Failure): string {
  return hint === undefined ? message : `${message} ${hint}`;
}

/** What a person types with spaces is meant as one name. */
export function roomNameFrom(typed: string): string | undefined {
  return canonicalRoomName(typed.trim().replace(/\s+/g, '-'));
}

/** undefined: it can be a name. `asked`: the person wants the room now, so that nothing at all is a problem too. */
export function roomNameProblem(typed: string, asked: boolean): string | undefined {
  if (typed.trim() === '') return asked ? texts.needsName : undefined;
  if (roomNameFrom(typed) !== undefined) return undefined;
  return texts.nameRule(ROOM_NAME_MAX);
}

export function topicProblem(topic: string): string | undefined {
  const { length } = topic.trim();
  return length > TOPIC_MAX ? texts.topicRule(TOPIC_MAX, length) : undefined;
}

/** Whether somebody is here, or when they were. `stale`: from before the connection was lost, so that nobody knows. */
export function presenceWords({ presence, lastSeen }: Member, { now, hours, stale }: { now: number; hours: Hours; stale: boolean }): string | undefined {
  if (stale) return undefined;
  return presence === 'offline' ? lastSeenWords(lastSeen, now, hours) : words.people.presence[presence];
}

/** What leaving means. `members`: 0 while they are not known. */
export function leaveWords(kind: RoomKind, members: number): string {
  if (members === 1) return texts.lastOne;
  return members === 0 ? texts.leavingPerhapsLast(kind === 'private') : texts.leaving(kind === 'private');
}
