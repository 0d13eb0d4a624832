// The files that previews read from at this moment. Few: the one read longest ago makes room for another.
import type { Manifest } from '../../../shared/protocol/body.ts';
import { hex, type Bytes } from '../../../shared/protocol/bytes.ts';
import { RemoteReader } from './reading.ts';
import type { ServerLine } from './server-line.ts';

const READERS_MAX = 6;

export class Readers {
  readonly #line: () => Promise<ServerLine>;
  readonly #readers = new Map<string, RemoteReader>();

  constructor(line: () => Promise<ServerLine>) {
    this.#line = line;
  }

  /** Throws as RemoteReader.read(). */
  read(file: Manifest, { offset, length }: { offset: number; length: number }): Promise<Bytes> {
    const id = hex(file.id);
    const reader = this.#readers.get(id) ?? new RemoteReader(file, this.#line);
    this.#readers.delete(id);
    this.#readers.set(id, reader);
    for (const oldest of this.#readers.keys()) if (this.#readers.size > READERS_MAX) this.#close(oldest);
    return reader.read(offset, length);
  }

  closeAll(): void {
    for (const id of [...this.#readers.keys()]) this.#close(id);
  }

  #close(id: string): void {
    this.#readers.get(id)?.close();
    this.#readers.delete(id);
  }
}
