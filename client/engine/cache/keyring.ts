// The key of each person's sealed files on this computer, and how it is had: from the system's keychain; from the password,
// once it is typed; or, for somebody who is remembered where there is no keychain, from its file, mode 0600.
import { scryptSync } from 'node:crypto';
import * as v from 'valibot';
import { base64url, fromBase64url, fromHex, hex, type Bytes, type Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import type { Disk } from '../disk.ts';
import { hexText } from '../disk-schema.ts';
import { failureOf } from '../failures.ts';
import type { Failure, LocalKey } from '../types.ts';
import { readChecked } from '../vault.ts';
import type { Keychain } from './keychain.ts';
import { openBytes, sealBytes } from './seal.ts';

const who = { address: v.string(), username: v.string() };
const bytes = v.pipe(v.string(), v.regex(/^[A-Za-z0-9_-]+$/));
const cost = v.object({ N: v.picklist([2 ** 4, 2 ** 15]), r: v.literal(8), p: v.literal(1) });
const recordSchema = v.variant('kind', [
  v.object({ kind: v.literal('keychain'), ...who, handle: v.string() }),
  v.object({ kind: v.literal('file'), ...who, key: hexText(32) }),
  v.object({ kind: v.literal('password'), ...who, cost, salt: bytes, sealed: bytes }),
]);
type KeyRecord = v.InferOutput<typeof recordSchema>;
export type Cost = v.InferOutput<typeof cost>;
export type Person = { address: string; username: string };

const KEY_SIZE = 32;
const SALT_SIZE = 16;
/** 32 MB and about a tenth of a second for each guess. */
export const FULL_COST: Cost = { N: 2 ** 15, r: 8, p: 1 };
export const TEST_COST: Cost = { N: 2 ** 4, r: 8, p: 1 };
/** Accounts of one home whose keys are looked for at the start. */
const ACCOUNTS_MAX = 64;

export interface KeyringOptions {
  disk: Disk;
  random: Random;
  cost: Cost;
  /** Absent: this computer is taken to have none. */
  keychain?: Keychain | undefined;
  say: (failure: Failure) => void;
}

export class Keyring {
  readonly #options: KeyringOptions;
  /** What the keychain gave, and what was opened, by account. */
  readonly #keys = new Map<string, Bytes>();

  constructor(options: KeyringOptions) {
    this.#options = options;
  }

  /** Asks the keychain for what it is to have. undefined: there is nothing to wait for. */
  prepare(): Promise<void> | undefined {
    const { keychain } = this.#options;
    const missing = this.#records().filter(([account, { kind }]) => kind === 'keychain' && !this.#keys.has(account));
    if (!keychain || missing.length === 0) return undefined;
    return Promise.all(missing.map(async ([account, record]) => {
      const key = record.kind === 'keychain' ? await keychain.get(record.handle) : undefined;
      if (key) this.#keys.set(account, key);
    })).then(() => undefined);
  }

  /** Before the server has said who this is. `password`: what was typed; it must be the right one. undefined: it stays closed. */
  openBefore(person: Person, password: string | undefined): { account: string; key: Bytes } | undefined {
    const found = this.#records().find(([, record]) => record.address === person.address && record.username === person.username);
    if (!found) return undefined;
    const [account, record] = found;
    if (password !== undefined && record.kind !== 'password') return undefined;
    const key = this.#open(account, record, password);
    return key && { account, key };
  }

  /**
   * The server knows the person: their key, made at the first time, and kept in the best way there is. `remember`: they sign in without the password.
   * undefined: it is not to be had here now.
   */
  keep(account: string, person: Person, { password, remember }: { password?: string | undefined; remember: boolean }): Bytes | undefined {
    const record = this.#read(account);
    const known = record && (this.#keys.get(account) ?? this.#open(account, record, password));
    if (record && !known && !this.#isLost(record, password)) return undefined;
    const key = known ?? this.#options.random(KEY_SIZE);
    if (record && !known) this.#options.disk.setAside(nameOf(account));
    const wanted = this.#recordFor(account, { person, key, password, remember, before: known && record });
    const done = wanted === record ? 'written' : this.#write(account, wanted, known === undefined);
    if (done === 'taken') return this.keep(account, person, { password, remember });
    if (done === 'failed' && !known) return undefined;
    this.#keys.set(account, key);
    if (wanted.kind !== 'keychain') void this.#adopt(account, person, key);
    return key;
  }

  kindOf(account: string): LocalKey {
    return this.#keys.has(account) ? (this.#read(account)?.kind ?? 'none') : 'none';
  }

  /** Takes all keys out of the keychain; the files go with their folders. */
  async forget(): Promise<void> {
    this.#keys.clear();
    for (const [, record] of this.#records()) if (record.kind === 'keychain') await this.#options.keychain?.remove(record.handle);
  }

  /** Sealed with another password than the one that the server now takes. */
  #isLost(record: KeyRecord, password: string | undefined): boolean {
    return record.kind === 'password' && password !== undefined;
  }

  #recordFor(account: string, { person, key, password, remember, before }: { person: Person; key: Bytes; password: string | undefined; remember: boolean; before: KeyRecord | undefined }): KeyRecord {
    const kind = before?.kind === 'keychain' ? 'keychain' : remember || password === undefined ? 'file' : 'password';
    if (before && before.kind === kind && before.address === person.address && before.username === person.username) return before;
    if (before?.kind === 'keychain') return { ...before, ...person };
    if (kind === 'file' || password === undefined) return { kind: 'file', ...person, key: hex(key) };
    const salt = this.#options.random(SALT_SIZE);
    const { cost: work } = this.#options;
    return { kind: 'password', ...person, cost: work, salt: base64url(salt), sealed: base64url(sealBytes({ account, key: stretched(password, salt, work), random: this.#options.random }, 'key', key)) };
  }

  /** Where there is a keychain the key moves there; what stands in its file is then the handle alone. */
  async #adopt(account: string, person: Person, key: Bytes): Promise<void> {
    const handle = await this.#options.keychain?.put(hex(this.#options.random(SALT_SIZE)), key);
    if (handle !== undefined && this.#keys.get(account) === key) this.#write(account, { kind: 'keychain', ...person, handle }, false);
  }

  #open(account: string, record: KeyRecord, password: string | undefined): Bytes | undefined {
    const known = this.#keys.get(account);
    // The password is asked of the file each time: it is the one that was typed now that must be right.
    if (known && record.kind !== 'password') return known;
    const key = keyIn(account, record, password);
    if (key) this.#keys.set(account, key);
    return key;
  }

  #records(): [string, KeyRecord][] {
    const accounts = this.#options.disk.list('cache').filter((account) => /^[0-9a-f]{32}-[0-9a-f]{32}$/.test(account)).slice(0, ACCOUNTS_MAX);
    return accounts.flatMap((account) => {
      const record = this.#read(account);
      return record ? [[account, record] as [string, KeyRecord]] : [];
    });
  }

  #read(account: string): KeyRecord | undefined {
    return readChecked(this.#options.disk, nameOf(account), recordSchema, this.#options.say);
  }

  /** `taken`: another process was first. */
  #write(account: string, record: KeyRecord, isNew: boolean): 'written' | 'taken' | 'failed' {
    const text = `${JSON.stringify(record, null, 2)}\n`;
    try {
      if (isNew) return this.#options.disk.create(nameOf(account), text) ? 'written' : 'taken';
      this.#options.disk.write(nameOf(account), text);
      return 'written';
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#options.say(failureOf('local', { detail: error.message }));
      return 'failed';
    }
  }
}

function keyIn(account: string, record: KeyRecord, password: string | undefined): Bytes | undefined {
  if (record.kind === 'file') return fromHex(record.key);
  if (record.kind === 'keychain' || password === undefined) return undefined;
  const salt = fromBase64url(record.salt);
  const sealed = fromBase64url(record.sealed);
  return salt && sealed && openBytes({ account, key: stretched(password, salt, record.cost), random: () => salt }, 'key', sealed);
}

function stretched(password: string, salt: Bytes, { N, r, p }: Cost): Bytes {
  return Uint8Array.from(scryptSync(password.normalize('NFKC'), salt, KEY_SIZE, { N, r, p, maxmem: 256 * N * r }));
}

function nameOf(account: string): string {
  return `cache/${account}/key.json`;
}
