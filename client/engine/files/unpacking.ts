// One file out of an archive: read from its place there, unpacked as it is written, bounded by what the archive says of it and
// checked against its CRC-32. Nothing else of the archive is unpacked, and no name in it leads anywhere (APPNOTE 6.3.10).
import { Reader, ZipReader, type Entry, type FileEntry } from '@zip.js/zip.js';
import { hex, type Bytes, type Random } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { safeFileName } from '../../../shared/protocol/file-names.ts';
import { words } from '../../words/words.ts';
import { failureOf } from '../failures.ts';
import type { ListedEntry } from '../types.ts';
import { LineLost } from './data-line.ts';
import { Refused } from './server-line.ts';
import { removePart, Sink, type Place } from './sink.ts';

export interface Unpacking {
  /** Of the archive, in bytes. */
  size: number;
  read(offset: number, length: number): Promise<Bytes>;
  entry: ListedEntry;
  folder: string;
  random: Random;
}

/** Bytes that are asked for at once. */
const READ_MAX = 1024 * 1024;
/** Of the list of an archive, which comes into memory as one. */
const LIST_MAX = 64 * 1024 * 1024;
const texts = words.failures.archive;

/** The path it has now. Throws Refused, what `read` throws, ReachError `local`, `disk_full`. */
export async function unpack(unpacking: Unpacking): Promise<string> {
  const zip = new ZipReader(new RangeReader(unpacking), { useWebWorkers: false, filenameValidation: 'tolerant' });
  const { entry } = unpacking;
  const found = await entryAt(zip, entry.at).catch((error: unknown) => {
    throw isDamage(error) ? refused(texts.damaged) : error;
  });
  if (!found || found.directory) throw refused(texts.missing);
  // A crafted archive can have two lists: the one that was looked at counts.
  if (found.offset !== entry.offset || found.uncompressedSize !== entry.size) throw refused(texts.twoLists);
  if (found.encrypted) throw refused(texts.encrypted);
  // Whatever a name says: only its last part is used, and made safe.
  const name = safeFileName(entry.name.split(/[/\\]/).at(-1) ?? '');
  return write(found, { folder: unpacking.folder, name, id: hex(unpacking.random(16)), size: found.uncompressedSize, replaces: false });
}

async function write(found: FileEntry, place: Place): Promise<string> {
  const sink = await Sink.open(place);
  try {
    await found.getData(boundedBy(sink, place.size), { useWebWorkers: false, checkSignature: true });
    if (sink.size !== place.size) throw refused(texts.damaged);
    return await sink.finish();
  } catch (error) {
    await sink.close();
    await removePart(place);
    throw isDamage(error) ? refused(texts.damaged) : error;
  }
}

function boundedBy(sink: Sink, size: number): WritableStream<Uint8Array> {
  return new WritableStream({
    async write(piece) {
      if (sink.size + piece.length > size) throw refused(texts.damaged);
      await sink.write(new Uint8Array(piece));
    },
  });
}

async function entryAt(zip: ZipReader<unknown>, wanted: number): Promise<Entry | undefined> {
  let at = 0;
  for await (const entry of zip.getEntriesGenerator()) {
    if (at === wanted) return entry;
    at += 1;
  }
  return undefined;
}

/** The library throws plain errors of bytes that are no archive, or another one; what came from elsewhere goes on as it is. */
function isDamage(error: unknown): boolean {
  return !(error instanceof Refused || error instanceof ReachError || error instanceof LineLost);
}

function refused(message: string): Refused {
  return new Refused({ ...failureOf('damaged', { detail: message }), message });
}

class RangeReader extends Reader<unknown> {
  readonly #from: Pick<Unpacking, 'size' | 'read'>;

  constructor(from: Pick<Unpacking, 'size' | 'read'>) {
    super(undefined);
    this.#from = from;
    this.size = from.size;
  }

  override async readUint8Array(offset: number, length: number): Promise<Uint8Array<ArrayBuffer>> {
    if (length > LIST_MAX) throw refused(texts.longList);
    const whole = new Uint8Array(Math.max(0, Math.min(length, this.#from.size - offset)));
    for (let done = 0; done < whole.length; ) {
      const piece = await this.#from.read(offset + done, Math.min(READ_MAX, whole.length - done));
      if (piece.length === 0) throw refused(texts.damaged);
      whole.set(piece, done);
      done += piece.length;
    }
    return whole;
  }
}
