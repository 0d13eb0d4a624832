// Getting and staying online: one phase, changed through one `become` (drawn in types.ts). Dials, decides about keys,
// keeps tickets, and dials again when the connection is lost.
import { hex } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { AUTH_WITHIN_MS } from '../../shared/protocol/limits.ts';
import { formatAddress, isThisComputer } from '../../shared/protocol/link.ts';
import type { Message } from '../../shared/protocol/messages.ts';
import type { Timer } from './clock.ts';
import { Connection, type Effects, type Ending, type Opened, type Seen } from './connection.ts';
import type { Credentials } from './credentials.ts';
import { failureOf, failureOfEnding, type Cause } from './failures.ts';
import { BackOff, STEADY_MS } from './reconnect.ts';
import { waysOf, type Target, type Ticket } from './target.ts';
import { judge, keyOf, pinOf } from './trust.ts';
import type { Failure, Phase, Protocol, SessionInfo, Stage, Trust } from './types.ts';
import type { Vault } from './vault.ts';

/** What the engine is told. */
export interface SignInEvents {
  phase(phase: Phase): void;
  /** `info` is that of a session which may be the first one of this person here. */
  opened(opened: Opened, connection: Connection, info: SessionInfo): void;
  received(message: Message, path: Protocol): void;
  lost(): void;
  notice(failure: Failure): void;
}

export interface SignInOptions {
  effects: Effects;
  vault: Vault;
  deviceName: string;
  events: SignInEvents;
}

/** Endings that another try cannot mend. */
const FINAL: ReadonlySet<Cause> = new Set<Cause>([
  'auth_failed', 'unknown_name', 'name_taken', 'closed', 'bad_invite', 'banned', 'kicked', 'elsewhere', 'bad_name', 'bad_signature', 'version', 'no_crypto', 'local', 'resume_refused', 'not_linked',
]);
/** Of these, the ones this computer says itself: true whether or not a server has proved who it is. */
const OWN: ReadonlySet<Cause> = new Set<Cause>(['local', 'no_crypto']);
/** Nobody answered as a server does: what was known of it before still holds. */
const AWAY: ReadonlySet<Cause> = new Set<Cause>(['refused', 'no_route', 'no_such_host', 'unreachable', 'timeout', 'silent', 'hung_up', 'closed_by_peer']);
/** A connection that was believed alive has this long to prove it after a wake or a change of network. */
const PROBE_MS = 5000;

interface Asked {
  seen: Seen;
  previous?: string;
}

export class SignIn {
  readonly #effects: Effects;
  readonly #vault: Vault;
  readonly #deviceName: string;
  readonly #events: SignInEvents;
  readonly #backOff: BackOff;
  readonly #once = new Map<string, string>();
  #phase: Phase = { name: 'signed_out' };
  #target: Target | undefined;
  #connection: Connection | undefined;
  #asked: Asked | undefined;
  #trust: Trust = 'once';
  #timer: Timer | undefined;
  #onlineAt: number | undefined;
  #offline = false;

  constructor({ effects, vault, deviceName, events }: SignInOptions) {
    this.#effects = effects;
    this.#vault = vault;
    this.#deviceName = deviceName;
    this.#events = events;
    this.#backOff = new BackOff(effects.random);
  }

  get phase(): Phase {
    return this.#phase;
  }

  get protocol(): Protocol {
    return this.#target?.protocol ?? 'tcp';
  }

  /** Who signs in; undefined while nobody does. */
  get target(): Target | undefined {
    return this.#target;
  }

  setProtocol(protocol: Protocol): void {
    if (!this.#target) return;
    this.#target.protocol = protocol;
    this.#used(this.#target);
  }

  /** Another session in the place of this one, by its ticket; `reason` says why. */
  renew(reason: string): void {
    if (this.#phase.name !== 'online' || !this.#target) return;
    const { address } = this.#phase;
    this.#drop('bye');
    this.#become({ name: 'reconnecting', address, since: this.#effects.clock.now(), attempt: 0, offline: false, failure: { code: 'closed_by_peer', message: reason } });
    this.#dial();
  }

  /** On the way in, before anything is dialled: connect() or cancel() follows. */
  prepare(target: Target): void {
    this.#drop('bye');
    this.#target = target;
    this.#become({ name: 'connecting', stage: 'connecting', address: formatAddress(target.address) });
  }

  connect(target: Target): void {
    this.#drop('bye');
    this.#target = target;
    this.#dialFirst();
  }

  cancel(): void {
    this.#drop('bye');
    this.#leave();
  }

  signOut(): void {
    if (this.#target?.ticket) this.#dropTicket(this.#target, this.#target.ticket);
    this.#drop('logout');
    this.#leave();
  }

  stop(): void {
    this.#drop('bye');
  }

  refuse(failure: Failure): void {
    this.#drop('bye');
    this.#leave(failure);
  }

  answerTrust(answer: 'cancel' | 'once' | 'compared' | 'first_use'): void {
    const target = this.#target;
    const asked = this.#asked;
    if (this.#phase.name !== 'ask_trust' || !target || !asked) return;
    this.#asked = undefined;
    if (answer === 'cancel') return this.#leave();
    const place = formatAddress(target.address);
    if (answer === 'once') this.#once.set(place, hex(asked.seen.fingerprint));
    else if (!this.#guardDisk(() => this.#pin(target, asked.seen, answer))) return this.#leave();
    else this.#once.delete(place);
    this.#dialFirst();
  }

  answerRegister(create: boolean): void {
    if (this.#phase.name !== 'ask_register' || !this.#target) return;
    if (!create) return this.#leave();
    this.#target.register = true;
    this.#dialFirst();
  }

  /** Everything that was missing is asked for: the session can be shown. */
  synced(): void {
    if (!this.#target || !this.#connection) return;
    this.#timer?.cancel();
    this.#onlineAt = this.#effects.clock.now();
    this.#become({ name: 'online', address: formatAddress(this.#target.address) });
  }

  retryNow(): void {
    if (this.#phase.name !== 'reconnecting' || this.#phase.retryAt === undefined) return;
    this.#redial();
  }

  /** Without a network only a server on this computer still answers: any other is lost as soon as it does not. */
  networkChanged(online: boolean): void {
    this.#offline = !online;
    if (this.#phase.name === 'reconnecting') this.#become({ ...this.#phase, offline: this.#isCutOff });
    if (online) this.hurry();
    else this.#connection?.probe(PROBE_MS);
  }

  /** Whether the next start signs in without the password; holds for this session too. */
  remember(wanted: boolean): void {
    const target = this.#target;
    if (!target) return;
    target.remember = wanted;
    if (wanted) this.#saveTicket(target);
    else if (target.ticket) this.#dropTicket(target, target.ticket);
  }

  /** The network is back, or the machine woke: what waits is tried, what seems alive must show it. */
  hurry(): void {
    if (this.#phase.name === 'reconnecting') {
      this.#backOff.reset();
      this.retryNow();
    }
    this.#connection?.probe(PROBE_MS);
  }

  get #isCutOff(): boolean {
    return this.#offline && !isThisComputer(this.#target!.address.host);
  }

  #become(next: Phase): void {
    this.#phase = next;
    this.#events.phase(next);
  }

  #leave(failure?: Failure): void {
    this.#target = undefined;
    this.#asked = undefined;
    this.#onlineAt = undefined;
    this.#become({ name: 'signed_out', ...(failure && { failure }) });
  }

  #drop(farewell: 'bye' | 'logout'): void {
    this.#timer?.cancel();
    const connection = this.#connection;
    this.#connection = undefined;
    if (connection) this.#events.lost();
    connection?.close(farewell);
    this.#backOff.reset();
  }

  #dialFirst(): void {
    this.#become({ name: 'connecting', stage: 'connecting', address: formatAddress(this.#target!.address) });
    this.#dial();
  }

  #stage(stage: Stage): void {
    if (this.#phase.name === 'reconnecting' || !this.#target) return;
    this.#become({ name: 'connecting', stage, address: formatAddress(this.#target.address) });
  }

  #dial(): void {
    const connection: Connection = new Connection(this.#target!.address, this.#effects, {
      stage: (stage) => this.#stage(stage),
      greeted: (seen) => this.#greeted(seen),
      opened: (opened) => this.#opened(opened, connection),
      received: (message, path) => this.#events.received(message, path),
      ended: (ending) => this.#ended(ending),
    });
    this.#connection = connection;
  }

  /** Throws ReachError `local` where this computer's disk refuses: the connection then ends with its words. */
  #greeted(seen: Seen): Credentials | { stop: Cause } {
    const target = this.#target!;
    const verdict = judge(target.address, seen, { pins: this.#vault.pins(), once: this.#once, ...(target.link && { link: target.link }) });
    if (verdict.name === 'not_linked') return { stop: 'not_linked' };
    if (verdict.name !== 'trusted') {
      this.#asked = { seen, ...(verdict.name === 'changed' && { previous: verdict.previous }) };
      return { stop: verdict.name === 'unknown' ? 'key_unknown' : 'key_changed' };
    }
    if (verdict.pin && verdict.how !== 'once') this.#pin(target, seen, verdict.how);
    this.#trust = verdict.how;
    return this.#credentials(target, seen);
  }

  #pin({ address }: Target, seen: Seen, how: Exclude<Trust, 'once'>): void {
    this.#vault.pin(pinOf(address, seen, { how, since: this.#effects.clock.now() }));
  }

  #credentials(target: Target, seen: Seen): Credentials | { stop: Cause } {
    const { ticket, username, password, register, remember, invite } = target;
    if (ticket && ticket.fingerprint === hex(seen.fingerprint)) return { name: 'ticket', ticketId: ticket.id, ticket: ticket.secret };
    if (password === undefined) return { stop: 'resume_refused' };
    return { name: 'password', username, password, register, remember, deviceId: this.#vault.deviceId(this.#effects.random), deviceName: this.#deviceName, ...(invite && { invite }) };
  }

  #opened(opened: Opened, connection: Connection): void {
    const target = this.#target!;
    this.#stage('opening');
    this.#keepTicket(target, opened);
    target.register = false;
    this.#timer?.cancel();
    this.#timer = this.#effects.clock.after(AUTH_WITHIN_MS, () => connection.end('no_answer'));
    const address = formatAddress(target.address);
    this.#used(target);
    const { user_id, profile, limits } = opened.ok;
    this.#events.opened(opened, connection, {
      userId: hex(user_id), username: profile.username, display: profile.display, admin: profile.admin,
      address, key: keyOf(opened.seen.fingerprint), trust: this.#trust, bodyMax: limits.body, fileMax: limits.file,
    });
  }

  #used(target: Target): void {
    const { address, username } = target;
    const used = { server: formatAddress(address), username, lastUsed: this.#effects.clock.now(), ...waysOf(target) };
    this.#guardDisk(() => this.#vault.used(used));
  }

  /** Before the first record under the new keys: that record ends the life of the ticket used. */
  #keepTicket(target: Target, { session, seen }: Opened): void {
    target.ticket = { id: session.ticketId, secret: session.ticket, fingerprint: hex(seen.fingerprint), serverId: hex(seen.serverId) };
    if (target.remember) this.#saveTicket(target);
  }

  #saveTicket({ address, username, ticket }: Target): void {
    if (!ticket) return;
    const { id, secret, ...server } = ticket;
    this.#guardDisk(() => this.#vault.keepTicket({ address: formatAddress(address), ...server, username, id: hex(id), secret: hex(secret), usedAt: this.#effects.clock.now() }));
  }

  #dropTicket({ username }: Target, { serverId }: Ticket): void {
    this.#guardDisk(() => this.#vault.dropTicket({ serverId, username }));
  }

  #ended(ending: Ending): void {
    this.#connection = undefined;
    this.#timer?.cancel();
    this.#events.lost();
    const target = this.#target;
    if (!target) return;
    const ticketRefused = ending.seen !== undefined && ending.cause === 'resume_refused' && target.ticket !== undefined;
    // Signed in before, in this run or an earlier one: a server that is away is waited for.
    const belongs = this.#onlineAt !== undefined || target.ticket !== undefined || target.shown === true;
    if (ending.seen && (ending.cause === 'resume_refused' || ending.cause === 'kicked' || ending.cause === 'banned')) this.#forgetTicket(target);
    if (ending.cause === 'key_unknown' || ending.cause === 'key_changed') return this.#ask(target);
    if (ending.cause === 'unknown_name' && !target.register) return this.#become({ name: 'ask_register', username: target.username, address: formatAddress(target.address) });
    if (ticketRefused && target.password !== undefined) return this.#dial();
    if (!belongs || isFinal(ending)) return this.#leave(failureOfEnding(ending, target));
    this.#wait(ending, target);
  }

  #ask({ address }: Target): void {
    const asked = this.#asked;
    if (!asked) return this.#leave();
    const previous = asked.previous === undefined ? {} : { previous: keyOf(asked.previous) };
    this.#become({ name: 'ask_trust', address: formatAddress(address), key: keyOf(asked.seen.fingerprint), ...previous });
  }

  #forgetTicket(target: Target): void {
    const ticket = target.ticket;
    delete target.ticket;
    if (ticket) this.#dropTicket(target, ticket);
  }

  #wait(ending: Ending, target: Target): void {
    const { clock } = this.#effects;
    const failure = failureOfEnding(ending, target);
    if (this.#phase.name === 'online' && clock.now() - this.#onlineAt! >= STEADY_MS) this.#backOff.reset();
    const since = this.#phase.name === 'reconnecting' ? this.#phase.since : clock.now();
    const pause = Math.max(this.#backOff.next(), failure.retryAfter ?? 0);
    this.#timer = clock.after(pause, () => this.#redial());
    this.#become({
      name: 'reconnecting', address: formatAddress(target.address), since, attempt: this.#backOff.attempt, retryAt: clock.now() + pause, offline: this.#isCutOff, failure: this.#goodbye(ending) ?? failure,
    });
  }

  /** A server that said it was shutting down has said why nobody answers. */
  #goodbye({ cause, seen }: Ending): Failure | undefined {
    const before = this.#phase.name === 'reconnecting' ? this.#phase.failure : undefined;
    return before?.code === 'shutting_down' && seen === undefined && AWAY.has(cause) ? before : undefined;
  }

  #redial(): void {
    this.#timer?.cancel();
    if (this.#phase.name !== 'reconnecting') return;
    const { retryAt: _, ...phase } = this.#phase;
    this.#become(phase);
    this.#dial();
  }

  /** False, and said, where this computer's disk refuses. */
  #guardDisk(work: () => void): boolean {
    try {
      work();
      return true;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#events.notice(failureOf(error.code, { detail: error.message }));
      return false;
    }
  }
}

/** What somebody says who has not proved to be the server ends nothing: whoever sits on the path could say it. */
function isFinal({ cause, seen }: Ending): boolean {
  return OWN.has(cause) || (FINAL.has(cause) && seen !== undefined);
}
