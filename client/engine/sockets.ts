// The only file of the client that dials. What the system says of a socket becomes a Cause here.
import { createSocket, type Socket as SystemSocket } from 'node:dgram';
import { lookup } from 'node:dns';
import { connect, isIP } from 'node:net';
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
  /** IP addresses of both ends, once connected. */
  readonly ends?: { local: string; remote: string } | undefined;
}

export type Dial = (address: Address, events: SocketEvents) => Socket;

export interface UdpEvents {
  received(datagram: Bytes): void;
  /** At most once: nothing comes or goes any more. What the network loses or refuses on the way is not said. */
  failed(cause: Cause): void;
}

export interface UdpSocket {
  /** To another port of the same computer where one is named. */
  send(datagram: Bytes, port?: number): void;
  close(): void;
  /** Its own, once something was sent. */
  readonly port: number | undefined;
}

/** A name is looked up once. Never throws. */
export type OpenUdp = (address: Address, events: UdpEvents) => UdpSocket;

/** Datagrams kept while a name is looked up. */
const EARLY_MAX = 8;

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
    get ends() {
      const { localAddress: local, remoteAddress: remote } = socket;
      // An address that was dialled keeps its zone (fe80::1%eth0).
      return local === undefined || remote === undefined ? undefined : { local, remote: isIP(address.host) > 0 ? address.host : remote };
    },
  };
};

/** Not bound to one address of this computer: when its network changes, the next datagram leaves by the new one. */
export const openUdp: OpenUdp = ({ host, port }, events) => {
  let early: [Bytes, number][] = [];
  let way: { socket: SystemSocket; ip: string } | undefined;
  let ownPort: number | undefined;
  let closed = false;
  const fail = (cause: Cause) => {
    if (closed) return;
    close();
    events.failed(cause);
  };
  const close = () => {
    if (!closed) way?.socket.close();
    closed = true;
    early = [];
  };
  const open = (ip: string, family: number) => {
    const socket = createSocket(family === 6 ? 'udp6' : 'udp4');
    socket.on('listening', () => (ownPort = socket.address().port));
    socket.on('message', (datagram) => events.received(datagram));
    socket.on('error', (error: NodeJS.ErrnoException) => fail(CAUSES[error.code ?? ''] ?? 'unreachable'));
    way = { socket, ip };
    for (const [datagram, to] of early.splice(0)) send(datagram, to);
  };
  const send = (datagram: Bytes, to = port) => {
    if (closed) return;
    // A refusal of the system is a lost datagram: whoever waits for the answer finds out.
    if (way) way.socket.send(datagram, to, way.ip, () => undefined);
    else if (early.length < EARLY_MAX) early.push([datagram, to]);
  };
  if (port < 1 || port > 65_535) queueMicrotask(() => fail('unreachable'));
  else if (isIP(host) > 0) open(host, isIP(host));
  else lookup(host, (error, ip, family) => (error ? fail(CAUSES[error.code ?? ''] ?? 'unreachable') : closed || open(ip, family)));
  return {
    send,
    close,
    get port() {
      return ownPort;
    },
  };
};
