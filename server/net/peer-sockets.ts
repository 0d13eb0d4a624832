// A socket of its own, on the same port, for each address that is answered. The system prefers a connected socket and gives each
// one its own buffer: a flood from elsewhere fills the shared socket and pushes nobody's datagrams out. Without one (a system
// that does not share ports so, no descriptor left, too many addresses) an address stays with the shared socket and all works.
import type { RemoteInfo, Socket } from 'node:dgram';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Cancel, Clock } from '../ops/clock.ts';

/** Linux finds the socket of a datagram by both ends; elsewhere which of several gets it is not said. */
export const PEER_SOCKETS = process.platform === 'linux';

export interface PeerSocketsOptions {
  clock: Clock;
  /** A socket on the shared port, its buffer already enlarged. */
  open(): Promise<Socket>;
  received(datagram: Bytes, from: RemoteInfo): void;
}

export interface Place {
  host: string;
  port: number;
}

interface Peer {
  /** Absent while it is being opened. */
  socket?: Socket;
  connected: boolean;
  /** Something came since the last look. */
  heard: boolean;
}

/** Each takes a descriptor. */
const PEERS_MAX = 512;
/** Milliseconds without a datagram after which one is closed; keepalives come more often. */
const SILENT_MS = 60_000;

export class PeerSockets {
  readonly #options: PeerSocketsOptions;
  /** By address and port. */
  readonly #peers = new Map<string, Peer>();
  #looking: Cancel | undefined;

  constructor(options: PeerSocketsOptions) {
    this.#options = options;
  }

  /** The socket for what goes to `name`, which stands at `place`; undefined while the shared one is the one to use. */
  for(name: string, place: Place): Socket | undefined {
    const peer = this.#peers.get(name);
    if (peer) return peer.connected ? peer.socket : undefined;
    // Nobody is put out for another: what came to a socket and was not read yet would be lost with it.
    if (this.#peers.size < PEERS_MAX) this.#add(name, place);
    return undefined;
  }

  /** What comes from there comes to the shared socket again. */
  end(name: string): void {
    const socket = this.#peers.get(name)?.socket;
    this.#peers.delete(name);
    socket?.close();
  }

  close(): void {
    this.#looking?.();
    this.#looking = undefined;
    for (const name of [...this.#peers.keys()]) this.end(name);
  }

  #add(name: string, place: Place): void {
    const peer: Peer = { connected: false, heard: true };
    this.#peers.set(name, peer);
    this.#looking ??= this.#options.clock.after(SILENT_MS, () => this.#look());
    void this.#open(name, place, peer);
  }

  async #open(name: string, { host, port }: Place, peer: Peer): Promise<void> {
    const socket = await this.#options.open().catch(() => undefined);
    // Without one it keeps its place, so that the next datagram does not try again at once.
    if (!socket) return;
    if (this.#peers.get(name) !== peer) return void socket.close();
    socket.on('message', (datagram, from) => {
      peer.heard = true;
      this.#options.received(datagram, from);
    });
    // Refused by the other end, or this end's address is gone: the shared socket is there for it.
    socket.on('error', () => this.#peers.get(name) === peer && this.end(name));
    socket.once('connect', () => (peer.connected = true));
    peer.socket = socket;
    socket.connect(port, host);
  }

  #look(): void {
    this.#looking = undefined;
    for (const [name, peer] of this.#peers) {
      if (!peer.heard) this.end(name);
      peer.heard = false;
    }
    if (this.#peers.size > 0) this.#looking = this.#options.clock.after(SILENT_MS, () => this.#look());
  }
}
