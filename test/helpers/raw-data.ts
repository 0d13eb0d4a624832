// A data connection that says whatever a test wants, over a real socket.
import { connect, type Socket } from 'node:net';
import { attachMac, DOWNLOAD, UPLOAD } from '../../shared/crypto/file-cipher.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { RawClient } from './raw-client.ts';
import { waitFor, withDeadline, type Closing } from './waiting.ts';

type Slot = Content<'file_slot'>;

/** Is told of each piece behind the answer. */
type Listen = (piece: Buffer) => void;

interface Opening {
  exporter: Bytes;
  slot: Slot;
  direction: typeof UPLOAD | typeof DOWNLOAD;
  /** In place of the right one. */
  mac?: Bytes;
  listen?: Listen;
}

export class RawData {
  /** attach_ok, or the code of an error. */
  answer = '';
  isClosed = false;
  /** Bytes behind the answer. */
  count = 0;
  readonly socket: Socket;
  readonly #listen: Listen;
  #head = Buffer.alloc(0);

  private constructor(socket: Socket, listen: Listen) {
    this.socket = socket;
    this.#listen = listen;
    socket.on('data', (piece) => this.#received(piece)).on('error', () => undefined).on('close', () => (this.isClosed = true));
  }

  /** Resolves with the server's answer. */
  static async open(closing: Closing, port: number, { exporter, slot, direction, mac, listen = () => undefined }: Opening): Promise<RawData> {
    const { token, transfer_id: transferId, offset } = slot;
    const socket = connect(port, '127.0.0.1');
    closing.add(() => socket.destroy());
    const data = new RawData(socket, listen);
    socket.write(encodeRecord(encodeMessage('attach', { token, mac: mac ?? attachMac(exporter, { token, transferId, direction, offset }) })));
    await waitFor(() => data.answer || data.isClosed, 10_000, 'an answer to attach');
    return data;
  }

  /** Resolves when the system has taken them. */
  async send(bytes: Bytes): Promise<void> {
    await withDeadline(new Promise<void>((resolve, reject) => this.socket.write(bytes, (cause) => (cause ? reject(cause) : resolve()))), 60_000, 'bytes are taken');
  }

  closed(): Promise<unknown> {
    return waitFor(() => this.isClosed, 60_000, 'the data connection ends');
  }

  /** As if the cable was pulled. */
  cut(): void {
    this.socket.resetAndDestroy();
  }

  #received(piece: Buffer): void {
    if (this.answer) return this.#pass(piece);
    this.#head = Buffer.concat([this.#head, piece]);
    const end = this.#head.length < 4 ? Infinity : 4 + this.#head.readUInt32BE(0);
    if (this.#head.length < end) return;
    const message = decodeMessage(decodeFrames(this.#head.subarray(4, end))[0]!)!;
    this.answer = message.name === 'error' ? message.content.code : message.name;
    this.#pass(this.#head.subarray(end));
  }

  #pass(piece: Buffer): void {
    this.count += piece.length;
    if (piece.length > 0) this.#listen(piece);
  }
}

/** What people do with files, in frames and bytes. */
export function fileActs(closing: Closing, port: number) {
  const slot = async (client: RawClient, name: 'file_offer' | 'file_get', content: object): Promise<Slot> => {
    const { name: answer, message } = await client.ask(name, content as never);
    if (answer !== 'file_slot') throw new Error(`${name} refused: ${answer}`);
    return message.content as Slot;
  };
  const offer = async (client: RawClient, { id, room, size }: { id: Bytes; room: Bytes; size: number }): Promise<{ data: RawData; offset: number }> => {
    const granted = await slot(client, 'file_offer', { transfer_id: id, room, size });
    return { data: await RawData.open(closing, port, { exporter: client.exporter, slot: granted, direction: UPLOAD }), offset: granted.offset };
  };
  const fetch = async (client: RawClient, id: Bytes, { offset = 0, listen = () => undefined }: { offset?: number; listen?: Listen } = {}): Promise<RawData> => {
    const granted = await slot(client, 'file_get', { transfer_id: id, offset });
    return RawData.open(closing, port, { exporter: client.exporter, slot: granted, direction: DOWNLOAD, listen });
  };
  /** Everything from `offset` to the end of the connection. */
  const bytesOf = async (client: RawClient, id: Bytes, offset = 0): Promise<Bytes> => {
    const pieces: Buffer[] = [];
    await (await fetch(client, id, { offset, listen: (piece) => void pieces.push(piece) })).closed();
    return Buffer.concat(pieces);
  };
  const complete = async (client: RawClient, id: Bytes): Promise<string> => (await client.ask('file_complete', { transfer_id: id })).name;
  /** The state and bytes the server tells. */
  const state = async (client: RawClient, id: Bytes): Promise<string> => {
    const { message } = await client.ask('file_query', { files: [id] });
    const [file] = (message.content as Content<'file_states'>).files;
    return file ? `${file.state} ${file.bytes}` : 'nothing';
  };
  return { slot, offer, fetch, bytesOf, complete, state };
}
