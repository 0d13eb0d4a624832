// One connection's way to a session: drives the handshake machine, OPAQUE, the throttle, accounts and tickets.
// Everything that can be answered without OPAQUE is answered before it; auth_failed is the same for every cause.
import { createHash } from 'node:crypto';
import { passwordSalt } from '../../shared/crypto/password.ts';
import { ServerHandshake, type ServerSession, type ServerStep } from '../../shared/crypto/server-handshake.ts';
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../../shared/protocol/errors.ts';
import { ID_SIZE, PBKDF2_ITERATIONS, TICKET_MS, TICKET_REMEMBERED_MS } from '../../shared/protocol/limits.ts';
import type { Content, UdpKey } from '../../shared/protocol/messages.ts';
import { isCanonicalUsername } from '../../shared/protocol/names.ts';
import { addressGroup } from '../net/gate.ts';
import type { SignInReceiver } from '../net/connection.ts';
import { reasonOf } from '../ops/log.ts';
import type { Account, LiveAssociation, Ticket } from '../store/store.ts';
import type { CoreOptions } from './core.ts';
import type { LiveAssociations } from './live-associations.ts';
import type { Throttle, Tries } from './throttle.ts';

type Begin = Extract<Content<'auth_begin'>, { username: string }>;

/** What a sign-in needs of its connection. */
export interface SignInConnection {
  readonly address: string;
  write(bytes: Bytes): void;
  endHandshake(reason: string): void;
  destroy(): void;
}

export interface SignInContext {
  options: CoreOptions;
  throttle: Throttle;
  associations: LiveAssociations | undefined;
  /** There are as many sessions as there may be. */
  full(): boolean;
  /** The handshake is over and auth_ok is written. */
  signedIn(account: Account, opened: Opened): void;
  /** A dead ticket was presented by somebody who holds it: it was copied. */
  revoked(chain: Bytes): void;
}

/** What is known of the newcomer so far. */
interface Password {
  begin: Begin;
  account: Account | undefined;
  tries: Tries | undefined;
  /** Registration record of an account about to be made. */
  record?: Bytes;
  state?: string;
}

/** Whom a ticket is for. */
type Grant = Pick<Ticket, 'device' | 'chain' | 'remember'>;

/** auth_ok, not yet written, and what it promises. */
export interface Opened {
  bytes: Bytes;
  session: ServerSession;
  ticket: Ticket;
  /** undefined: there is no relay, or associations are not kept. */
  association: LiveAssociation | undefined;
  /** undefined: no relay runs. */
  udpKey: UdpKey | undefined;
}

/** Milliseconds until a full OPAQUE queue, or a full house, is worth another try. */
const FULL_MS = 1_000;

export class SignIn implements SignInReceiver {
  readonly #context: SignInContext;
  readonly #connection: SignInConnection;
  readonly #handshake: ServerHandshake;
  #begun = false;
  #over = false;
  /** OPAQUE is at work: nothing may come meanwhile. */
  #working = false;
  #password: Password | undefined;
  #ticket: Ticket | undefined;

  constructor(context: SignInContext, connection: SignInConnection) {
    const { identity, serverId, registration, random, clock } = context.options;
    this.#context = context;
    this.#connection = connection;
    this.#handshake = new ServerHandshake({ identity, serverId, registration, random, now: clock.now() });
  }

  get begun(): boolean {
    return this.#begun;
  }

  refusal(code: ErrorCode): Bytes {
    return this.#handshake.refuse(code);
  }

  closed(): void {
    this.#over = true;
  }

  record(body: Bytes): void {
    if (this.#working) return this.#refuse('unexpected');
    const step = this.#handshake.receive(body);
    if (step.name === 'send') return this.#connection.write(step.bytes);
    if (step.name === 'failed') return this.#refuse(step.error.code);
    this.#begun = true;
    this.#working = true;
    const done = this.#step(step);
    if (done) void done.catch((cause: unknown) => this.#failed(cause)).finally(() => (this.#working = false));
    else this.#working = false;
  }

  // Resuming needs no OPAQUE and stays synchronous: its two records come together.
  #step(step: Exclude<ServerStep, { name: 'send' | 'failed' }>): Promise<void> | undefined {
    try {
      switch (step.name) {
        case 'resume':
          return this.#resume(step.ticketId);
        case 'resume_proof':
          return this.#resumed();
        case 'begin':
          return this.#begin(step.begin);
        case 'record':
          return this.#login(Object.assign(this.#password!, { record: Uint8Array.from(step.record) }));
        case 'proof':
          return this.#prove(this.#password!, step.ke3);
      }
    } catch (cause) {
      this.#failed(cause);
      return undefined;
    }
  }

  async #begin(begin: Begin): Promise<void> {
    const { throttle, options } = this.#context;
    const refusal = this.#refusalOf(begin);
    if (refusal) return this.#refuse(refusal);
    const taken = throttle.take(begin.username, addressGroup(this.#connection.address), options.clock.now());
    if (taken.name === 'paused') return this.#refuse('busy', taken.retryAfter);
    if (options.opaque.full) {
      this.#refund(begin);
      return this.#refuse('full', FULL_MS);
    }
    const account = options.store.account(begin.username);
    this.#password = { begin, account, tries: taken.tries };
    if (!account && this.#mayRegister(begin)) return this.#register(this.#password);
    return this.#login(this.#password);
  }

  // Said of the request alone, before any account is looked at, so it tells nothing about names.
  #refusalOf({ username, registration_request: request, invite }: Begin): ErrorCode | undefined {
    if (!isCanonicalUsername(username)) return 'bad_name';
    if (request && invite && !this.#validInvite(invite)) return 'bad_invite';
    if (request && !invite && this.#context.options.registration !== 'open') return 'closed';
    return undefined;
  }

  #mayRegister({ invite }: Begin): boolean {
    return this.#context.options.registration === 'open' || (invite !== undefined && this.#validInvite(invite));
  }

  #validInvite(invite: Bytes): boolean {
    const { store, clock } = this.#context.options;
    return store.invite(inviteHash(invite), clock.now()) !== undefined;
  }

  async #register({ begin, tries }: Password): Promise<void> {
    const request = begin.registration_request;
    if (!request) {
      this.#refund(begin);
      this.#salt({ mode: 'register', ...told(tries) });
      return this.#connection.endHandshake('new name');
    }
    const { response } = await this.#context.options.opaque.run({ name: 'register', username: begin.username, request });
    this.#salt({ mode: 'register', ...told(tries), registration_response: response });
  }

  async #login(password: Password): Promise<void> {
    const { begin, account, tries, record } = password;
    const known = record ?? account?.record ?? null;
    const { state, ke2 } = await this.#context.options.opaque.run({ name: 'login', username: begin.username, request: begin.login_request, record: known });
    password.state = state;
    this.#salt({ mode: 'login', ...told(tries), ke2 });
  }

  async #prove({ begin, account, record, state }: Password, ke3: Bytes): Promise<void> {
    const { sessionKey } = await this.#context.options.opaque.run({ name: 'finish', username: begin.username, state: state!, ke3 });
    if (this.#over) return;
    if (!sessionKey || !this.#handshake.proven(sessionKey)) return this.#refuse('auth_failed');
    sessionKey.fill(0);
    this.#refund(begin);
    if (this.#context.full()) return this.#refuse('full', FULL_MS);
    const grant = { device: begin.device_id, chain: this.#context.options.random(ID_SIZE), remember: begin.remember };
    if (record) this.#create({ ...begin, record }, grant);
    else if (account) this.#open(account, grant);
  }

  // Of account, ticket and association all are stored or none is. Refused: the race for the name or for the invite was lost.
  #create({ username, invite, record }: Begin & { record: Bytes }, grant: Grant): void {
    const { store, random, clock } = this.#context.options;
    const now = clock.now();
    const hash = invite && inviteHash(invite);
    const role = (hash && store.invite(hash, now)?.role) ?? 'member';
    const account: Account = { userId: random(ID_SIZE), username, display: username, role, created: now, lastSeen: now, availability: 'online', status: '', record };
    let opened: Opened | undefined;
    const created = store.createAccount(account, hash, () => (opened = this.#ok(account, grant)));
    if (created !== 'created') return this.#refuse(created);
    if (opened) this.#enter(account, opened);
  }

  #resume(ticketId: Bytes): undefined {
    const { store, clock } = this.#context.options;
    this.#ticket = store.ticket(ticketId);
    if (!this.#ticket || this.#ticket.expires <= clock.now()) this.#refuse('resume_refused');
  }

  #resumed(): undefined {
    const { store } = this.#context.options;
    // As it is now: it may have ended since it was named.
    const ticket = store.ticket(this.#ticket!.ticketId);
    if (!ticket || !this.#handshake.provenByTicket(ticket.hash)) return this.#refuse('resume_refused');
    if (ticket.superseded) {
      this.#context.revoked(ticket.chain);
      return this.#refuse('resume_refused');
    }
    const account = store.accountOf(ticket.userId);
    if (!account) return this.#refuse('resume_refused');
    if (this.#context.full()) return this.#refuse('full', FULL_MS);
    this.#open(account, ticket);
  }

  #open(account: Account, grant: Grant): void {
    const opened = this.#ok(account, grant);
    this.#context.options.store.addTicket(opened.ticket, opened.association);
    this.#enter(account, opened);
  }

  // The handshake's keys are gone after this: what fails from here on ends the connection without a word.
  #ok(account: Account, { device, chain, remember }: Grant): Opened {
    const { random, clock, sessionLimits, relay } = this.#context.options;
    const udpKey = relay?.draw();
    this.#over = true;
    const { bytes, session } = this.#handshake.ok({
      session_id: random(ID_SIZE), user_id: account.userId, session_salt: random(32), ...(udpKey && { udp_key: udpKey }), limits: sessionLimits,
      profile: { username: account.username, display: account.display, admin: account.role === 'admin' },
    }, clock.now());
    const ticket: Ticket = {
      ticketId: session.ticketId, hash: session.ticketHash, userId: account.userId, device: Uint8Array.from(device), chain, remember,
      expires: clock.now() + ticketLife(remember), superseded: false,
    };
    return { bytes, session, ticket, udpKey, association: udpKey && this.#context.associations?.row(account.userId, udpKey) };
  }

  // auth_ok leaves only when its ticket is on disk, and what a relay needs to know.
  #enter(account: Account, opened: Opened): void {
    this.#connection.write(opened.bytes);
    this.#context.signedIn(account, opened);
  }

  #salt(content: Omit<Content<'auth_salt'>, 'pbkdf2'>): void {
    if (this.#over) return;
    const salt = passwordSalt(this.#context.options.serverId, this.#password!.begin.username);
    this.#connection.write(this.#handshake.salt({ ...content, pbkdf2: { salt, iterations: PBKDF2_ITERATIONS } }));
  }

  #refund({ username }: Begin): void {
    this.#context.throttle.refund(username, addressGroup(this.#connection.address));
  }

  #refuse(code: ErrorCode, retryAfter?: number): undefined {
    if (this.#over) return;
    this.#context.options.log.info({ address: this.#connection.address, code }, 'sign-in refused');
    this.#connection.write(this.#handshake.refuse(code, retryAfter));
    this.#connection.endHandshake(code);
  }

  // Must not throw: behind OPAQUE nobody is left to catch it.
  #failed(cause: unknown): void {
    const code = cause instanceof ReachError ? cause.code : 'server_error';
    if (code === 'server_error') this.#context.options.log.error({ address: this.#connection.address, reason: reasonOf(cause) }, 'sign-in failed');
    if (this.#over) return this.#connection.destroy();
    try {
      this.#refuse(code, code === 'full' ? FULL_MS : undefined);
    } catch (second) {
      this.#context.options.log.error({ address: this.#connection.address, reason: reasonOf(second) }, 'a refusal failed');
      this.#connection.destroy();
    }
  }
}

function told(tries: Tries | undefined): Pick<Content<'auth_salt'>, 'tries_left' | 'tries_pause'> {
  return tries ? { tries_left: tries.left, tries_pause: tries.pause } : {};
}

/** Milliseconds from the last use of a ticket to its end. */
export function ticketLife(remember: boolean): number {
  return remember ? TICKET_REMEMBERED_MS : TICKET_MS;
}

export function inviteHash(invite: Bytes): Bytes {
  return Uint8Array.from(createHash('sha256').update(invite).digest());
}
