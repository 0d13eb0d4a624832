// A server, its people and the network between them, in one process and on one clock that jumps from event to event.
// Everything that happens follows from the seed.
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCache } from '../../server/files/cache.ts';
import type { StoredMessage } from '../../server/store/store.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { Chance } from './chance.ts';
import { SimClient } from './client.ts';
import { SimServer } from './server.ts';
import { VirtualClock } from './virtual-clock.ts';

export interface WorldOptions {
  seed: number;
  people: number;
}

/** Memory, where the system has a folder of it: thousands of worlds flush thousands of small files each. */
const MEMORY = '/dev/shm';
const EVERYTHING = { floor: 0, limit: 100_000, bytes: Infinity };

export class World {
  readonly clock = new VirtualClock();
  readonly chance: Chance;
  readonly server: SimServer;
  readonly people: readonly SimClient[];
  readonly #folder: string;

  private constructor({ seed, people }: WorldOptions) {
    this.chance = new Chance(seed);
    this.#folder = mkdtempSync(join(isFolder(MEMORY) ? MEMORY : tmpdir(), 'reach-world-'));
    const { clock, chance } = this;
    this.server = new SimServer({ clock, chance, cache: openCache(join(this.#folder, 'cache')), write: (bytes, to) => this.#datagram(bytes, to) });
    this.people = Array.from({ length: people }, (_, at) => new SimClient({ clock, chance, server: this.server, folder: join(this.#folder, `${at}`), number: at + 1 }));
  }

  /** The server runs; nobody else does. */
  static async open(options: WorldOptions): Promise<World> {
    const world = new World(options);
    await world.server.start();
    return world;
  }

  get lobby(): Bytes {
    return lobbyId(this.server.serverId);
  }

  get room(): string {
    return hex(this.lobby);
  }

  /** So much time passes. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now + ms;
    while (this.clock.step(end)) await settled();
    await settled();
  }

  /** Time passes until it holds. False: not within `ms`. */
  async until(holds: () => boolean, ms: number): Promise<boolean> {
    const end = this.clock.now + ms;
    while (!holds()) {
      if (!this.clock.step(end)) return holds();
      await settled();
    }
    return true;
  }

  /** The lobby's log, from its first message. */
  log(): StoredMessage[] {
    return this.server.store.range(this.lobby, { after: 0 }, EVERYTHING).messages;
  }

  close(): void {
    for (const person of this.people) person.kill();
    this.server.kill();
    this.server.store.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #datagram(bytes: Bytes, to: string): void {
    this.people.some((person) => person.datagram(bytes, to));
  }
}

/** Promises that this moment fulfilled have had their turn. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
