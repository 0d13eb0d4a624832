// The UDP port: the only place of the server that knows node:dgram. What the system refuses is a lost datagram, which
// whoever waits for the answer notices; a socket that fails is opened again.
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { lookup } from 'node:dns/promises';
import { isIP, isIPv4 } from 'node:net';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { PEER_SOCKETS, PeerSockets, type Place } from './peer-sockets.ts';

export interface UdpPortOptions {
  host: string;
  port: number;
  clock: Clock;
  log: Log;
}

export interface UdpPort {
  readonly port: number;
  start(receiver: UdpReceiver): void;
  /** To an address and port, as `received` named it. */
  send(datagram: Bytes, to: string): void;
  stop(): Promise<void>;
}

export interface UdpReceiver {
  received(datagram: Bytes, from: string): void;
  /** The socket was gone and is there again. */
  reopened(): void;
}

/** Bytes the system is asked to keep for us: about 3,500 full datagrams. It may give less, which costs datagrams in a burst. */
const RECEIVE_BUFFER = 4 * 1024 * 1024;
/** Bytes that wait for the system; beyond that datagrams are lost here instead of on the way. */
const UNSENT_MAX = 4 * 1024 * 1024;
/** Milliseconds until a socket that failed is opened again. */
const REOPEN_AFTER_MS = 1_000;
const MAPPED = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i;

/** Rejects with the system's error where the address cannot be bound. */
export async function openUdpPort(options: UdpPortOptions): Promise<UdpPort> {
  const address = isIP(options.host) > 0 ? options.host : (await lookup(options.host)).address;
  const opened = new OpenUdpPort(address, options);
  await opened.open(options.port);
  return opened;
}

class OpenUdpPort implements UdpPort {
  readonly #address: string;
  readonly #options: UdpPortOptions;
  #socket: Socket | undefined;
  #peers: PeerSockets | undefined;
  #receiver: UdpReceiver | undefined;
  #port = 0;
  #reopening: Cancel | undefined;
  #stopped = false;

  constructor(address: string, options: UdpPortOptions) {
    this.#address = address;
    this.#options = options;
  }

  get port(): number {
    return this.#port;
  }

  async open(port: number): Promise<void> {
    const socket = await this.#exclusive(port);
    if (this.#stopped) return void socket.close();
    const received = (datagram: Bytes, from: RemoteInfo): void => this.#receiver?.received(datagram, nameOf(from));
    this.#port = socket.address().port;
    this.#socket = socket;
    if (PEER_SOCKETS) this.#peers = new PeerSockets({ clock: this.#options.clock, received, open: () => this.#open(this.#port, true) });
    socket.on('message', received);
    socket.on('error', (error) => this.#failed(socket, error));
  }

  /** A port that sockets can share cannot be seen to be taken: so it is first taken for itself alone. */
  async #exclusive(port: number): Promise<Socket> {
    const alone = await this.#open(port, false);
    if (!PEER_SOCKETS) return alone;
    const taken = alone.address().port;
    await new Promise<void>((resolve) => alone.close(resolve));
    return this.#open(taken, true);
  }

  async #open(port: number, isShared: boolean): Promise<Socket> {
    const socket = await bound(this.#address, port, isShared);
    this.#enlarge(socket);
    return socket;
  }

  start(receiver: UdpReceiver): void {
    this.#receiver = receiver;
  }

  send(datagram: Bytes, to: string): void {
    const socket = this.#socket;
    if (!socket || socket.getSendQueueSize() > UNSENT_MAX) return;
    const place = placeOf(to, isIPv4(this.#address));
    const sent = (error: Error | null): void => void (error && this.#options.log.debug({ to, reason: error.message }, 'a datagram was not sent'));
    const shared = (): void => socket.send(datagram, place.port, place.host, sent);
    const own = this.#peers?.for(to, place);
    if (!own) return shared();
    own.send(datagram, (error) => {
      if (!error || socket !== this.#socket) return;
      // A refusal of something earlier, or this end's address is another by now: only this socket's trouble.
      this.#peers?.end(to);
      shared();
    });
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#reopening?.();
    this.#peers?.close();
    const socket = this.#socket;
    this.#socket = undefined;
    return new Promise((resolve) => (socket ? void socket.close(() => resolve()) : resolve()));
  }

  #enlarge(socket: Socket): void {
    try {
      socket.setRecvBufferSize(RECEIVE_BUFFER);
    } catch (cause) {
      this.#options.log.debug({ reason: reasonOf(cause) }, 'the receive buffer of the UDP port stays as it is');
    }
  }

  #failed(socket: Socket, error: Error): void {
    if (socket !== this.#socket) return;
    this.#options.log.error({ port: this.#port, reason: error.message }, 'the UDP port failed; chat goes on by TCP until it is open again');
    this.#socket = undefined;
    this.#peers?.close();
    socket.close();
    this.#reopenLater();
  }

  #reopenLater(): void {
    this.#reopening = this.#options.clock.after(REOPEN_AFTER_MS, () => void this.#reopen());
  }

  async #reopen(): Promise<void> {
    try {
      await this.open(this.#port);
    } catch (cause) {
      this.#options.log.warn({ port: this.#port, reason: reasonOf(cause) }, 'the UDP port cannot be opened again yet');
      return this.#reopenLater();
    }
    if (this.#stopped) return;
    this.#options.log.info({ port: this.#port }, 'the UDP port is open again');
    this.#receiver?.reopened();
  }
}

function bound(address: string, port: number, isShared: boolean): Promise<Socket> {
  const family = isIPv4(address) ? 4 : 6;
  // Every address that comes here is a number already: nothing is looked up for each datagram.
  const socket = createSocket({ type: family === 4 ? 'udp4' : 'udp6', reuseAddr: isShared, lookup: (host, _options, done) => done(null, host, family) });
  return new Promise((resolve, reject) => {
    const refused = (error: Error): void => {
      socket.close();
      reject(error);
    };
    socket.once('error', refused);
    socket.bind({ address, port, exclusive: true }, () => {
      socket.off('error', refused);
      resolve(socket);
    });
  });
}

/** 1.2.3.4:5 or [2001:db8::1]:5, whatever kind of socket it came by. */
function nameOf({ address, port }: RemoteInfo): string {
  return formatAddress({ host: MAPPED.exec(address)?.[1] ?? address, port });
}

function placeOf(name: string, isFour: boolean): Place {
  const colon = name.lastIndexOf(':');
  const host = name.slice(0, colon).replace(/^\[|\]$/g, '');
  return { host: isFour || !isIPv4(host) ? host : `::ffff:${host}`, port: Number(name.slice(colon + 1)) };
}
