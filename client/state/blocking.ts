// People whose messages somebody does not want to see: kept on this computer, by the account that said so. Nobody else learns of it.
import type { Settings } from '../engine/types.ts';

/** Of more, the one blocked first is not blocked any more: what the settings hold is bounded. */
const BLOCKED_MAX = 10_000;

type Blocked = Pick<Settings, 'blocked'>;

/** User ids. `me`: the own one. */
export function blockedBy({ blocked }: Blocked, me: string): readonly string[] {
  return blocked[me] ?? [];
}

/** What the settings say with this one blocked, newest last, or not any more. */
export function withBlocked({ blocked }: Blocked, { me, userId, on }: { me: string; userId: string; on: boolean }): Settings['blocked'] {
  const { [me]: before = [], ...others } = blocked;
  const rest = before.filter((one) => one !== userId);
  const next = on ? [...rest, userId].slice(-BLOCKED_MAX) : rest;
  return next.length === 0 ? others : { ...others, [me]: next };
}
