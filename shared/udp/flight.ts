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

interface Known extends Packet {
  lost: boolean;
}

export interface Answered {
  packets: readonly (Packet & { lost: boolean })[];
  /** Of the newest one, milliseconds; absent where that was answered before. */
  sample?: { measured: number; delay: number };
}

/** Packets behind the newest acknowledged one that are still waited for. */
const REORDERED_MAX = 3;
/** Packets that are remembered, in flight or given up. */
const KNOWN_MAX = 4_096;

export class Flight {
  /** In the order of sending, by epoch and number. */
  readonly #packets = new Map<number, Known>();
  #newest: Known | undefined;

  add(packet: Packet): void {
    this.#packets.set(keyOf(packet.epoch, packet.number), { ...packet, lost: false });
    for (const oldest of this.#packets.keys()) {
      if (this.#packets.size <= KNOWN_MAX) break;
      this.#packets.delete(oldest);
    }
  }

  /** Packets neither answered nor given up, oldest first. */
  *open(): Generator<Packet> {
    for (const packet of this.#packets.values()) if (!packet.lost) yield packet;
  }

  oldest(): Packet | undefined {
    const [first] = this.open();
    return first;
  }

  acknowledged({ epoch: low, delay, ranges }: Ack, now: number): Answered {
    const packets: Known[] = [];
    for (const [key, packet] of this.#packets) {
      if (packet.epoch % 65_536 !== low || !ranges.some(({ from, to }) => packet.number >= from && packet.number <= to)) continue;
      this.#packets.delete(key);
      packets.push(packet);
    }
    const last = packets.at(-1);
    if (last && (!this.#newest || isBefore(this.#newest, last))) this.#newest = last;
    if (!last || last.epoch % 65_536 !== low || last.number !== ranges[0]!.to) return { packets };
    return { packets, sample: { measured: now - last.sentAt, delay } };
  }

  /** Given up: so many later ones, or one so much later, were answered. */
  overtaken(now: number, lossDelay: number): Packet[] {
    const newest = this.#newest;
    if (!newest) return [];
    const found: Packet[] = [];
    for (const packet of this.#packets.values()) {
      if (!isBefore(packet, newest)) break;
      if (packet.lost) continue;
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

  giveUp({ epoch, number }: Packet): void {
    const packet = this.#packets.get(keyOf(epoch, number));
    if (packet) packet.lost = true;
  }
}

function isBefore(a: Packet, b: Packet): boolean {
  return a.epoch < b.epoch || (a.epoch === b.epoch && a.number < b.number);
}

/** Numbers of one epoch stay far below 2^32: it ends after 2^20, or with the connection. */
function keyOf(epoch: number, number: number): number {
  return epoch * 2 ** 32 + number;
}
