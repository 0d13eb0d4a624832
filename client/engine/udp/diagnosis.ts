// What an association can find out about the way to its relay: loss and round trip of a few pings, whether a NAT's mapping
// depends on the destination (RFC 5780 §4.3, inside the association), and how long it lives (§4.6).
import { UDP_SILENCE_MAX } from '../../../shared/protocol/limits.ts';
import type { Clock } from '../clock.ts';
import type { Carrier } from './carrier.ts';
import type { UdpLink } from './link.ts';

/** `unknown`: the relay has no other port, or it does not answer. */
export type Mapping = 'same' | 'depends' | 'unknown';

export interface Trip {
  /** Packets that asked for an answer. */
  pings: number;
  /** Milliseconds; undefined: none was answered. */
  rtt: number | undefined;
  /** 0 to 1. */
  loss: number;
}

/** Milliseconds of silence after which the way back was open still, and those after which it was not. */
export interface Lifetime {
  atLeast: number;
  lessThan?: number;
  /** Others wrote again and again: there was no silence to measure. */
  disturbed?: true;
}

const PINGS = 40;
const PING_EVERY_MS = 25;
/** Milliseconds that an answer may take: probe timeouts of a slow way, three of them. */
const ANSWER_MS = 3_000;
const QUESTIONS = 3;
const QUESTION_MS = 700;
const LOOK_EVERY_MS = 25;
/** Milliseconds of silence beyond the one that is measured: until its end is seen. */
const MARGIN_MS = 10_000;

export class Diagnosis {
  readonly #clock: Clock;
  readonly #carrier: Carrier;
  readonly #link: UdpLink;

  constructor(clock: Clock, carrier: Carrier, link: UdpLink) {
    this.#clock = clock;
    this.#carrier = carrier;
    this.#link = link;
  }

  async trip(): Promise<Trip> {
    for (let sent = 0; sent < PINGS; sent += 1) {
      this.#link.ping();
      await this.#sleep(PING_EVERY_MS);
    }
    await this.#sleep(Math.min(ANSWER_MS, 2 * (this.#link.view.rtt ?? 0)));
    const { rtt, loss } = this.#link.view;
    return { pings: PINGS, rtt, loss };
  }

  async mapping(): Promise<Mapping> {
    for (let asked = 0; asked < QUESTIONS && this.#link.askApart(); asked += 1) {
      const answered = await this.#until(() => this.#link.view.seenApart !== undefined, QUESTION_MS);
      const { seen, seenApart } = this.#link.view;
      if (answered && seen !== undefined) return seen === seenApart ? 'same' : 'depends';
    }
    return 'unknown';
  }

  /** Silences of so many milliseconds, rising, up to the first that is not outlived. `tell`: before each. undefined: nothing comes back even without a silence. */
  async lifetime(silences: readonly number[], tell: (silence: number) => void): Promise<Lifetime | undefined> {
    if (!(await this.#comesBack())) return undefined;
    let atLeast = 0;
    for (const silence of silences) {
      tell(silence);
      if (!(await this.#silent(silence))) return { atLeast, disturbed: true };
      if (!(await this.#comesBack())) return { atLeast, lessThan: silence };
      atLeast = silence;
    }
    return { atLeast };
  }

  /** False: others write again and again. */
  async #silent(ms: number): Promise<boolean> {
    const most = Math.min(2 * ms + MARGIN_MS, UDP_SILENCE_MAX);
    this.#link.rest(most);
    this.#carrier.ask(most);
    // The ping that this asks for begins the silence.
    await this.#sleep(QUESTION_MS);
    const silent = await this.#until(() => this.#clock.now() - this.#link.view.lastAt >= ms, most - QUESTION_MS);
    this.#link.rest(ANSWER_MS);
    return silent;
  }

  async #comesBack(): Promise<boolean> {
    const before = this.#link.view.received;
    this.#carrier.ask(0);
    return this.#until(() => this.#link.view.received > before, ANSWER_MS);
  }

  async #until(look: () => boolean, ms: number): Promise<boolean> {
    for (const end = this.#clock.now() + ms; !look(); ) {
      if (this.#clock.now() >= end) return false;
      await this.#sleep(LOOK_EVERY_MS);
    }
    return true;
  }

  #sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.#clock.after(ms, resolve));
  }
}
