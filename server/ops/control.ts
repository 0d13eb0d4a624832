// Orders to a running server from its own computer: a socket in the data directory that its owner alone may open
// (on Windows a named pipe). One JSON line in, one JSON line out, then the connection ends.
import { createHash } from 'node:crypto';
import { chmodSync, closeSync, openSync, realpathSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import type { Clock } from './clock.ts';
import { reasonOf, type Log } from './log.ts';

export type Answer = { ok: true; [name: string]: unknown } | { ok: false; reason: string };

export interface Control {
  stop(): Promise<void>;
}

export interface ControlOptions {
  directory: string;
  /** Is handed whatever JSON came. */
  answer(request: unknown): Answer;
  clock: Clock;
  log: Log;
}

const NAME = 'control.sock';
/** Bytes of a socket's path that every system takes (sun_path, without its final zero: 107 on Linux, 103 on macOS). */
const PATH_MAX = process.platform === 'linux' ? 107 : 103;
/** Characters of a request, and of an answer. */
const REQUEST_MAX = 4_096;
const ANSWER_MAX = 1024 * 1024;
const CONNECTIONS_MAX = 8;
/** Milliseconds for the whole exchange. */
const WITHIN_MS = 5_000;

interface SocketPath {
  path: string;
  release(): void;
}

/** Resolves when the socket is open; rejects with the system's reason where it can't be. The caller holds the directory's lock. */
export async function serveControl(options: ControlOptions): Promise<Control> {
  const { directory, log } = options;
  const place = socketPath(directory);
  const file = join(directory, NAME);
  const server = createServer((socket) => converse(socket, options));
  server.maxConnections = CONNECTIONS_MAX;
  try {
    // Whoever holds the directory is the only server: what lies there is of one that was killed.
    if (process.platform !== 'win32') rmSync(file, { force: true });
    await opened(server, place.path);
    if (process.platform !== 'win32') chmodSync(file, 0o600);
  } catch (cause) {
    place.release();
    throw cause;
  }
  server.on('error', (error) => log.error({ reason: error.message }, 'control socket'));
  return { stop: () => stop(server, place) };
}

/** Rejects with one line that a person can act on. */
export async function askControl(directory: string, request: object): Promise<unknown> {
  const place = socketPath(directory);
  try {
    return JSON.parse(await exchange(connect(place.path), `${JSON.stringify(request)}\n`));
  } catch (cause) {
    throw new Error(trouble(cause, directory));
  } finally {
    place.release();
  }
}

/** A path that is too long for a socket goes by the number of the open directory, where the system has such names. */
function socketPath(directory: string): SocketPath {
  if (process.platform === 'win32') return { path: pipeName(directory), release() {} };
  const path = join(directory, NAME);
  if (Buffer.byteLength(path) <= PATH_MAX) return { path, release() {} };
  if (process.platform !== 'linux') throw new Error(`${path} is too long for a socket (${PATH_MAX} bytes); choose a shorter --data`);
  const folder = openSync(directory, 'r');
  return { path: `/proc/self/fd/${folder}/${NAME}`, release: () => closeSync(folder) };
}

/** The same for every spelling of the directory. */
function pipeName(directory: string): string {
  const name = createHash('sha256').update(realpathSync.native(directory).toLowerCase()).digest('hex').slice(0, 32);
  return `\\\\.\\pipe\\reach-chat-${name}`;
}

function opened(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

// The path must still lead there when the server removes its socket.
function stop(server: Server, place: SocketPath): Promise<void> {
  return new Promise((resolve) => void server.close(() => {
    place.release();
    resolve();
  }));
}

function converse(socket: Socket, { answer, clock, log }: ControlOptions): void {
  const late = clock.after(WITHIN_MS, () => socket.destroy());
  let text = '';
  const receive = (piece: string): void => {
    text += piece;
    const end = text.indexOf('\n');
    if (end === -1 && text.length <= REQUEST_MAX) return;
    socket.off('data', receive).resume();
    socket.end(`${JSON.stringify(end === -1 || end > REQUEST_MAX ? { ok: false, reason: 'the request is too long' } : reply(text.slice(0, end), answer, log))}\n`);
  };
  socket.on('error', (error) => log.debug({ reason: error.message }, 'control connection'));
  socket.on('close', late);
  socket.setEncoding('utf8').on('data', receive);
}

function reply(line: string, answer: ControlOptions['answer'], log: Log): Answer {
  try {
    return answer(JSON.parse(line));
  } catch (cause) {
    if (cause instanceof SyntaxError) return { ok: false, reason: 'the request is no JSON' };
    log.error({ reason: reasonOf(cause) }, 'an order failed');
    return { ok: false, reason: 'the server had a problem; its log says more' };
  }
}

function exchange(socket: Socket, line: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const late = setTimeout(() => socket.destroy(Object.assign(new Error(), { code: 'ETIMEDOUT' })), WITHIN_MS);
    socket.setEncoding('utf8').on('data', (piece: string) => {
      text += piece;
      if (text.length > ANSWER_MAX) socket.destroy(new Error('its answer is too long'));
    });
    socket.on('error', reject).on('close', () => {
      clearTimeout(late);
      resolve(text);
    });
    socket.write(line);
  });
}

function trouble(cause: unknown, directory: string): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'ECONNREFUSED':
      return `no server is running on ${directory}; start it, or name its data directory with --data`;
    case 'EACCES':
    case 'EPERM':
      return `${directory} belongs to another user; run this as the one who runs the server`;
    case 'ETIMEDOUT':
      return `the server on ${directory} did not answer within ${WITHIN_MS / 1000} s`;
    default:
      return cause instanceof SyntaxError ? `the server on ${directory} ended before it answered` : `the server on ${directory} cannot be asked: ${reasonOf(cause)}`;
  }
}
