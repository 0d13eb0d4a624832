// One dial: socket, handshake, channel. Ends once, with a cause; whoever wants another connection makes another one.
// What is sent in one turn leaves in one record (protocol §1.1). No step waits for a person: `greeted` decides at once.
import { fingerprintOf } from '../../shared/crypto/identity.ts';
import type { Channel } from '../../shared/crypto/channel.ts';
import { ClientHandshake, type ClientSession, type ClientStep } from '../../shared/crypto/client-handshake.ts';
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import { isErrorCode, ReachError } from '../../shared/protocol/errors.ts';
import { decodeMessage, encodeMessage, RecordDecoder, type Frame } from '../../shared/protocol/frames.ts';
import { AUTH_WITHIN_MS, COALESCE_BYTES, DEAD_AFTER_MS, PING_AFTER_MS, RECORD_MAX, RECORD_MAX_BEFORE_AUTH } from '../../shared/protocol/limits.ts';
import { formatAddress, type Address } from '../../shared/protocol/link.ts';
import { MESSAGES, type Content, type Message, type MessageName } from '../../shared/protocol/messages.ts';
import type { Clock, Timer } from './clock.ts';
import { words } from '../words/words.ts';
import type { Cause } from './failures.ts';
import { PasswordProof, type Credentials } from './credentials.ts';
import type { KeyStretching, PasswordWorker } from './password.ts';
import type { Dial, OpenUdp, Socket } from './sockets.ts';
import { soundsLike } from './strangers.ts';
import type { Protocol, Registration, Stage } from './types.ts';

/** The server as it proved itself. */
export interface Seen {
  identity: Bytes;
  fingerprint: Bytes;
  serverId: Bytes;
  registration: Registration;
}

export interface Opened {
  ok: Content<'auth_ok'>;
  session: ClientSession;
  seen: Seen;
}

export interface Ending {
  cause: Cause;
  detail?: string | undefined;
  retryAfter?: number | undefined;
  /** Of the password: tries left, and the pause behind them in milliseconds. */
  triesLeft?: number | undefined;
  triesPause?: number | undefined;
  /** Of the protocol, as the server speaks it; of `version` alone. */
  version?: number | undefined;
  /** Absent where the server never proved itself. */
  seen?: Seen;
  /** True after auth_ok. */
  wasOpen: boolean;
}

export interface ConnectionEvents {
  stage(stage: Stage): void;
  /** What to sign in with, or why not to. A ReachError thrown here ends the connection. */
  greeted(seen: Seen): Credentials | { stop: Cause };
  /** Before anything is sent under the new keys: the moment to keep the new ticket. */
  opened(opened: Opened): void;
  received(message: Message, path: Protocol): void;
  /** Exactly once. */
  ended(ending: Ending): void;
}

/** The effects of one engine, from one place. */
export interface Effects {
  dial: Dial;
  openUdp: OpenUdp;
  clock: Clock;
  random: Random;
  passwordWorker: PasswordWorker;
  stretching: KeyStretching;
  /** Milliseconds for the TCP connection, and again for the first answer. */
  connectWithin: number;
}

/** Milliseconds after the start of a session until its first round trip is measured: before that the window is busy with what came. */
const FIRST_PING_MS = 2_000;

//   dialling ──connected──▶ hello ──hello_ok──▶ signing_in ──auth_ok──▶ open
//       └───────────────────────┴──────────────────┴──────────────────────┴──▶ ended
type State =
  | { name: 'dialling' }
  | { name: 'hello' }
  | { name: 'signing_in'; seen: Seen; proof?: PasswordProof }
  | { name: 'open'; seen: Seen; channel: Channel }
  | { name: 'ended' };

export class Connection {
  readonly address: Address;
  readonly #effects: Effects;
  readonly #events: ConnectionEvents;
  readonly #handshake: ClientHandshake;
  readonly #decoder = new RecordDecoder(RECORD_MAX_BEFORE_AUTH);
  readonly #socket: Socket;
  #state: State = { name: 'dialling' };
  #deadline: Timer;
  #first: Bytes = new Uint8Array();
  #heardAt: number;
  #tries: Pick<Ending, 'triesLeft' | 'triesPause'> = {};
  #queue: Bytes[] = [];
  /** When the ping that waits for its pong was sent, and the last one. */
  #askedAt: number | undefined;
  #pingedAt = -Infinity;
  #rtt: number | undefined;
  #measured: () => void = () => {};
  #flushing = false;

  constructor(address: Address, effects: Effects, events: ConnectionEvents) {
    this.address = address;
    this.#effects = effects;
    this.#events = events;
    this.#heardAt = effects.clock.now();
    this.#handshake = new ClientHandshake({ random: effects.random, now: this.#heardAt });
    this.#deadline = effects.clock.after(effects.connectWithin, () => this.end('timeout', { detail: lateWords(address, effects.connectWithin) }));
    this.#socket = effects.dial(address, {
      opened: () => this.#connected(),
      received: (piece) => this.#received(piece),
      closed: (cause) => this.#closed(cause),
    });
  }

  /** Bytes that wait for the system to take them. */
  get waiting(): number {
    return this.#socket.waiting;
  }

  /** IP addresses of both ends, once connected. */
  get ends(): Socket['ends'] {
    return this.#socket.ends;
  }

  /** Round trip of the last ping that was answered, in milliseconds. */
  get rtt(): number | undefined {
    return this.#rtt;
  }

  /** Calls after each round trip. */
  onMeasured(call: () => void): void {
    this.#measured = call;
  }

  send<K extends MessageName>(name: K, content: Content<K>): void {
    if (this.#state.name === 'open') this.sendFrame(encodeMessage(name, content));
  }

  /** One whole frame. */
  sendFrame(frame: Bytes): void {
    if (this.#state.name !== 'open') return;
    this.#queue.push(frame);
    if (this.#flushing) return;
    this.#flushing = true;
    this.#effects.clock.soon(() => this.#flush());
  }

  /** A message of this session that came by UDP. */
  deliver(message: Message): void {
    if (this.#state.name === 'open') this.#guard(() => this.#events.received(message, 'udp'));
  }

  /** A sign of life is asked for at once; without one within `ms` the connection counts as lost. */
  probe(ms: number): void {
    if (this.#state.name !== 'open') return;
    const askedAt = this.#effects.clock.now();
    this.#ping(askedAt);
    this.#watch(ms, () => (this.#heardAt < askedAt ? this.end('idle') : this.#listen()));
  }

  /** Says goodbye, lets what is queued leave, and ends without a word to the events. */
  close(farewell: 'bye' | 'logout'): void {
    if (this.#state.name === 'open') {
      if (farewell === 'bye') this.send('bye', { reason: 'leaving' });
      else this.send('logout', {});
      this.#flush();
      this.#socket.finish();
    } else {
      this.#socket.destroy();
    }
    this.#become({ name: 'ended' });
  }

  end(cause: Cause, more: Pick<Ending, 'detail' | 'retryAfter' | 'version'> = {}): void {
    const was = this.#state;
    if (was.name === 'ended') return;
    this.#become({ name: 'ended' });
    this.#socket.destroy();
    const seen = 'seen' in was ? { seen: was.seen } : {};
    this.#events.ended({ cause, ...more, ...seen, ...this.#tries, wasOpen: was.name === 'open' });
  }

  #become(next: State): void {
    this.#deadline.cancel();
    if (this.#state.name === 'open') this.#state.channel.destroy();
    this.#state = next;
  }

  #watch(ms: number, call: () => void): void {
    this.#deadline.cancel();
    this.#deadline = this.#effects.clock.after(ms, call);
  }

  #connected(): void {
    if (this.#state.name !== 'dialling') return;
    this.#become({ name: 'hello' });
    this.#watch(this.#effects.connectWithin, () => this.end(this.#first.length > 0 ? 'not_reach' : 'silent'));
    this.#events.stage('checking');
    this.#socket.write(this.#handshake.hello());
  }

  #received(piece: Bytes): void {
    if (this.#state.name === 'ended') return;
    this.#heardAt = this.#effects.clock.now();
    if (this.#first.length === 0) this.#first = piece.slice(0, 16);
    this.#guard(() => {
      for (const record of this.#decoder.push(piece)) this.#record(record);
    });
  }

  #record(body: Bytes): void {
    if (this.#state.name === 'open') {
      for (const frame of this.#state.channel.open(body)) this.#frame(frame);
    } else if (this.#state.name !== 'ended') {
      this.#step(this.#handshake.receive(body));
    }
  }

  /** What a peer sends never throws out of here: it ends the connection. */
  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    if (!(error instanceof ReachError)) return this.end('local', { detail: words.failures.local.own(error instanceof Error ? error.message : String(error)) });
    if (this.#state.name === 'hello' && error.code === 'malformed') return this.end(soundsLike(this.#first));
    this.end(error.code, { detail: error.message, retryAfter: error.retryAfter });
  }

  #step(step: ClientStep): void {
    switch (step.name) {
      case 'server':
        return this.#greet(step);
      case 'register':
        return this.#answer(async (proof) => this.#handshake.record(await proof.register(step.registrationResponse)));
      case 'new_name':
        return this.end('unknown_name');
      case 'login':
        this.#tries = { triesLeft: step.tries.tries_left, triesPause: step.tries.tries_pause };
        return this.#answer(async (proof) => this.#prove(await proof.login(step.ke2)));
      case 'done':
        return this.#open(step);
      case 'failed':
        return this.#failed(step);
    }
  }

  #greet({ identity, serverId, registration }: Extract<ClientStep, { name: 'server' }>): void {
    const seen = { identity, fingerprint: fingerprintOf(identity), serverId, registration };
    const credentials = this.#events.greeted(seen);
    this.#become({ name: 'signing_in', seen });
    if ('stop' in credentials) return this.end(credentials.stop);
    this.#watch(AUTH_WITHIN_MS, () => this.end('no_answer'));
    this.#events.stage('signing_in');
    if (credentials.name === 'ticket') return this.#socket.write(this.#handshake.resume(credentials.ticketId, credentials.ticket));
    if (credentials.register && registration !== 'open' && !credentials.invite) return this.end('closed');
    const proof = new PasswordProof(credentials, serverId, this.#effects);
    this.#state = { name: 'signing_in', seen, proof };
    this.#answer(async () => this.#handshake.begin(await proof.begin()));
  }

  /**
   * What is told before the server has proved itself is a hint (protocol §1.2): two of them say what to update and why to wait, any other is a
   * hang-up. What this side finds by itself in a hello_ok, but for a signature that is wrong, is no Reach server.
   */
  #failed({ error, told, version }: Extract<ClientStep, { name: 'failed' }>): void {
    if (error.code === 'version') return this.end('version', { version });
    if (this.#state.name !== 'hello' || error.code === (told ? 'full' : 'bad_signature')) return this.#fail(error);
    this.end(told ? 'closed_by_peer' : soundsLike(this.#first));
  }

  #prove(login: { proof: Bytes; sessionKey: Bytes } | undefined): Bytes {
    if (!login) throw new ReachError('auth_failed');
    return this.#handshake.proof(login.proof, login.sessionKey);
  }

  /** Password work, then its record, unless the connection has ended meanwhile. */
  #answer(work: (proof: PasswordProof) => Promise<Bytes>): void {
    const proof = this.#state.name === 'signing_in' ? this.#state.proof : undefined;
    if (!proof) return this.end('unexpected');
    work(proof).then(
      (bytes) => {
        if (this.#state.name === 'signing_in') this.#socket.write(bytes);
      },
      (error: unknown) => this.#fail(error),
    );
  }

  #open({ ok, session }: Extract<ClientStep, { name: 'done' }>): void {
    if (this.#state.name !== 'signing_in') return;
    const { seen } = this.#state;
    this.#decoder.limit = RECORD_MAX;
    this.#become({ name: 'open', seen, channel: session.channel });
    this.#pingedAt = this.#effects.clock.now() - PING_AFTER_MS + FIRST_PING_MS;
    this.#listen();
    this.#events.opened({ ok, session, seen });
  }

  /** Asks every PING_AFTER_MS, also to measure; gives up where the line has been silent for DEAD_AFTER_MS. */
  #listen(): void {
    const now = this.#effects.clock.now();
    if (now - this.#heardAt >= DEAD_AFTER_MS) return this.end('idle');
    if (now - this.#pingedAt >= PING_AFTER_MS) this.#ping(now);
    this.#watch(Math.max(1, Math.min(this.#pingedAt + PING_AFTER_MS, this.#heardAt + DEAD_AFTER_MS) - now), () => this.#listen());
  }

  #ping(now: number): void {
    this.#pingedAt = now;
    this.#askedAt ??= now;
    this.send('ping', {});
  }

  #answered(): void {
    if (this.#askedAt === undefined) return;
    this.#rtt = this.#effects.clock.now() - this.#askedAt;
    this.#askedAt = undefined;
    this.#measured();
  }

  #frame(frame: Frame): void {
    const message = decodeMessage(frame);
    if (!message || this.#state.name !== 'open') return;
    const { from, phase } = MESSAGES[message.name];
    if (from === 'client' || phase !== 'session') throw new ReachError('unexpected', `${message.name} out of turn`);
    if (message.name === 'ping') return this.send('pong', {});
    if (message.name === 'pong') return this.#answered();
    if (message.name === 'bye') return this.#goodbye(message.content.reason);
    this.#events.received(message, 'tcp');
  }

  #goodbye(reason: string): void {
    this.end(isErrorCode(reason) ? reason : 'closed_by_peer');
  }

  #closed(cause: Cause): void {
    const atHello = this.#state.name === 'hello' && cause === 'closed_by_peer';
    this.end(atHello ? (this.#first.length > 0 ? soundsLike(this.#first) : 'hung_up') : cause);
  }

  #flush(): void {
    this.#flushing = false;
    const frames = this.#queue;
    this.#queue = [];
    if (this.#state.name !== 'open') return;
    for (const group of grouped(frames)) this.#socket.write(this.#state.channel.seal(group, this.#effects.clock.now()));
  }
}

/** `ms`: how long it was waited for. */
export function lateWords(address: Address, ms: number): string {
  return words.failures.local.late(formatAddress(address), ms / 1000);
}

/** Up to COALESCE_BYTES each; one larger frame goes alone. */
function grouped(frames: readonly Bytes[]): Bytes[][] {
  const groups: Bytes[][] = [];
  let size = Infinity;
  for (const frame of frames) {
    if (size + frame.length > COALESCE_BYTES) {
      groups.push([]);
      size = 0;
    }
    groups.at(-1)!.push(frame);
    size += frame.length;
  }
  return groups;
}
