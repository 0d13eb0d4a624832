// Bytes that are in no file of the person's, such as a pasted picture: one file each until they are sent or given up, sealed
// chunk by chunk under the account's key, so that a part of one can be read. Without a key they lie in the spool as they are.
import { mkdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { chunkCount } from '../../../shared/crypto/file-cipher.ts';
import { NONCE_SIZE } from '../../../shared/crypto/gcm.ts';
import { concat, hex, type Bytes, type Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { safeFileName } from '../../../shared/protocol/file-names.ts';
import { CHUNK_SIZE, TAG_SIZE } from '../../../shared/protocol/limits.ts';
import { openBytes, sealBytes, type Secret } from '../cache/seal.ts';
import { toldLater, type Disk } from '../disk.ts';
import type { Chosen } from '../types.ts';
import { discardKept, keep, sweepKept } from './choosing.ts';
import type { Wrapping } from './source.ts';
import { words } from '../../words/words.ts';

/** Folder, in the client's home, of files made here to be sent. */
export const SPOOL = 'spool';
const SEALED = 'sealed';
const OVERHEAD = NONCE_SIZE + TAG_SIZE;

export class PastedFiles {
  readonly #spool: string;
  readonly #root: string;
  readonly #random: Random;
  readonly #secret: Secret | undefined;

  constructor({ disk, account, random, secret }: { disk: Disk; account: string; random: Random; secret: Secret | undefined }) {
    this.#spool = disk.pathOf(SPOOL);
    this.#root = disk.pathOf(`pasted/${account}`);
    this.#random = random;
    this.#secret = secret;
  }

  /** Rejects with ReachError `local`. */
  async keep({ name, bytes }: { name: string; bytes: Bytes }): Promise<Chosen> {
    const unique = hex(this.#random(16));
    if (!this.#secret) return keep(this.#spool, { name, bytes }, unique);
    const path = join(this.#root, unique, SEALED);
    const sealed = sealedFile(this.#secret, unique, bytes);
    await toldLater(path, 'write', async () => {
      await mkdir(dirname(path), { recursive: true, mode: 0o700 });
      await writeFile(path, sealed, { mode: 0o600, flag: 'wx', flush: true });
    });
    return { path, name: safeFileName(name), size: bytes.length };
  }

  /** Removes what keep() made, or what was made in the spool; anything elsewhere stays. Rejects with ReachError `local`. */
  async discard(path: string): Promise<void> {
    await discardKept(this.#spool, path);
    await discardKept(this.#root, path);
  }

  /**
   * Removes what was made before that time (Unix milliseconds) and is none of `but`. Without the key nobody can tell what of the sealed files is still
   * wanted: they stay. Rejects with ReachError `local`.
   */
  async sweep(what: { before: number; but: readonly string[] }): Promise<void> {
    await sweepKept(this.#spool, what);
    if (this.#secret) await sweepKept(this.#root, what);
  }

  /** undefined: the file lies there as it is. */
  wrappingOf(path: string): Wrapping | undefined {
    if (dirname(dirname(path)) !== this.#root) return undefined;
    return { overhead: OVERHEAD, open: (place, sealed) => this.#opened(path, place, sealed) };
  }

  #opened(path: string, place: ChunkAt, sealed: Bytes): Bytes {
    const plain = this.#secret && openBytes(this.#secret, placeOf(uniqueOf(path), place), sealed);
    if (!plain) throw new ReachError('local', words.failures.local.sealedLost(path));
    return plain;
  }
}

type ChunkAt = Parameters<Wrapping['open']>[0];

/** The last one says so: a file that was cut short does not open. */
function placeOf(unique: string, { index, last }: ChunkAt): string {
  return `pasted/${unique} ${index}${last ? ' last' : ''}`;
}

function uniqueOf(path: string): string {
  return basename(dirname(path));
}

function sealedFile(secret: Secret, unique: string, bytes: Bytes): Bytes {
  const count = chunkCount(bytes.length);
  return concat(...Array.from({ length: count }, (_, index) => sealBytes(secret, placeOf(unique, { index, last: index === count - 1 }), bytes.subarray(index * CHUNK_SIZE, (index + 1) * CHUNK_SIZE))));
}
