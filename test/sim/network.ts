// The network of a world. A line joins one client's machine and the server's; each way of it has its own rules. Datagrams
// meet them as they are; TCP turns loss into delay and a cut into silence, as the systems' own stacks do.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Chance } from './chance.ts';
import type { VirtualClock } from './virtual-clock.ts';

export interface Rules {
  /** Milliseconds, and how much more it may be. */
  latency: number;
  jitter: number;
  /** 0 to 1. */
  loss: number;
  duplicates: number;
  /** One bit of a datagram is turned. TCP's checksums make loss of it. */
  flips: number;
  /** A datagram comes this many times the latency later, and so behind others. */
  reorder: number;
  /** Bytes of a datagram; larger ones vanish. */
  mtu: number;
  /** Nothing passes. */
  cut: boolean;
  /** No datagram passes; TCP does. */
  udpCut: boolean;
}

export type Way = 'up' | 'down';

export const CLEAN: Rules = { latency: 15, jitter: 0, loss: 0, duplicates: 0, flips: 0, reorder: 0, mtu: 1_500, cut: false, udpCut: false };

/** Milliseconds: the least and the most that TCP waits before it sends again (RFC 6298, as systems have it). */
const RTO_MS = 200;
const RTO_MAX_MS = 30_000;
/** How many times its latency a datagram takes that others overtake. */
const REORDERED = 3;

export class Line {
  readonly up: Rules = { ...CLEAN };
  readonly down: Rules = { ...CLEAN };
  readonly #clock: VirtualClock;
  readonly #chance: Chance;

  constructor(clock: VirtualClock, chance: Chance) {
    this.#clock = clock;
    this.#chance = chance;
  }

  /** Calls `arrive` for every copy that comes through. */
  datagram(way: Way, bytes: Bytes, arrive: (bytes: Bytes) => void): void {
    const rules = this[way];
    for (let copies = this.#chance.is(rules.duplicates) ? 2 : 1; copies > 0; copies -= 1) {
      if (rules.cut || rules.udpCut || bytes.length > rules.mtu || this.#chance.is(rules.loss)) continue;
      const carried = Uint8Array.from(bytes);
      if (this.#chance.is(rules.flips)) carried[this.#chance.below(carried.length)]! ^= 1 << this.#chance.below(8);
      const delay = this.#delay(rules) * (this.#chance.is(rules.reorder) ? REORDERED : 1);
      this.#clock.after(delay, () => arrive(carried));
    }
  }

  /** One step of a TCP stream's way: `arrive` is called when it has come through, sooner or later, or never while the line is cut. */
  segment(way: Way, arrive: () => void, wait = RTO_MS): void {
    const rules = this[way];
    const back = this[way === 'up' ? 'down' : 'up'];
    // Sent again after a time that doubles, as long as it or its acknowledgement is lost.
    if (rules.cut || this.#chance.is(rules.loss) || (back.cut && this.#chance.is(0.5))) {
      this.#clock.after(wait, () => this.segment(way, arrive, Math.min(2 * wait, RTO_MAX_MS)));
      return;
    }
    this.#clock.after(this.#delay(rules), arrive);
  }

  #delay({ latency, jitter }: Rules): number {
    return latency + this.#chance.next() * jitter;
  }
}
