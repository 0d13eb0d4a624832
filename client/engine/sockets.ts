// The only file of the client that dials. What the system says of a socket becomes a Cause here.
import { connect } from 'node:net';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Address } from '../../shared/protocol/link.ts';
import type { Cause } from './failures.ts';

export interface SocketEvents {
  opened(): void;
  received(piece: Bytes): void;
  /** The system has taken something that was written. */
  drained?(): void;
  /** Exactly once. */
  closed(cause: Cause): void;
}

export interface Socket {
  write(bytes: Bytes): void;
  /** Everything written leaves, then the socket closes. */
  finish(): void;
  destroy(): void;
  /** No more pieces until resume(): TCP's flow control then holds the sender. */
  pause(): void;
  resume(): void;
  /** Bytes handed over that the system has not taken yet. */
  readonly waiting: number;
}

export type Dial = (address: Address, events: SocketEvents) => Socket;

/** Milliseconds a closing socket may take to hand over what was written. */
const FINISH_WITHIN_MS = 1000;

const CAUSES: Readonly<Record<string, Cause>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'no_such_host',
  EAI_AGAIN: 'no_such_host',
  EAI_NONAME: 'no_such_host',
  EHOSTUNREACH: 'no_route',
  ENETUNREACH: 'no_route',
  EHOSTDOWN: 'no_route',
  ENETDOWN: 'no_route',
  EADDRNOTAVAIL: 'no_route',
  EINVAL: 'no_route',
  ETIMEDOUT: 'timeout',
  ECONNRESET: 'closed_by_peer',
  EPIPE: 'closed_by_peer',
};

export const dialTcp: Dial = (address, events) => {
  const socket = connect({ host: address.host, port: address.port, noDelay: true });
  let cause: Cause = 'closed_by_peer';
  socket.on('connect', () => events.opened());
  socket.on('data', (piece: Bytes) => events.received(piece));
  socket.on('error', (error: NodeJS.ErrnoException) => {
    cause = CAUSES[error.code ?? ''] ?? 'unreachable';
  });
  socket.on('close', () => events.closed(cause));
  return {
    // Not the event `drain`: it tells nothing of what is less than the stream's own mark.
    write: (bytes) => void socket.write(bytes, () => events.drained?.()),
    finish() {
      socket.end();
      socket.setTimeout(FINISH_WITHIN_MS, () => socket.destroy());
    },
    destroy: () => void socket.destroy(),
    pause: () => void socket.pause(),
    resume: () => void socket.resume(),
    get waiting() {
      return socket.writableLength;
    },
  };
};
