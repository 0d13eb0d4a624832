// What addresses that have proved nothing may cost: a datagram that does not verify takes a decryption, and anybody who saw a
// connection id go by can send many. Beyond a bound they are dropped unread; the proven address is heard all the while.
import type { OpenedDatagram } from './keys.ts';

/** Openings that fail in one second. */
const FAILED_MAX = 200;

export class Strangers {
  #since = -Infinity;
  #failed = 0;

  open(attempt: () => OpenedDatagram | 'replay' | 'forged', now: number): OpenedDatagram | 'replay' | 'forged' {
    if (now - this.#since >= 1_000) {
      this.#since = now;
      this.#failed = 0;
    }
    if (this.#failed >= FAILED_MAX) return 'forged';
    const opened = attempt();
    if (opened === 'forged') this.#failed += 1;
    return opened;
  }
}
