// Two associations over a network that a test describes: a virtual clock, links that lose, delay, double, bend and hold up.
// TCP stands beside it as a delay. Deterministic: one seed, one run.
import { Association, RELAY_APART, type AssociationEvent, type Datagram, type Verdict } from '../../../shared/udp/association.ts';
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import { Chance } from '../../sim/chance.ts';

export interface LinkRules {
  /** Milliseconds, and how much more it may be. */
  latency: number;
  jitter: number;
  /** 0 to 1. */
  loss: number;
  duplicates: number;
  flips: number;
  cut: boolean;
}

export type Side = 'client' | 'server';

export const CLEAN: LinkRules = { latency: 20, jitter: 0, loss: 0, duplicates: 0, flips: 0, cut: false };
const TCP_MS = 30;

export class TwoEnds {
  readonly ends: Record<Side, Association>;
  readonly rules: Record<Side, LinkRules> = { client: { ...CLEAN }, server: { ...CLEAN } };
  readonly events: Record<Side, AssociationEvent[]> = { client: [], server: [] };
  readonly verdicts: Record<Verdict, number> = { ok: 0, malformed: 0, replay: 0, forged: 0 };
  /** Every datagram that left, by its sender. */
  readonly sent: Record<Side, Bytes[]> = { client: [], server: [] };
  /** Where the client's datagrams seem to come from. */
  address = '198.51.100.7:40000';
  /** The same at the relay's other port, where that is another one; false: that port does not answer. */
  apart: string | false | undefined;
  /** The translator in front of the client forgets a mapping that was not used for so many ms; the next datagram gets another port. */
  forgetsAfter = Infinity;
  now = 1_000_000;
  #usedAt = this.now;
  #ports = 40_000;
  readonly #chance: Chance;
  #queue: { at: number; order: number; run: () => void }[] = [];
  #order = 0;

  constructor(seed = 1) {
    this.#chance = new Chance(seed);
    const random = this.#chance.bytes;
    const common = { connectionId: random(8), key: random(32), salt: random(16), random, now: this.now };
    this.ends = { client: new Association({ ...common, role: 'client' }), server: new Association({ ...common, role: 'server' }) };
  }

  random(): number {
    return this.#chance.next();
  }

  /** Until nothing is due before `ms` from now. */
  run(ms: number): void {
    const end = this.now + ms;
    for (let still = 0; ; ) {
      this.pump();
      const next = Math.min(this.#queue[0]?.at ?? Infinity, ...this.#deadlines());
      if (next > end) break;
      still = next > this.now ? 0 : still + 1;
      if (still > 10_000) throw new Error(`busy at ${this.now} while no time passes: deadlines ${this.#deadlines().join(' and ')}`);
      this.now = Math.max(this.now, next);
      while (this.#queue[0] && this.#queue[0].at <= this.now) {
        this.#queue.shift()!.run();
        this.pump();
      }
    }
    this.now = end;
    this.pump();
  }

  /** Until `done`, or `ms` are over: then false. */
  until(done: () => boolean, ms: number): boolean {
    for (const end = this.now + ms; this.now < end && !done(); ) this.run(5);
    return done();
  }

  both(): boolean {
    return this.ends.client.view().sending && this.ends.server.view().sending;
  }

  /** What an owner does after every call. */
  pump(): void {
    for (const side of ['client', 'server'] as const) {
      for (const datagram of this.ends[side].transmit(this.now)) this.#translate(side, datagram);
      for (const event of this.ends[side].take()) this.#happened(side, event);
    }
  }

  /** Hands the other end a datagram as if it had just come. */
  inject(to: Side, bytes: Bytes, from = this.address): Verdict {
    const verdict = this.ends[to].receive(bytes, to === 'client' ? 'relay' : from, this.now);
    this.verdicts[verdict] += 1;
    return verdict;
  }

  #deadlines(): number[] {
    return [this.ends.client.deadline, this.ends.server.deadline].filter((at) => at !== undefined);
  }

  #happened(side: Side, event: AssociationEvent): void {
    this.events[side].push(event);
    if (event.name === 'stat') this.#later(TCP_MS, () => this.ends[other(side)].reported(event.content, this.now));
  }

  #translate(side: Side, { bytes, to }: Datagram): void {
    const isForgotten = this.now - this.#usedAt > this.forgetsAfter;
    if (to === RELAY_APART) return this.#ask(bytes);
    if (side === 'server' && (isForgotten || to !== this.address)) return void this.sent.server.push(bytes);
    if (isForgotten) this.address = `198.51.100.7:${(this.#ports += 1)}`;
    this.#usedAt = this.now;
    this.#send(side, bytes);
  }

  #ask(bytes: Bytes): void {
    const from = this.apart ?? this.address;
    if (from === false) return;
    this.#later(this.rules.client.latency, () => {
      const { answer } = this.ends.server.reflect(bytes, from, this.now);
      if (answer) this.#later(this.rules.server.latency, () => this.inject('client', answer));
    });
  }

  #send(side: Side, bytes: Bytes): void {
    const { latency, jitter, loss, duplicates, flips, cut } = this.rules[side];
    this.sent[side].push(bytes);
    const from = this.address;
    for (let copies = this.#chance.next() < duplicates ? 2 : 1; copies > 0; copies -= 1) {
      if (cut || this.#chance.next() < loss) continue;
      const carried = Uint8Array.from(bytes);
      if (this.#chance.next() < flips) carried[Math.floor(this.#chance.next() * carried.length)]! ^= 1 << Math.floor(this.#chance.next() * 8);
      this.#later(latency + this.#chance.next() * jitter, () => this.inject(other(side), carried, from));
    }
  }

  #later(ms: number, run: () => void): void {
    this.#order += 1;
    this.#queue.push({ at: this.now + ms, order: this.#order, run });
    this.#queue.sort((a, b) => a.at - b.at || a.order - b.order);
  }
}

export function other(side: Side): Side {
  return side === 'client' ? 'server' : 'client';
}
