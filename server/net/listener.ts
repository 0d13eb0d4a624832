// The TCP port: the only place of the server where clients' sockets are touched.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { concat, type Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
import { FRAME_HEADER, RECORD_HEADER, RECORD_MAX_BEFORE_AUTH } from '../../shared/protocol/limits.ts';
import { MESSAGES } from '../../shared/protocol/messages.ts';
import type { DataConnection, DataPipe } from '../files/data-connection.ts';
import type { Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { Metrics } from '../ops/metrics.ts';
import { Connection, type Pipe, type SignInReceiver } from './connection.ts';
import { Gate, type GateLimits } from './gate.ts';

export interface ListenerOptions {
  host: string;
  port: number;
  limits: GateLimits;
  clock: Clock;
  log: Log;
  metrics: Metrics;
  /** `signedIn` is called once, when the connection no longer counts as a stranger. */
  accept(connection: Connection, signedIn: () => void): SignInReceiver;
  /** A connection that asks for a file; `verified` is called once, when it no longer counts as a stranger. */
  acceptData(pipe: DataPipe, verified: () => void): DataConnection;
}

export interface Listener {
  readonly port: number;
  /** Takes no newcomer from now on; resolves when every connection has ended, after `ms` at the latest. */
  stop(ms: number): Promise<void>;
}

/** Rejects with the system's error where the address cannot be listened on. */
export function listen(options: ListenerOptions): Promise<Listener> {
  const gate = new Gate(options.limits);
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    welcome(socket, gate, options);
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host: options.host, port: options.port }, () => {
      server.off('error', reject);
      server.on('error', (error) => options.log.error({ reason: error.message }, 'listener'));
      resolve({ port: (server.address() as AddressInfo).port, stop: (ms) => stop(server, sockets, ms) });
    });
  });
}

function welcome(socket: Socket, gate: Gate, { clock, log, metrics, accept, acceptData }: ListenerOptions): void {
  const address = socket.remoteAddress ?? '';
  const leave = gate.enter(address);
  socket.on('error', (error) => log.debug({ address, reason: reasonOf(error) }, 'socket'));
  if (!leave) {
    log.warn({ address }, 'too many connections that are not signed in');
    metrics.refused('full');
    socket.end(encodeRecord(encodeMessage('error', { code: 'full', retry_after: 1_000 })));
    socket.resume();
    clock.after(1_000, () => socket.destroy());
    return;
  }
  const connection = new Connection(pipeOf(socket, address, metrics), clock, metrics);
  connection.start(accept(connection, leave));
  const stranger = new Stranger(connection, () => acceptData(dataPipeOf(socket, address), leave), metrics);
  socket.on('data', (piece: Uint8Array) => receive(stranger, piece, { address, log }));
  socket.on('drain', () => connection.drained());
  socket.on('close', () => {
    leave();
    stranger.closed();
  });
}

/** The two things a connection can be. */
interface Receiver {
  received(piece: Bytes): void;
  closed(): void;
  destroy(): void;
}

/** What nobody knows yet: its first frame's type tells whether it is a session's or carries a file. */
class Stranger implements Receiver {
  readonly #session: Connection;
  readonly #openData: () => DataConnection;
  readonly #metrics: Metrics;
  #head: Bytes | undefined = new Uint8Array();
  #receiver: Receiver;

  constructor(session: Connection, openData: () => DataConnection, metrics: Metrics) {
    this.#session = session;
    this.#receiver = session;
    this.#openData = openData;
    this.#metrics = metrics;
  }

  received(piece: Bytes): void {
    if (!this.#head) return this.#pass(piece);
    const head = concat(this.#head, piece);
    const isData = opensData(head);
    this.#head = isData === undefined ? head : undefined;
    if (isData) {
      this.#session.leave();
      this.#receiver = this.#openData();
    }
    if (isData !== undefined) this.#pass(head);
  }

  closed(): void {
    this.#receiver.closed();
  }

  destroy(): void {
    this.#receiver.destroy();
  }

  #pass(piece: Bytes): void {
    if (this.#receiver === this.#session) this.#metrics.bytes('in', piece.length);
    this.#receiver.received(piece);
  }
}

/** undefined: too few bytes to tell. What cannot be a record is the handshake's to refuse. */
function opensData(head: Bytes): boolean | undefined {
  const size = head.length < RECORD_HEADER ? 1 : new DataView(head.buffer, head.byteOffset).getUint32(0);
  if (size === 0 || size > RECORD_MAX_BEFORE_AUTH) return false;
  return head.length < RECORD_HEADER + FRAME_HEADER ? undefined : head[RECORD_HEADER + FRAME_HEADER - 1] === MESSAGES.attach.id;
}

// A defect that one peer's bytes bring to light costs that connection, never the server.
function receive(receiver: Receiver, piece: Bytes, { address, log }: { address: string; log: Log }): void {
  try {
    receiver.received(piece);
  } catch (cause) {
    log.error({ address, reason: reasonOf(cause) }, 'a connection failed');
    receiver.destroy();
  }
}

function dataPipeOf(socket: Socket, address: string): DataPipe {
  return {
    address,
    write: (bytes, taken) => void (socket.writable ? socket.write(bytes, taken) : taken()),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

function pipeOf(socket: Socket, address: string, metrics: Metrics): Pipe {
  return {
    address,
    unsent: () => socket.writableLength,
    write(bytes) {
      if (!socket.writable) return;
      metrics.bytes('out', bytes.length);
      socket.write(bytes);
    },
    end: () => void socket.end(),
    destroy: () => void socket.destroy(),
  };
}

async function stop(server: Server, sockets: ReadonlySet<Socket>, ms: number): Promise<void> {
  const ended = new Promise<void>((resolve) => void server.close(() => resolve()));
  const timer = setTimeout(() => sockets.forEach((socket) => socket.destroy()), ms);
  await ended;
  clearTimeout(timer);
}
