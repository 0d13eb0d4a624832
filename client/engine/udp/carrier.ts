// What carries the frames of one session: TCP always, and UDP beside it where it is wanted and works. Whoever sends does
// not know which.
//
//   tcp only ──want('udp')──▶ UDP beside it ──want('tcp')──▶ tcp only, and the salt is spent
// A salt serves once: packet numbers begin anew with each association, and under one key no nonce may come twice. After
// UDP was turned off it comes back with the next salt the server draws, or with another session.
import { equal, type Bytes } from '../../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../../shared/protocol/frames.ts';
import { formatAddress, type Address } from '../../../shared/protocol/link.ts';
import type { Content, Message, MessageName, UdpKey } from '../../../shared/protocol/messages.ts';
import type { AssociationView } from '../../../shared/udp/association.ts';
import type { Timer } from '../clock.ts';
import type { Connection, Effects } from '../connection.ts';
import type { Protocol } from '../types.ts';
import { UdpLink } from './link.ts';
import type { Known } from './paths.ts';
import { MEASURED_EVERY_MS } from './telling.ts';

export interface CarrierOptions {
  effects: Pick<Effects, 'clock' | 'random' | 'openUdp'>;
  connection: Connection;
  /** Of auth_ok. */
  key: UdpKey | undefined;
  wanted: Protocol;
  /** After every change, and every MEASURED_EVERY_MS while UDP is there. */
  look: (known: Known) => void;
}

/** What a client may send by UDP: reliably, and once. */
const RELIABLE: ReadonlySet<MessageName> = new Set<MessageName>(['send', 'receipt']);
const ONCE: ReadonlySet<MessageName> = new Set<MessageName>(['typing']);
/** Milliseconds without an answer until a reason is given. */
const TRYING_MS = 3_000;
/** Salts of one session: more restarts of a relay than anybody lives to see. */
const SALTS_MAX = 1_024;

export class Carrier {
  readonly #options: CarrierOptions;
  readonly #used: Bytes[] = [];
  #wanted: Protocol;
  /** For the next association. */
  #fresh: Bytes | undefined;
  #link: UdpLink | undefined;
  #was: Pick<AssociationView, 'sending' | 'receiving'> = { sending: false, receiving: false };
  #wasUp = false;
  #tryingUntil = -Infinity;
  #timer: Timer | undefined;

  constructor(options: CarrierOptions) {
    this.#options = options;
    this.#wanted = options.wanted;
    this.#fresh = options.key?.salt;
    options.connection.onMeasured(() => this.#look());
    if (options.wanted === 'udp') this.#open();
  }

  get waiting(): number {
    return this.#options.connection.waiting;
  }

  get known(): Known {
    const { key, effects, connection } = this.#options;
    return { wanted: this.#wanted, port: key?.port, view: this.#link?.view, trying: effects.clock.now() < this.#tryingUntil, wasUp: this.#wasUp, local: this.#local, tcp: connection.rtt };
  }

  send<K extends MessageName>(name: K, content: Content<K>): void {
    const { connection } = this.#options;
    if (!this.#link || !(RELIABLE.has(name) || ONCE.has(name))) return connection.send(name, content);
    const frame = encodeMessage(name, content);
    const taken = ONCE.has(name) ? this.#link.sendOnce(frame) : this.#link.send(frame);
    if (!taken) connection.sendFrame(frame);
  }

  /** For whoever measures; undefined: UDP is not there. */
  get link(): UdpLink | undefined {
    return this.#link;
  }

  /** One ping of the relay's by UDP, and none by itself for so many milliseconds. */
  ask(silent: number): void {
    this.#options.connection.send('udp_ask', { silent });
  }

  /** True where it was about UDP. */
  take(message: Message): boolean {
    if (message.name === 'udp_stat') this.#link?.reported(message.content);
    else if (message.name === 'udp_resync') this.#resync(message.content);
    else return false;
    return true;
  }

  /** False: it takes another session. */
  want(protocol: Protocol): boolean {
    if (this.#wanted === protocol) return true;
    this.#wanted = protocol;
    if (protocol === 'tcp') this.#turnOff();
    else if (this.#options.key && !this.#fresh) return false;
    else this.#open();
    this.#look();
    return true;
  }

  wake(): void {
    this.#link?.wake();
  }

  /** With its connection. */
  close(): void {
    this.#timer?.cancel();
    this.#link?.close();
    this.#link = undefined;
  }

  #open(): void {
    const { effects, connection, key } = this.#options;
    const salt = this.#fresh;
    if (!key || !salt) return;
    this.#fresh = undefined;
    this.#used.push(salt);
    this.#try();
    this.#link = new UdpLink({
      effects, key, salt, address: this.#relay(key),
      events: {
        received: (message) => connection.deliver(message),
        back: (frame) => connection.sendFrame(frame),
        stat: (content) => connection.send('udp_stat', content),
        changed: () => this.#changed(),
      },
    });
    this.#measure();
  }

  #turnOff(): void {
    this.#timer?.cancel();
    if (!this.#link) return;
    this.#link.close();
    this.#link = undefined;
    this.#was = { sending: false, receiving: false };
    this.#options.connection.send('udp_close', {});
  }

  #resync({ connection_id, salt }: Content<'udp_resync'>): void {
    const { key } = this.#options;
    if (!key || !equal(connection_id, key.connection_id) || this.#used.length >= SALTS_MAX || this.#used.some((old) => equal(old, salt))) return;
    if (!this.#link) {
      this.#fresh = salt;
      return;
    }
    this.#used.push(salt);
    this.#was = { sending: false, receiving: false };
    this.#try();
    this.#link.resync(salt);
  }

  #try(): void {
    this.#tryingUntil = this.#options.effects.clock.now() + TRYING_MS;
  }

  #changed(): void {
    const view = this.#link?.view;
    if (!view) return;
    const { sending, receiving } = view;
    if ((sending && !this.#was.sending) || (receiving && !this.#was.receiving)) this.#try();
    else if ((this.#was.sending && !sending) || (this.#was.receiving && !receiving)) this.#tryingUntil = -Infinity;
    this.#was = { sending, receiving };
    this.#wasUp ||= sending || receiving;
    this.#look();
  }

  #look(): void {
    this.#options.look(this.known);
  }

  /** Where a change shows by itself: a reason that is due, a round trip that is another. */
  #measure(): void {
    const { clock } = this.#options.effects;
    const left = this.#tryingUntil - clock.now();
    this.#timer?.cancel();
    this.#timer = clock.after(left > 0 ? Math.min(left, MEASURED_EVERY_MS) : MEASURED_EVERY_MS, () => {
      this.#look();
      this.#measure();
    });
  }

  /** Beside the server that was dialled, at the address it was found under, unless it names another. */
  #relay({ host, port }: UdpKey): Address {
    const { address, ends } = this.#options.connection;
    return { host: host ?? ends?.remote ?? address.host, port };
  }

  get #local(): string | undefined {
    const { ends } = this.#options.connection;
    const port = this.#link?.port;
    return ends && port !== undefined ? formatAddress({ host: ends.local, port }) : undefined;
  }
}
