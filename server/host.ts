// Puts a server together from its configuration: directory, store, secrets, core, port. Whatever is missing or damaged
// rejects with one line, before anything listens.
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { requireCipher } from '../shared/crypto/gcm.ts';
import { fingerprintOf } from '../shared/crypto/identity.ts';
import type { Bytes } from '../shared/protocol/bytes.ts';
import { BODY_MAX } from '../shared/protocol/limits.ts';
import type { Address, Link } from '../shared/protocol/link.ts';
import { Core, type CoreOptions } from './chat/core.ts';
import { checkOpaqueSetup, createOpaqueSetup } from './chat/opaque.ts';
import { OpaquePool } from './chat/opaque-pool.ts';
import { inviteHash } from './chat/sign-in.ts';
import { ratesOf, type Config } from './config.ts';
import { openCache } from './files/cache.ts';
import { listen, type Listener } from './net/listener.ts';
import type { LocalServer } from './net/local-socket.ts';
import { systemClock } from './ops/clock.ts';
import { serveControl } from './ops/control.ts';
import { inviteOrders } from './ops/invites.ts';
import { reasonOf, type Log } from './ops/log.ts';
import { Counters, noMetrics, type Metrics } from './ops/metrics.ts';
import { outsideOf } from './ops/places.ts';
import { signOutOrder } from './ops/sign-out.ts';
import { openFigures, portTrouble, random } from './ports.ts';
import { openRelaySide } from './relay-side.ts';
import { holdDirectory } from './store/directory.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';
import { openStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';

export interface Host {
  port: number;
  /** undefined: it runs without UDP, or its relay is another process and nobody knows yet where. */
  udpPort: number | undefined;
  /** In a process of its own. */
  isRelayBeside: boolean;
  directory: string;
  /** Where others reach it: for links. */
  place: Omit<Link, 'invite'>;
  /** The place was named by the operator. */
  isAdvertised: boolean;
  /** On the first start: the one invite that makes an admin. */
  adminInvite: Bytes | undefined;
  /** Where GET /metrics is answered. */
  metrics: Address | undefined;
  /** Says bye, drains, closes the store. */
  stop(): Promise<void>;
}

/** Milliseconds that clients have to take the last words. */
const DRAIN_MS = 3_000;
const DAY_MS = 24 * 60 * 60_000;
const INVITE_MS = 365 * DAY_MS;
/** OPAQUE takes 1–2 ms a job; more threads than this only take cores from the chat. */
const OPAQUE_THREADS_MAX = 4;

export interface Surroundings {
  startWorker(data: object): Worker;
  log: Log;
  /** Of this program, for its figures. */
  version: string;
}

export async function startHost(config: Config, { startWorker, log, version }: Surroundings): Promise<Host> {
  requireCipher();
  const directory = resolve(config.data);
  const lock = holdDirectory(directory);
  const store = openDatabase(join(directory, 'reach.db'));
  const cache = openCache(join(directory, 'cache'));
  const isNew = store.serverId() === undefined;
  const secrets = await openSecrets({
    directory: resolve(config.secrets ?? config.data), random, expected: store.serverId(), createSetup: createOpaqueSetup, checkSetup: checkOpaqueSetup,
  });
  const counters = config.metrics === undefined ? undefined : new Counters();
  const metrics = counters ?? noMetrics;
  const udp = await openRelaySide(config, { directory, log, metrics });
  const threads = Math.max(1, Math.min(OPAQUE_THREADS_MAX, availableParallelism() - 1));
  const opaque = new OpaquePool(() => startWorker({ setup: secrets.opaqueSetup, serverId: secrets.serverId }), threads);
  const fingerprint = fingerprintOf(secrets.identity.publicKey);
  const place = (): Host['place'] => ({ ...outsideOf(config, listener.port, udp?.port()), tls: false, fingerprint });
  const outside = (): { place: Host['place']; named: boolean } => ({ place: place(), named: config.advertise !== undefined });
  const core = new Core(coreOptions(config, secrets, { store: counted(store, metrics), cache, opaque, log, metrics, relay: udp?.relay, outside }));
  await core.prepare();
  const figures = counters && (await openFigures(config, () => counters.lines(), version));
  const listener = await openPort(config, { core, metrics, log });
  const control = await openControl(directory, { store, log, place, signOut: (name) => core.signOut(name) });
  const stop = async (): Promise<void> => {
    await control?.stop();
    const settled = core.stop();
    await listener.stop(DRAIN_MS);
    await udp?.stop();
    await settled;
    await figures?.stop();
    await opaque.close();
    store.close();
    lock.release();
  };
  // Last of all: a first start that failed is still a first start when it is tried again.
  const adminInvite = isNew ? claim(store, secrets.serverId) : undefined;
  return {
    port: listener.port, udpPort: udp?.port(), isRelayBeside: udp?.isBeside ?? false, directory, place: place(), isAdvertised: config.advertise !== undefined, adminInvite,
    metrics: figures?.address, stop,
  };
}

function openDatabase(path: string): Store {
  try {
    return openStore(path);
  } catch (cause) {
    throw new Error(`the database ${path} cannot be used: ${reasonOf(cause)}`);
  }
}

function coreOptions(config: Config, { identity, serverId, sealingKey }: Secrets, parts: Pick<CoreOptions, 'store' | 'cache' | 'opaque' | 'log' | 'metrics' | 'relay' | 'outside'>): CoreOptions {
  const { limit, registration } = config;
  const { pace, ...rates } = ratesOf(limit);
  return {
    ...parts, identity, serverId, sealingKey, registration, random, clock: systemClock, tries: limit, sessionsMax: limit.sessions, sessionsPerUser: limit.devices,
    rates,
    sessionLimits: { body: BODY_MAX, file: config['max-file'], send_rate: pace.rate, send_burst: pace.burst },
    fileLimits: { quota: config.quota, keepFree: config['keep-free'], keep: config['keep-files'] * DAY_MS },
  };
}

/** The admin's invite of a new store. */
function claim(store: Store, serverId: Bytes): Bytes {
  const invite = random(16);
  store.claim(serverId, { hash: inviteHash(invite), role: 'admin', uses: 1, expires: systemClock.now() + INVITE_MS });
  return invite;
}

/** The same store; what it has committed is counted. */
function counted(store: Store, metrics: Metrics): Store {
  const append: Store['append'] = (messages) => {
    const results = store.append(messages);
    metrics.stored(results.filter(({ name }) => name === 'stored').length);
    return results;
  };
  return { ...store, append };
}

/** Invites are not worth a server that does not start: without its socket it runs all the same, and says so. */
async function openControl(directory: string, { store, log, place, signOut }: { store: Store; log: Log; place: () => Omit<Link, 'invite'>; signOut: (name: string) => number | undefined }): Promise<LocalServer | undefined> {
  const [signOutOf, invites] = [signOutOrder(signOut), inviteOrders({ store, clock: systemClock, random, log, place })];
  return serveControl({ directory, answer: (request) => signOutOf(request) ?? invites(request), clock: systemClock, log }).catch((cause: unknown) => {
    log.warn({ reason: reasonOf(cause) }, 'no control socket: `reach-server invite` will find no server');
    return undefined;
  });
}

async function openPort({ host, port, limit }: Config, { core, metrics, log }: { core: Core; metrics: Metrics; log: Log }): Promise<Listener> {
  try {
    return await listen({ host, port, limits: limit, clock: systemClock, log, metrics, accept: (connection, signedIn) => core.accept(connection, signedIn), acceptData: (pipe, verified) => core.acceptData(pipe, verified) });
  } catch (cause) {
    throw portTrouble(cause, { host, port, what: 'port', options: ['--port', '--host'] });
  }
}
