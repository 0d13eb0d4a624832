// Orders to a running server from its own computer: a socket in the data directory that its owner alone may open
// (on Windows a named pipe). One JSON line in, one JSON line out, then the connection ends.
import type { Socket } from 'node:net';
import { dialLocal, listenLocal, type LocalServer } from '../net/local-socket.ts';
import type { Clock } from './clock.ts';
import { reasonOf, type Log } from './log.ts';

export type Answer = { ok: true; [name: string]: unknown } | { ok: false; reason: string };

export interface ControlOptions {
  directory: string;
  /** Is handed whatever JSON came. */
  answer(request: unknown): Answer;
  clock: Clock;
  log: Log;
}

const NAME = 'control.sock';
/** Characters of a request, and of an answer. */
const REQUEST_MAX = 4_096;
const ANSWER_MAX = 1024 * 1024;
const CONNECTIONS_MAX = 8;
/** Milliseconds for the whole exchange. */
const WITHIN_MS = 5_000;

/** Resolves when the socket is open; rejects with the system's reason where it can't be. The caller holds the directory's lock. */
export function serveControl(options: ControlOptions): Promise<LocalServer> {
  const { directory, log } = options;
  return listenLocal({ directory, name: NAME }, {
    connectionsMax: CONNECTIONS_MAX,
    accept: (socket) => converse(socket, options),
    failed: (error) => log.error({ reason: error.message }, 'control socket'),
  });
}

/** Rejects with one line that a person can act on. */
export async function askControl(directory: string, request: object): Promise<unknown> {
  try {
    return JSON.parse(await exchange(dialLocal({ directory, name: NAME }), `${JSON.stringify(request)}\n`));
  } catch (cause) {
    throw new Error(trouble(cause, directory));
  }
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
