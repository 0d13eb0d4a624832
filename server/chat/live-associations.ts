// The rows of live associations: written with a session's ticket, removed when the session ends, and all of them when a
// server starts. They hold no salt: a relay that starts draws a new one for each.
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import type { UdpKey } from '../../shared/protocol/messages.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { sealKey } from '../store/sealing.ts';
import type { LiveAssociation, Store } from '../store/store.ts';

export interface LiveAssociationsOptions {
  store: Pick<Store, 'clearAssociations' | 'removeAssociations' | 'extendAssociations'>;
  sealingKey: Bytes;
  clock: Clock;
  random: Random;
  log: Log;
}

/** Milliseconds that a row is good for. Prolonged every minute: a computer may sleep for a day and go on. */
const LIFE_MS = 24 * 60 * 60_000;

export class LiveAssociations {
  readonly #options: LiveAssociationsOptions;
  /** Ended in this turn of the event loop: a house that empties at once costs one commit. */
  #ended: Bytes[] = [];
  #removing: Cancel | undefined;

  constructor(options: LiveAssociationsOptions) {
    this.#options = options;
    options.store.clearAssociations();
  }

  row(userId: Bytes, { connection_id: connectionId, key }: UdpKey): LiveAssociation {
    const { sealingKey, clock, random } = this.#options;
    return { connectionId, userId, ...sealKey(sealingKey, { connectionId, key }, random), expires: clock.now() + LIFE_MS };
  }

  ended(connectionId: Bytes): void {
    this.#ended.push(connectionId);
    this.#removing ??= this.#options.clock.after(0, () => this.remove());
  }

  /** Throws where it cannot be stored. */
  extend(): void {
    this.#options.store.extendAssociations(this.#options.clock.now() + LIFE_MS);
  }

  /** A row that stays serves nobody: a relay opens only what the server names, and the next start removes it. */
  remove(): void {
    const ended = this.#ended;
    this.#removing?.();
    this.#removing = undefined;
    this.#ended = [];
    try {
      if (ended.length > 0) this.#options.store.removeAssociations(ended);
    } catch (cause) {
      this.#options.log.error({ associations: ended.length, reason: reasonOf(cause) }, 'ended associations could not be removed from the store; the next start does it');
    }
  }
}
