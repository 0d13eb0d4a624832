// Puts a server together from its configuration: directory, store, secrets, core, port. Whatever is missing or damaged
// rejects with one line, before anything listens.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { requireCipher } from '../shared/crypto/traffic-keys.ts';
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
import { openUdpPort, type UdpPort } from './net/udp-port.ts';
import { steadyClock, systemClock } from './ops/clock.ts';
import { serveControl, type Control } from './ops/control.ts';
import { inviteOrders } from './ops/invites.ts';
import { reasonOf, type Log } from './ops/log.ts';
import { Counters, noMetrics, processFigures, type Metrics } from './ops/metrics.ts';
import { serveMetrics } from './ops/metrics-port.ts';
import { outsideOf } from './ops/places.ts';
import { holdDirectory } from './store/directory.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';
import { openStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';
import { Relay } from './udp/relay.ts';

export interface Host {
  port: number;
  /** undefined: it runs without UDP. */
  udpPort: number | undefined;
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

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

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
  const udp = config['no-udp'] ? undefined : await openUdp(config, log);
  const apart = udp && (await openApart(config, udp.port, log));
  const relay = udp && startRelay(config, { udp, apart, log, metrics });
  const threads = Math.max(1, Math.min(OPAQUE_THREADS_MAX, availableParallelism() - 1));
  const opaque = new OpaquePool(() => startWorker({ setup: secrets.opaqueSetup, serverId: secrets.serverId }), threads);
  const core = new Core(coreOptions(config, secrets, { store: counted(store, metrics), cache, opaque, log, metrics, relay }));
  await core.prepare();
  const figures = counters && (await openFigures(config, counters, version));
  const listener = await openPort(config, { core, metrics, log });
  const fingerprint = fingerprintOf(secrets.identity.publicKey);
  const place = (): Host['place'] => ({ ...outsideOf(config, listener.port, udp?.port), tls: false, fingerprint });
  const control = await openControl(directory, { store, log, place });
  const stop = async (): Promise<void> => {
    await control?.stop();
    const settled = core.stop();
    await listener.stop(DRAIN_MS);
    await udp?.stop();
    await apart?.stop();
    await settled;
    await figures?.stop();
    await opaque.close();
    store.close();
    lock.release();
  };
  // Last of all: a first start that failed is still a first start when it is tried again.
  const adminInvite = isNew ? claim(store, secrets.serverId) : undefined;
  return {
    port: listener.port, udpPort: udp?.port, directory, place: place(), isAdvertised: config.advertise !== undefined, adminInvite,
    metrics: figures && { host: config['metrics-host'], port: figures.port }, stop,
  };
}

function openDatabase(path: string): Store {
  try {
    return openStore(path);
  } catch (cause) {
    throw new Error(`the database ${path} cannot be used: ${reasonOf(cause)}`);
  }
}

function coreOptions(config: Config, { identity, serverId }: Secrets, parts: Pick<CoreOptions, 'store' | 'cache' | 'opaque' | 'log' | 'metrics' | 'relay'>): CoreOptions {
  const { limit, registration } = config;
  const { pace, ...rates } = ratesOf(limit);
  return {
    ...parts, identity, serverId, registration, random, clock: systemClock, tries: limit, sessionsMax: limit.sessions,
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
async function openControl(directory: string, { store, log, place }: { store: Store; log: Log; place: () => Omit<Link, 'invite'> }): Promise<Control | undefined> {
  const answer = inviteOrders({ store, clock: systemClock, random, log, place });
  return serveControl({ directory, answer, clock: systemClock, log }).catch((cause: unknown) => {
    log.warn({ reason: reasonOf(cause) }, 'no control socket: `reach-server invite` will find no server');
    return undefined;
  });
}

async function openFigures(config: Config, counters: Counters, version: string): Promise<{ port: number; stop(): Promise<void> }> {
  const host = config['metrics-host'];
  const figures = processFigures(version);
  const read = () => [...counters.lines(), ...figures.lines(), ''].join('\n');
  try {
    const { port, stop } = await serveMetrics(host, config.metrics!, read);
    return { port, stop: () => stop().finally(() => figures.stop()) };
  } catch (cause) {
    throw portTrouble(cause, { host, port: config.metrics!, what: 'port', options: ['--metrics', '--metrics-host'] });
  }
}

async function openPort({ host, port, limit }: Config, { core, metrics, log }: { core: Core; metrics: Metrics; log: Log }): Promise<Listener> {
  try {
    return await listen({ host, port, limits: limit, clock: systemClock, log, metrics, accept: (connection, signedIn) => core.accept(connection, signedIn), acceptData: (pipe, verified) => core.acceptData(pipe, verified) });
  } catch (cause) {
    throw portTrouble(cause, { host, port, what: 'port', options: ['--port', '--host'] });
  }
}

async function openUdp({ host, 'udp-port': port }: Config, log: Log): Promise<UdpPort> {
  try {
    return await openUdpPort({ host, port, clock: systemClock, log });
  } catch (cause) {
    throw portTrouble(cause, { host, port, what: 'UDP port', options: ['--udp-port', '--host'] });
  }
}

/** The port above the relay's, by which clients learn what their NAT does. Nothing else needs it: without it the server runs all the same. */
async function openApart({ host }: Config, relayPort: number, log: Log): Promise<UdpPort | undefined> {
  const port = relayPort + 1;
  try {
    return await openUdpPort({ host, port, clock: systemClock, log });
  } catch (cause) {
    log.warn({ port, reason: reasonOf(cause) }, 'the second UDP port is not open: `reach-cli doctor` will not tell what a NAT does; chat needs it for nothing');
    return undefined;
  }
}

function startRelay({ advertise }: Config, { udp, apart, log, metrics }: { udp: UdpPort; apart: UdpPort | undefined; log: Log; metrics: Metrics }): Relay {
  const place = { port: advertise?.udpPort ?? udp.port, ...(advertise && { host: advertise.host }) };
  const relay = new Relay({
    place, random, clock: steadyClock, log, metrics, write: (datagram, to) => udp.send(datagram, to),
    apart: apart && place.port < 65_535 ? { port: place.port + 1, write: (datagram, to) => apart.send(datagram, to) } : undefined,
  });
  udp.start({ received: (datagram, from) => relay.receive(datagram, from), reopened: () => relay.restart() });
  apart?.start({ received: (datagram, from) => relay.receiveApart(datagram, from), reopened() {} });
  return relay;
}

interface Wish {
  host: string;
  port: number;
  what: 'port' | 'UDP port';
  options: [port: string, host: string];
}

function portTrouble(cause: unknown, { host, port, what, options: [portOption, hostOption] }: Wish): Error {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new Error(`${what} ${port} is taken on ${host}; stop the other program or choose another with ${portOption}`);
    case 'EACCES':
      return new Error(`${what} ${port} needs more rights; choose one above 1023 with ${portOption}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${host} is not an address of this computer; ${hostOption} takes one`);
    default:
      return new Error(`${what} ${port} on ${host} cannot be opened: ${reasonOf(cause)}`);
  }
}
