// The relay in a process of its own, as the server holds it: sessions open their links here whether it is there or not. It comes
// and goes as it likes; while it is gone everything takes TCP.
//
//   alone ──a socket──▶ greeting ──hello──▶ attached ──its socket breaks, or it is silent──▶ alone
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import type { UdpKey } from '../../shared/protocol/messages.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { drawKey } from './relay.ts';
import { RemoteLink, type Told } from './remote-link.ts';
import type { LinkEvents, SessionLink, SessionRelay } from './session-link.ts';
import { WIRE_VERSION, type FromRelay, type FromServer, type Wire } from './wire.ts';

export interface RemoteRelayOptions {
  /** Where clients find it, where that is known before it has come. */
  host: string | undefined;
  /** The port that clients are told, whatever it says. */
  outsidePort: number | undefined;
  /** Where it is expected; 0: nobody knows. */
  port: number;
  random: Random;
  clock: Clock;
  log: Log;
}

/** What comes of one socket of a relay's. */
export interface RelayPeer {
  received(message: FromRelay): void;
  closed(): void;
}

type Peer = Wire<FromServer>;
type State = { name: 'alone' } | { name: 'greeting' | 'attached'; wire: Peer };

const PORT_MAX = 65_535;
/** Bytes that the system has not taken yet: from there on messages take TCP. */
const BACKLOG_MAX = 4 * 1024 * 1024;
/** Milliseconds between two questions whether it is alive, and until the first word of a new one. */
const ASK_EVERY_MS = 2_000;

export class RemoteRelay implements SessionRelay {
  readonly #options: RemoteRelayOptions;
  readonly #links = new Map<string, RemoteLink>();
  #state: State = { name: 'alone' };
  #port: number;
  /** The relay has a second port: the one above. */
  #second = false;
  #heard = false;
  #asking: Cancel | undefined;

  constructor(options: RemoteRelayOptions) {
    this.#options = options;
    this.#port = options.port;
  }

  /** The one that clients are told; undefined: nobody knows yet. */
  get port(): number | undefined {
    return this.#options.outsidePort ?? (this.#port === 0 ? undefined : this.#port);
  }

  draw(): UdpKey | undefined {
    const { random, host } = this.#options;
    const { port } = this;
    return port === undefined ? undefined : drawKey(random, { port, ...(host !== undefined && { host }), ...(this.#second && port < PORT_MAX && { probe_port: port + 1 }) });
  }

  open(key: UdpKey, events: LinkEvents): SessionLink {
    const id = key.connection_id;
    const link: RemoteLink = new RemoteLink({
      id, events,
      give: (message) => this.#give(message),
      tell: (message) => this.#tell(message),
      ended: () => void this.#links.delete(hex(id)),
    });
    this.#links.set(hex(id), link);
    this.#tell({ name: 'open', id, salt: key.salt });
    // It is in the store, sealed; nobody needs it here.
    key.key.fill(0);
    return link;
  }

  /** A socket of a relay's. There is one relay to a directory, so an earlier socket is that of a dead one. */
  attach(wire: Peer): RelayPeer {
    if (this.#state.name !== 'alone') this.#detach('another one came');
    this.#state = { name: 'greeting', wire };
    this.#ask(wire);
    const isCurrent = (): boolean => this.#state.name !== 'alone' && this.#state.wire === wire;
    return {
      received: (message) => void (isCurrent() && this.#received(wire, message)),
      closed: () => void (isCurrent() && this.#detach('its socket broke')),
    };
  }

  /** After the last session. */
  stop(): void {
    const state = this.#state;
    this.#asking?.();
    this.#state = { name: 'alone' };
    if (state.name !== 'alone') state.wire.close();
  }

  #received(wire: Peer, message: FromRelay): void {
    this.#heard = true;
    if (message.name === 'hello') return this.#greeted(wire, message);
    if (message.name === 'pong' || this.#state.name !== 'attached') return;
    this.#told(message);
  }

  #greeted(wire: Peer, { version, port, second }: Extract<FromRelay, { name: 'hello' }>): void {
    wire.say({ name: 'welcome', version: WIRE_VERSION });
    if (version !== WIRE_VERSION) return this.#detach('it is of another version of this program; start both from the same one');
    this.#port = port;
    this.#second = second;
    this.#state = { name: 'attached', wire };
    for (const { id } of this.#links.values()) wire.say({ name: 'open', id });
    this.#options.log.info({ port, sessions: this.#links.size }, 'the relay is there');
  }

  /** A defect that one peer's frames bring to light costs that association, as in link.ts. */
  #told(message: Told): void {
    const link = this.#links.get(hex(message.id));
    try {
      link?.told(message);
    } catch (cause) {
      this.#options.log.error({ reason: reasonOf(cause) }, 'an association failed; its session goes on by TCP');
      link?.close();
    }
  }

  #give(message: FromServer): boolean {
    if (this.#state.name !== 'attached' || this.#state.wire.waiting > BACKLOG_MAX) return false;
    this.#state.wire.say(message);
    return true;
  }

  #tell(message: FromServer): void {
    if (this.#state.name === 'attached') this.#state.wire.say(message);
  }

  #ask(wire: Peer): void {
    this.#heard = false;
    wire.say({ name: 'ping' });
    // What has come while this process was busy is looked at before anybody is called silent.
    this.#asking = this.#options.clock.after(ASK_EVERY_MS, () => (this.#asking = this.#options.clock.after(0, () => {
      if (this.#heard && this.#state.name === 'attached') this.#ask(wire);
      else this.#detach('it does not answer');
    })));
  }

  #detach(reason: string): void {
    const { log } = this.#options;
    const state = this.#state;
    this.#asking?.();
    this.#asking = undefined;
    this.#state = { name: 'alone' };
    if (state.name !== 'alone') state.wire.close();
    log.warn({ reason, sessions: this.#links.size }, 'the relay is gone; chat goes on by TCP');
    for (const link of [...this.#links.values()]) link.broken();
  }
}
