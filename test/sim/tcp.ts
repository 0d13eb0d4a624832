// TCP between a client's machine and the server's: ordered, whole, and as late as its line makes it. A machine that
// restarts knows nothing of its streams: whoever sends on one then hears that it is gone.
import type { Dial, Socket, SocketEvents } from '../../client/engine/sockets.ts';
import type { Pipe } from '../../server/net/connection.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Line, Way } from './network.ts';
import type { Life } from './virtual-clock.ts';

/** The server's end of a stream that has come. */
export interface Accepted {
  received(piece: Bytes): void;
  /** What waited has come to the other side. */
  drained(): void;
  closed(): void;
}

export interface Host {
  /** undefined: nothing listens. */
  accept(pipe: Pipe): { life: Life; end: Accepted } | undefined;
}

type End = { name: 'data'; bytes: Bytes } | { name: 'fin' } | { name: 'reset' };

/** One way of a stream: what was sent first comes first. */
class Half {
  readonly #line: Line;
  readonly #way: Way;
  readonly #arrive: (item: End) => void;
  readonly #queue: End[] = [];
  #busy = false;
  waiting = 0;

  constructor(line: Line, way: Way, arrive: (item: End) => void) {
    this.#line = line;
    this.#way = way;
    this.#arrive = arrive;
  }

  send(item: End): void {
    if (item.name === 'data') this.waiting += item.bytes.length;
    this.#queue.push(item);
    this.#pump();
  }

  // Everything that waits leaves together, behind what is under way.
  #pump(): void {
    if (this.#busy || this.#queue.length === 0) return;
    this.#busy = true;
    const items = this.#queue.splice(0);
    this.#line.segment(this.#way, () => {
      this.#busy = false;
      for (const item of items) {
        if (item.name === 'data') this.waiting -= item.bytes.length;
        this.#arrive(item);
      }
      this.#pump();
    });
  }
}

/** For the engine of one client: `life` is the client program's, `host` finds what listens at that moment. */
export function dialOver(line: Line, life: Life, host: Host): Dial {
  return (_, events) => new Stream(line, life, host, events).socket;
}

class Stream {
  readonly #events: SocketEvents;
  readonly #life: Life;
  readonly #up: Half;
  readonly #down: Half;
  #server: { life: Life; end: Accepted } | undefined;
  #open = true;
  #connected = false;
  #serverOpen = false;

  constructor(line: Line, life: Life, host: Host, events: SocketEvents) {
    this.#events = events;
    this.#life = life;
    this.#up = new Half(line, 'up', (item) => this.#atServer(item));
    this.#down = new Half(line, 'down', (item) => this.#atClient(item));
    line.segment('up', () => this.#knock(host));
  }

  get socket(): Socket {
    const up = this.#up;
    return {
      write: (bytes) => {
        if (this.#open) up.send({ name: 'data', bytes: Uint8Array.from(bytes) });
      },
      finish: () => this.#leave('fin'),
      destroy: () => this.#leave('reset'),
      pause: () => undefined,
      resume: () => undefined,
      get waiting() {
        return up.waiting;
      },
    };
  }

  #leave(name: 'fin' | 'reset'): void {
    if (!this.#open) return;
    this.#open = false;
    this.#up.send({ name });
  }

  #knock(host: Host): void {
    const down = this.#down;
    const pipe: Pipe = {
      address: '203.0.113.1',
      unsent: () => down.waiting,
      write: (bytes) => {
        if (this.#serverOpen) down.send({ name: 'data', bytes: Uint8Array.from(bytes) });
      },
      end: () => this.#serverLeaves('fin'),
      destroy: () => this.#serverLeaves('reset'),
    };
    this.#serverOpen = true;
    this.#server = host.accept(pipe);
    if (!this.#server) return this.#refuse();
    down.send({ name: 'data', bytes: new Uint8Array() });
  }

  #refuse(): void {
    this.#serverOpen = false;
    this.#down.send({ name: 'reset' });
  }

  #serverLeaves(name: 'fin' | 'reset'): void {
    if (!this.#serverOpen) return;
    this.#serverOpen = false;
    this.#down.send({ name });
    const server = this.#server;
    server?.life.later(0, () => server.end.closed());
  }

  #atServer(item: End): void {
    const server = this.#server;
    if (!server) return;
    if (!server.life.alive) {
      this.#serverOpen = false;
      if (item.name === 'data') this.#down.send({ name: 'reset' });
      return;
    }
    if (!this.#serverOpen) return;
    if (item.name !== 'data') {
      this.#serverOpen = false;
      return server.end.closed();
    }
    this.#life.later(0, () => this.#open && this.#events.drained?.());
    server.end.received(item.bytes);
  }

  #atClient(item: End): void {
    const server = this.#server;
    if (item.name === 'data' && server) server.life.later(0, () => this.#serverOpen && server.end.drained());
    if (!this.#life.alive) {
      if (item.name === 'data') this.#up.send({ name: 'reset' });
      return;
    }
    if (!this.#open) return;
    if (item.name === 'data' && !this.#connected) {
      this.#connected = true;
      return this.#events.opened();
    }
    if (item.name === 'data') return this.#events.received(item.bytes);
    this.#open = false;
    this.#events.closed(this.#connected ? 'closed_by_peer' : 'refused');
  }
}
