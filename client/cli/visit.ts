// One connection for a one-shot command: signs in, asks, is answered, leaves. No outbox, no reconnect; what fails is a
// Problem. It speaks through the engine's Connection, so keys, sign-in and failures are the same as everywhere.
import { hex } from '../../shared/protocol/bytes.ts';
import { isErrorCode, type ErrorCode } from '../../shared/protocol/errors.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import type { Content, Envelope, Message, MessageName } from '../../shared/protocol/messages.ts';
import { Connection, lateWords, type Effects, type Ending, type Opened, type Seen } from '../engine/connection.ts';
import type { Credentials } from '../engine/credentials.ts';
import { failureOf, failureOfEnding, type Cause } from '../engine/failures.ts';
import { Members } from '../engine/members.ts';
import type { Target, Ticket } from '../engine/target.ts';
import { judge, keyOf, pinOf } from '../engine/trust.ts';
import type { Member, Protocol } from '../engine/types.ts';
import { Carrier } from '../engine/udp/carrier.ts';
import { isSettled, pathsOf, type Changing } from '../engine/udp/paths.ts';
import type { Pin, Vault } from '../engine/vault.ts';
import { changedKey, otherKey, type KeyQuestion } from './key-question.ts';
import { Problem, problemOf } from './problem.ts';

export interface VisitOptions {
  target: Target & { password: string };
  effects: Effects;
  vault: Vault;
  deviceName: string;
  /** Path of pins.json, for words. */
  pins: string;
  /** Milliseconds for connecting and for each answer. */
  timeout: number;
}

/** The server's key is new here: ask, then confirm() and open() again. */
export class UnknownKey extends Error {
  readonly question: KeyQuestion;
  readonly confirm: (how: Pin['how']) => void;
  constructor(question: KeyQuestion, confirm: (how: Pin['how']) => void) {
    super('unknown key');
    this.question = question;
    this.confirm = confirm;
  }
}

/** Frames that carry a req and are answered with it. */
type Asked = { [K in MessageName]: Content<K> extends { req: number } ? K : never }[MessageName];
type Answering = { [K in MessageName]: Content<K> extends { req?: number | undefined } ? K : never }[MessageName];

/** Words for a refusal that say more than the code's own. */
export type Refusals = Partial<Record<ErrorCode, string>>;

interface Came {
  message: Message;
  path: Protocol;
}

interface Waiter {
  takes(message: Message): boolean;
  resolve(came: Came): void;
  reject(problem: Error): void;
}

/** Ways of not getting there: for a script they are one thing, nothing was sent. */
const NOT_THERE: ReadonlySet<Cause> = new Set<Cause>(['refused', 'no_route', 'no_such_host', 'unreachable', 'timeout', 'silent', 'no_answer', 'closed_by_peer', 'idle', 'shutting_down', 'slow_consumer']);

export class Visit {
  readonly #options: VisitOptions;
  readonly #connection: Connection;
  readonly #waiters = new Set<Waiter>();
  readonly #members: Members;
  readonly #names = new Map<string, string>();
  #roster: Member[] | undefined;
  #question: UnknownKey | Problem | undefined;
  #opened: Opened | undefined;
  #carrier: Carrier | undefined;
  #look: () => void = () => {};
  #lost: Error | undefined;
  #req = 0;
  /** Live messages, once somebody listens. */
  onMessage: (envelope: Envelope) => void = () => {};
  /** Out of a room (hex), on another device or by a moderator. */
  onLeft: (room: string) => void = () => {};
  onLost: (problem: Error) => void = () => {};

  constructor(options: VisitOptions, settle: { done(): void; failed(problem: Error): void }) {
    this.#options = options;
    this.#members = new Members((event) => {
      if (event.type === 'roster') this.#roster = event.members;
      for (const member of event.type === 'roster' ? event.members : event.type === 'presence' ? [event.member] : []) this.#names.set(member.userId, member.username);
    });
    this.#connection = new Connection(options.target.address, options.effects, {
      stage: () => {},
      greeted: (seen) => this.#greeted(seen),
      opened: (opened) => {
        this.#opened = opened;
        this.#carrier = new Carrier({
          effects: options.effects, connection: this.#connection, key: opened.ok.udp_key, wanted: options.target.protocol ?? 'tcp', look: () => this.#look(),
        });
        settle.done();
      },
      received: (message, path) => void (this.carrier.take(message) || this.#received({ message, path })),
      ended: (ending) => {
        const problem = this.#problemOf(ending);
        this.#carrier?.close();
        settle.failed(problem);
        this.#end(problem);
      },
    });
  }

  /** Signed in. Throws Problem, or UnknownKey where somebody must decide. */
  static open(options: VisitOptions): Promise<Visit> {
    return new Promise((resolve, reject) => {
      const timer = options.effects.clock.after(options.timeout, () => visit.#giveUp());
      const settle = { done: () => (timer.cancel(), resolve(visit)), failed: (problem: Error) => (timer.cancel(), reject(problem)) };
      const visit: Visit = new Visit(options, settle);
    });
  }

  /** To come back with instead of the password. */
  get ticket(): Ticket {
    const { session, seen } = this.#opened!;
    return { id: session.ticketId, secret: session.ticket, fingerprint: hex(seen.fingerprint), serverId: hex(seen.serverId) };
  }

  get carrier(): Carrier {
    return this.#carrier!;
  }

  get bodyMax(): number {
    return this.#opened!.ok.limits.body;
  }

  /** Hex. */
  get me(): string {
    return hex(this.#opened!.ok.user_id);
  }

  nameOf(userId: string): string {
    return this.#names.get(userId) ?? userId.slice(0, 8);
  }

  async members(): Promise<Member[]> {
    if (!this.#roster) await this.#answer((message) => message.name === 'roster' && !message.content.more);
    return this.#roster!;
  }

  /** One request and the frame that answers it. Throws Problem: the refusal, in `words` where they know it. */
  async ask<Q extends Asked, A extends Answering>(name: Q, content: Omit<Content<Q>, 'req'>, { answer, words }: { answer: A; words?: Refusals }): Promise<Content<A>> {
    this.#req += 1;
    const req = this.#req;
    this.#connection.send(name, { req, ...content } as unknown as Content<Q>);
    const { message: answered } = await this.#answer((message) => (message.name === answer || message.name === 'error') && (message.content as { req?: number }).req === req);
    if (answered.name === 'error') throw refusalOf(answered, words);
    return answered.content as Content<A>;
  }

  /** Told, not asked: nothing answers it. */
  tell(receipt: Content<'receipt'>): void {
    this.carrier.send('receipt', receipt);
  }

  /** As soon as UDP goes both ways, or it is known why it does not; at once where it is not wanted. */
  settled(): Promise<Changing> {
    return new Promise((resolve) => {
      this.#look = () => {
        const paths = pathsOf(this.carrier.known);
        if (!isSettled(paths)) return;
        this.#look = () => {};
        resolve(paths);
      };
      this.#look();
    });
  }

  /** The server's acknowledgement or refusal, and what it came by. */
  async send(content: Content<'send'>): Promise<Came> {
    this.carrier.send('send', content);
    const id = hex(content.client_msg_id);
    return this.#answer(({ name, content: answer }) => (name === 'msg_ack' || name === 'error') && 'client_msg_id' in answer && answer.client_msg_id !== undefined && hex(answer.client_msg_id) === id);
  }

  close(): void {
    this.#carrier?.close();
    this.#connection.close('bye');
  }

  #giveUp(): void {
    this.#connection.end('timeout', { detail: lateWords(this.#options.target.address, this.#options.timeout) });
  }

  #answer(takes: (message: Message) => boolean): Promise<Came> {
    if (this.#lost) return Promise.reject(this.#lost);
    const { clock } = this.#options.effects;
    return new Promise((resolve, reject) => {
      const timer = clock.after(this.#options.timeout, () => {
        this.#waiters.delete(waiter);
        reject(new Problem('timeout', { message: `The server did not answer within ${this.#options.timeout / 1000} s.` }));
      });
      const waiter: Waiter = {
        takes,
        resolve: (came) => (timer.cancel(), resolve(came)),
        reject: (problem) => (timer.cancel(), reject(problem)),
      };
      this.#waiters.add(waiter);
    });
  }

  #received(came: Came): void {
    const { message } = came;
    if (message.name === 'roster') this.#members.page(message.content);
    if (message.name === 'presence') this.#members.change(message.content);
    if (message.name === 'msg') this.onMessage(message.content);
    if (message.name === 'room_left' && message.content.req === undefined) this.onLeft(hex(message.content.room));
    for (const waiter of this.#waiters) {
      if (!waiter.takes(message)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(came);
    }
  }

  #end(problem: Error): void {
    this.#lost = problem;
    for (const waiter of this.#waiters) waiter.reject(problem);
    this.#waiters.clear();
    if (this.#opened) this.onLost(problem);
  }

  #greeted(seen: Seen): Credentials | { stop: Cause } {
    const { target, vault, effects, pins } = this.#options;
    const verdict = judge(target.address, seen, { pins: vault.pins(), ...(target.link && { link: target.link }) });
    const pin = (how: Pin['how']) => vault.pin(pinOf(target.address, seen, { how, since: effects.clock.now() }));
    const question = { address: formatAddress(target.address), key: keyOf(seen.fingerprint), pins };
    if (verdict.name === 'unknown') {
      this.#question = new UnknownKey(question, pin);
      return { stop: 'key_unknown' };
    }
    if (verdict.name === 'changed') {
      this.#question = changedKey(question, verdict.previous);
      return { stop: 'key_changed' };
    }
    if (verdict.name === 'not_linked') {
      this.#question = otherKey(question.address, verdict.linked);
      return { stop: 'not_linked' };
    }
    if (verdict.pin && verdict.how !== 'once') pin(verdict.how);
    return this.#credentials();
  }

  #credentials(): Credentials {
    const { target, vault, effects, deviceName } = this.#options;
    if (target.ticket) return { name: 'ticket', ticketId: target.ticket.id, ticket: target.ticket.secret };
    const { username, password, register, remember, invite } = target;
    return { name: 'password', username, password, register, remember, deviceName, deviceId: vault.deviceId(effects.random), ...(invite && { invite }) };
  }

  #problemOf(ending: Ending): Error {
    if (this.#question) return this.#question;
    const { target } = this.#options;
    const failure = failureOfEnding(ending, target);
    if (ending.cause === 'unknown_name') return problemOf({ ...failure, hint: 'Create account? Use --register.' });
    return problemOf(NOT_THERE.has(ending.cause) ? { ...failure, code: 'unreachable' } : failure);
  }
}

export function refusalOf(message: Message, words: Refusals = {}): Problem {
  const { code: said, retry_after } = message.content as Content<'error'>;
  const code = isErrorCode(said) ? said : 'server_error';
  const failure = failureOf(code, retry_after === undefined ? {} : { retryAfter: retry_after });
  const own = words[code];
  return own === undefined ? problemOf(failure) : problemOf({ code, message: own });
}
