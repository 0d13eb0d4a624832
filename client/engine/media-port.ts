// Films and sounds too large to be held are played from here: an address on this computer that answers with verified bytes
// from any offset (RFC 9110 §14). It listens only while something plays, names nothing, and whoever does not know the
// random part of an address gets nothing at all.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';

export interface Playable {
  size: number;
  /** A media type; anything else is answered as bytes of no kind. */
  type: string;
  /** Verified bytes, shorter at the end of the file. A rejection ends the answer. */
  read(offset: number, length: number): Promise<Bytes>;
}

const HOST = '127.0.0.1';
/** Bytes asked for at a time; one such piece waits while the player does not take it. */
const PIECE = 256 * 1024;
/** What plays at a time, with room for one that is just being left. */
const PLAYING_MAX = 8;

export class MediaPort {
  readonly #random: Random;
  readonly #files = new Map<string, Playable>();
  #server: Promise<Server> | undefined;

  constructor(random: Random) {
    this.#random = random;
  }

  /** Its address, until close(). Rejects with the system's error where this computer gives no port. */
  async open(file: Playable): Promise<string> {
    const path = `/${hex(this.#random(16))}`;
    this.#files.set(path, file);
    for (const oldest of this.#files.keys()) if (this.#files.size > PLAYING_MAX) this.#files.delete(oldest);
    try {
      const server = await (this.#server ??= this.#listen());
      return `http://${HOST}:${(server.address() as AddressInfo).port}${path}`;
    } catch (error) {
      this.#files.delete(path);
      this.#server = undefined;
      throw error;
    }
  }

  close(url: string): void {
    this.#files.delete(new URL(url).pathname);
    if (this.#files.size === 0) this.stop();
  }

  stop(): void {
    const server = this.#server;
    this.#server = undefined;
    this.#files.clear();
    server?.then(
      (open) => {
        open.close();
        open.closeAllConnections();
      },
      () => {
        // It never listened, and open() has said why.
      },
    );
  }

  #listen(): Promise<Server> {
    const server = createServer((request, response) => void this.#answer(request, response));
    return new Promise((resolve, reject) => {
      server.once('error', reject);
      server.listen({ host: HOST, port: 0 }, () => resolve(server));
    });
  }

  async #answer({ url = '', method, headers }: IncomingMessage, response: ServerResponse): Promise<void> {
    const file = this.#files.get(url);
    if (!file || (method !== 'GET' && method !== 'HEAD')) return void response.writeHead(404).end();
    const range = rangeOf(headers.range, file.size);
    if (!range) return void response.writeHead(416, { 'content-range': `bytes */${file.size}` }).end();
    const { from, to, isPart } = range;
    response.writeHead(isPart ? 206 : 200, {
      'accept-ranges': 'bytes', 'cache-control': 'no-store', 'content-length': to - from + 1, 'content-type': typeOf(file.type), 'x-content-type-options': 'nosniff',
      ...(isPart && { 'content-range': `bytes ${from}-${to}/${file.size}` }),
    });
    if (method === 'HEAD') return void response.end();
    await this.#pour({ path: url, file, from, to }, response);
  }

  async #pour({ path, file, from, to }: { path: string; file: Playable; from: number; to: number }, response: ServerResponse): Promise<void> {
    try {
      for (let at = from; at <= to; ) {
        const bytes = await file.read(at, Math.min(PIECE, to - at + 1));
        if (bytes.length === 0 || response.destroyed || this.#files.get(path) !== file) return void response.destroy();
        at += bytes.length;
        if (!response.write(bytes)) await taken(response);
      }
      response.end();
    } catch {
      // The player sees an answer that broke off; whoever shows it asks for the same bytes and is told why.
      response.destroy();
    }
  }
}

/** Resolves when more may be written, or nobody listens any more. */
function taken(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** One range, or the whole; undefined: beyond the end. Anything but one plain range means the whole (RFC 9110 §14.2). */
function rangeOf(header: string | undefined, size: number): { from: number; to: number; isPart: boolean } | undefined {
  const [, first, last] = /^bytes=(\d{1,15})-(\d{0,15})$/.exec(header ?? '') ?? [];
  if (first === undefined) return { from: 0, to: size - 1, isPart: false };
  const from = Number(first);
  const to = last ? Math.min(Number(last), size - 1) : size - 1;
  return from > to ? undefined : { from, to, isPart: true };
}

function typeOf(type: string): string {
  return /^(audio|video)\/[a-z0-9.+-]{1,64}$/.test(type) ? type : 'application/octet-stream';
}
