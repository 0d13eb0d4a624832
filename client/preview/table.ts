// A table in its worker, as the window asks for it.
import type { Delimiter } from './csv.ts';
import { WorkerDesk } from './worker-desk.ts';

/** Bytes of a table that are read; a row there may be cut and is left out. */
export const TABLE_BYTES_MAX = 20 * 1024 * 1024;
const WITHIN_MS = 15_000;

export interface TableShape {
  delimiter: Delimiter;
  header: string[];
  /** Characters of each column. */
  widths: number[];
  rows: number;
  rowsCut: boolean;
  columnsCut: boolean;
  encoding: string;
}

export class TableDesk {
  readonly #desk = new WorkerDesk(new Worker(new URL('./table.worker.ts', import.meta.url), { type: 'module' }), WITHIN_MS);

  load(bytes: Uint8Array<ArrayBuffer>, options: { whole: boolean; tabs: boolean }): Promise<TableShape> {
    return this.#desk.ask({ ask: 'load', bytes: bytes.buffer, ...options }, [bytes.buffer]);
  }

  split(delimiter: Delimiter): Promise<TableShape> {
    return this.#desk.ask({ ask: 'split', delimiter });
  }

  /** 0: the order of the file. */
  sort(column: number, direction: 1 | -1 | 0): Promise<true> {
    return this.#desk.ask({ ask: 'sort', column, direction });
  }

  rows(from: number, to: number): Promise<string[][]> {
    return this.#desk.ask({ ask: 'rows', from, to });
  }

  stop(): void {
    this.#desk.stop();
  }
}
