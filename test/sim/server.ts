// The real server core and relay in a world: one program after another over one store. What a program had in memory goes
// with it; the store is what a disk keeps.
import { Core } from '../../server/chat/core.ts';
import type { OpaqueServer } from '../../server/chat/opaque.ts';
import type { Cache } from '../../server/files/cache.ts';
import { Connection, type Pipe } from '../../server/net/connection.ts';
import { silentLog } from '../../server/ops/log.ts';
import { noMetrics } from '../../server/ops/metrics.ts';
import { openStore } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { Relay } from '../../server/udp/relay.ts';
import { fingerprintOf, identityFromSeed, SEED_SIZE, type Identity } from '../../shared/crypto/identity.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ID_SIZE } from '../../shared/protocol/limits.ts';
import type { Chance } from './chance.ts';
import type { Accepted, Host } from './tcp.ts';
import { Life, type VirtualClock } from './virtual-clock.ts';

export interface SimServerOptions {
  clock: VirtualClock;
  chance: Chance;
  cache: Cache;
  /** A datagram to an address and port. */
  write(bytes: Bytes, to: string): void;
}

export const UDP_PORT = 20_001;
const OFF = { rate: 0, burst: 0 };
const MEBIBYTE = 2 ** 20;

/** Worlds begin with tickets: a password here is a mistake of the test. */
const NO_PASSWORDS: OpaqueServer = {
  full: false,
  run: () => Promise.reject(new Error('nobody signs in with a password here')),
};

export class SimServer implements Host {
  readonly store: Store = openStore(':memory:');
  readonly serverId: Bytes;
  readonly fingerprint: Bytes;
  readonly #options: SimServerOptions;
  readonly #identity: Identity;
  #program: { life: Life; core: Core; relay: Relay } | undefined;

  constructor(options: SimServerOptions) {
    const { chance } = options;
    this.#options = options;
    this.#identity = identityFromSeed(chance.bytes(SEED_SIZE));
    this.fingerprint = fingerprintOf(this.#identity.publicKey);
    this.serverId = chance.bytes(ID_SIZE);
  }

  async start(): Promise<void> {
    const { clock, chance, cache, write } = this.#options;
    const life = new Life(clock);
    const common = { clock: life.server, random: chance.bytes, log: silentLog, metrics: noMetrics };
    const relay = new Relay({ ...common, clock: life.steady, place: { port: UDP_PORT }, write: (bytes, to) => life.alive && write(bytes, to) });
    const core = new Core({
      ...common, relay, cache, identity: this.#identity, serverId: this.serverId, registration: 'closed', store: this.store, opaque: NO_PASSWORDS,
      rates: { send: OFF, frames: OFF }, tries: { tries: 0, 'tries-per-name': 0 }, sessionsMax: 0,
      sessionLimits: { body: 64 * 1024, file: 50 * MEBIBYTE, send_rate: 0, send_burst: 0 },
      fileLimits: { quota: 0, keepFree: 0, keep: 0 },
    });
    await core.prepare();
    this.#program = { life, core, relay };
  }

  /** kill -9. */
  kill(): void {
    this.#program?.life.end();
    this.#program = undefined;
  }

  get running(): boolean {
    return this.#program !== undefined;
  }

  /** As after its port failed and was opened again. */
  restartRelay(): void {
    this.#program?.relay.restart();
  }

  accept(pipe: Pipe): { life: Life; end: Accepted } | undefined {
    const program = this.#program;
    if (!program) return undefined;
    const { life, core } = program;
    const connection = new Connection(pipe, life.server);
    connection.start(core.accept(connection, () => undefined));
    return { life, end: connection };
  }

  datagram(bytes: Bytes, from: string): void {
    this.#program?.relay.receive(bytes, from);
  }
}
