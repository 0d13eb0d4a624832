// Sends what the outbox holds, in order, at the pace the server told, and settles it when the server answers. After a
// reconnect everything unacknowledged goes out again under the same id; the server knows it (protocol §1.4).
import { UNACKED_MAX } from '../../shared/protocol/limits.ts';
import type { Content, SessionLimits } from '../../shared/protocol/messages.ts';
import type { Clock, Timer } from './clock.ts';
import { wireOf, type Entry } from './entry.ts';

/** The part of a connection that delivery needs. */
export interface Line {
  readonly waiting: number;
  send(name: 'send', content: Content<'send'>): void;
}

/** Bytes unacknowledged or not yet taken by the system; more waits. */
const IN_FLIGHT_BYTES = 512 * 1024;
/** Sends kept below the server's burst: frames that the network bunches must not exceed it. */
const BURST_MARGIN = 2;
/** Milliseconds, where a server says rate_limited without a time. */
const PAUSE_MS = 1000;

export class Delivery {
  readonly #clock: Clock;
  /** In the order of writing; `size` while in flight. */
  readonly #queue = new Map<string, { entry: Entry; size: number | undefined }>();
  #line: Line | undefined;
  #rate = 0;
  #burst = 0;
  #tokens = 0;
  #filledAt = 0;
  /** A burst has begun that nothing of is answered yet: the server's own measure may begin as late as its first answer. */
  #isUnanswered = false;
  #n = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** A new session: n counts from 0, nothing is in flight. */
  attach(line: Line, limits: SessionLimits): void {
    this.detach();
    this.#line = line;
    this.#rate = limits.send_rate;
    this.#burst = Math.max(1, limits.send_burst - BURST_MARGIN);
    this.#tokens = this.#burst;
    this.#filledAt = this.#clock.now();
    this.#n = 0;
    this.#pump();
  }

  detach(): void {
    this.#line = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#isUnanswered = false;
    for (const item of this.#queue.values()) item.size = undefined;
  }

  add(entry: Entry): void {
    this.#queue.set(entry.id, { entry, size: undefined });
    this.#pump();
  }

  /** Answered, either way; true where it was waited for. */
  settle(id: string): boolean {
    const known = this.#queue.delete(id);
    this.#answered();
    this.#pump();
    return known;
  }

  /** Refused for its rate: it and what is not sent yet wait. What was under way behind it may come before it in the log. */
  pause(id: string, retryAfter: number = PAUSE_MS): void {
    const item = this.#queue.get(id);
    if (item) item.size = undefined;
    this.#isUnanswered = false;
    this.#tokens = 0;
    this.#filledAt = this.#clock.now() + retryAfter;
    this.#timer?.cancel();
    this.#timer = this.#clock.after(retryAfter, () => this.#resume());
  }

  #resume(): void {
    this.#timer = undefined;
    this.#tokens = Math.max(this.#tokens, 1);
    this.#pump();
  }

  #pump(): void {
    if (!this.#line || this.#timer) return;
    this.#fill();
    for (const item of this.#queue.values()) {
      if (item.size !== undefined) continue;
      if (!this.#hasRoom()) return;
      if (this.#rate > 0 && this.#tokens < 1) return this.#wait();
      if (this.#tokens >= this.#burst) this.#isUnanswered = true;
      this.#tokens -= 1;
      this.#send(item);
    }
  }

  #send(item: { entry: Entry; size: number | undefined }): void {
    const wire = wireOf(item.entry);
    item.size = wire.body.length;
    this.#line!.send('send', { ...wire, n: this.#n });
    this.#n += 1;
  }

  #hasRoom(): boolean {
    let bytes = this.#line!.waiting;
    let count = 0;
    for (const { size } of this.#queue.values()) {
      if (size === undefined) continue;
      bytes += size;
      count += 1;
    }
    return count < UNACKED_MAX && bytes < IN_FLIGHT_BYTES;
  }

  #fill(): void {
    const now = this.#clock.now();
    if (now <= this.#filledAt || this.#isUnanswered) return;
    this.#tokens = Math.min(this.#burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.#rate);
    this.#filledAt = now;
  }

  #answered(): void {
    if (!this.#isUnanswered) return;
    this.#isUnanswered = false;
    this.#filledAt = Math.max(this.#filledAt, this.#clock.now());
  }

  #wait(): void {
    // The answer goes on with it.
    if (this.#isUnanswered) return;
    const ms = Math.ceil(((1 - this.#tokens) / this.#rate) * 1000);
    this.#timer = this.#clock.after(Math.max(1, ms), () => {
      this.#timer = undefined;
      this.#pump();
    });
  }
}
