// Packets that asked for an answer and have none yet: found again when they are acknowledged, given up when later ones
// were (RFC 9002 §6.1). A packet given up stays known for a while: an answer that is merely late still counts.
import type { Ack, Fragment } from './frames.ts';

export interface Packet {
  epoch: number;
  number: number;
  sentAt: number;
  /** Bytes that congestion control counts: 0 where nothing but small change is inside. */
  size: number;
  fragments: readonly Pick<Fragment, 'message' | 'index'>[];
  drops: readonly number[];
}

export interface Answered {
  packets: readonly (Packet & { lost: boolean })[];
  /** Of the newest one, milliseconds; absent where that was answered before. */
  sample?: { measured: number; delay: number };
}

/** Packets behind the newest acknowledged one that are still waited for. */
const REORDERED_MAX = 3;
/** Packets given up that are still known. */
const LOST_MAX = 256;

export class Flight {
  /** Neither answered nor given up, in the order of sending. */
  readonly #open = new Map<number, Packet>();
  /** Given up, in that order. */
  readonly #lost = new Map<number, Packet>();
  #newest: Packet | undefined;

  add(packet: Packet): void {
    this.#open.set(keyOf(packet), packet);
  }

  /** Packets neither answered nor given up, oldest first. */
  open(): Iterable<Packet> {
    return this.#open.values();
  }

  oldest(): Packet | undefined {
    const [first] = this.#open.values();
    return first;
  }

  acknowledged(ack: Ack, now: number): Answered {
    const late = taken(this.#lost, ack);
    const found = taken(this.#open, ack);
    const packets = [...late.map((packet) => ({ ...packet, lost: true })), ...found.map((packet) => ({ ...packet, lost: false }))];
    const last = [...late, ...found].reduce<Packet | undefined>((newest, packet) => (newest && isBefore(packet, newest) ? newest : packet), undefined);
    if (last && (!this.#newest || isBefore(this.#newest, last))) this.#newest = last;
    if (!last || last.number !== ack.ranges[0]!.to) return { packets };
    return { packets, sample: { measured: now - last.sentAt, delay: ack.delay } };
  }

  /** Given up: so many later ones, or one so much later, were answered. */
  overtaken(now: number, lossDelay: number): Packet[] {
    const newest = this.#newest;
    if (!newest) return [];
    const found: Packet[] = [];
    for (const packet of this.#open.values()) {
      if (!isBefore(packet, newest)) break;
      const byCount = packet.epoch === newest.epoch && newest.number - packet.number >= REORDERED_MAX;
      if (byCount || packet.sentAt + lossDelay <= now) found.push(packet);
    }
    for (const packet of found) this.giveUp(packet);
    return found;
  }

  /** When overtaken() will find something that time alone decides. */
  deadline(lossDelay: number): number | undefined {
    const oldest = this.oldest();
    return oldest && this.#newest && isBefore(oldest, this.#newest) ? oldest.sentAt + lossDelay : undefined;
  }

  giveUp(packet: Packet): void {
    const key = keyOf(packet);
    if (!this.#open.delete(key)) return;
    this.#lost.set(key, packet);
    const [oldest] = this.#lost.keys();
    if (this.#lost.size > LOST_MAX) this.#lost.delete(oldest!);
  }
}

/** Those that the answer names; they are not in `packets` any more. */
function taken(packets: Map<number, Packet>, { epoch: low, ranges }: Ack): Packet[] {
  const found = [...packets.values()].filter(({ epoch, number }) => epoch % 65_536 === low && ranges.some(({ from, to }) => number >= from && number <= to));
  for (const packet of found) packets.delete(keyOf(packet));
  return found;
}

function isBefore(a: Packet, b: Packet): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.number < b.number);
}

/** Numbers of one epoch stay far below 2^32: it ends after 2^20, or with the connection. */
function keyOf({ epoch, number }: Packet): number {
  return epoch * 2 ** 32 + number;
}
