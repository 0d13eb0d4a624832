// The two secrets a server is: its identity (Ed25519 seed and server id) and its OPAQUE setup. Losing either loses every
// account. And its sealing key, which is for the keys of live associations in the store: losing that loses nothing but
// those. Each is one small JSON file of mode 0600 with a checksum, written whole or not at all.
import { createHash } from 'node:crypto';
import { closeSync, existsSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { generateIdentity, identityFromSeed, type Identity } from '../../shared/crypto/identity.ts';
import { equal, fromHex, hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { ID_SIZE } from '../../shared/protocol/limits.ts';
import { reasonOf } from '../ops/log.ts';
import { makeDirectory } from './directory.ts';
import { SEALING_KEY_SIZE } from './sealing.ts';

export interface Secrets {
  identity: Identity;
  serverId: Bytes;
  opaqueSetup: string;
  sealingKey: Bytes;
}

export interface SecretsOptions {
  directory: string;
  random: Random;
  /** Resolves to a new setup. */
  createSetup(): Promise<string>;
  /** Rejects where a setup is damaged. */
  checkSetup(setup: string): Promise<void>;
  /** The server the store belongs to; undefined while the store is new. */
  expected: Bytes | undefined;
}

/** Rejects with one line that names the file and what is wrong with it. */
export async function openSecrets(options: SecretsOptions): Promise<Secrets> {
  const { directory, expected, random } = options;
  makeDirectory(directory);
  const identityPath = join(directory, 'identity');
  const setupPath = join(directory, 'opaque');
  for (const path of [identityPath, setupPath]) {
    if (expected && !existsSync(path)) throw new Error(`${path} is missing, but the store holds the accounts of a server that had it; restore it from a backup`);
  }
  const fields = readOrMake(identityPath, () => ({ server_id: hex(random(ID_SIZE)), seed: hex(generateIdentity(random).seed) }));
  const serverId = sized(identityPath, fields.server_id, ID_SIZE);
  if (expected && !equal(serverId, expected)) throw new Error(`${identityPath} belongs to another server than the store`);
  const identity = identityFromSeed(sized(identityPath, fields.seed, 32));
  return { identity, serverId, opaqueSetup: await openSetup(setupPath, options), sealingKey: openSealingKey(directory, random) };
}

/** Without `random` none is made. Throws Error with one line that names the file. */
export function openSealingKey(directory: string, random?: Random): Bytes {
  const path = join(directory, 'sealing');
  if (!random && !existsSync(path)) throw new Error(`${path} is missing; the server makes it in its --secrets directory, which the relay must be given too`);
  try {
    const { key } = readOrMake(path, () => ({ key: hex(random!(SEALING_KEY_SIZE)) }));
    return sized(path, key, SEALING_KEY_SIZE);
  } catch (cause) {
    throw new Error(`${reasonOf(cause)}; remove it and start the server again, which makes another: nothing is lost but UDP for a moment`);
  }
}

async function openSetup(path: string, { createSetup, checkSetup }: SecretsOptions): Promise<string> {
  const fresh = existsSync(path) ? '' : await createSetup();
  const { setup = '' } = readOrMake(path, () => ({ setup: fresh }));
  await checkSetup(setup).catch((cause: unknown) => {
    throw new Error(`${path} is damaged: ${reasonOf(cause)}`);
  });
  return setup;
}

type Fields = Record<string, string>;

function readOrMake(path: string, make: () => Fields): Fields {
  if (!existsSync(path)) writeWhole(path, make());
  try {
    const { check, ...fields } = JSON.parse(readFileSync(path, 'utf8')) as Fields;
    if (check !== checksum(fields)) throw new Error('its checksum does not fit');
    return fields;
  } catch (cause) {
    throw new Error(`${path} is damaged: ${reasonOf(cause)}`);
  }
}

function writeWhole(path: string, fields: Fields): void {
  const temporary = `${path}.new`;
  const file = openSync(temporary, 'w', 0o600);
  try {
    writeSync(file, `${JSON.stringify({ ...fields, check: checksum(fields) })}\n`);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(temporary, path);
  syncDirectory(dirname(path));
}

// A rename survives a power cut only once its directory is on disk. Windows cannot open a directory.
function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const handle = openSync(directory, 'r');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

function checksum(fields: Fields): string {
  return createHash('sha256').update(JSON.stringify(fields)).digest('hex').slice(0, 16);
}

function sized(path: string, text: string | undefined, size: number): Bytes {
  const bytes = fromHex(text ?? '');
  if (bytes?.length !== size) throw new Error(`${path} is damaged: a field has a wrong length`);
  return bytes;
}
