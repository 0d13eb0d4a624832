// The keys of live associations, for a relay in a process of its own: read beside the server that writes them. Opened with the
// first that is asked for, because the relay may be started before the server ever was.
import { join } from 'node:path';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { reasonOf } from '../ops/log.ts';
import { openAssociationReader, type AssociationReader } from './associations.ts';
import { openKey } from './sealing.ts';
import { openSealingKey } from './secrets.ts';

export interface AssociationKeysOptions {
  directory: string;
  secrets: string;
  /** Unix milliseconds. */
  now(): number;
}

export class AssociationKeys {
  readonly #options: AssociationKeysOptions;
  #opened: { reader: AssociationReader; sealingKey: Bytes } | undefined;

  constructor(options: AssociationKeysOptions) {
    this.#options = options;
  }

  /** Throws Error with one line. */
  keyOf(connectionId: Bytes): Bytes {
    const { reader, sealingKey } = (this.#opened ??= this.#open());
    const row = reader.association(connectionId, this.#options.now());
    if (!row) throw new Error('the store does not know it');
    const key = openKey(sealingKey, row);
    if (!key) throw new Error('its key in the store cannot be opened; give the relay the same --secrets as the server');
    return key;
  }

  close(): void {
    this.#opened?.reader.close();
    this.#opened?.sealingKey.fill(0);
    this.#opened = undefined;
  }

  #open(): { reader: AssociationReader; sealingKey: Bytes } {
    const { directory, secrets } = this.#options;
    const path = join(directory, 'reach.db');
    const sealingKey = openSealingKey(secrets);
    try {
      return { reader: openAssociationReader(path), sealingKey };
    } catch (cause) {
      throw new Error(`the database ${path} cannot be read: ${reasonOf(cause)}`);
    }
  }
}
