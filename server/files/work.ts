// What the parts of the file half share, and the one way a transfer changes its state or ends.
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import type { Rooms } from '../chat/rooms.ts';
import type { Roster } from '../chat/roster.ts';
import type { Session } from '../chat/session.ts';
import type { Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Metrics } from '../ops/metrics.ts';
import type { Store, Transfer, TransferState } from '../store/store.ts';
import type { Cache } from './cache.ts';
import type { Live, Lives } from './live.ts';
import type { Slot, Slots } from './slots.ts';
import { FileRefused, type FileLimits, type Space } from './space.ts';
import type { States } from './states.ts';

export interface Work {
  store: Store;
  cache: Cache;
  limits: FileLimits;
  lives: Lives;
  slots: Slots;
  states: States;
  space: Space;
  rooms: Rooms;
  roster: Roster;
  clock: Clock;
  log: Log;
  metrics: Metrics;
}

/** How a transfer ends. */
export type End = 'expired' | 'deleted' | 'damaged';

export function become({ store, states, clock }: Work, live: Live, state: TransferState, hash = live.transfer.hash): void {
  const change = { state, hash, touched: clock.now() };
  store.changeTransfer(live.transfer.id, change);
  live.transfer = { ...live.transfer, ...change };
  states.changed(live);
}

/** In its turn. Its connections end, who waits for it is told, and its file goes. */
export async function end(work: Work, live: Live, state: End): Promise<void> {
  if (live.gone || live.transfer.state === state) return;
  become(work, live, state);
  work.log.info({ transfer: live.key, state }, 'a file has ended');
  await drop(work, live, state);
}

/** Closes what is open and removes the file. What cannot be removed now is an orphan at the next start. */
export async function drop(work: Work, live: Live, code: ErrorCode): Promise<void> {
  const { upload } = live;
  closeAll(work, live, () => true);
  for (const { failed } of [...live.completions]) failed(new ReachError(code));
  await upload?.over;
  live.written = 0;
  try {
    await work.cache.remove(live.key);
  } catch (cause) {
    work.log.error({ transfer: live.key, reason: reasonOf(cause) }, 'a file could not be removed');
  }
}

/** Slots and connections of some sessions. */
export function closeAll({ slots, lives }: Work, live: Live, of: (session: Session) => boolean): void {
  for (const slot of [...live.slots]) if (of(slot.session)) slots.revoke(slot);
  for (const connection of live.connections) if (connection.slot && of(connection.slot.session)) connection.destroy();
  lives.release(live);
}

/** The file of a room that this session is in. Throws FileRefused `no_such_file`. */
export function visible({ store, rooms }: Work, session: Session, id: Uint8Array): Transfer {
  const transfer = store.transfer(id);
  if (!transfer || rooms.refusal(transfer.room, session.user, 'member')) throw new FileRefused('no_such_file');
  return transfer;
}

/** Throws FileRefused where nothing of it is left. */
export function refuseEnded({ transfer: { state }, gone }: Live): void {
  if (gone) throw new FileRefused('no_such_file');
  if (state === 'expired' || state === 'deleted' || state === 'damaged') throw new FileRefused(state);
}

export function isOwner({ owner }: Transfer, session: Session): boolean {
  return hex(owner) === session.user;
}

/** Slots and data connections that one session may have: previews and a few transfers at once. */
const STRANDS_MAX = 32;
const RETRY_MS = 1_000;

/** The session may have gone, and its user left the room, while the disk was asked. Throws FileRefused. */
export function issue(work: Work, place: Omit<Slot, 'token'>): Slot {
  const { session, live } = place;
  if (!work.roster.sessions.has(session)) throw new FileRefused('closed_by_peer');
  visible(work, session, live.transfer.id);
  if (strandsOf(work.lives, session) >= STRANDS_MAX) throw new FileRefused('rate_limited', undefined, RETRY_MS);
  return work.slots.issue(place);
}

function strandsOf(lives: Lives, session: Session): number {
  let count = 0;
  for (const live of lives.all) {
    for (const slot of live.slots) if (slot.session === session) count += 1;
    for (const { slot } of live.connections) if (slot?.session === session) count += 1;
  }
  return count;
}

/** ENOSPC: the disk is full. EDQUOT: what it gives this user is. */
export function codeOfDisk(cause: unknown): 'no_space' | 'server_error' {
  const { code } = cause as NodeJS.ErrnoException;
  return code === 'ENOSPC' || code === 'EDQUOT' ? 'no_space' : 'server_error';
}
