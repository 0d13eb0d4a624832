// The UDP side of one connection: an association, its socket and its one timer. Sends what the association says when it
// says so, and hands on what comes of it. What cannot go by UDP comes back, for TCP.
import type { Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { decodeFrames, decodeMessage } from '../../../shared/protocol/frames.ts';
import type { Address } from '../../../shared/protocol/link.ts';
import type { Content, Message, MessageName, UdpKey } from '../../../shared/protocol/messages.ts';
import { Association, RELAY, RELAY_APART, type AssociationEvent, type AssociationView, type Datagram } from '../../../shared/udp/association.ts';
import type { Timer } from '../clock.ts';
import type { Effects } from '../connection.ts';
import type { UdpSocket } from '../sockets.ts';

export interface LinkOptions {
  effects: Pick<Effects, 'clock' | 'random' | 'openUdp'>;
  /** The relay's. */
  address: Address;
  key: Pick<UdpKey, 'connection_id' | 'key' | 'probe_port'>;
  salt: Bytes;
  events: LinkEvents;
}

export interface LinkEvents {
  received(message: Message): void;
  /** One whole frame that UDP did not bring over. */
  back(frame: Bytes): void;
  stat(content: Content<'udp_stat'>): void;
  /** view() tells another state. */
  changed(): void;
}

/** What a server may send by UDP; anything else there is ignored. */
const TAKEN: ReadonlySet<MessageName> = new Set<MessageName>(['msg', 'msg_ack', 'marks', 'presence', 'typing']);
/** Milliseconds until a socket that failed is tried again by itself. */
const REOPEN_AFTER_MS = 5_000;

export class UdpLink {
  readonly #effects: LinkOptions['effects'];
  readonly #address: Address;
  readonly #probePort: number | undefined;
  readonly #events: LinkEvents;
  readonly #association: Association;
  #socket: UdpSocket | undefined;
  #failedAt = -Infinity;
  #timer: Timer | undefined;
  #state: 'idle' | 'soon' | 'driving' | 'closed' = 'idle';
  #again = false;

  constructor({ effects, address, key, salt, events }: LinkOptions) {
    this.#effects = effects;
    this.#address = address;
    this.#probePort = key.probe_port;
    this.#events = events;
    this.#association = new Association({ role: 'client', connectionId: key.connection_id, key: key.key, salt, random: effects.random, now: effects.clock.now() });
    this.#soon();
  }

  get view(): AssociationView {
    return this.#association.view();
  }

  /** Its own port, once something was sent. */
  get port(): number | undefined {
    return this.#socket?.port;
  }

  /** One whole frame, reliably. False: TCP is the way. */
  send(frame: Bytes): boolean {
    return this.#given(this.#association.send(frame) !== undefined);
  }

  /** One whole frame that may be lost. False: TCP is the way. */
  sendOnce(frame: Bytes): boolean {
    return this.#given(this.#association.sendOnce(frame));
  }

  reported(stat: Content<'udp_stat'>): void {
    this.#association.reported(stat, this.#effects.clock.now());
    this.#drive();
  }

  /** What another port of the relay sees; false where there is none. */
  askApart(): boolean {
    if (this.#probePort === undefined) return false;
    this.#association.askApart();
    this.#drive();
    return true;
  }

  ping(): void {
    this.#association.ping();
    this.#drive();
  }

  /** No keepalive for so many milliseconds. */
  rest(ms: number): void {
    this.#association.rest(this.#effects.clock.now() + ms);
    this.#drive();
  }

  /** False: this salt was used before. */
  resync(salt: Bytes): boolean {
    const taken = this.#association.resync(salt, this.#effects.clock.now());
    this.#drive();
    return taken;
  }

  /** The machine woke or its network is another one. */
  wake(): void {
    this.#failedAt = -Infinity;
    this.#association.wake(this.#effects.clock.now());
    this.#drive();
  }

  /** What is under way comes back. */
  close(): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#timer?.cancel();
    this.#association.close();
    for (const event of this.#association.take()) this.#take(event);
    this.#socket?.close();
    this.#socket = undefined;
  }

  /** What is given in one turn leaves together. */
  #given(taken: boolean): boolean {
    if (taken) this.#soon();
    return taken;
  }

  #soon(): void {
    if (this.#state !== 'idle') {
      this.#again = true;
      return;
    }
    this.#state = 'soon';
    this.#effects.clock.soon(() => this.#drive());
  }

  /** After everything that was done to the association: what it wants sent, what it tells, and when it wants to be called. */
  #drive(): void {
    if (this.#state === 'driving') this.#again = true;
    if (this.#state === 'driving' || this.#state === 'closed') return;
    this.#timer?.cancel();
    this.#state = 'driving';
    do {
      this.#again = false;
      for (const datagram of this.#association.transmit(this.#effects.clock.now())) this.#transmit(datagram);
      for (const event of this.#association.take()) this.#take(event);
    } while (this.#again && this.#isDriving());
    if (!this.#isDriving()) return;
    this.#state = 'idle';
    this.#wait();
  }

  /** What an event leads to may close this. */
  #isDriving(): boolean {
    return this.#state === 'driving';
  }

  #wait(): void {
    const { clock } = this.#effects;
    const { deadline } = this.#association;
    if (deadline !== undefined) this.#timer = clock.after(Math.max(1, Math.ceil(deadline - clock.now())), () => this.#drive());
  }

  #transmit({ bytes, to }: Datagram): void {
    const now = this.#effects.clock.now();
    if (!this.#socket && now - this.#failedAt < REOPEN_AFTER_MS) return;
    this.#socket ??= this.#open();
    if (to === RELAY_APART) this.#socket.send(bytes, this.#probePort);
    else this.#socket.send(bytes);
  }

  #open(): UdpSocket {
    // Another socket has another port: the address the relay sees changes for that reason.
    if (this.#failedAt > -Infinity) this.#association.wake(this.#effects.clock.now());
    const socket: UdpSocket = this.#effects.openUdp(this.#address, {
      received: (datagram) => this.#received(datagram),
      failed: () => {
        if (this.#socket !== socket) return;
        this.#socket = undefined;
        this.#failedAt = this.#effects.clock.now();
      },
    });
    return socket;
  }

  #received(datagram: Bytes): void {
    if (this.#state === 'closed') return;
    if (this.#association.receive(datagram, RELAY, this.#effects.clock.now()) === 'ok') this.#drive();
  }

  #take(event: AssociationEvent): void {
    switch (event.name) {
      case 'message': {
        const message = messageOf(event.frame);
        return message && this.#state !== 'closed' ? this.#events.received(message) : undefined;
      }
      case 'lost':
        return this.#events.back(event.message);
      case 'stat':
        return this.#events.stat(event.content);
      case 'changed':
        return this.#events.changed();
      case 'delivered':
        return;
    }
  }
}

/** undefined: nothing that a server sends by UDP. */
function messageOf(bytes: Bytes): Message | undefined {
  try {
    const [frame, ...more] = decodeFrames(bytes);
    const message = frame && more.length === 0 ? decodeMessage(frame) : undefined;
    return message && TAKEN.has(message.name) ? message : undefined;
  } catch (error) {
    if (error instanceof ReachError) return undefined;
    throw error;
  }
}
