// Messages on their way, one file each, so that a crash, a full disk or a second process can harm one message at most.
// At most UNACKED_MAX wait; the next one is refused before it is shown. One that the server refused stays, marked so, until
// the person sends it again or gives it up.
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { UNACKED_MAX } from '../../shared/protocol/limits.ts';
import type { Disk } from './disk.ts';
import { entrySchema, type Entry } from './entry.ts';
import type { Failure } from './types.ts';
import { readChecked } from './vault.ts';

export class Outbox {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #entries = new Map<string, { entry: Entry; file: string }>();
  #last = 0;

  /** `account` names a folder: one person on one server. What an earlier process left is there at once. */
  constructor(disk: Disk, account: string, say: (failure: Failure) => void) {
    this.#disk = disk;
    this.#directory = `outbox/${account}`;
    for (const name of disk.list(this.#directory)) {
      if (!/^\d+-[0-9a-f]{32}\.json$/.test(name)) continue;
      const entry = readChecked(disk, this.#file(name), entrySchema, say);
      if (entry) this.#remember(entry, name);
    }
  }

  /** Messages on their way: those refused are not. */
  get waiting(): number {
    return this.entries().filter(({ refused }) => refused === undefined).length;
  }

  /** In the order they were written. */
  entries(): Entry[] {
    return [...this.#entries.values()].map(({ entry }) => entry);
  }

  has(id: string): boolean {
    return this.#entries.has(id);
  }

  /** On disk when this returns. Throws ReachError `busy` when full, `local` where the disk refuses. */
  add(entry: Entry): void {
    if (this.waiting >= UNACKED_MAX) throw new ReachError('busy');
    const name = `${String(this.#last + 1).padStart(15, '0')}-${entry.id}.json`;
    this.#disk.write(this.#file(name), JSON.stringify(entry));
    this.#remember(entry, name);
  }

  /** Marks it as refused, or as on its way again, on disk too. Throws ReachError `busy` or `local` as add() does, and changes nothing. */
  mark(id: string, refused: ErrorCode | undefined): void {
    const found = this.#entries.get(id);
    if (!found) return;
    if (refused === undefined && this.waiting >= UNACKED_MAX) throw new ReachError('busy');
    const { refused: _, ...entry } = found.entry;
    const marked = { ...entry, ...(refused && { refused }) };
    this.#disk.write(this.#file(found.file), JSON.stringify(marked));
    found.entry = marked;
  }

  /** Acknowledged or given up. A file that stays is sent again at the next start; the server knows its id. */
  remove(id: string): Entry | undefined {
    const found = this.#entries.get(id);
    if (!found) return undefined;
    this.#entries.delete(id);
    this.#disk.remove(this.#file(found.file));
    return found.entry;
  }

  #remember(entry: Entry, name: string): void {
    this.#entries.set(entry.id, { entry, file: name });
    this.#last = Math.max(this.#last, Number.parseInt(name, 10));
  }

  #file(name: string): string {
    return `${this.#directory}/${name}`;
  }
}
