// Tries of a password, counted when a sign-in begins: the server never learns of a wrong one, the client does.
// Per (name, address) and per name, known or not; given back by a good proof. A count starts anew after its pause.
// At most COUNTERS_MAX counters are kept; beyond that the one touched longest ago is forgotten.
import { LOGIN_NAME_PAUSE_MS, LOGIN_PAUSE_MS } from '../../shared/protocol/limits.ts';

export interface ThrottleLimits {
  /** 0 = no limit. */
  tries: number;
  'tries-per-name': number;
}

interface Counter {
  used: number;
  last: number;
}

/** `left` tries, then a pause of so many milliseconds. */
export interface Tries {
  left: number;
  pause: number;
}

/** `tries` is absent where they are not limited. */
export type Try = { name: 'taken'; tries?: Tries } | { name: 'paused'; retryAfter: number };

const COUNTERS_MAX = 20_000;

export class Throttle {
  readonly #limits: ThrottleLimits;
  readonly #counters = new Map<string, Counter>();

  constructor(limits: ThrottleLimits) {
    this.#limits = limits;
  }

  /** `address` is a group of addresses that share a limit. Of two rules the stricter one is told: fewer tries, longer pause. */
  take(username: string, address: string, now: number): Try {
    const rules = this.#rules(username, address);
    const waits = rules.map(({ key, most, pause }) => this.#wait(this.#counters.get(key), most, pause, now));
    const retryAfter = Math.max(0, ...waits);
    if (retryAfter > 0) return { name: 'paused', retryAfter };
    const tries = rules.map(({ key, most, pause }) => ({ left: most - this.#count(key, pause, now), pause })).sort((a, b) => a.left - b.left || b.pause - a.pause)[0];
    return { name: 'taken', ...(tries && { tries }) };
  }

  refund(username: string, address: string): void {
    for (const { key } of this.#rules(username, address)) {
      const counter = this.#counters.get(key);
      if (!counter) continue;
      counter.used -= 1;
      if (counter.used <= 0) this.#counters.delete(key);
    }
  }

  #rules(username: string, address: string): { key: string; most: number; pause: number }[] {
    const { tries, 'tries-per-name': perName } = this.#limits;
    return [
      { key: `${username} ${address}`, most: tries, pause: LOGIN_PAUSE_MS },
      { key: username, most: perName, pause: LOGIN_NAME_PAUSE_MS },
    ].filter(({ most }) => most > 0);
  }

  #wait(counter: Counter | undefined, most: number, pause: number, now: number): number {
    if (!counter || counter.used < most) return 0;
    // A clock set back must not lengthen a pause: it starts anew from the clock as it is.
    counter.last = Math.min(counter.last, now);
    return Math.max(0, counter.last + pause - now);
  }

  /** Tries used, this one included. */
  #count(key: string, pause: number, now: number): number {
    const before = this.#counters.get(key);
    const used = before && now - before.last < pause ? before.used + 1 : 1;
    this.#counters.delete(key);
    this.#counters.set(key, { used, last: now });
    if (this.#counters.size > COUNTERS_MAX) this.#counters.delete(this.#counters.keys().next().value!);
    return used;
  }
}
