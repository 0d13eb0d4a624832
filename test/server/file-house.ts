// The house with files: people who send and fetch them over streams that a test holds in its hands.
import type { DataConnection, DataPipe } from '../../server/files/data-connection.ts';
import type { Cache } from '../../server/files/cache.ts';
import type { FileLimits } from '../../server/files/space.ts';
import type { Store } from '../../server/store/store.ts';
import { attachMac, DOWNLOAD, sealedSize, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import { concat, equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
import type { Content, Message, MessageName } from '../../shared/protocol/messages.ts';
import { waitFor } from '../helpers/waiting.ts';
import { random } from './fixtures.ts';
import { house, lobby } from './house.ts';

export const sealed = sealedSize;

/** A stream that keeps what was written; `hold` makes it a reader that takes nothing. */
export class HandPipe implements DataPipe {
  readonly address = '127.0.0.1';
  written: Bytes[] = [];
  hold = false;
  paused = false;
  ended = false;
  destroyed = false;
  readonly #held: (() => void)[] = [];

  write(bytes: Bytes, taken: () => void): void {
    this.written.push(Uint8Array.from(bytes));
    if (this.hold) this.#held.push(taken);
    else setImmediate(taken);
  }

  take(): void {
    for (const taken of this.#held.splice(0)) taken();
  }

  pause(): void {
    this.paused = true;
  }

  resume(): void {
    this.paused = false;
  }

  end(): void {
    this.ended = true;
  }

  destroy(): void {
    this.destroyed = true;
    this.take();
  }

  get over(): boolean {
    return this.ended || this.destroyed;
  }

  /** attach_ok, or the code of an error. */
  get answer(): string {
    const message = decodeMessage(decodeFrames(this.written[0]!.subarray(4))[0]!)!;
    return message.name === 'error' ? message.content.code : message.name;
  }

  /** What came behind the answer. */
  get bytes(): Bytes {
    return concat(...this.written.slice(1));
  }
}

export interface Strand {
  pipe: HandPipe;
  connection: DataConnection;
  verified(): boolean;
}

type Person = ReturnType<ReturnType<typeof house>['enter']>;

/** Asks and waits: files answer when the disk has. */
export async function ask<K extends MessageName>(person: Person, name: K, content: Omit<Content<K>, 'req'>): Promise<{ name: string; content: Message['content']; limit: number | undefined }> {
  const req = Math.floor(Math.random() * 2 ** 40);
  person.say(name, { ...content, req } as Content<K>);
  const answer = await waitFor(() => person.connection.sent.find((one) => 'req' in one.content && one.content.req === req), 5_000, `an answer to ${name}`);
  return { name: answer.name === 'error' ? answer.content.code : answer.name, content: answer.content, limit: answer.name === 'error' ? answer.content.limit : undefined };
}

export function fileHouse({ store, ...place }: { store?: (real: Store) => Store; cache?: (real: Cache) => Cache; limits?: Partial<FileLimits>; folder?: string } = {}) {
  const all = house(store, place);
  const attach = (exporter: Bytes, { transfer_id: transferId, token, offset }: Content<'file_slot'>, direction: typeof UPLOAD | typeof DOWNLOAD): Strand => {
    const pipe = new HandPipe();
    let isVerified = false;
    const connection = all.files.accept({ pipe, verified: () => void (isVerified = true) });
    const mac = attachMac(exporter, { token, transferId, direction, offset });
    connection.received(encodeRecord(encodeMessage('attach', { token, mac })));
    return { pipe, connection, verified: () => isVerified };
  };
  const offer = (person: Person, id: Bytes, size: number, room = lobby) => ask(person, 'file_offer', { transfer_id: id, room, size });
  const get = (person: Person, id: Bytes, offset = 0) => ask(person, 'file_get', { transfer_id: id, offset });
  const slot = async (asked: ReturnType<typeof ask>): Promise<Content<'file_slot'>> => {
    const { name, content } = await asked;
    if (name !== 'file_slot') throw new Error(`refused: ${name}`);
    return content as Content<'file_slot'>;
  };
  /** A file that is available. */
  const share = async (person: Person, bytes: Bytes, room = lobby): Promise<Bytes> => {
    const id = random(16);
    const { connection } = attach(person.session.exporter, await slot(offer(person, id, bytes.length, room)), UPLOAD);
    connection.received(bytes);
    const { name } = await ask(person, 'file_complete', { transfer_id: id });
    if (name !== 'done') throw new Error(`not complete: ${name}`);
    return id;
  };
  const upload = async (person: Person, id: Bytes, size: number, room = lobby) => attach(person.session.exporter, await slot(offer(person, id, size, room)), UPLOAD);
  const download = async (person: Person, id: Bytes, offset = 0) => attach(person.session.exporter, await slot(get(person, id, offset)), DOWNLOAD);
  const state = async (person: Person, id: Bytes): Promise<string> => {
    const { content } = await ask(person, 'file_query', { files: [id] });
    const [file] = (content as Content<'file_states'>).files;
    return file ? `${file.state} ${file.bytes}` : 'nothing';
  };
  const heard = (person: Person, id: Bytes): Content<'file_state'>[] => person.got('file_state').filter(({ transfer_id }) => equal(transfer_id, id));
  return { ...all, attach, offer, get, slot, share, upload, download, state, heard };
}
