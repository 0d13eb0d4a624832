// Live associations in SQLite: one row from a session's sign-in to its end, for a relay in a process of its own.
import Libsql from 'libsql';
import { existsSync } from 'node:fs';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { plain, type Database, type Row } from './database.ts';
import type { LiveAssociation } from './store.ts';

export class AssociationTable {
  readonly #db: Database;
  readonly #q;

  constructor(db: Database) {
    this.#db = db;
    this.#q = {
      add: db.query('INSERT INTO associations (connection_id, user_id, nonce, sealed, expires) VALUES (?, ?, ?, ?, ?)'),
      all: db.query('SELECT * FROM associations'),
      remove: db.query('DELETE FROM associations WHERE connection_id = ?'),
      extend: db.query('UPDATE associations SET expires = ?'),
      clear: db.query('DELETE FROM associations'),
    };
  }

  /** Within the transaction of its ticket. */
  add({ connectionId, userId, nonce, sealed, expires }: LiveAssociation): void {
    this.#q.add.run([connectionId, userId, nonce, sealed, expires]);
  }

  all(): LiveAssociation[] {
    return this.#q.all.all([]).map(associationFrom);
  }

  remove(connectionIds: readonly Bytes[]): void {
    this.#db.transaction(() => connectionIds.forEach((id) => this.#q.remove.run([id])));
  }

  extend(expires: number): void {
    this.#q.extend.run([expires]);
  }

  clear(): void {
    this.#q.clear.run([]);
  }
}

export interface AssociationReader {
  /** undefined: there is none, or it has expired. Throws where the database cannot be read. */
  association(connectionId: Bytes, now: number): LiveAssociation | undefined;
  close(): void;
}

/** Beside the server that writes: SQLite's WAL has room for both. Throws Error where the database is missing or not readable. */
export function openAssociationReader(path: string): AssociationReader {
  // The driver would make an empty one.
  if (!existsSync(path)) throw new Error('it does not exist');
  const db = new Libsql(path);
  db.pragma('query_only = ON');
  const query = db.prepare('SELECT * FROM associations WHERE connection_id = ? AND expires > ?');
  return {
    association(connectionId, now) {
      const row = plain((query.all([connectionId, now]) as Row[])[0]);
      return row && associationFrom(row);
    },
    close: () => void db.close(),
  };
}

function associationFrom(row: Row): LiveAssociation {
  return { connectionId: row.connection_id as Bytes, userId: row.user_id as Bytes, nonce: row.nonce as Bytes, sealed: row.sealed as Bytes, expires: row.expires as number };
}
