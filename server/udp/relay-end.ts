// The relay's end of the socket to its server, for as long as that lasts: opens what the server names, with the key that
// the store holds, and says what becomes of it. When the socket breaks all of it ends: the next one begins under new salts.
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { SALT_SIZE, type Link } from './link.ts';
import type { Relay } from './relay.ts';
import { WIRE_VERSION, type FromRelay, type FromServer, type Wire } from './wire.ts';

export interface RelayEndOptions {
  relay: Pick<Relay, 'open'>;
  wire: Wire<FromRelay>;
  /** Of the UDP socket, and whether the one above it is open as well. */
  port: number;
  second: boolean;
  /** Throws Error where there is none, or it cannot be opened. */
  keyOf(connectionId: Bytes): Bytes;
  random: Random;
  log: Log;
}

interface Open {
  link: Link;
  /** The server's numbers of what the link was given, by the link's. */
  numbers: Map<number, number>;
}

type Named<N extends FromServer['name']> = Extract<FromServer, { name: N }>;

export class RelayEnd {
  readonly #options: RelayEndOptions;
  readonly #open = new Map<string, Open>();

  constructor(options: RelayEndOptions) {
    this.#options = options;
    const { wire, port, second } = options;
    wire.say({ name: 'hello', version: WIRE_VERSION, port, second });
  }

  /** The system takes no more of what clients sent: what is acknowledged now might not outlive this process. */
  get full(): boolean {
    return this.#options.wire.waiting > 0;
  }

  received(message: FromServer): void {
    switch (message.name) {
      case 'welcome':
        return this.#welcomed(message.version);
      case 'ping':
        return this.#options.wire.say({ name: 'pong' });
      case 'open':
        return this.#opened(message);
      case 'send':
        return this.#send(message);
      case 'once':
        return void this.#of(message)?.link.sendOnce(message.frame);
      case 'reported':
        return this.#of(message)?.link.reported(message.content);
      case 'ask':
        return this.#of(message)?.link.ask(message.silent);
      case 'renew':
        return this.#of(message)?.link.renew();
      case 'close':
        return this.#closed(message.id);
    }
  }

  /** The socket is gone. */
  close(): void {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { link } of open) link.close();
  }

  #welcomed(version: number): void {
    const { log, wire } = this.#options;
    if (version === WIRE_VERSION) return log.info({}, 'the server is there');
    log.error({ version }, 'the server is of another version of this program; start both from the same one');
    wire.close();
  }

  #opened({ id, salt }: Named<'open'>): void {
    const { relay, random, wire } = this.#options;
    this.#closed(id);
    const key = this.#keyOf(id);
    if (!key) return;
    const drawn = salt ?? random(SALT_SIZE);
    const numbers = new Map<number, number>();
    const settle = (number: number): number => {
      const n = numbers.get(number)!;
      numbers.delete(number);
      return n;
    };
    const link = relay.open({ connection_id: id, key, salt: drawn }, {
      message: (frame) => wire.say({ name: 'message', id, frame }),
      delivered: (number) => wire.say({ name: 'settled', id, n: settle(number) }),
      lost: (_frame, number) => wire.say({ name: 'lost', id, n: settle(number) }),
      stat: (content) => wire.say({ name: 'stat', id, content }),
      renewed: ({ salt: next }) => wire.say({ name: 'renewed', id, salt: next }),
      turned: (up) => wire.say({ name: 'turned', id, up }),
    });
    this.#open.set(hex(id), { link, numbers });
    if (!salt) wire.say({ name: 'renewed', id, salt: drawn });
  }

  #keyOf(id: Bytes): Bytes | undefined {
    try {
      return this.#options.keyOf(id);
    } catch (cause) {
      this.#options.log.error({ reason: reasonOf(cause) }, 'an association could not be opened; its session goes on by TCP');
      return undefined;
    }
  }

  #send({ id, n, frame }: Named<'send'>): void {
    const open = this.#open.get(hex(id));
    const number = open?.link.send(frame);
    if (number === undefined) this.#options.wire.say({ name: 'lost', id, n });
    else open!.numbers.set(number, n);
  }

  #closed(id: Bytes): void {
    const open = this.#open.get(hex(id));
    this.#open.delete(hex(id));
    open?.link.close();
  }

  #of({ id }: { id: Bytes }): Open | undefined {
    return this.#open.get(hex(id));
  }
}
