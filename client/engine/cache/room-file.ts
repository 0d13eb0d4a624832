// The messages of one room on disk: a file that only grows, batch by batch, and now and then is written anew, shorter.
//   "RCH1" | generation: 16 bytes | record*      record = length: u32 | sealed page of envelopes
// Each record is bound to the file, its generation and its number. What a crash cut off at the end is forgotten; damage before
// the end is told apart from that.
import { concat, equal, hex, utf8, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import { PAGE_BYTES, PAGE_MESSAGES } from '../../../shared/protocol/limits.ts';
import { decodeContent, encodeContent, type Envelope } from '../../../shared/protocol/messages.ts';
import type { Disk } from '../disk.ts';
import { openBytes, sealBytes, type Secret } from './seal.ts';

const MAGIC = utf8('RCH1');
const GENERATION_SIZE = 16;
const HEADER_SIZE = MAGIC.length + GENERATION_SIZE;
const LENGTH_SIZE = 4;
/** One record may be: a full page, the largest body, and what stands around them. */
const RECORD_MAX = 2 * 1024 * 1024;

export interface Loaded {
  envelopes: Envelope[];
  damaged: boolean;
}

export class RoomFile {
  readonly #disk: Disk;
  readonly #secret: Secret;
  readonly #name: string;
  readonly #room: Bytes;
  #generation: Bytes | undefined;
  #records = 0;
  #messages = 0;
  #bytes = 0;

  constructor({ disk, secret, folder, room }: { disk: Disk; secret: Secret; folder: string; room: Bytes }) {
    this.#disk = disk;
    this.#secret = secret;
    this.#room = room;
    this.#name = `${folder}/${hex(room)}.log`;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get messages(): number {
    return this.#messages;
  }

  /** In the order they were written. Throws ReachError `local`. */
  load(): Loaded {
    const file = this.#disk.readBytes(this.#name);
    this.#forget();
    if (!file || file.length < HEADER_SIZE) return { envelopes: [], damaged: false };
    if (!equal(file.subarray(0, MAGIC.length), MAGIC)) return { envelopes: [], damaged: true };
    this.#generation = file.slice(MAGIC.length, HEADER_SIZE);
    const envelopes: Envelope[] = [];
    let at = HEADER_SIZE;
    for (let size = sizeAt(file, at); size !== undefined; size = sizeAt(file, at)) {
      const page = this.#open(file.subarray(at + LENGTH_SIZE, at + LENGTH_SIZE + size));
      if (!page && at + LENGTH_SIZE + size < file.length) return { envelopes: [], damaged: true };
      if (!page) break;
      for (const envelope of page) envelopes.push(envelope);
      this.#records += 1;
      at += LENGTH_SIZE + size;
    }
    this.#bytes = at;
    this.#messages = envelopes.length;
    if (at < file.length) this.#disk.replaceBytes(this.#name, file.subarray(0, at));
    return { envelopes, damaged: false };
  }

  /** Throws ReachError `local`. */
  append(envelopes: readonly Envelope[]): void {
    if (envelopes.length === 0) return;
    if (!this.#generation) return this.rewrite(envelopes);
    const bytes = this.#sealed(envelopes);
    this.#disk.appendBytes(this.#name, bytes);
    this.#bytes += bytes.length;
    this.#messages += envelopes.length;
  }

  /** Nothing but these. Throws ReachError `local`. */
  rewrite(envelopes: readonly Envelope[]): void {
    this.#forget();
    this.#generation = this.#secret.random(GENERATION_SIZE);
    const bytes = concat(MAGIC, this.#generation, this.#sealed(envelopes));
    this.#disk.replaceBytes(this.#name, bytes);
    this.#bytes = bytes.length;
    this.#messages = envelopes.length;
  }

  remove(): void {
    this.#forget();
    this.#disk.remove(this.#name);
  }

  /** The name it has now. */
  setAside(): string {
    this.#forget();
    return this.#disk.setAside(this.#name);
  }

  #forget(): void {
    this.#generation = undefined;
    this.#records = 0;
    this.#messages = 0;
    this.#bytes = 0;
  }

  #sealed(envelopes: readonly Envelope[]): Bytes {
    return concat(...pagesOf(envelopes).map((msgs) => {
      const sealed = sealBytes(this.#secret, this.#placeOf(this.#records), encodeContent('page', { req: 0, room: this.#room, msgs, more: false }));
      this.#records += 1;
      const length = new Uint8Array(LENGTH_SIZE);
      new DataView(length.buffer).setUint32(0, sealed.length);
      return concat(length, sealed);
    }));
  }

  #open(sealed: Bytes): Envelope[] | undefined {
    const page = openBytes(this.#secret, this.#placeOf(this.#records), sealed);
    if (!page) return undefined;
    try {
      return decodeContent('page', page).msgs;
    } catch (error) {
      if (error instanceof ReachError) return undefined;
      throw error;
    }
  }

  #placeOf(record: number): string {
    return `${this.#name} ${hex(this.#generation!)} ${record}`;
  }
}

/** undefined: what follows is not a whole record. */
function sizeAt(file: Bytes, at: number): number | undefined {
  if (file.length - at < LENGTH_SIZE) return undefined;
  const size = new DataView(file.buffer, file.byteOffset + at).getUint32(0);
  return size > 0 && size <= RECORD_MAX && size <= file.length - at - LENGTH_SIZE ? size : undefined;
}

function pagesOf(envelopes: readonly Envelope[]): Envelope[][] {
  const pages: Envelope[][] = [];
  let bytes = Infinity;
  for (const envelope of envelopes) {
    if (bytes + envelope.body.length > PAGE_BYTES || pages.at(-1)!.length >= PAGE_MESSAGES) {
      pages.push([]);
      bytes = 0;
    }
    pages.at(-1)!.push(envelope);
    bytes += envelope.body.length;
  }
  return pages;
}

/** The unbroken part that the first message on disk belongs to, in the order of the log: its newest that keep within the bounds. */
export function newest(envelopes: readonly Envelope[], { messages, bytes }: { messages: number; bytes: number }): Envelope[] {
  const bySeq = new Map(envelopes.map((envelope) => [envelope.seq, envelope]));
  let last = envelopes[0]?.seq ?? 0;
  while (bySeq.has(last + 1)) last += 1;
  const run: Envelope[] = [];
  let left = bytes;
  for (let envelope = bySeq.get(last); envelope && run.length < messages && left >= 0; envelope = bySeq.get(envelope.seq - 1)) {
    run.push(envelope);
    left -= envelope.body.length;
  }
  return withoutDeleted(run.reverse());
}

/** The words of a message that its author deleted go with the next writing. */
function withoutDeleted(run: readonly Envelope[]): Envelope[] {
  const deleted = new Map(run.flatMap(({ kind, target, sender }) => (kind === 'delete' && target ? [[hex(target), hex(sender)] as const] : [])));
  return run.map((envelope) => (deleted.get(hex(envelope.client_msg_id)) === hex(envelope.sender) ? { ...envelope, body: new Uint8Array() } : envelope));
}
