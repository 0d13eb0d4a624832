// The UDP side of all sessions: finds the association of a datagram by its connection id and by nothing else, and says
// nothing to whoever does not prove a session's key. Sockets, clock and randomness are its arguments.
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import { CONNECTION_ID_SIZE } from '../../shared/protocol/limits.ts';
import type { UdpKey } from '../../shared/protocol/messages.ts';
import { decodeHeader } from '../../shared/udp/datagram.ts';
import type { Clock } from '../ops/clock.ts';
import type { Log } from '../ops/log.ts';
import type { DatagramResult, Metrics } from '../ops/metrics.ts';
import { Link, SALT_SIZE, type AssociationKey } from './link.ts';
import type { LinkEvents, SessionRelay } from './session-link.ts';

export interface RelayOptions {
  /** Where clients find it. Without a host: where they found the server. */
  place: Pick<UdpKey, 'port' | 'host'>;
  random: Random;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** A datagram to an address and port. */
  write(bytes: Bytes, to: string): void;
  /** The second port, where there is one: it says what address it sees and does nothing else. */
  apart?: { port: number; write(bytes: Bytes, to: string): void } | undefined;
  /** What clients sent cannot be handed on at the moment: nothing is taken, and nothing leaves that could acknowledge it. */
  full?: (() => boolean) | undefined;
}

const KEY_SIZE = 32;

/** What only one session is told. */
export function drawKey(random: Random, place: Pick<UdpKey, 'host' | 'port' | 'probe_port'>): UdpKey {
  return { connection_id: random(CONNECTION_ID_SIZE), key: random(KEY_SIZE), salt: random(SALT_SIZE), ...place };
}

export class Relay implements SessionRelay {
  readonly #options: RelayOptions;
  /** By connection id. One for each session: as many as there may be sessions. */
  readonly #links = new Map<bigint, Link>();

  constructor(options: RelayOptions) {
    this.#options = options;
  }

  draw(): UdpKey {
    const { random, place, apart } = this.#options;
    return drawKey(random, { ...place, ...(apart && { probe_port: apart.port }) });
  }

  open(key: AssociationKey, events: LinkEvents): Link {
    const { random, clock, log, metrics, write, full } = this.#options;
    const id = numberOf(key.connection_id);
    const counted = (bytes: Bytes, to: string): void => {
      if (full?.()) return;
      metrics.datagramSent(bytes.length);
      write(bytes, to);
    };
    const link: Link = new Link({ key, events, random, clock, log, write: counted, ended: () => void this.#links.delete(id) });
    this.#links.set(id, link);
    return link;
  }

  /** From `from`, an address and port. */
  receive(datagram: Bytes, from: string): void {
    this.#options.metrics.datagramCame(this.#verdict(datagram, from), datagram.length);
  }

  /** What came to the second port. */
  receiveApart(datagram: Bytes, from: string): void {
    const { metrics, apart } = this.#options;
    const header = decodeHeader(datagram);
    const link = header && this.#links.get(numberOf(header.connectionId));
    const { verdict, answer } = link?.reflect(datagram, from) ?? { verdict: header ? 'unknown' as const : 'malformed' as const, answer: undefined };
    metrics.datagramCame(verdict, datagram.length);
    if (!answer || !apart) return;
    metrics.datagramSent(answer.length);
    apart.write(answer, from);
  }

  /** After its socket was gone: nothing is known of any path, so all of them begin anew. */
  restart(): void {
    for (const link of [...this.#links.values()]) link.renew();
  }

  #verdict(datagram: Bytes, from: string): DatagramResult {
    const header = decodeHeader(datagram);
    if (!header) return 'malformed';
    if (this.#options.full?.()) return 'full';
    return this.#links.get(numberOf(header.connectionId))?.receive(datagram, from) ?? 'unknown';
  }
}

function numberOf(connectionId: Bytes): bigint {
  return new DataView(connectionId.buffer, connectionId.byteOffset).getBigUint64(0);
}
