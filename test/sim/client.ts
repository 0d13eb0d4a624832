// One person's machine in a world: the real engine over a folder that survives the program, a line to the server, and
// a NAT that gives the program's datagrams an address of its own choice.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createEngine } from '../../client/engine/engine.ts';
import type { EngineCalls, EngineEvent } from '../../client/engine/types.ts';
import type { OpenUdp } from '../../client/engine/sockets.ts';
import { expandLabel, sha256 } from '../../shared/crypto/schedule.ts';
import { LABEL } from '../../shared/crypto/labels.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ID_SIZE } from '../../shared/protocol/limits.ts';
import { EngineLog } from '../helpers/engine.ts';
import type { Chance } from './chance.ts';
import { Line } from './network.ts';
import type { SimServer } from './server.ts';
import { dialOver } from './tcp.ts';
import { Life, type VirtualClock } from './virtual-clock.ts';

export interface SimClientOptions {
  clock: VirtualClock;
  chance: Chance;
  server: SimServer;
  /** Of this person, empty. */
  folder: string;
  /** 1 to 254; makes addresses. */
  number: number;
}

const ADDRESS = '192.0.2.1:5000';
const YEAR_MS = 365 * 24 * 3_600_000;

export class SimClient {
  readonly name: string;
  readonly userId: Bytes;
  readonly line: Line;
  /** What every program of this machine told, in order. */
  readonly programs: EngineLog[] = [];
  readonly #options: SimClientOptions;
  #life: Life | undefined;
  #engine: EngineCalls | undefined;
  /** What the NAT maps: the address outside, and who sits behind it. */
  #mapping: { outside: string; received: (bytes: Bytes) => void } | undefined;
  #port = 40_000;

  constructor(options: SimClientOptions) {
    const { clock, chance, server, folder, number } = options;
    this.#options = options;
    this.name = `person${number}`;
    this.userId = chance.bytes(ID_SIZE);
    this.line = new Line(clock, chance);
    mkdirSync(folder, { recursive: true });
    this.#settle(server, { folder, now: clock.now });
  }

  get engine(): EngineCalls {
    if (!this.#engine) throw new Error(`${this.name} does not run`);
    return this.#engine;
  }

  get log(): EngineLog {
    return this.programs.at(-1)!;
  }

  get running(): boolean {
    return this.#engine !== undefined;
  }

  start(told: (event: EngineEvent) => void = () => undefined): void {
    const { clock, chance, server, folder } = this.#options;
    const life = new Life(clock);
    const log = new EngineLog();
    this.programs.push(log);
    this.#life = life;
    this.#engine = createEngine({
      home: folder, clock: life.engine, random: chance.bytes, deviceName: this.name,
      dial: dialOver(this.line, life, server), openUdp: this.#openUdp(life),
      passwordWorker: { run: () => Promise.reject(new Error('nobody types a password here')), close: () => undefined },
    });
    this.#engine.start((event) => {
      log.take(event);
      told(event);
    });
    if (!this.#engine.resumeSaved()) throw new Error(`${this.name} has no ticket`);
  }

  /** kill -9. */
  kill(): void {
    this.#life?.end();
    this.#life = undefined;
    this.#engine = undefined;
    this.#mapping = undefined;
  }

  /** The NAT forgets: the next datagram leaves from another port, and nothing comes to the old one. */
  rebind(): void {
    this.#port += 1;
    if (this.#mapping) this.#mapping.outside = this.#outside;
  }

  /** From the server, to an address of the outside. True: it is this machine's. */
  datagram(bytes: Bytes, to: string): boolean {
    const mapping = this.#mapping;
    if (!mapping || mapping.outside !== to) return false;
    this.line.datagram('down', bytes, (arrived) => {
      if (this.#mapping === mapping && mapping.outside === to) mapping.received(arrived);
    });
    return true;
  }

  get #outside(): string {
    return `198.51.100.${this.#options.number}:${this.#port}`;
  }

  #openUdp(life: Life): OpenUdp {
    const { server } = this.#options;
    return (_, events) => {
      this.#port += 1;
      const mapping = { outside: this.#outside, received: (bytes: Bytes) => life.alive && events.received(bytes) };
      this.#mapping = mapping;
      return {
        port: 50_000,
        send: (bytes) => {
          const from = mapping.outside;
          if (life.alive) this.line.datagram('up', bytes, (arrived) => server.datagram(arrived, from));
        },
        close: () => {
          if (this.#mapping === mapping) this.#mapping = undefined;
        },
      };
    };
  }

  /** As a sign-in by UDP with "remember me" long ago would have left it. */
  #settle(server: SimServer, { folder, now }: { folder: string; now: number }): void {
    const { chance } = this.#options;
    const secret = chance.bytes(32);
    const ticketId = expandLabel(secret, LABEL.ticketId, new Uint8Array(), ID_SIZE);
    server.store.createAccount({ userId: this.userId, username: this.name, display: this.name, role: 'member', created: now, lastSeen: null, availability: 'online', status: '', record: chance.bytes(192) }, undefined);
    server.store.addTicket({ ticketId, hash: sha256(secret), userId: this.userId, device: chance.bytes(ID_SIZE), chain: chance.bytes(ID_SIZE), remember: true, expires: now + YEAR_MS, superseded: false });
    const common = { address: ADDRESS, fingerprint: hex(server.fingerprint), serverId: hex(server.serverId) };
    const write = (name: string, content: unknown): void => writeFileSync(join(folder, name), JSON.stringify(content));
    write('tickets.json', [{ ...common, username: this.name, id: hex(ticketId), secret: hex(secret), usedAt: now }]);
    write('pins.json', [{ ...common, how: 'compared', since: now }]);
    write('settings.json', { recent: [{ server: ADDRESS, username: this.name, lastUsed: now, protocol: 'udp' }] });
  }
}
