// The TCP port: the only place of the server where clients' sockets are touched.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { encodeMessage, encodeRecord } from '../../shared/protocol/frames.ts';
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

function welcome(socket: Socket, gate: Gate, { clock, log, metrics, accept }: ListenerOptions): void {
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
  socket.on('data', (piece: Uint8Array) => {
    metrics.bytes('in', piece.length);
    receive(connection, piece, log);
  });
  socket.on('drain', () => connection.drained());
  socket.on('close', () => {
    leave();
    connection.closed();
  });
}

// A defect that one peer's bytes bring to light costs that connection, never the server.
function receive(connection: Connection, piece: Uint8Array, log: Log): void {
  try {
    connection.received(piece);
  } catch (cause) {
    log.error({ address: connection.address, reason: reasonOf(cause) }, 'a connection failed');
    connection.destroy();
  }
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
