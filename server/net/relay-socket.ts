// The socket between a server and a relay beside it: one listens, the other dials until somebody is there. What is said in one
// callback leaves in one write, before the next one runs: so nothing is acknowledged by UDP that the system does not have.
import type { Socket } from 'node:net';
import { ReachError } from '../../shared/protocol/errors.ts';
import { RecordDecoder } from '../../shared/protocol/frames.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { BODY_MAX, decodeFromRelay, decodeFromServer, encodeWire, type FromRelay, type FromServer, type Wire } from '../udp/wire.ts';
import { dialLocal, listenLocal, type LocalServer } from './local-socket.ts';

const NAME = 'relay.sock';
/** One relay, and one that comes while the end of the last is not noticed yet. */
const CONNECTIONS_MAX = 2;
/** Bytes that the other process has not taken: more than messages may fill (BACKLOG_MAX in remote-relay.ts), so it is stuck. */
const UNSENT_MAX = 16 * 1024 * 1024;
/** Milliseconds between two tries to find the server: doubled each time, up to the second; anew after a socket that lasted longer. */
const RETRY_FIRST_MS = 100;
const RETRY_MAX_MS = 2_000;

interface Ear<Heard> {
  received(message: Heard): void;
  closed(): void;
}

/** Rejects with the system's reason where the socket cannot be opened. */
export function listenForRelay(directory: string, log: Log, attach: (wire: Wire<FromServer>) => Ear<FromRelay>): Promise<LocalServer> {
  return listenLocal({ directory, name: NAME }, {
    connectionsMax: CONNECTIONS_MAX,
    accept: (socket) => converse(socket, decodeFromRelay, { attach, log }),
    failed: (error) => log.error({ reason: error.message }, 'relay socket'),
  });
}

export interface Dialer {
  stop(): void;
}

export interface DialerOptions {
  directory: string;
  clock: Clock;
  log: Log;
  attach(wire: Wire<FromRelay>): Ear<FromServer>;
}

/** Dials, and dials again whenever the socket is gone. */
export function keepDialing(options: DialerOptions): Dialer {
  return new KeptDialing(options);
}

class KeptDialing implements Dialer {
  readonly #options: DialerOptions;
  #socket: Socket | undefined;
  #retrying: Cancel | undefined;
  #wait = RETRY_FIRST_MS;
  /** When it was there last. */
  #since = Infinity;
  #reason = '';
  #stopped = false;

  constructor(options: DialerOptions) {
    this.#options = options;
    this.#dial();
  }

  stop(): void {
    this.#stopped = true;
    this.#retrying?.();
    this.#socket?.destroy();
  }

  #dial(): void {
    const { directory, log, attach } = this.#options;
    try {
      const socket = dialLocal({ directory, name: NAME });
      this.#socket = socket;
      socket.once('connect', () => {
        this.#reason = '';
        this.#since = this.#options.clock.now();
        converse(socket, decodeFromServer, { attach, log });
      });
      socket.on('error', (error: NodeJS.ErrnoException) => this.#failed(error.code ?? error.message));
      socket.once('close', () => this.#again());
    } catch (cause) {
      this.#failed(reasonOf(cause));
      this.#again();
    }
  }

  /** Each reason once: a relay may wait for its server for days. */
  #failed(reason: string): void {
    const isExpected = ['ENOENT', 'ECONNREFUSED', 'ECONNRESET', 'EPIPE'].includes(reason);
    if (reason !== this.#reason && !isExpected) this.#options.log.warn({ reason }, 'the server cannot be asked; it is tried again');
    else if (reason !== this.#reason) this.#options.log.info({ directory: this.#options.directory }, 'waiting for the server: `main.js tcp` on the same data directory');
    this.#reason = reason;
  }

  #again(): void {
    this.#socket = undefined;
    if (this.#stopped) return;
    const { clock } = this.#options;
    if (clock.now() - this.#since > RETRY_MAX_MS) this.#wait = RETRY_FIRST_MS;
    this.#since = Infinity;
    this.#retrying = clock.after(this.#wait, () => this.#dial());
    this.#wait = Math.min(this.#wait * 2, RETRY_MAX_MS);
  }
}

interface Conversation<Said, Heard> {
  attach(wire: Wire<Said>): Ear<Heard>;
  log: Log;
}

function converse<Said extends FromRelay | FromServer, Heard>(socket: Socket, decode: (body: Bytes) => Heard, { attach, log }: Conversation<Said, Heard>): void {
  const decoder = new RecordDecoder(BODY_MAX);
  const ear = attach(wireOn(socket, log));
  socket.on('error', (error) => log.debug({ reason: error.message }, 'relay socket'));
  socket.once('close', () => ear.closed());
  socket.on('data', (piece) => {
    try {
      for (const body of decoder.push(piece)) ear.received(decode(body));
    } catch (cause) {
      if (!(cause instanceof ReachError)) throw cause;
      log.error({ reason: cause.message }, 'the other process said something unknown; start both from the same program');
      socket.destroy();
    }
  });
}

function wireOn(socket: Socket, log: Log): Wire<FromRelay | FromServer> {
  return {
    get waiting() {
      return socket.writableLength;
    },
    say(message) {
      if (socket.destroyed || socket.writableEnded) return;
      if (socket.writableLength > UNSENT_MAX) {
        log.error({ bytes: socket.writableLength }, 'the other process takes nothing any more');
        socket.destroy();
        return;
      }
      if (socket.writableCorked === 0) {
        socket.cork();
        queueMicrotask(() => socket.uncork());
      }
      socket.write(encodeWire(message));
    },
    close() {
      socket.uncork();
      if (socket.writableLength > 0) socket.destroy();
      else socket.destroySoon();
    },
  };
}
