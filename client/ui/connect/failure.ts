// A failure → where it stands on the card and in which words.
import type { ErrorCode, Failure } from '../../engine/types.ts';
import { words } from '../../words/words.ts';

export type Place = 'username' | 'password' | 'server' | 'card';

const PLACE_OF: Partial<Record<ErrorCode, Place>> = {
  unreachable: 'server',
  refused: 'server',
  timeout: 'server',
  not_reach: 'server',
  version: 'server',
  bad_signature: 'server',
  closed_by_peer: 'server',
  bad_invite: 'server',
  auth_failed: 'password',
  bad_name: 'username',
  unknown_name: 'username',
  name_taken: 'username',
  closed: 'username',
  banned: 'username',
};

export function placeOf(failure: Failure): Place {
  return failure.field ?? PLACE_OF[failure.code] ?? 'card';
}

/** Nobody answered: another try may find somebody. */
const AWAY: ReadonlySet<ErrorCode> = new Set<ErrorCode>(['refused', 'timeout', 'unreachable']);

export function mayAnswerLater({ code }: Failure): boolean {
  return AWAY.has(code);
}

/** Cause, then the next step. How long to wait is counted on the button, and would stand still here. */
export function failureWords({ code, message, hint }: Failure): string {
  return [code === 'busy' ? words.connect.tooManyTries : message, hint].filter(Boolean).join(' ');
}

/** Milliseconds until another try makes sense; 0 when it does already. */
export function pauseLeft(failure: Failure | undefined, since: number, now: number): number {
  return failure?.retryAfter === undefined ? 0 : Math.max(0, since + failure.retryAfter - now);
}
