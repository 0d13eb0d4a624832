// The server without its sockets: connections in, everything else in place. The clock, the randomness, the store, the
// password work and the connections are arguments, so a simulator drives this very code.
import type { Identity } from '../../shared/crypto/identity.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import type { Frame } from '../../shared/protocol/frames.ts';
import type { SessionLimits } from '../../shared/protocol/messages.ts';
import type { Cache } from '../files/cache.ts';
import type { DataConnection, DataPipe } from '../files/data-connection.ts';
import { Files } from '../files/files.ts';
import type { FileLimits } from '../files/space.ts';
import type { Connection, SessionReceiver, SignInReceiver } from '../net/connection.ts';
import type { Cancel, Clock } from '../ops/clock.ts';
import { reasonOf, type Log } from '../ops/log.ts';
import { noMetrics, type Metrics } from '../ops/metrics.ts';
import type { Account, Store } from '../store/store.ts';
import type { SessionRelay } from '../udp/session-link.ts';
import { makeInvite } from '../ops/invites.ts';
import { Delivery } from './delivery.ts';
import { Dispatcher } from './dispatcher.ts';
import { createHandlers } from './handlers.ts';
import { Links, type LinksOptions } from './links.ts';
import { LiveAssociations } from './live-associations.ts';
import type { OpaqueServer } from './opaque.ts';
import { Paths } from './paths.ts';
import { Receipts } from './receipts.ts';
import { Rooms } from './rooms.ts';
import { Roster } from './roster.ts';
import { Session, type SessionRates } from './session.ts';
import { inviteHash, SignIn, ticketLife, type Opened } from './sign-in.ts';
import { Throttle, type ThrottleLimits } from './throttle.ts';

export interface CoreOptions {
  identity: Identity;
  serverId: Bytes;
  registration: 'open' | 'invite' | 'closed';
  rates: SessionRates;
  tries: ThrottleLimits;
  /** Sessions of everybody together; 0 = no limit. */
  sessionsMax: number;
  /** Sessions of one account; 0 = no limit. */
  sessionsPerUser?: number;
  /** For the links that people pass on. */
  outside?: LinksOptions['outside'];
  /** Told in auth_ok. */
  sessionLimits: SessionLimits;
  fileLimits: Omit<FileLimits, 'file'>;
  store: Store;
  cache: Cache;
  opaque: OpaqueServer;
  clock: Clock;
  random: Random;
  log: Log;
  /** Absent: nothing is counted. */
  metrics?: Metrics;
  /** Absent: no UDP. */
  relay?: SessionRelay | undefined;
  /** For the keys of live associations in the store. Absent: they are not kept there, and only a relay of this process knows them. */
  sealingKey?: Bytes | undefined;
}

const LOBBY = 'lobby';
/** Milliseconds between two writes of last_seen and of the tickets in use. */
const PERSIST_EVERY_MS = 60_000;

export class Core {
  readonly #options: CoreOptions;
  readonly #roster: Roster;
  readonly #delivery: Delivery;
  readonly #receipts: Receipts;
  readonly #files: Files;
  readonly #dispatcher: Dispatcher;
  readonly #throttle: Throttle;
  readonly #associations: LiveAssociations | undefined;
  readonly #connections = new Set<Connection>();
  #persisting: Cancel;

  constructor(options: CoreOptions) {
    const { store, cache, clock, log, random, serverId, sessionLimits, fileLimits, sealingKey, metrics = noMetrics } = options;
    const lobby = lobbyId(serverId);
    this.#options = options;
    store.dropExpiredTickets(clock.now());
    this.#roster = new Roster(store, clock, log, options.sessionsPerUser);
    const rooms = new Rooms({ store, roster: this.#roster, clock, random, lobby, lobbyName: LOBBY });
    this.#delivery = new Delivery(store, rooms, clock, log);
    this.#receipts = new Receipts({ store, rooms, roster: this.#roster, clock, log });
    this.#throttle = new Throttle(options.tries);
    this.#associations = sealingKey && new LiveAssociations({ store, sealingKey, clock, random, log });
    this.#files = new Files({ store, cache, rooms, roster: this.#roster, clock, random, log, metrics, limits: { ...fileLimits, file: sessionLimits.file } });
    const links = new Links({ roster: this.#roster, registration: options.registration, outside: options.outside, invite: (uses, life) => invited(options, uses, life), left: (secret) => store.invite(inviteHash(secret), clock.now())?.uses ?? 0, now: () => clock.now() });
    const handlers = createHandlers({ store, rooms, roster: this.#roster, receipts: this.#receipts, delivery: this.#delivery, files: this.#files, links, metrics });
    this.#dispatcher = new Dispatcher({ handlers, rooms, clock, log });
    this.#persisting = clock.after(PERSIST_EVERY_MS, () => this.#persist());
  }

  /** Before anybody is let in. Rejects where the folder of files cannot be read. */
  prepare(): Promise<void> {
    return this.#files.prepare();
  }

  /** `signedIn` is called when the connection becomes a session. */
  accept(connection: Connection, signedIn: () => void): SignInReceiver {
    this.#connections.add(connection);
    const signIn = new SignIn({
      options: this.#options,
      throttle: this.#throttle,
      associations: this.#associations,
      full: () => this.#full(),
      revoked: (chain) => this.#revoke(chain),
      signedIn: (account, opened) => {
        signedIn();
        this.#open(connection, account, opened);
      },
    }, connection);
    return {
      record: (body) => signIn.record(body),
      refusal: (code) => signIn.refusal(code),
      get begun() {
        return signIn.begun;
      },
      closed: () => {
        signIn.closed();
        this.#connections.delete(connection);
      },
    };
  }

  /** A stream whose first frame asks for a file; `verified` is called when it has the right to. */
  acceptData(pipe: DataPipe, verified: () => void): DataConnection {
    return this.#files.accept({ pipe, verified });
  }

  /** Commits what waits and says bye to everybody. Resolves when nothing is at work on disk any more. */
  async stop(): Promise<void> {
    this.#persisting();
    this.#delivery.commit();
    this.#receipts.write();
    for (const connection of [...this.#connections]) connection.close('shutting_down');
    this.#associations?.remove();
    await this.#files.stop();
  }

  /** Ends every session of an account and every saved sign-in: its devices need the password again. undefined: there is no such account. */
  signOut(username: string): number | undefined {
    const { store, log } = this.#options;
    const account = store.account(username);
    if (!account) return undefined;
    store.endTickets(account.userId);
    const sessions = this.#roster.closeUser(hex(account.userId), 'kicked');
    log.info({ name: username, sessions }, 'signed out by the operator');
    return sessions;
  }

  #full(): boolean {
    const { sessionsMax } = this.#options;
    return sessionsMax > 0 && this.#roster.sessions.size >= sessionsMax;
  }

  #open(connection: Connection, account: Account, { ticket, session: { channel }, udpKey, association }: Opened): void {
    const { clock, log, rates, metrics, relay } = this.#options;
    const paths = relay && udpKey && new Paths({ tcp: connection, relay, key: udpKey, frame: (frame) => this.#dispatch(session, frame), metrics });
    const session: Session = new Session(account.userId, ticket, paths ?? connection, { rates, now: clock.now(), exporter: channel.exporter, metrics });
    connection.upgrade(channel, this.#receiver(connection, session, () => {
      paths?.end();
      if (association) this.#associations?.ended(association.connectionId);
    }));
    this.#roster.enter(session, account);
    log.info({ user: session.user, name: account.username, address: connection.address, sessions: this.#roster.sessions.size }, 'signed in');
  }

  // Whichever way it came: who knows the keys of one way was told them under those of the other.
  #dispatch(session: Session, frame: Frame): void {
    if (!session.confirmed) this.#confirm(session);
    this.#dispatcher.dispatch(session, frame);
  }

  #receiver(connection: Connection, session: Session, ended: () => void): SessionReceiver {
    return {
      frame: (frame) => this.#dispatch(session, frame),
      drained: (dropped) => {
        if (dropped) this.#roster.tell(session);
        else this.#roster.more(session);
      },
      closed: (reason) => {
        this.#connections.delete(connection);
        ended();
        this.#roster.leave(session);
        this.#files.ended(session);
        this.#options.log.info({ user: session.user, reason, sessions: this.#roster.sessions.size }, 'session ended');
      },
    };
  }

  // The client holds the new ticket: the older ones of its chain are dead, and so is a session it has come back from.
  #confirm(session: Session): void {
    const { store, log } = this.#options;
    try {
      store.confirmTicket(session.ticket.ticketId);
      session.confirmed = true;
    } catch (cause) {
      log.error({ user: session.user, reason: reasonOf(cause) }, 'a ticket could not be confirmed; the next frame tries again');
    }
    this.#roster.closeChain(session.ticket.chain, 'elsewhere', session);
  }

  #revoke(chain: Bytes): void {
    this.#options.log.warn({ chain: hex(chain) }, 'a used ticket was presented again: its device must sign in with the password');
    this.#options.store.endChain(chain);
    this.#roster.closeChain(chain, 'resume_refused');
  }

  #persist(): void {
    const { store, clock, log } = this.#options;
    this.#persisting = clock.after(PERSIST_EVERY_MS, () => this.#persist());
    this.#roster.persist();
    try {
      const now = clock.now();
      store.extendTickets([...this.#roster.sessions].map(({ ticket }) => ({ ticketId: ticket.ticketId, expires: now + ticketLife(ticket.remember) })));
      store.dropExpiredTickets(now);
      store.dropSpentInvites(now);
      this.#associations?.extend();
    } catch (cause) {
      log.error({ reason: reasonOf(cause) }, 'tickets or associations could not be stored');
    }
  }
}

function invited(options: CoreOptions, uses: number, life: number): { secret: Bytes; expires: number } {
  const { secret, invite } = makeInvite(options, { uses, life, admin: false });
  return { secret, expires: invite.expires };
}
