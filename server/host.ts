// Puts a server together from its configuration: directory, store, secrets, core, port. Whatever is missing or damaged
// rejects with one line, before anything listens.
import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { join, resolve } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { requireCipher } from '../shared/crypto/channel.ts';
import { fingerprintOf } from '../shared/crypto/identity.ts';
import type { Bytes } from '../shared/protocol/bytes.ts';
import { BODY_MAX, FILE_MAX } from '../shared/protocol/limits.ts';
import { Core, type CoreOptions } from './chat/core.ts';
import { checkOpaqueSetup, createOpaqueSetup } from './chat/opaque.ts';
import { OpaquePool } from './chat/opaque-pool.ts';
import { inviteHash } from './chat/sign-in.ts';
import { ratesOf, type Config } from './config.ts';
import { listen, type Listener } from './net/listener.ts';
import { systemClock } from './ops/clock.ts';
import { reasonOf, type Log } from './ops/log.ts';
import { holdDirectory } from './store/directory.ts';
import { openSecrets, type Secrets } from './store/secrets.ts';
import { openStore } from './store/sqlite.ts';
import type { Store } from './store/store.ts';

export interface Host {
  port: number;
  directory: string;
  fingerprint: Bytes;
  /** On the first start: the one invite that makes an admin. */
  adminInvite: Bytes | undefined;
  /** Says bye, drains, closes the store. */
  stop(): Promise<void>;
}

/** Milliseconds that clients have to take the last words. */
const DRAIN_MS = 3_000;
const INVITE_MS = 365 * 24 * 60 * 60_000;
/** OPAQUE takes 1–2 ms a job; more threads than this only take cores from the chat. */
const OPAQUE_THREADS_MAX = 4;

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

export async function startHost(config: Config, startWorker: (data: object) => Worker, log: Log): Promise<Host> {
  requireCipher();
  const directory = resolve(config.data);
  const lock = holdDirectory(directory);
  const store = openDatabase(join(directory, 'reach.db'));
  const isNew = store.serverId() === undefined;
  const secrets = await openSecrets({
    directory: resolve(config.secrets ?? config.data), random, expected: store.serverId(), createSetup: createOpaqueSetup, checkSetup: checkOpaqueSetup,
  });
  const threads = Math.max(1, Math.min(OPAQUE_THREADS_MAX, availableParallelism() - 1));
  const opaque = new OpaquePool(() => startWorker({ setup: secrets.opaqueSetup, serverId: secrets.serverId }), threads);
  const core = new Core(coreOptions(config, secrets, { store, opaque, log }));
  const listener = await openPort(config, core, log);
  const stop = async (): Promise<void> => {
    core.stop();
    await listener.stop(DRAIN_MS);
    await opaque.close();
    store.close();
    lock.release();
  };
  // Last of all: a first start that failed is still a first start when it is tried again.
  const adminInvite = isNew ? claim(store, secrets.serverId) : undefined;
  return { port: listener.port, directory, fingerprint: fingerprintOf(secrets.identity.publicKey), adminInvite, stop };
}

function openDatabase(path: string): Store {
  try {
    return openStore(path);
  } catch (cause) {
    throw new Error(`the database ${path} cannot be used: ${reasonOf(cause)}`);
  }
}

function coreOptions(config: Config, { identity, serverId }: Secrets, parts: Pick<CoreOptions, 'store' | 'opaque' | 'log'>): CoreOptions {
  const { limit, registration } = config;
  const { pace, ...rates } = ratesOf(limit);
  return {
    ...parts, identity, serverId, registration, random, clock: systemClock, tries: limit, sessionsMax: limit.sessions,
    rates,
    sessionLimits: { body: BODY_MAX, file: config['max-file'] ?? FILE_MAX, send_rate: pace.rate, send_burst: pace.burst },
  };
}

/** The admin's invite of a new store. */
function claim(store: Store, serverId: Bytes): Bytes {
  const invite = random(16);
  store.claim(serverId, { hash: inviteHash(invite), role: 'admin', uses: 1, expires: systemClock.now() + INVITE_MS });
  return invite;
}

async function openPort({ host, port, limit }: Config, core: Core, log: Log): Promise<Listener> {
  try {
    return await listen({ host, port, limits: limit, clock: systemClock, log, accept: (connection, signedIn) => core.accept(connection, signedIn) });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') throw new Error(`port ${port} is taken on ${host}; stop the other program or choose another with --port`);
    if (code === 'EACCES') throw new Error(`port ${port} needs more rights; choose one above 1023 with --port`);
    if (code === 'EADDRNOTAVAIL') throw new Error(`${host} is not an address of this computer`);
    throw new Error(`port ${port} on ${host} cannot be opened: ${reasonOf(cause)}`);
  }
}
