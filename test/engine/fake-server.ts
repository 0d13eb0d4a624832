// A server in this process, made of the real handshake: accounts, one room in memory, knobs for what should go wrong.
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { randomBytes } from 'node:crypto';
import { ready, server as opaque } from '@serenity-kit/opaque';
import type { Channel } from '../../shared/crypto/channel.ts';
import { generateIdentity, identityFromSeed, lobbyId, type Identity } from '../../shared/crypto/identity.ts';
import { opaqueIdentifiers, passwordSalt } from '../../shared/crypto/password.ts';
import { ServerHandshake, type ServerStep } from '../../shared/crypto/server-handshake.ts';
import { base64url, equal, fromBase64url, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import { decodeMessage, encodeMessage, encodeRecord, RecordDecoder } from '../../shared/protocol/frames.ts';
import { PBKDF2_ITERATIONS, RECORD_MAX } from '../../shared/protocol/limits.ts';
import type { Content, Envelope, Message, MessageName } from '../../shared/protocol/messages.ts';

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

interface FakeAccount { id: Bytes; record: string }
export type Knobs = {
  registration: 'open' | 'invite' | 'closed';
  sendRate: number;
  sendBurst: number;
  /** Acknowledge nothing. */
  mute: boolean;
  /** Refuse every n-th send with rate_limited once. */
  limitEvery: number;
  resume: boolean;
  /** Every message is refused with this. */
  refuse: ErrorCode | undefined;
  /** Said in plain, in place of hello_ok. */
  greeting: ErrorCode | undefined;
  /** Syncs to refuse with rate_limited first. */
  refuseSyncs: number;
};

export class FakeServer {
  identity: Identity = identityFromSeed(generateIdentity(random).seed);
  serverId = random(16);
  setup = '';
  accounts = new Map<string, FakeAccount>();
  tickets = new Map<string, { username: string; hash: Bytes }>();
  log: Envelope[] = [];
  /** By user, hex. */
  marks = new Map<string, { delivered: number; read: number }>();
  knobs: Knobs = { registration: 'open', sendRate: 0, sendBurst: 20, mute: false, limitEvery: 0, resume: true, refuse: undefined, greeting: undefined, refuseSyncs: 0 };
  resumed = 0;
  received = 0;
  dials = 0;
  pings = 0;
  peers = new Set<Peer>();
  #server: Server | undefined;
  port = 0;

  async listen(host = '127.0.0.1'): Promise<void> {
    await ready;
    this.setup ||= opaque.createSetup();
    this.#server = createServer((socket) => {
      this.dials += 1;
      this.peers.add(new Peer(this, socket));
    });
    await new Promise<void>((resolve) => this.#server!.listen(this.port, host, resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  async close(): Promise<void> {
    for (const peer of this.peers) peer.socket.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  get lobby(): Bytes {
    return lobbyId(this.serverId);
  }

  commit(envelope: Omit<Envelope, 'seq' | 'ts'>, from?: Peer): Envelope {
    const old = this.log.find(({ client_msg_id, sender }) => equal(client_msg_id, envelope.client_msg_id) && equal(sender, envelope.sender));
    if (old) return old;
    const stored = { ...envelope, seq: this.log.length + 1, ts: Date.now() };
    this.log.push(stored);
    for (const peer of this.peers) if (peer !== from) peer.send('msg', stored);
    return stored;
  }

  say(sender: Bytes, body: Bytes): void {
    this.commit({ room: this.lobby, sender, client_msg_id: random(16), kind: 'text', body });
  }
}

export class Peer {
  readonly server: FakeServer;
  readonly socket: Socket;
  readonly #handshake: ServerHandshake;
  readonly #decoder = new RecordDecoder(RECORD_MAX);
  #channel: Channel | undefined;
  #begin: { username: string; login_request: Bytes; registration_request?: Bytes | undefined } | undefined;
  #record = '';
  #loginState = '';
  #ticket: { username: string; hash: Bytes } | undefined;
  userId = new Uint8Array();

  constructor(server: FakeServer, socket: Socket) {
    this.server = server;
    this.socket = socket;
    this.#handshake = new ServerHandshake({ identity: server.identity, serverId: server.serverId, registration: server.knobs.registration, random, now: Date.now() });
    socket.on('data', (piece: Bytes) => {
      for (const body of this.#decoder.push(piece)) this.#take(body);
    });
    socket.on('error', () => socket.destroy());
    socket.on('close', () => server.peers.delete(this));
  }

  send<K extends MessageName>(name: K, content: Content<K>): void {
    if (this.#channel) this.socket.write(this.#channel.seal([encodeMessage(name, content)], Date.now()));
  }

  #take(body: Bytes): void {
    if (!this.#channel) return this.#step(this.#handshake.receive(body));
    for (const frame of this.#channel.open(body)) {
      const message = decodeMessage(frame);
      if (message) this.#message(message);
    }
  }

  #refuse(code: ErrorCode): void {
    this.socket.end(this.#handshake.refuse(code));
  }

  #step(step: ServerStep): void {
    switch (step.name) {
      case 'send':
        if (this.server.knobs.greeting) return void this.socket.end(encodeRecord(encodeMessage('error', { code: this.server.knobs.greeting })));
        this.socket.write(step.bytes);
        return;
      case 'begin':
        this.#begin = step.begin;
        return this.#salt();
      case 'record':
        this.#record = base64url(step.record);
        return this.#salt();
      case 'resume':
        this.#ticket = this.server.knobs.resume ? this.server.tickets.get(hex(step.ticketId)) : undefined;
        if (!this.#ticket) this.#refuse('resume_refused');
        return;
      case 'resume_proof':
        if (!this.#ticket || !this.#handshake.provenByTicket(this.#ticket.hash)) return this.#refuse('resume_refused');
        this.server.resumed += 1;
        return this.#ok(this.#ticket.username);
      case 'proof':
        return this.#proof(step.ke3);
      case 'failed':
        this.socket.destroy();
    }
  }

  #salt(): void {
    const { username, login_request, registration_request } = this.#begin!;
    const pbkdf2 = { salt: passwordSalt(this.server.serverId, username), iterations: PBKDF2_ITERATIONS };
    const account = this.server.accounts.get(username);
    const record = account?.record ?? this.#record;
    if (record === '' && this.server.knobs.registration === 'open') {
      const response = registration_request && opaque.createRegistrationResponse({ serverSetup: this.server.setup, userIdentifier: username, registrationRequest: base64url(registration_request) });
      this.socket.write(this.#handshake.salt({ mode: 'register', pbkdf2, tries_left: 4, tries_pause: 60_000, ...(response && { registration_response: fromBase64url(response.registrationResponse)! }) }));
      return;
    }
    const { serverLoginState, loginResponse } = opaque.startLogin({
      serverSetup: this.server.setup, registrationRecord: record || null, startLoginRequest: base64url(login_request), userIdentifier: username, identifiers: opaqueIdentifiers(this.server.serverId, username),
    });
    this.#loginState = serverLoginState;
    this.socket.write(this.#handshake.salt({ mode: 'login', pbkdf2, tries_left: 4, tries_pause: 60_000, ke2: fromBase64url(loginResponse)! }));
  }

  #proof(ke3: Bytes): void {
    const { username } = this.#begin!;
    const { sessionKey } = opaque.finishLogin({ serverLoginState: this.#loginState, finishLoginRequest: base64url(ke3), identifiers: opaqueIdentifiers(this.server.serverId, username) });
    if (!this.#handshake.proven(fromBase64url(sessionKey)!)) return this.#refuse('auth_failed');
    if (this.#record) this.server.accounts.set(username, { id: random(16), record: this.#record });
    this.#ok(username);
  }

  #ok(username: string): void {
    this.userId = Uint8Array.from(this.server.accounts.get(username)!.id);
    const { bytes, session } = this.#handshake.ok({
      session_id: random(16), user_id: this.userId, session_salt: random(32),
      limits: { body: 65536, file: 0, send_rate: this.server.knobs.sendRate, send_burst: this.server.knobs.sendBurst },
      profile: { username, display: username, admin: false },
    }, Date.now());
    this.server.tickets.set(hex(session.ticketId), { username, hash: session.ticketHash });
    this.socket.write(bytes);
    this.#channel = session.channel;
    const members = [...this.server.accounts].map(([name, { id }]) => ({ user_id: id, username: name, display: name, presence: 'online' as const, status: '', last_seen: null, rev: 1 }));
    this.send('roster', { members, more: false });
  }

  #message(message: Message): void {
    const { log, lobby, knobs } = this.server;
    switch (message.name) {
      case 'sync': {
        if (knobs.refuseSyncs > 0) {
          knobs.refuseSyncs -= 1;
          return this.send('error', { req: message.content.req, code: 'rate_limited', retry_after: 50 });
        }
        const mine = message.content.rooms[0];
        const match = !mine || (log[mine.seq - 1] !== undefined && equal(log[mine.seq - 1]!.client_msg_id, mine.last));
        return this.send('heads', { req: message.content.req, rooms: [{ room: lobby, kind: 'lobby', name: 'lobby', topic: '', role: 'member', head: log.length, floor: 0, match, read: 0, unread: log.length }] });
      }
      case 'history': {
        const { req, room, after, before, limit } = message.content;
        const msgs = after !== undefined ? log.slice(after, after + limit) : log.slice(Math.max(0, before! - 1 - limit), before! - 1);
        const more = after !== undefined ? after + msgs.length < log.length : (msgs[0]?.seq ?? 1) > 1;
        return this.send('page', { req, room, msgs, more });
      }
      case 'send': {
        const { client_msg_id, room, kind, target, body } = message.content;
        this.server.received += 1;
        if (knobs.limitEvery > 0 && this.server.received % knobs.limitEvery === 0) return this.send('error', { client_msg_id, code: 'rate_limited', retry_after: 50 });
        if (knobs.refuse) return this.send('error', { client_msg_id, code: knobs.refuse });
        if (!equal(room, lobby)) return this.send('error', { client_msg_id, code: 'no_such_room' });
        const { seq, ts } = this.server.commit({ room, sender: this.userId, client_msg_id, kind, ...(target && { target }), body }, this);
        if (!knobs.mute) this.send('msg_ack', { client_msg_id, room, seq, ts });
        return;
      }
      case 'room_members': {
        const people = [...this.server.accounts.values()].map(({ id }) => ({ user_id: id, role: 'member' as const, ...(this.server.marks.get(hex(id)) ?? { delivered: 0, read: 0 }) }));
        return this.send('room_people', { req: message.content.req, room: lobby, people, more: false });
      }
      case 'receipt': {
        const { delivered, read } = message.content;
        this.server.marks.set(hex(this.userId), { delivered, read });
        for (const peer of this.server.peers) if (peer !== this) peer.send('marks', { room: lobby, marks: [{ user_id: this.userId, delivered, read }] });
        return;
      }
      case 'typing':
        for (const peer of this.server.peers) if (peer !== this) peer.send('typing', { room: lobby, user_id: this.userId });
        return;
      case 'ping':
        this.server.pings += 1;
        return this.send('pong', {});
      case 'bye':
      case 'logout':
        this.socket.end();
        return;
      default:
    }
  }
}
