// One session's association in another process, as the server holds it. Answers are given at once, from what the relay
// last told. What was given away is kept until it is settled, so that it can go by TCP when the relay is gone.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import { WAITING_MAX } from './link.ts';
import type { LinkEvents, SessionLink } from './session-link.ts';
import { UDP_FRAME_MAX, type FromRelay, type FromServer } from './wire.ts';

/** What the relay tells of one association. */
export type Told = Extract<FromRelay, { id: Bytes }>;

export interface RemoteLinkOptions {
  id: Bytes;
  events: LinkEvents;
  /** False: the relay is not there, or does not keep up. */
  give(message: Extract<FromServer, { name: 'send' | 'once' }>): boolean;
  /** Where nobody is there, nothing is to be told: a relay that comes begins anew. */
  tell(message: FromServer): void;
  ended(): void;
}

export class RemoteLink implements SessionLink {
  readonly #options: RemoteLinkOptions;
  #up = false;
  #closed = false;
  /** What the client was told last of the way to it. */
  #stat: Content<'udp_stat'> | undefined;
  #next = 0;
  /** What is neither delivered nor lost: bounded by the bytes of it, as in link.ts. */
  readonly #waiting = new Map<number, Bytes>();
  #waitingBytes = 0;

  constructor(options: RemoteLinkOptions) {
    this.#options = options;
  }

  get id(): Bytes {
    return this.#options.id;
  }

  send(frame: Bytes): number | undefined {
    const { id, give } = this.#options;
    const n = this.#next;
    if (!this.#mayTake(frame) || this.#waitingBytes + frame.length > WAITING_MAX || !give({ name: 'send', id, n, frame })) return undefined;
    this.#next += 1;
    this.#waiting.set(n, frame);
    this.#waitingBytes += frame.length;
    return n;
  }

  sendOnce(frame: Bytes): boolean {
    const { id, give } = this.#options;
    return this.#mayTake(frame) && give({ name: 'once', id, frame });
  }

  reported(content: Content<'udp_stat'>): void {
    this.#options.tell({ name: 'reported', id: this.id, content });
  }

  ask(silent: number): void {
    this.#options.tell({ name: 'ask', id: this.id, silent });
  }

  renew(): void {
    if (this.#closed) return;
    this.#giveBack();
    this.#options.tell({ name: 'renew', id: this.id });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#giveBack();
    this.#options.tell({ name: 'close', id: this.id });
    this.#options.ended();
  }

  /** The relay is gone: everything it had is the session's again, and the client is told that nothing comes by UDP. */
  broken(): void {
    const { events } = this.#options;
    if (this.#stat?.up) events.stat({ salt: this.#stat.salt, received: this.#stat.received, up: false });
    this.#stat = undefined;
    this.#giveBack();
  }

  #giveBack(): void {
    this.#turn(false);
    const lost = [...this.#waiting];
    this.#waiting.clear();
    this.#waitingBytes = 0;
    for (const [n, frame] of lost) this.#options.events.lost(frame, n);
  }

  told(message: Told): void {
    const { events, id } = this.#options;
    if (this.#closed) return;
    switch (message.name) {
      case 'turned':
        return this.#turn(message.up);
      case 'message':
        return events.message(message.frame);
      case 'settled':
        return this.#settled(message.n) && events.delivered?.(message.n);
      case 'lost': {
        const frame = this.#settled(message.n);
        return frame && events.lost(frame, message.n);
      }
      case 'stat':
        this.#stat = message.content;
        return events.stat(message.content);
      case 'renewed':
        return events.renewed({ connection_id: id, salt: message.salt });
    }
  }

  #mayTake(frame: Bytes): boolean {
    return this.#up && frame.length <= UDP_FRAME_MAX;
  }

  #turn(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    this.#options.events.turned?.(up);
  }

  /** What was given back already is not known any more. */
  #settled(n: number): Bytes | undefined {
    const frame = this.#waiting.get(n);
    if (!frame) return undefined;
    this.#waiting.delete(n);
    this.#waitingBytes -= frame.length;
    return frame;
  }
}
