// What a room hears of its files: every change of state, and while bytes come how many, at most once a second of each file.
import { hex } from '../../shared/protocol/bytes.ts';
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import type { FileState } from '../../shared/protocol/messages.ts';
import type { Rooms } from '../chat/rooms.ts';
import type { Roster } from '../chat/roster.ts';
import type { Session } from '../chat/session.ts';
import type { Clock } from '../ops/clock.ts';
import type { Transfer } from '../store/store.ts';
import { isUnfinished, type Live } from './live.ts';

const PROGRESS_EVERY_MS = 1_000;

/** Why, and who says so. */
export interface Remark {
  code: ErrorCode;
  user_id?: Uint8Array;
}

export class States {
  readonly #rooms: Rooms;
  readonly #roster: Roster;
  readonly #clock: Clock;

  constructor(rooms: Rooms, roster: Roster, clock: Clock) {
    this.#rooms = rooms;
    this.#roster = roster;
    this.#clock = clock;
  }

  /** To everybody in the room. */
  changed(live: Live): void {
    live.told = this.#clock.now();
    this.#send(live, this.#listeners(live.transfer), false);
  }

  /** The same where it is only more bytes: one that is lost is made up for by the next. */
  progress(live: Live): void {
    // A clock set back must not silence it.
    if (Math.abs(this.#clock.now() - live.told) < PROGRESS_EVERY_MS) return;
    live.told = this.#clock.now();
    this.#send(live, this.#listeners(live.transfer), true);
  }

  /** To the sessions of the one who sent it. */
  remark(live: Live, remark: Remark): void {
    this.#send(live, this.#roster.sessionsOf(hex(live.transfer.owner)), false, remark);
  }

  #listeners({ room }: Transfer): Iterable<Session> {
    const found = this.#rooms.get(room);
    return found ? this.#rooms.sessions(found) : [];
  }

  #send({ transfer, written }: Live, sessions: Iterable<Session>, droppable: boolean, remark?: Remark): void {
    const frame = encodeMessage('file_state', { ...fileState(transfer, written), ...remark });
    for (const session of sessions) session.connection.send(frame, droppable);
  }
}

/** `written`: ciphertext bytes on disk. */
export function fileState(transfer: Transfer, written: number): FileState {
  const { id, room, size, state } = transfer;
  return { transfer_id: id, room, state, bytes: state === 'available' ? size : isUnfinished(transfer) ? written : 0 };
}
