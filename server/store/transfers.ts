// Transfers in SQLite: what the server knows of each file. How far an upload has come is not here: the length of its file
// in the cache says it, and cannot disagree with itself after a crash.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { CHUNK_SIZE, SEALED_CHUNK_SIZE } from '../../shared/protocol/limits.ts';
import type { Database, Row } from './database.ts';
import type { Transfer, TransferState } from './store.ts';

const UNFINISHED = "state IN ('offered', 'uploading')";
const LIVE = "state IN ('offered', 'uploading', 'available')";
/** Plaintext bytes of a row: every chunk has its nonce and its tag. */
const PLAIN = `size - ${SEALED_CHUNK_SIZE - CHUNK_SIZE} * ((size + ${SEALED_CHUNK_SIZE - 1}) / ${SEALED_CHUNK_SIZE})`;

function transferFrom(row: Row): Transfer {
  return {
    id: row.id as Bytes, room: row.room as Bytes, owner: row.owner as Bytes, size: row.size as number, state: row.state as TransferState,
    hash: (row.hash as Bytes | null) ?? undefined, created: row.created as number, touched: row.touched as number,
  };
}

export class TransferTable {
  readonly #q;

  constructor(db: Database) {
    this.#q = {
      add: db.query('INSERT INTO transfers (id, room, owner, size, state, hash, created, touched) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
      get: db.query('SELECT * FROM transfers WHERE id = ?'),
      change: db.query('UPDATE transfers SET state = ?, hash = ?, touched = ? WHERE id = ?'),
      live: db.query(`SELECT id FROM transfers WHERE room = ? AND ${LIVE}`),
      holding: db.query(`SELECT coalesce(sum(${UNFINISHED}), 0) AS unfinished, coalesce(sum(${PLAIN}), 0) AS bytes FROM transfers WHERE owner = ? AND ${LIVE}`),
      idle: db.query('SELECT * FROM transfers WHERE state = ? AND touched < ? ORDER BY touched LIMIT ?'),
    };
  }

  add({ id, room, owner, size, state, hash, created, touched }: Transfer): void {
    this.#q.add.run([id, room, owner, size, state, hash ?? null, created, touched]);
  }

  get(id: Bytes): Transfer | undefined {
    const row = this.#q.get.first([id]);
    return row && transferFrom(row);
  }

  change(id: Bytes, { state, hash, touched }: Pick<Transfer, 'state' | 'hash' | 'touched'>): void {
    this.#q.change.run([state, hash ?? null, touched, id]);
  }

  live(room: Bytes): Bytes[] {
    return this.#q.live.all([room]).map(({ id }) => id as Bytes);
  }

  holding(owner: Bytes): { unfinished: number; bytes: number } {
    const { unfinished, bytes } = this.#q.holding.first([owner])!;
    return { unfinished: unfinished as number, bytes: bytes as number };
  }

  idle(state: TransferState, before: number, limit: number): Transfer[] {
    return this.#q.idle.all([state, before, limit]).map(transferFrom);
  }
}
