// The relay's end of one session's association, and its driver: after every call it sends what is due, hands on what
// happened and sets its one timer. The association is made with the first datagram that names it: most sessions never
// send one, and before that there is nothing to say to anybody.
//
//   dormant ──a datagram──▶ live ──renew()──▶ dormant, under another salt
//      └─────────────────────┴──────────close()──▶ closed
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import type { Content, UdpKey } from '../../shared/protocol/messages.ts';
import { Association, type AssociationEvent, type Verdict } from '../../shared/udp/association.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import type { LinkEvents, SessionLink } from './session-link.ts';

export type AssociationKey = Pick<UdpKey, 'connection_id' | 'key' | 'salt'>;

export interface LinkOptions {
  key: AssociationKey;
  events: LinkEvents;
  random: Random;
  clock: Clock;
  log: Log;
  /** A datagram to an address and port. */
  write(bytes: Bytes, to: string): void;
  /** The session's association is over. */
  ended(): void;
}

/** Bytes that wait for a client's answer to arrive; what comes on top goes by TCP, whose own queue holds four times as much. */
export const WAITING_MAX = 256 * 1024;
export const SALT_SIZE = 16;

export class Link implements SessionLink {
  readonly #options: LinkOptions;
  #salt: Bytes;
  #association: Association | undefined;
  #closed = false;
  #up = false;
  /** Sizes of what is neither delivered nor lost, by message. */
  readonly #waiting = new Map<number, number>();
  #waitingBytes = 0;
  #timer: Cancel | undefined;
  #soon: Cancel | undefined;

  constructor(options: LinkOptions) {
    this.#options = options;
    this.#salt = options.key.salt;
  }

  receive(datagram: Bytes, from: string): Verdict {
    return this.#guarded(() => {
      const verdict = this.#live().receive(datagram, from, this.#now());
      if (verdict !== 'ok') return verdict;
      this.#drive();
      return verdict;
    }) ?? 'malformed';
  }

  /** What came to the relay's other port, and the answer from there. */
  reflect(datagram: Bytes, from: string): { verdict: Verdict; answer?: Bytes } {
    return this.#guarded(() => this.#live().reflect(datagram, from, this.#now())) ?? { verdict: 'malformed' };
  }

  ask(silent: number): void {
    this.#association?.rest(this.#now() + silent);
    this.#association?.ping();
    if (this.#association) this.#driveSoon();
  }

  send(frame: Bytes): number | undefined {
    const association = this.#association;
    if (!association || this.#waitingBytes + frame.length > WAITING_MAX) return undefined;
    const id = association.send(frame);
    if (id === undefined) return undefined;
    this.#waiting.set(id, frame.length);
    this.#waitingBytes += frame.length;
    this.#driveSoon();
    return id;
  }

  sendOnce(frame: Bytes): boolean {
    const taken = this.#association?.sendOnce(frame) ?? false;
    if (taken) this.#driveSoon();
    return taken;
  }

  reported(stat: Content<'udp_stat'>): void {
    this.#guarded(() => {
      this.#association?.reported(stat, this.#now());
      this.#drive();
    });
  }

  renew(): void {
    if (this.#closed) return;
    this.#endAssociation();
    this.#salt = this.#options.random(SALT_SIZE);
    this.#options.events.renewed({ connection_id: this.#options.key.connection_id, salt: this.#salt });
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#endAssociation();
    this.#options.key.key.fill(0);
    this.#options.ended();
  }

  #live(): Association {
    const { key, random } = this.#options;
    this.#association ??= new Association({ role: 'server', connectionId: key.connection_id, key: key.key, salt: this.#salt, random, now: this.#now() });
    return this.#association;
  }

  #endAssociation(): void {
    const association = this.#association;
    this.#association = undefined;
    this.#timer?.();
    this.#soon?.();
    this.#timer = this.#soon = undefined;
    association?.close();
    for (const event of association?.take() ?? []) this.#happened(event);
    this.#waiting.clear();
    this.#waitingBytes = 0;
    this.#turn(false);
  }

  #now(): number {
    return this.#options.clock.now();
  }

  /** What is given in one turn of the event loop leaves together. */
  #driveSoon(): void {
    this.#soon ??= this.#options.clock.after(0, () => this.#guarded(() => this.#transmit()));
  }

  // Frames that came are handed on at once; what leaves waits for the end of the turn, when their answers may be ready.
  #drive(): void {
    this.#hand();
    if (this.#association) this.#driveSoon();
  }

  #transmit(): void {
    const association = this.#association;
    this.#timer?.();
    this.#soon?.();
    this.#timer = this.#soon = undefined;
    if (!association) return;
    for (const { bytes, to } of association.transmit(this.#now())) this.#options.write(bytes, to);
    this.#hand();
    if (association === this.#association) this.#wait(association);
  }

  #wait({ deadline }: Association): void {
    if (deadline === undefined) return;
    const left = Math.max(1, Math.ceil(deadline - this.#now()));
    this.#timer = this.#options.clock.after(left, () => this.#guarded(() => this.#transmit()));
  }

  #hand(): void {
    for (const event of this.#association?.take() ?? []) this.#happened(event);
  }

  #happened(event: AssociationEvent): void {
    const { events } = this.#options;
    switch (event.name) {
      case 'message':
        // A frame before it may have ended the session.
        return this.#closed ? undefined : events.message(event.frame);
      case 'delivered':
        this.#settled(event.id);
        return events.delivered?.(event.id);
      case 'lost':
        this.#settled(event.id);
        return events.lost(event.message, event.id);
      case 'stat':
        return events.stat(event.content);
      case 'changed':
        return this.#turn(this.#association?.view().sending ?? false);
    }
  }

  #settled(id: number): void {
    this.#waitingBytes -= this.#waiting.get(id) ?? 0;
    this.#waiting.delete(id);
  }

  #turn(up: boolean): void {
    if (up === this.#up) return;
    this.#up = up;
    this.#options.events.turned?.(up);
  }

  /** A defect that one peer's datagrams bring to light costs that association: the session goes on by TCP. */
  #guarded<T>(work: () => T): T | undefined {
    try {
      return work();
    } catch (cause) {
      this.#options.log.error({ reason: reasonOf(cause) }, 'an association failed; its session goes on by TCP');
      this.close();
      return undefined;
    }
  }
}
