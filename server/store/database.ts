// A libsql database file as this server uses it: typed rows, explicit transactions, the pragmas that make a commit durable.
import Libsql from 'libsql';
import type { Bytes } from '../../shared/protocol/bytes.ts';

export type Value = string | number | null | Bytes;
export type Row = Record<string, string | number | null | Bytes>;

type Query = { run(values: readonly Value[]): void; first(values: readonly Value[]): Row | undefined; all(values: readonly Value[]): Row[] };

const SCHEMA: readonly string[] = [
  `CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
   CREATE TABLE accounts (user_id BLOB PRIMARY KEY, username TEXT NOT NULL UNIQUE, display TEXT NOT NULL, role TEXT NOT NULL,
     created INTEGER NOT NULL, last_seen INTEGER, record BLOB NOT NULL);
   CREATE TABLE invites (hash BLOB PRIMARY KEY, role TEXT NOT NULL, uses INTEGER NOT NULL, expires INTEGER NOT NULL);
   CREATE TABLE tickets (ticket_id BLOB PRIMARY KEY, hash BLOB NOT NULL, user_id BLOB NOT NULL, device BLOB NOT NULL, chain BLOB NOT NULL,
     remember INTEGER NOT NULL, expires INTEGER NOT NULL, superseded INTEGER NOT NULL DEFAULT 0);
   CREATE INDEX tickets_chain ON tickets (chain);
   CREATE INDEX tickets_expires ON tickets (expires);
   CREATE TABLE rooms (room BLOB PRIMARY KEY, name TEXT NOT NULL UNIQUE, head INTEGER NOT NULL, created INTEGER NOT NULL);
   CREATE TABLE messages (room BLOB NOT NULL, seq INTEGER NOT NULL, ts INTEGER NOT NULL, sender BLOB NOT NULL, client_msg_id BLOB NOT NULL,
     kind TEXT NOT NULL, target BLOB, digest BLOB NOT NULL, body BLOB NOT NULL, PRIMARY KEY (room, seq), UNIQUE (sender, client_msg_id)) WITHOUT ROWID;`,
  // Rooms beyond the lobby. A dm has no name; of the others only public ones need one of their own.
  `CREATE TABLE rooms_of_all_kinds (room BLOB PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, topic TEXT NOT NULL, head INTEGER NOT NULL, created INTEGER NOT NULL);
   INSERT INTO rooms_of_all_kinds SELECT room, 'lobby', name, '', head, created FROM rooms;
   DROP TABLE rooms;
   ALTER TABLE rooms_of_all_kinds RENAME TO rooms;
   CREATE UNIQUE INDEX rooms_name ON rooms (name) WHERE kind IN ('lobby', 'public');
   CREATE TABLE members (room BLOB NOT NULL, user_id BLOB NOT NULL, role TEXT NOT NULL, floor INTEGER NOT NULL, joined INTEGER NOT NULL,
     PRIMARY KEY (room, user_id)) WITHOUT ROWID;
   CREATE TABLE marks (room BLOB NOT NULL, user_id BLOB NOT NULL, delivered INTEGER NOT NULL, read INTEGER NOT NULL, PRIMARY KEY (room, user_id)) WITHOUT ROWID;
   ALTER TABLE accounts ADD COLUMN availability TEXT NOT NULL DEFAULT 'online';
   ALTER TABLE accounts ADD COLUMN status TEXT NOT NULL DEFAULT '';
   CREATE INDEX messages_id ON messages (room, client_msg_id);
   CREATE INDEX messages_target ON messages (room, target) WHERE target IS NOT NULL;`,
  // Files on their way and in the cache. The row stays when the file is gone: its readers are told why.
  `CREATE TABLE transfers (id BLOB PRIMARY KEY, room BLOB NOT NULL, owner BLOB NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL, hash BLOB,
     created INTEGER NOT NULL, touched INTEGER NOT NULL) WITHOUT ROWID;
   CREATE INDEX transfers_room ON transfers (room);
   CREATE INDEX transfers_owner ON transfers (owner, state);
   CREATE INDEX transfers_touched ON transfers (state, touched);`,
  // The UDP side of the sessions there are. Nothing here decides a nonce of a datagram: salts are drawn, never stored.
  `CREATE TABLE associations (connection_id BLOB PRIMARY KEY, user_id BLOB NOT NULL, nonce BLOB NOT NULL, sealed BLOB NOT NULL, expires INTEGER NOT NULL) WITHOUT ROWID;`,
  // Rooms that are only read any more.
  `ALTER TABLE rooms ADD COLUMN archived INTEGER NOT NULL DEFAULT 0;`,
];

export class Database {
  readonly #db: InstanceType<typeof Libsql>;

  /** Throws Error with a readable message: damaged, made by a newer version, not writable. */
  constructor(path: string) {
    this.#db = new Libsql(path);
    this.#db.pragma('journal_mode = WAL');
    // FULL: the WAL is fsynced at every commit, so an acknowledged message survives a power cut.
    this.#db.pragma('synchronous = FULL');
    const [check] = this.#db.pragma('quick_check(1)') as { quick_check: string }[];
    if (check?.quick_check !== 'ok') throw new Error(`it is damaged (${check?.quick_check})`);
    this.#migrate();
  }

  query(sql: string): Query {
    const statement = this.#db.prepare(sql);
    return {
      run: (values) => void statement.run(values),
      first: (values) => plain(statement.get(values) as Row | undefined),
      all: (values) => (statement.all(values) as Row[]).map((row) => plain(row)!),
    };
  }

  /** All or nothing. */
  transaction<T>(work: () => T): T {
    this.#db.exec('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.#db.exec('COMMIT');
      return result;
    } catch (cause) {
      // On a full disk SQLite has rolled back by itself, and a second ROLLBACK would hide the cause.
      if (this.#db.inTransaction) this.#db.exec('ROLLBACK');
      throw cause;
    }
  }

  close(): void {
    this.#tidy();
    this.#db.close();
  }

  // Folds the WAL into the database. False on a full disk: then it stays beside the file, and the next start reads both.
  #tidy(): boolean {
    try {
      this.#db.pragma('wal_checkpoint(TRUNCATE)');
      return true;
    } catch {
      return false;
    }
  }

  #migrate(): void {
    const { user_version: version } = (this.#db.pragma('user_version') as { user_version: number }[])[0]!;
    if (version > SCHEMA.length) throw new Error(`it was made by a newer version of this server (schema ${version})`);
    SCHEMA.slice(version).forEach((sql, step) => this.transaction(() => this.#db.exec(`${sql} PRAGMA user_version = ${version + step + 1};`)));
  }
}

// The driver hands out blobs as Buffer or as ArrayBuffer, depending on the call.
export function plain(row: Row | undefined): Row | undefined {
  if (!row) return undefined;
  for (const [name, value] of Object.entries(row)) {
    if (value !== null && typeof value === 'object') row[name] = ArrayBuffer.isView(value) ? Uint8Array.from(value) : new Uint8Array(value as ArrayBuffer);
  }
  return row;
}
