// The UDP side of one session, sans-IO: datagrams and the time in; datagrams, messages and a deadline out. What cannot go
// by UDP is given back, never kept: the caller has TCP. Its owner calls transmit(), take() and looks at `deadline` after
// every other call.
//
//   waiting ──(client: at once; relay: the first datagram that verifies)──▶ probing ⇄ up ──close()──▶ closed
//      ▲                                                                       │
//      └───────────────────────────────── resync() ────────────────────────────┘
// Each end knows `probing ⇄ up` for its own direction (health.ts) and is told the other's by udp_stat, over TCP.
import { equal, type Bytes, type Random } from '../protocol/bytes.ts';
import { UDP_STAT_EVERY_MS } from '../protocol/limits.ts';
import type { Content } from '../protocol/messages.ts';
import { decodeHeader } from './datagram.ts';
import { decodeAck, decodeFrames, encodeAck, type Ack, type DatagramFrame } from './frames.ts';
import { Incoming } from './incoming.ts';
import { Keepalive } from './keepalive.ts';
import { directionSecrets, ReceiveKeys, SendKeys, type OpenedDatagram } from './keys.ts';
import { isAsking, Load, loaded } from './load.ts';
import { LossMeter } from './loss-meter.ts';
import { Path } from './path.ts';
import { ReceivedPackets } from './received.ts';
import { Sender, type SenderEvent } from './sender.ts';
import { Strangers } from './strangers.ts';

export type Verdict = 'ok' | 'malformed' | 'replay' | 'forged';
export type Stat = Content<'udp_stat'>;

export interface AssociationOptions {
  role: 'client' | 'server';
  /** 8 bytes; key 32, salt 16. */
  connectionId: Bytes;
  key: Bytes;
  salt: Bytes;
  random: Random;
  now: number;
}

export type AssociationEvent =
  /** One whole frame, header included. */
  | { name: 'message'; frame: Bytes }
  | Exclude<SenderEvent, { name: 'turned' }>
  /** To be sent by TCP. */
  | { name: 'stat'; content: Stat }
  /** view() tells another state: a direction went up or down, the address was seen. */
  | { name: 'changed' };

export interface AssociationView {
  sending: boolean;
  /** The peer says that its direction to us is up. */
  receiving: boolean;
  /** Under this salt a datagram came from the peer; the peer has one of ours. */
  answered: boolean;
  reached: boolean;
  /** Milliseconds. */
  rtt: number | undefined;
  /** 0 to 1, of the last packets that asked for an answer. */
  loss: number;
  /** A client's address as the relay sees it; and as its other port does, of the last question. */
  seen: string | undefined;
  seenApart: string | undefined;
  /** The last datagram, in either direction. */
  lastAt: number;
  /** Datagrams that verified under this salt. */
  received: number;
}

export interface Datagram {
  bytes: Bytes;
  to: string;
}

/** The only peer of a client, and its other port. */
export const RELAY = 'relay';
export const RELAY_APART = 'relay apart';
/** Milliseconds between two answers by TCP, while the way back by UDP is down. */
const ANSWER_EVERY_MS = 100;

export class Association {
  readonly #role: 'client' | 'server';
  readonly #connectionId: Bytes;
  readonly #key: Bytes;
  readonly #random: Random;
  readonly #loss = new LossMeter();
  readonly #strangers = new Strangers();
  readonly #keepalive: Keepalive;
  /** All that were used: one every restart of the relay. */
  readonly #salts: Bytes[] = [];
  #events: AssociationEvent[] = [];
  #salt!: Bytes;
  #sendKeys!: SendKeys;
  #receiveKeys!: ReceiveKeys;
  #sender!: Sender;
  #path!: Path;
  #received!: ReceivedPackets;
  #incoming!: Incoming;
  #replies: DatagramFrame[] = [];
  #statAt!: number;
  /** An answer that left by UDP only, on a way that is down or may be; and when the next such one goes by TCP. */
  #unheard: Ack | undefined;
  #answerAt!: number;
  /** The address has had three times what came from it: nothing leaves until more comes. */
  #blocked = false;
  /** Datagrams that verified under this salt. */
  #count = 0;
  #peerUp = false;
  #reached = false;
  #seen: string | undefined;
  #seenApart: string | undefined;
  #apartDue = false;
  #closed = false;

  constructor({ role, connectionId, key, salt, random, now }: AssociationOptions) {
    this.#role = role;
    this.#connectionId = connectionId;
    this.#key = key;
    this.#random = random;
    this.#keepalive = new Keepalive(now);
    this.#begin(salt, now);
  }

  /** From `from`, any stable name of the path. What did not verify has changed nothing; what verified and reads as nothing ('malformed') has used up its number. */
  receive(datagram: Bytes, from: string, now: number): Verdict {
    const opened = this.#open(datagram, from, now);
    if (typeof opened === 'string') return opened;
    const frames = decodeFrames(opened.plaintext);
    if (!frames) return 'malformed';
    const apart = this.#role === 'client' ? frames.find(({ name }) => name === 'seen_apart') : undefined;
    if (apart?.name === 'seen_apart') return this.#seenElsewhere(apart.address);
    this.#count += 1;
    this.#blocked = false;
    if (this.#count === 1) this.#turned(now);
    if (this.#role === 'server') this.#path.came(from, datagram.length, opened.highest);
    this.#sender.heard(now);
    const refused = frames.filter((frame) => this.#take(frame, from, now) === 'refused').length > 0;
    this.#keepalive.heard(now);
    // What was refused has not come: its sender keeps it until there is room.
    if (!refused) this.#received.add(opened, now, frames.some(({ name }) => name === 'ping') ? 'at once' : frames.some(isAsking) ? 'soon' : 'no');
    return 'ok';
  }

  /**
   * The relay, for what came to its other port: the answer, to be sent from there, tells `from`. Nothing else is learned: not
   * of the path, and what stands inside has not come.
   */
  reflect(datagram: Bytes, from: string, now: number): { verdict: Verdict; answer?: Bytes } {
    const opened = this.#open(datagram, from, now);
    if (typeof opened === 'string') return { verdict: opened };
    const load = loaded({ name: 'seen_apart', address: from });
    return { verdict: 'ok', ...(load.datagramSize <= datagram.length && { answer: this.#sendKeys.seal(load.bytes(), now).bytes }) };
  }

  /** A client's question to the relay's other port, in one datagram to RELAY_APART; `seenApart` will tell. */
  askApart(): void {
    this.#seenApart = undefined;
    this.#apartDue = true;
  }

  /** One ping now. */
  ping(): void {
    if (!this.#closed) this.#sender.ping();
  }

  /** No keepalive until then. */
  rest(until: number): void {
    this.#keepalive.rest(until);
  }

  /** One whole frame, reliably. undefined: this direction is down or its queue is full, and TCP is the way. */
  send(message: Bytes): number | undefined {
    return this.#closed ? undefined : this.#sender.send(message);
  }

  /** One whole frame that may be lost. False: TCP is the way. */
  sendOnce(frame: Bytes): boolean {
    return !this.#closed && this.#sender.sendOnce(frame);
  }

  /** The datagrams that are due. */
  transmit(now: number): Datagram[] {
    if (!this.#awake) return [];
    this.#sender.expire(now);
    const out: Datagram[] = [];
    this.#challenge(now, out);
    this.#question(now, out);
    for (let to = this.#address; to !== undefined && this.#datagram(to, now, out); );
    this.#tellStat(now);
    return out;
  }

  /** Absolute milliseconds; undefined: nothing to do until something comes. */
  get deadline(): number | undefined {
    if (!this.#awake) return undefined;
    const times = this.#blocked ? [this.#statAt] : [this.#received.deadline, this.#sender.deadline, this.#statAt, this.#unheard && this.#answerAt];
    return Math.min(...times.filter((time) => time !== undefined));
  }

  take(): AssociationEvent[] {
    const events = this.#events;
    this.#events = [];
    return events;
  }

  /** What the peer told over TCP. Of another salt: nothing. */
  reported({ salt, received, up, ack }: Stat, now: number): void {
    if (this.#closed || !equal(salt, this.#salt)) return;
    const told = this.#peerUp !== up || this.#reached !== received > 0;
    // Perhaps only our answers did not arrive: our own way is tried at once.
    if (this.#peerUp && !up && !this.#keepalive.rests(now)) this.#sender.ping();
    this.#peerUp = up;
    this.#reached = received > 0;
    const decoded = ack && decodeAck(ack);
    if (decoded) this.#acknowledged(decoded, now);
    if (told) this.#events.push({ name: 'changed' });
  }

  /** Everything anew under another salt; what was under way is given back. False: a salt that was used before, refused. */
  resync(salt: Bytes, now: number): boolean {
    if (this.#closed || this.#salts.some((old) => equal(old, salt))) return false;
    this.#end();
    this.#begin(salt, now);
    this.#events.push({ name: 'changed' });
    return true;
  }

  /** After a wake or a change of address: asks at once. */
  wake(now: number): void {
    this.#keepalive.wake(now);
    this.#sender.wake(now);
  }

  view(): AssociationView {
    return {
      sending: this.#sender.up, receiving: this.#peerUp, answered: this.#count > 0, reached: this.#reached, rtt: this.#sender.rtt, loss: this.#loss.share,
      seen: this.#seen, seenApart: this.#seenApart, lastAt: this.#keepalive.lastAt, received: this.#count,
    };
  }

  /** Overwrites its keys. What is under way is given back. */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#end();
  }

  #begin(salt: Bytes, now: number): void {
    const { client, server } = directionSecrets(this.#key, salt);
    const isClient = this.#role === 'client';
    this.#salt = Uint8Array.from(salt);
    this.#salts.push(this.#salt);
    this.#sendKeys = new SendKeys(isClient ? client : server, this.#connectionId, now);
    this.#receiveKeys = new ReceiveKeys(isClient ? server : client, this.#connectionId);
    this.#sender = new Sender((event) => this.#told(event, now), { loss: this.#loss, keepalive: this.#keepalive }, now);
    this.#path = new Path(this.#random);
    this.#received = new ReceivedPackets();
    this.#incoming = new Incoming();
    this.#replies = [];
    this.#unheard = undefined;
    this.#blocked = false;
    this.#count = 0;
    this.#peerUp = false;
    this.#reached = false;
    this.#statAt = now + UDP_STAT_EVERY_MS;
    this.#answerAt = now;
  }

  #end(): void {
    this.#sender.giveBack();
    this.#sendKeys.destroy();
    this.#receiveKeys.destroy();
  }

  get #awake(): boolean {
    return !this.#closed && this.#address !== undefined;
  }

  get #address(): string | undefined {
    return this.#role === 'client' ? RELAY : this.#path.address;
  }

  #told(event: SenderEvent, now: number): void {
    if (event.name === 'turned') this.#turned(now);
    else this.#events.push(event);
  }

  /** A direction has turned, or the first datagram has come: the other end is told at once. */
  #turned(now: number): void {
    this.#statAt = Math.min(this.#statAt, now);
    this.#events.push({ name: 'changed' });
  }

  #take(frame: DatagramFrame, from: string, now: number): 'refused' | undefined {
    switch (frame.name) {
      case 'ping':
        return undefined;
      case 'ack':
        return void this.#acknowledged(frame, now);
      case 'fragment': {
        const whole = this.#incoming.take(frame);
        if (whole && whole !== 'refused') this.#events.push({ name: 'message', frame: whole });
        return whole === 'refused' ? whole : undefined;
      }
      case 'drop':
        return void this.#incoming.drop(frame.message);
      case 'once':
        return void this.#events.push({ name: 'message', frame: Uint8Array.from(frame.bytes) });
      case 'challenge':
        if (this.#role === 'client') this.#replies = [{ name: 'response', nonce: Uint8Array.from(frame.nonce) }];
        return undefined;
      case 'response':
        if (this.#role === 'server' && this.#path.responded(from, frame.nonce)) this.#sender.moved(now);
        return undefined;
      case 'seen':
        return this.#seenAs(frame.address);
      case 'seen_apart':
        return undefined;
    }
  }

  #open(datagram: Bytes, from: string, now: number): OpenedDatagram | Exclude<Verdict, 'ok'> {
    const header = decodeHeader(datagram);
    if (this.#closed || !header || !equal(header.connectionId, this.#connectionId)) return 'malformed';
    const attempt = () => this.#receiveKeys.open(datagram, header, now);
    return this.#role === 'client' || this.#path.isProven(from) ? attempt() : this.#strangers.open(attempt, now);
  }

  #seenAs(address: string): undefined {
    if (this.#role !== 'client' || this.#seen === address) return;
    if (this.#seen !== undefined) this.#keepalive.moved();
    this.#seen = address;
    this.#events.push({ name: 'changed' });
  }

  /** The other port's word says nothing of the way to the relay's own. */
  #seenElsewhere(address: string): 'ok' {
    this.#seenApart = address;
    this.#events.push({ name: 'changed' });
    return 'ok';
  }

  #acknowledged(ack: Ack, now: number): void {
    for (const epoch of this.#sender.acknowledged(ack, now)) this.#sendKeys.acknowledged(epoch);
  }

  #challenge(now: number, out: Datagram[]): void {
    const challenge = this.#role === 'server' ? this.#path.challenge(now) : undefined;
    if (!challenge) return;
    this.#seal(loaded({ name: 'challenge', nonce: challenge.nonce }, { name: 'seen', address: challenge.to }), { to: challenge.to, now, out });
  }

  /** Padded, so that its answer is the smaller one. */
  #question(now: number, out: Datagram[]): void {
    if (!this.#apartDue) return;
    this.#apartDue = false;
    const load = loaded({ name: 'ping' });
    load.pad();
    this.#seal(load, { to: RELAY_APART, now, out });
  }

  /** One datagram of what is due; false when nothing is, or nothing may leave. */
  #datagram(to: string, now: number, out: Datagram[]): boolean {
    const mayFragment = this.#role === 'client' || this.#path.proven;
    const answers = (this.#received.deadline ?? Infinity) <= now;
    if (!answers && this.#replies.length === 0 && !this.#sender.isDue(now, mayFragment)) return false;
    const load = new Load();
    const acks = this.#received.acks(now).filter((ack) => load.add({ name: 'ack', ...ack }));
    while (this.#replies[0] && load.add(this.#replies[0])) this.#replies.shift();
    const filled = this.#sender.fill(load, now, mayFragment);
    if (filled.isProbe && (this.#role === 'client' || this.#path.proven)) load.pad();
    const sealed = load.isEmpty ? undefined : this.#seal(load, { to, now, out });
    if (!sealed) return false;
    this.#answered(acks, now);
    if (load.asks) this.#sender.sent(filled, sealed, now);
    return true;
  }

  #seal(load: Load, { to, now, out }: { to: string; now: number; out: Datagram[] }): { epoch: number; number: number; size: number } | undefined {
    const size = load.datagramSize;
    this.#blocked = this.#role === 'server' && !this.#path.allows(to, size);
    if (this.#blocked) return undefined;
    const { bytes, epoch, number } = this.#sendKeys.seal(load.bytes(), now);
    this.#path.sent(to, size);
    if (to !== RELAY_APART) this.#keepalive.left(now);
    out.push({ bytes, to });
    return { epoch, number, size };
  }

  #answered(acks: readonly Ack[], now: number): void {
    this.#received.take(now);
    if (this.#sender.isDoubtful && acks.length > 0) this.#unheard = acks.at(-1);
  }

  #tellStat(now: number): void {
    if (now < this.#statAt && !(this.#unheard && now >= this.#answerAt)) return;
    const ack = this.#unheard && encodeAck(this.#unheard);
    this.#unheard = undefined;
    this.#statAt = now + UDP_STAT_EVERY_MS;
    this.#answerAt = now + ANSWER_EVERY_MS;
    this.#events.push({ name: 'stat', content: { salt: this.#salt, received: this.#count, up: this.#sender.up, ...(ack && { ack }) } });
  }
}
