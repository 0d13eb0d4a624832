// One direction's way out: what waits, what is under way and whether the way may be used at all. It fills datagrams and is
// told what became of them; sealing, addresses and the way in are the association's.
import { FRAGMENT_MAX } from '../protocol/limits.ts';
import type { Bytes } from '../protocol/bytes.ts';
import { Congestion } from './congestion.ts';
import { Flight, type Packet } from './flight.ts';
import { DROP_SIZE, FRAGMENT_OVERHEAD, PAYLOAD_MAX, type Ack, type Fragment } from './frames.ts';
import { Health } from './health.ts';
import type { Keepalive } from './keepalive.ts';
import type { Load } from './load.ts';
import type { LossMeter } from './loss-meter.ts';
import { Outgoing, type Given } from './outgoing.ts';
import { RoundTrip } from './round-trip.ts';

export type SenderEvent =
  | { name: 'delivered'; id: number }
  /** To be given by TCP. */
  | { name: 'lost'; id: number; message: Bytes }
  /** The direction went up or down. */
  | { name: 'turned' };

/** What one datagram carries of the sender's. */
export interface Filled {
  fragments: readonly Fragment[];
  drops: readonly number[];
  isProbe: boolean;
}

/** Frames that may be lost and wait for their turn; of more the oldest goes. */
const ONCE_MAX = 16;
/** Of a datagram's payload, for one whole fragment. */
const FRAGMENT_ROOM = FRAGMENT_OVERHEAD + FRAGMENT_MAX;
/** Packets that one overdue answer gives up. */
const OVERDUE = 2;

export class Sender {
  readonly #push: (event: SenderEvent) => void;
  readonly #outgoing = new Outgoing();
  readonly #drops = new Set<number>();
  readonly #health: Health;
  readonly #loss: LossMeter;
  readonly #keepalive: Keepalive;
  #flight = new Flight();
  #roundTrip = new RoundTrip();
  #congestion = new Congestion();
  #once: Bytes[] = [];
  #pingDue = false;
  #askedAt: number;
  #timedOutAt = -Infinity;
  /** When the next fragment may leave, as far as time decides. */
  #paceAt: number | undefined;

  constructor(push: (event: SenderEvent) => void, { loss, keepalive }: { loss: LossMeter; keepalive: Keepalive }, now: number) {
    this.#push = push;
    this.#loss = loss;
    this.#keepalive = keepalive;
    this.#health = new Health(now);
    this.#askedAt = now;
  }

  get up(): boolean {
    return this.#health.up;
  }

  /** It is down, or an answer is overdue: what goes this way may not arrive. */
  get isDoubtful(): boolean {
    return !this.#health.up || this.#health.timeouts > 0;
  }

  /** Milliseconds; undefined before the first sample. */
  get rtt(): number | undefined {
    return this.#roundTrip.smoothed;
  }

  get deadline(): number | undefined {
    const times = [this.#flight.deadline(this.#roundTrip.lossDelay), this.#overdueAt, this.#health.deadline(this.#timeout), this.#paceAt];
    if (this.#health.up) times.push(this.#keepalive.dueAt(this.#askedAt));
    const known = times.filter((time) => time !== undefined);
    return known.length > 0 ? Math.min(...known) : undefined;
  }

  /** Id of the message; undefined where TCP is the way. */
  send(message: Bytes): number | undefined {
    return this.#health.up ? this.#outgoing.add(message) : undefined;
  }

  sendOnce(frame: Bytes): boolean {
    if (!this.#health.up || frame.length + 3 > PAYLOAD_MAX) return false;
    this.#once.push(frame);
    if (this.#once.length > ONCE_MAX) this.#once.shift();
    return true;
  }

  /** Everything that is not delivered. */
  giveBack(): void {
    this.#give(this.#outgoing.giveBack());
  }

  heard(now: number): void {
    this.#health.heard(now);
  }

  wake(now: number): void {
    this.#health.hurry(now);
    this.#pingDue ||= this.#health.up;
  }

  /** Once, whatever the state of the direction. */
  ping(): void {
    this.#pingDue = true;
  }

  /** The peer is somewhere else: what was measured is of another way. */
  moved(now: number): void {
    this.#roundTrip = new RoundTrip();
    this.wake(now);
  }

  /** Epochs of ours of which something was answered. */
  acknowledged(ack: Ack, now: number): number[] {
    const { packets, sample } = this.#flight.acknowledged(ack, now);
    if (packets.length === 0) return [];
    if (sample) this.#roundTrip.sample(sample.measured, sample.delay);
    for (const packet of packets) this.#delivered(packet);
    if (this.#health.answered(now)) this.#push({ name: 'turned' });
    this.#settle(now);
    return packets.map(({ epoch }) => epoch);
  }

  expire(now: number): void {
    this.#settle(now);
    if (this.#health.probeMissed(now, this.#timeout)) for (const packet of [...this.#flight.open()]) this.#giveUp(packet);
    if (this.#overdueAt !== undefined && now >= this.#overdueAt) this.#overdue(now);
    if (this.#health.up && now >= this.#keepalive.dueAt(this.#askedAt)) this.#pingDue = true;
  }

  isDue(now: number, mayFragment: boolean): boolean {
    return this.#health.probeDue(now) || this.#pingDue || this.#once.length > 0 || (this.#health.up && this.#drops.size > 0) || this.#fragmentDue(now, mayFragment);
  }

  /** Puts what is due into a datagram; sent() tells that it left. */
  fill(load: Load, now: number, mayFragment: boolean): Filled {
    const isProbe = this.#health.probeDue(now);
    const withData = this.#fragmentDue(now, mayFragment);
    if (isProbe || this.#pingDue) load.add({ name: 'ping' });
    const drops = isProbe || this.#health.up ? this.#loadDrops(load, withData ? FRAGMENT_ROOM : 0) : [];
    while (this.#once[0] && load.add({ name: 'once', bytes: this.#once[0] })) this.#once.shift();
    return { fragments: withData ? this.#loadFragments(load) : [], drops, isProbe };
  }

  sent({ fragments, drops, isProbe }: Filled, sealed: { epoch: number; number: number; size: number }, now: number): void {
    this.#pingDue = false;
    const packet: Packet = { ...sealed, sentAt: now, size: fragments.length > 0 ? sealed.size : 0, fragments: fragments.map(({ message, index }) => ({ message, index })), drops };
    this.#flight.add(packet);
    if (packet.size > 0) this.#congestion.sent(packet.size);
    for (const id of drops) this.#drops.delete(id);
    this.#askedAt = now;
    this.#health.asked(now);
    if (isProbe) this.#health.probed(packet);
  }

  get #timeout(): number {
    return this.#roundTrip.probeTimeout * 2 ** this.#health.timeouts;
  }

  /** When an answer to what is under way is overdue. Counted from the oldest: what is sent meanwhile puts nothing off. */
  get #overdueAt(): number | undefined {
    const oldest = this.#health.up ? this.#flight.oldest() : undefined;
    return oldest && Math.min(Math.max(oldest.sentAt, this.#timedOutAt) + this.#timeout, this.#health.silenceEnd(this.#roundTrip.current) ?? Infinity);
  }

  #fragmentDue(now: number, mayFragment: boolean): boolean {
    const wait = mayFragment && this.#health.up && this.#outgoing.isDue ? this.#congestion.wait(now, this.#roundTrip.current) : undefined;
    this.#paceAt = wait === undefined ? undefined : now + wait;
    return wait === 0;
  }

  #delivered({ lost, size, sentAt, fragments, drops }: Packet & { lost: boolean }): void {
    if (!lost) {
      this.#congestion.acknowledged(size, sentAt);
      if (this.#health.up) this.#loss.answered();
    } else if (this.#health.up) this.#loss.found();
    for (const id of drops) this.#drops.delete(id);
    for (const fragment of fragments) if (this.#outgoing.acknowledged(fragment)) this.#push({ name: 'delivered', id: fragment.message });
  }

  /** What later packets have overtaken is sent again. */
  #settle(now: number): void {
    for (const packet of this.#flight.overtaken(now, this.#roundTrip.lossDelay)) {
      this.#congestion.lost(packet.size, packet.sentAt, now);
      this.#again(packet);
    }
  }

  /** A probe timeout (RFC 9002 §6.2): the oldest are sent again; after three, nothing is expected of this way. */
  #overdue(now: number): void {
    if (this.#health.timedOut(now, this.#roundTrip.current)) return this.#fall(now);
    const oldest = [...this.#flight.open()].slice(0, OVERDUE);
    for (const packet of oldest) this.#giveUp(packet);
    this.#timedOutAt = now;
    this.#pingDue = true;
  }

  #giveUp(packet: Packet): void {
    this.#flight.giveUp(packet);
    this.#congestion.released(packet.size);
    this.#again(packet);
  }

  #again({ fragments, drops }: Packet): void {
    if (this.#health.up) this.#loss.lost();
    for (const id of drops) this.#drops.add(id);
    this.#give(fragments.map((fragment) => this.#outgoing.lost(fragment)).filter((given) => given !== undefined));
  }

  #fall(now: number): void {
    for (const { drops } of this.#flight.open()) for (const id of drops) this.#drops.add(id);
    this.#health.fall(now);
    this.#loss.fell();
    this.giveBack();
    this.#flight = new Flight();
    this.#roundTrip = new RoundTrip();
    this.#congestion = new Congestion();
    this.#once = [];
    this.#pingDue = false;
    this.#paceAt = undefined;
    this.#push({ name: 'turned' });
  }

  /** Given to the caller; the peer need not wait for the rest of it. */
  #give(given: readonly Given[]): void {
    for (const { id, message } of given) {
      this.#drops.add(id);
      this.#push({ name: 'lost', id, message });
    }
  }

  #loadDrops(load: Load, reserved: number): number[] {
    const loaded: number[] = [];
    for (const id of this.#drops) {
      if (load.room - reserved < DROP_SIZE || !load.add({ name: 'drop', message: id })) break;
      loaded.push(id);
    }
    return loaded;
  }

  #loadFragments(load: Load): Fragment[] {
    const loaded: Fragment[] = [];
    for (let next = this.#outgoing.next(load.room - FRAGMENT_OVERHEAD); next; next = this.#outgoing.next(load.room - FRAGMENT_OVERHEAD)) {
      load.add({ name: 'fragment', ...next });
      loaded.push(next);
    }
    return loaded;
  }
}
