// What must be known of a transfer to go on with it in another process: one small file each, in the client's home.
import * as v from 'valibot';
import { dirname } from 'node:path';
import { safeFileName } from '../../../shared/protocol/file-names.ts';
import { fileEntrySchema, savedManifestSchema } from '../entry.ts';
import type { Disk } from '../disk.ts';
import type { Failure, SavePlace } from '../types.ts';
import { readChecked } from '../vault.ts';
import { sizeOfPart, type Place } from './sink.ts';

const hexId = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/));
const likeness = v.object({ size: v.number(), mtime: v.number(), inode: v.number() });

const upSchema = v.object({
  direction: v.literal('up'),
  /** The message as it will be posted. */
  entry: fileEntrySchema,
  path: v.string(),
  /** Absent: `path` is a folder that is not packed yet. */
  known: v.exactOptional(likeness),
  /** Made here for this one purpose; removed with the transfer. */
  spooled: v.boolean(),
  posted: v.boolean(),
  paused: v.boolean(),
  /** Bytes that were handed over when it stopped. */
  done: v.exactOptional(v.number()),
  /** It is sent, and since when: `path` is what can be sent again. */
  sent: v.exactOptional(v.object({ at: v.number() })),
});

const downSchema = v.object({
  direction: v.literal('down'),
  room: hexId,
  message: hexId,
  file: savedManifestSchema,
  folder: v.string(),
  /** Its name there by the person's choice, in place of what is there. */
  as: v.exactOptional(v.string()),
  paused: v.boolean(),
  /** It is saved: where, and since when. */
  saved: v.exactOptional(v.object({ path: v.string(), at: v.number() })),
});

const recordSchema = v.variant('direction', [upSchema, downSchema]);

export type UpRecord = v.InferOutput<typeof upSchema>;
export type DownRecord = v.InferOutput<typeof downSchema>;
export type TransferRecord = UpRecord | DownRecord;

/** Records of saved and of sent files kept; of more, the oldest are forgotten and their messages offer the download alone. */
const SAVED_MAX = 1000;
const SENT_MAX = 300;

export class TransferRecords {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #say: (failure: Failure) => void;

  /** `account` names a folder: one person on one server. */
  constructor(disk: Disk, account: string, say: (failure: Failure) => void) {
    this.#disk = disk;
    this.#directory = `transfers/${account}`;
    this.#say = say;
  }

  /** What earlier processes left, in no order that matters. */
  load(): TransferRecord[] {
    const names = this.#disk.list(this.#directory).filter((name) => /^[0-9a-f]{32}-(up|down)\.json$/.test(name));
    const records = names.map((name) => readChecked(this.#disk, `${this.#directory}/${name}`, recordSchema, this.#say)).filter((record) => record !== undefined);
    const old = new Set([...oldest(records, 'down', SAVED_MAX), ...oldest(records, 'up', SENT_MAX)]);
    for (const record of old) this.remove(record);
    return records.filter((record) => !old.has(record));
  }

  /** Throws ReachError `local`. */
  save(record: TransferRecord): void {
    this.#disk.write(this.#name(record), JSON.stringify(record));
  }

  /** Throws ReachError `local`. */
  remove(record: TransferRecord): void {
    this.#disk.remove(this.#name(record));
  }

  #name(record: TransferRecord): string {
    return `${this.#directory}/${fileOf(record).id}-${record.direction}.json`;
  }
}

/** The ended ones of one direction beyond the newest `most`. */
function oldest(records: readonly TransferRecord[], direction: TransferRecord['direction'], most: number): TransferRecord[] {
  const ended = records.filter((record) => record.direction === direction && endOf(record) !== undefined);
  return ended.sort((a, b) => endOf(b)! - endOf(a)!).slice(most);
}

/** When it was saved or sent; undefined: it is not. */
export function endOf(record: TransferRecord): number | undefined {
  return record.direction === 'up' ? record.sent?.at : record.saved?.at;
}

/** What is kept of a file that was sent: what it was and where it lies, and neither its key nor what was written with it. */
export function sentRecord(record: UpRecord, at: number): UpRecord {
  const { kind, id, room, ts, file } = record.entry;
  const { done: _, ...rest } = record;
  return { ...rest, entry: { kind, id, room, ts, text: '', file: { id: file.id, name: file.name, size: file.size, type: file.type } }, sent: { at } };
}

export function fileOf(record: TransferRecord): DownRecord['file'] {
  return record.direction === 'up' ? record.entry.file : record.file;
}

/** Where a file that is received comes to lie. */
export function placeOf({ file: { id, name, size }, folder, as }: DownRecord): Place {
  return { folder, name: as ?? safeFileName(name), id, size, replaces: as !== undefined };
}

/** Bytes that an earlier process left behind it. */
export function doneBefore(record: TransferRecord): number {
  if (record.direction === 'up') return record.done ?? 0;
  return record.saved ? 0 : sizeOfPart(placeOf(record));
}

/** A saved file is where somebody wants it. */
export function isAt(path: string, to: SavePlace): boolean {
  return 'path' in to ? path === to.path : dirname(path) === to.folder;
}
