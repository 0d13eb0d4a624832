// The right to open one data connection: a token that works once, for a few seconds, in the hands of the session it was given to.
import { timingSafeEqual } from 'node:crypto';
import { attachMac, DOWNLOAD, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { ATTACH_WITHIN_MS } from '../../shared/protocol/limits.ts';
import type { Session } from '../chat/session.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import type { Live } from './live.ts';

const TOKEN_SIZE = 16;

export type DataDirection = typeof UPLOAD | typeof DOWNLOAD;

export interface Slot {
  readonly token: Bytes;
  readonly session: Session;
  readonly live: Live;
  readonly direction: DataDirection;
  /** Ciphertext bytes. */
  readonly offset: number;
}

export interface SlotsOptions {
  clock: Clock;
  random: Random;
  /** Nobody came in time. */
  lapsed(slot: Slot): void;
}

export class Slots {
  readonly #options: SlotsOptions;
  readonly #open = new Map<string, { slot: Slot; cancel: Cancel }>();

  constructor(options: SlotsOptions) {
    this.#options = options;
  }

  issue(place: Omit<Slot, 'token'>): Slot {
    const { clock, random, lapsed } = this.#options;
    const slot = { ...place, token: random(TOKEN_SIZE) };
    const lapse = (): void => {
      this.revoke(slot);
      lapsed(slot);
    };
    this.#open.set(hex(slot.token), { slot, cancel: clock.after(ATTACH_WITHIN_MS, lapse) });
    slot.live.slots.add(slot);
    return slot;
  }

  /** The token is spent, whatever the mac says. Throws ReachError `forbidden`. */
  take(token: Bytes, mac: Bytes): Slot {
    const slot = this.#open.get(hex(token))?.slot;
    if (!slot) throw new ReachError('forbidden');
    this.revoke(slot);
    const { session, live, direction, offset } = slot;
    if (!timingSafeEqual(mac, attachMac(session.exporter, { token, transferId: live.transfer.id, direction, offset }))) throw new ReachError('forbidden');
    return slot;
  }

  revoke(slot: Slot): void {
    const name = hex(slot.token);
    this.#open.get(name)?.cancel();
    this.#open.delete(name);
    slot.live.slots.delete(slot);
  }
}
