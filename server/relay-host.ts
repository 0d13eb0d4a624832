// The relay as a process of its own: the UDP port, and a socket to the server beside it, which it finds by their data directory.
import { resolve } from 'node:path';
import { requireCipher } from '../shared/crypto/gcm.ts';
import type { Address } from '../shared/protocol/link.ts';
import type { Config } from './config.ts';
import { keepDialing, type Dialer } from './net/relay-socket.ts';
import { systemClock } from './ops/clock.ts';
import type { Log } from './ops/log.ts';
import { Counters, noMetrics } from './ops/metrics.ts';
import { openFigures, random } from './ports.ts';
import { openRelay, type RelayPorts } from './relay-ports.ts';
import { AssociationKeys } from './store/association-keys.ts';
import { holdRelay } from './store/directory.ts';
import { RelayEnd } from './udp/relay-end.ts';

export interface RelayHost {
  udpPort: number;
  directory: string;
  /** Where GET /metrics is answered. */
  metrics: Address | undefined;
  stop(): Promise<void>;
}

/** Rejects with one line. Whether the server is there does not matter: it is waited for. */
export async function startRelayHost(config: Config, { log, version }: { log: Log; version: string }): Promise<RelayHost> {
  requireCipher();
  const directory = resolve(config.data);
  const lock = holdRelay(directory, `the data directory ${directory} has a relay: another \`udp\`, or a server that is not started as \`tcp\``);
  const counters = config.metrics === undefined ? undefined : new Counters();
  const meeting = new Meeting({ directory, secrets: resolve(config.secrets ?? config.data), log });
  const ports = await openRelay(config, { log, metrics: counters ?? noMetrics, full: () => meeting.full });
  const figures = counters && (await openFigures(config, () => counters.datagramLines(), version));
  meeting.start(ports);
  const stop = async (): Promise<void> => {
    meeting.stop();
    await ports.stop();
    await figures?.stop();
    lock.release();
  };
  return { udpPort: ports.port, directory, metrics: figures?.address, stop };
}

interface MeetingOptions {
  directory: string;
  secrets: string;
  log: Log;
}

/** With the server of the directory, over and over. */
class Meeting {
  readonly #options: MeetingOptions;
  #dialer: Dialer | undefined;
  #end: RelayEnd | undefined;

  constructor(options: MeetingOptions) {
    this.#options = options;
  }

  get full(): boolean {
    return this.#end?.full ?? false;
  }

  start(ports: Pick<RelayPorts, 'relay' | 'port' | 'second'>): void {
    const { directory, secrets, log } = this.#options;
    this.#dialer = keepDialing({
      directory, clock: systemClock, log,
      attach: (wire) => {
        const keys = new AssociationKeys({ directory, secrets, now: () => systemClock.now() });
        const end = new RelayEnd({ ...ports, wire, keyOf: (id) => keys.keyOf(id), random, log });
        this.#end = end;
        const closed = (): void => {
          end.close();
          keys.close();
        };
        return { received: (message) => end.received(message), closed };
      },
    });
  }

  stop(): void {
    this.#dialer?.stop();
  }
}
