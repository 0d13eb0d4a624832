// Files that are chosen and not sent yet, by room, of one account: where they are, in a file of its own, sealed by the disk it is given.
import { existsSync } from 'node:fs';
import * as v from 'valibot';
import type { Disk } from './disk.ts';
import type { Chosen, DraftFile, Failure } from './types.ts';
import { readChecked } from './vault.ts';

const fileSchema = v.object({ path: v.string(), name: v.string(), size: v.number(), pasted: v.boolean(), files: v.exactOptional(v.number()) });
const schema = v.record(v.string(), v.array(fileSchema));
const ROOMS_MAX = 200;

type SavedFile = v.InferOutput<typeof fileSchema>;
/** What a path is now. */
type Look = (file: SavedFile) => Promise<Chosen | { path: string; failure: Failure }>;

export class DraftFiles {
  readonly #disk: Disk;
  readonly #name: string;
  readonly #rooms: Map<string, readonly SavedFile[]>;

  constructor({ disk, account, say }: { disk: Disk; account: string; say: (failure: Failure) => void }) {
    this.#disk = disk;
    this.#name = `drafts/${account}-files.json`;
    this.#rooms = new Map(Object.entries(readChecked(disk, this.#name, schema, say) ?? {}));
  }

  get paths(): string[] {
    return [...this.#rooms.values()].flatMap((files) => files.map(({ path }) => path));
  }

  /** On disk when this returns; an empty list removes one. Throws ReachError `local`. */
  save(room: string, files: readonly DraftFile[]): void {
    const next = files.map(({ path, name, size, pasted, files: inside }) => ({ path, name, size, pasted, ...(inside !== undefined && { files: inside }) }));
    if (JSON.stringify(next) === JSON.stringify(this.#rooms.get(room) ?? [])) return;
    this.#rooms.delete(room);
    if (next.length > 0) this.#rooms.set(room, next);
    for (const oldest of this.#rooms.keys()) if (this.#rooms.size > ROOMS_MAX) this.#rooms.delete(oldest);
    this.#disk.write(this.#name, JSON.stringify(Object.fromEntries(this.#rooms)));
  }

  /** What an earlier process left, as it is on the disk now. */
  found(look: Look): Promise<{ room: string; files: DraftFile[] }[]> {
    return Promise.all([...this.#rooms].map(async ([room, files]) => ({ room, files: await Promise.all(files.map((file) => lookedAt(file, look))) })));
  }
}

async function lookedAt(file: SavedFile, look: Look): Promise<DraftFile> {
  const answer = await look(file);
  if (!('failure' in answer)) return { ...file, size: answer.size, ...(answer.files !== undefined && { files: answer.files }) };
  return existsSync(file.path) ? { ...file, failure: answer.failure } : { ...file, gone: true };
}
