// The list of what is in a ZIP (APPNOTE 6.3.10) from its central directory alone: nothing is unpacked, so nothing that is
// packed can do harm. Names are only ever shown. Read from the end, by offset.
import { PreviewError } from './byte-source.ts';
import { words } from '../words/words.ts';

export type ReadAt = (offset: number, length: number) => Promise<Uint8Array>;

export interface ZipEntry {
  name: string;
  folder: boolean;
  /** Bytes, unpacked and packed, as the archive says. */
  size: number;
  packed: number;
  encrypted: boolean;
  /** Would be written outside of the folder it is unpacked into. */
  escapes: boolean;
  /** Of its local header, in bytes from the beginning of the file. */
  offset: number;
  /** Unix milliseconds; the archive knows no time zone. */
  modified: number | undefined;
}

export interface ZipListing {
  entries: ZipEntry[];
  /** What the archive says; more than `entries` where the list was cut. */
  count: number;
  size: number;
  packed: number;
}

type Fields = Pick<ZipEntry, 'packed' | 'size' | 'offset'>;

export const ENTRIES_MAX = 50_000;
/** Unpacked size over packed size from which it looks like a bomb. */
export const RATIO_MAX = 100;
/** Bytes of central directory that are read at most. */
const DIRECTORY_MAX = 16 * 1024 * 1024;
const END = 0x06054b50;
const END_64 = 0x06064b50;
const LOCATOR_64 = 0x07064b50;
const ENTRY = 0x02014b50;
const END_BYTES = 22;
const COMMENT_MAX = 65_535;
const NO_LIST = words.refused.archive.noList;

interface Directory {
  offset: number;
  length: number;
  count: number;
  /** Bytes that every offset in it is too small by. */
  moved: number;
}

export async function listZip(size: number, readAt: ReadAt): Promise<ZipListing> {
  const length = Math.min(size, END_BYTES + COMMENT_MAX + 20);
  const tail = await readAt(size - length, length);
  const directory = await findDirectory(tail, size, readAt);
  const from = size - length;
  const wanted = Math.min(directory.length, DIRECTORY_MAX);
  const bytes = directory.offset >= from ? tail.subarray(directory.offset - from, directory.offset - from + wanted) : await readAt(directory.offset, wanted);
  const entries = readEntries(bytes, directory.moved);
  if (entries.length === 0 && directory.count > 0) throw new PreviewError(NO_LIST);
  const sum = (of: (entry: ZipEntry) => number): number => entries.reduce((total, entry) => total + of(entry), 0);
  return { entries, count: Math.max(directory.count, entries.length), size: sum((entry) => entry.size), packed: sum((entry) => entry.packed) };
}

/** Unpacked over packed. */
export function ratioOf({ size, packed }: { size: number; packed: number }): number {
  return size === 0 ? 1 : packed === 0 ? Infinity : size / packed;
}

async function findDirectory(tail: Uint8Array, size: number, readAt: ReadAt): Promise<Directory> {
  const view = viewOf(tail);
  const end = endOf(view);
  if (end === undefined) throw new PreviewError(NO_LIST);
  const directory = { moved: 0, count: view.getUint16(end + 10, true), length: view.getUint32(end + 12, true), offset: view.getUint32(end + 16, true) };
  const isLong = directory.count === 0xffff || directory.length === 0xffffffff || directory.offset === 0xffffffff;
  const long = isLong && end >= 20 && view.getUint32(end - 20, true) === LOCATOR_64 ? await longDirectory(view, end - 20, readAt) : directory;
  // Bytes put before the archive (a program that unpacks itself) move everything by as much.
  const endAt = size - tail.length + end;
  const moved = Math.max(0, long === directory ? endAt - directory.length - directory.offset : 0);
  const found = { ...long, moved, offset: long.offset + moved };
  if (found.offset + found.length > size || found.offset < 0) throw new PreviewError(NO_LIST);
  return found;
}

async function longDirectory(view: DataView, locator: number, readAt: ReadAt): Promise<Directory> {
  const end = viewOf(await readAt(uint64(view, locator + 8), 56));
  if (end.byteLength < 56 || end.getUint32(0, true) !== END_64) throw new PreviewError(NO_LIST);
  return { moved: 0, count: uint64(end, 32), length: uint64(end, 40), offset: uint64(end, 48) };
}

/** From the back: a comment may hold anything, even what looks like an end. */
function endOf(view: DataView): number | undefined {
  for (let at = view.byteLength - END_BYTES; at >= 0; at -= 1) {
    if (view.getUint32(at, true) === END && at + END_BYTES + view.getUint16(at + 20, true) <= view.byteLength) return at;
  }
  return undefined;
}

function readEntries(bytes: Uint8Array, moved: number): ZipEntry[] {
  const view = viewOf(bytes);
  const entries: ZipEntry[] = [];
  for (let at = 0; at + 46 <= bytes.length && entries.length < ENTRIES_MAX && view.getUint32(at, true) === ENTRY; ) {
    const [name, extra, comment] = [view.getUint16(at + 28, true), view.getUint16(at + 30, true), view.getUint16(at + 32, true)];
    const next = at + 46 + name + extra + comment;
    if (next > bytes.length) break;
    const entry = readEntry(view, at, { name, extra });
    entries.push({ ...entry, offset: entry.offset + moved });
    at = next;
  }
  return entries;
}

function readEntry(view: DataView, at: number, lengths: { name: number; extra: number }): ZipEntry {
  const flags = view.getUint16(at + 8, true);
  const raw = new Uint8Array(view.buffer, view.byteOffset + at + 46, lengths.name);
  const name = nameOf(raw, (flags & 0x800) !== 0);
  const short = { packed: view.getUint32(at + 20, true), size: view.getUint32(at + 24, true), offset: view.getUint32(at + 42, true) };
  const extra = { from: at + 46 + lengths.name, to: at + 46 + lengths.name + lengths.extra };
  const long = Object.values(short).includes(0xffffffff) ? longFields(view, extra, short) : short;
  return { name, folder: name.endsWith('/'), ...long, encrypted: (flags & 1) !== 0, escapes: escapes(name), modified: timeOf(view.getUint16(at + 12, true), view.getUint16(at + 14, true)) };
}

/** Extra field 1 holds, in this order, only those values that did not fit. */
function longFields(view: DataView, extra: { from: number; to: number }, short: Fields): Fields {
  for (let at = extra.from; at + 4 <= extra.to; at += 4 + view.getUint16(at + 2, true)) {
    if (view.getUint16(at, true) !== 1) continue;
    const end = Math.min(at + 4 + view.getUint16(at + 2, true), extra.to);
    let here = at + 4;
    const take = (value: number): number => {
      if (value !== 0xffffffff || here + 8 > end) return value;
      here += 8;
      return uint64(view, here - 8);
    };
    const size = take(short.size);
    const packed = take(short.packed);
    return { size, packed, offset: take(short.offset) };
  }
  return short;
}

/** UTF-8 where it is said or where it fits; else the old code page, of which only ASCII is sure. */
function nameOf(raw: Uint8Array, utf8: boolean): string {
  const text = new TextDecoder('utf-8').decode(raw);
  return utf8 || !text.includes('\ufffd') ? text : new TextDecoder('windows-1252').decode(raw);
}

export function escapes(name: string): boolean {
  return /^(?:[/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes('..');
}

function timeOf(time: number, date: number): number | undefined {
  const [year, month, day] = [1980 + (date >> 9), (date >> 5) & 15, date & 31];
  if (month < 1 || month > 12 || day < 1) return undefined;
  return new Date(year, month - 1, day, time >> 11, (time >> 5) & 63, (time & 31) * 2).getTime();
}

function uint64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 2 ** 32 + view.getUint32(at, true);
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
