// What the server's tests share: a clock held by the test, a pipe that remembers, a session's other side.
import { randomBytes } from 'node:crypto';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage } from '../../shared/protocol/frames.ts';
import type { Message } from '../../shared/protocol/messages.ts';
import type { SessionConnection } from '../../server/chat/session.ts';
import type { Cancel, Clock } from '../../server/ops/clock.ts';
import type { Account, Posted } from '../../server/store/store.ts';

export const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

export class HeldClock implements Clock {
  #now = 1_700_000_000_000;
  #timers: { at: number; call: () => void }[] = [];

  now(): number {
    return this.#now;
  }

  after(ms: number, call: () => void): Cancel {
    const timer = { at: this.#now + ms, call };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((one) => one !== timer);
    };
  }

  /** Runs what is due, in order, new timers included. */
  pass(ms: number): void {
    const end = this.#now + ms;
    for (;;) {
      const next = this.#timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
      if (!next) break;
      this.#timers = this.#timers.filter((one) => one !== next);
      this.#now = Math.max(this.#now, next.at);
      next.call();
    }
    this.#now = end;
  }
}

/** A session's connection that keeps what was sent. */
export class FakeConnection implements SessionConnection {
  readonly address = '127.0.0.1';
  waiting = 0;
  readonly sent: Message[] = [];
  closedWith: string | undefined;

  send(frame: Bytes): void {
    for (const one of decodeFrames(frame)) this.sent.push(decodeMessage(one)!);
  }

  close(reason: string): void {
    this.closedWith ??= reason;
  }

  names(): string[] {
    return this.sent.map(({ name }) => name);
  }
}

export function accountOf(username: string): Account {
  return { userId: random(16), username, display: username, role: 'member', created: 1, lastSeen: null, availability: 'online', status: '', record: random(192) };
}

export function messageOf(room: Bytes, sender: Bytes, text: string): Posted {
  return { moderator: false, room, sender, clientMsgId: random(16), kind: 'text', target: undefined, body: new TextEncoder().encode(text), ts: 5 };
}
