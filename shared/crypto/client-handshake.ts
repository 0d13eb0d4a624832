// The client's half of the handshake (protocol §1.2), sans-IO: record bodies in, steps and whole records out.
// Nothing about the person is sent before the caller has seen the server's identity and gone on with begin() or resume().
import type { KeyObject } from 'node:crypto';
import { concat, equal, type Bytes, type Random } from '../protocol/bytes.ts';
import { isErrorCode, ReachError } from '../protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord, type Frame } from '../protocol/frames.ts';
import { PBKDF2_ITERATIONS, PROTOCOL_VERSION } from '../protocol/limits.ts';
import type { Content, Message } from '../protocol/messages.ts';
import { Opener, Sealer, type Channel } from './channel.ts';
import { SIGNATURE_SIZE, verifySignature } from './identity.ts';
import { agree, privateKey, rawPublicKey } from './keys.ts';
import { passwordSalt } from './password.ts';
import { HASH_SIZE, sameSecret, sha256 } from './schedule.ts';
import {
  finished, handshakeKeys, helloSignatureInput, masterSecret, sessionChannel, ticketMask, ticketOf, Transcript, wireForm, withoutTrailer, withTrailer, type HandshakeKeys, type Ticket,
} from './transcript.ts';

export type PasswordBegin = Extract<Content<'auth_begin'>, { username: string }>;
export type Registration = Content<'hello_ok'>['registration'];

export interface ClientSession {
  channel: Channel;
  ticketId: Bytes;
  ticket: Bytes;
}

export type ClientStep =
  /** The signature is verified: decide about the key, then begin() or resume(). */
  | { name: 'server'; identity: Bytes; serverId: Bytes; registration: Registration }
  /** Finish the registration with OPAQUE, then record(). */
  | { name: 'register'; registrationResponse: Bytes }
  /** The name is new and may be made; the server closes, the person is asked. */
  | { name: 'new_name' }
  /** Finish the login with OPAQUE, then proof(). */
  | { name: 'login'; ke2: Bytes; tries: Pick<Content<'auth_salt'>, 'tries_left' | 'tries_pause'> }
  | { name: 'done'; ok: Content<'auth_ok'>; session: ClientSession }
  /** `told`: the other side said so; before its signature is verified that may be anybody. `version`: the one the server speaks. */
  | { name: 'failed'; error: ReachError; told: boolean; version?: number };

//   start ─hello()▶ hello ─hello_ok▶ server ─begin()▶ salt ─auth_salt▶ record ─record()▶ salt
//                                      │                └──auth_salt──▶ proof ─proof()▶ ok ─auth_ok▶ done
//                                      └──────────────resume()─────────────────────────▶ ok
//   any ─error, bad record▶ failed
type State =
  | { name: 'start' }
  | { name: 'hello'; ephemeral: KeyObject }
  | { name: 'server'; serverId: Bytes; registration: Registration }
  | { name: 'salt'; expectedSalt: Bytes; registering: boolean }
  | { name: 'record'; expectedSalt: Bytes }
  | { name: 'proof' }
  | { name: 'ok'; ms: Bytes }
  | { name: 'done' }
  | { name: 'failed' };

type Received = Message & { trailer: Bytes };

export class ClientHandshake {
  readonly #random: Random;
  readonly #now: number;
  readonly #transcript = new Transcript();
  #state: State = { name: 'start' };
  #keys: HandshakeKeys | undefined;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;

  constructor({ random, now }: { random: Random; now: number }) {
    this.#random = random;
    this.#now = now;
  }

  /** The first record. */
  hello(): Bytes {
    this.#expect('start');
    const ephemeral = privateKey('X25519', this.#random(32));
    const frame = encodeMessage('hello', { versions: [PROTOCOL_VERSION], client_random: this.#random(32), client_ephemeral: rawPublicKey(ephemeral) });
    this.#transcript.add(frame);
    this.#become({ name: 'hello', ephemeral });
    return encodeRecord(frame);
  }

  /** Never throws: what goes wrong is the step `failed`, and the handshake is over. */
  receive(recordBody: Bytes): ClientStep {
    try {
      return this.#receive(recordBody);
    } catch (cause) {
      if (!(cause instanceof ReachError)) throw cause;
      const beforeIdentity = this.#state.name === 'hello' && cause.code === 'malformed';
      this.#become({ name: 'failed' });
      return { name: 'failed', error: beforeIdentity ? new ReachError('not_reach') : cause, told: false };
    }
  }

  /** auth_begin with a password. Throws ReachError `closed` where this server would not make the account anyway. */
  begin(content: PasswordBegin): Bytes {
    const { serverId, registration } = this.#expect('server');
    const registering = content.registration_request !== undefined;
    if (registering && registration !== 'open' && !content.invite) throw new ReachError('closed');
    this.#become({ name: 'salt', expectedSalt: passwordSalt(serverId, content.username), registering });
    return this.#send(encodeMessage('auth_begin', content));
  }

  /** auth_begin and auth_proof by a ticket of an earlier session, two records. */
  resume(ticketId: Bytes, ticket: Bytes): Bytes {
    this.#expect('server');
    const begin = this.#send(encodeMessage('auth_begin', { resume: ticketId }));
    const ticketProof = ticketMask(sha256(ticket), this.#transcript.hash(), ticket);
    return concat(begin, this.#prove(ticket, withoutTrailer('auth_proof', { ticket_proof: ticketProof })));
  }

  /** auth_record: what OPAQUE made of the registration response. */
  record(record: Bytes): Bytes {
    const { expectedSalt } = this.#expect('record');
    this.#become({ name: 'salt', expectedSalt, registering: false });
    return this.#send(encodeMessage('auth_record', { record }));
  }

  /** auth_proof: OPAQUE's KE3, bound to the transcript by its session key. */
  proof(ke3: Bytes, sessionKey: Bytes): Bytes {
    this.#expect('proof');
    return this.#prove(sessionKey, withoutTrailer('auth_proof', { ke3 }));
  }

  #prove(proof: Bytes, frame: Bytes): Bytes {
    const ms = masterSecret(this.#keys!.derived, proof);
    const th1 = this.#transcript.hashWithout(frame, HASH_SIZE);
    this.#become({ name: 'ok', ms });
    return this.#send(withTrailer(frame, finished(ms, 'client', th1)));
  }

  #send(frame: Bytes): Bytes {
    this.#transcript.add(frame);
    return this.#sealer!.seal([frame], this.#now);
  }

  #receive(recordBody: Bytes): ClientStep {
    const frames = this.#opener ? this.#opener.open(recordBody) : decodeFrames(recordBody);
    const [frame, ...more] = frames;
    if (!frame || more.length > 0) throw new ReachError('malformed', 'not one handshake frame in a record');
    const message = decodeMessage(frame);
    if (message?.name === 'error') return this.#refused(message.content);
    if (message?.name === 'hello_ok') return this.#helloOk(message, frame);
    if (message?.name === 'auth_salt') return this.#salt(message, frame);
    if (message?.name === 'auth_ok') return this.#ok(message, frame);
    throw new ReachError(this.#opener ? 'unexpected' : 'malformed');
  }

  #refused(content: Content<'error'>): ClientStep {
    this.#become({ name: 'failed' });
    return { name: 'failed', error: refusal(content), told: true, ...(content.version !== undefined && { version: content.version }) };
  }

  #helloOk({ content, trailer }: Received & Message<'hello_ok'>, frame: Frame): ClientStep {
    const { ephemeral } = this.#expect('hello');
    if (content.version !== PROTOCOL_VERSION) return this.#otherVersion(content.version);
    const wire = wireForm(frame);
    const signed = helloSignatureInput(this.#transcript.hashWithout(wire, SIGNATURE_SIZE));
    if (!verifySignature(content.server_identity, signed, trailer)) throw new ReachError('bad_signature');
    this.#transcript.add(wire);
    this.#keys = handshakeKeys(agree(ephemeral, content.server_ephemeral), this.#transcript.hash());
    this.#sealer = new Sealer(this.#keys.client, this.#now);
    this.#opener = new Opener(this.#keys.server);
    this.#become({ name: 'server', serverId: content.server_id, registration: content.registration });
    return { name: 'server', identity: content.server_identity, serverId: content.server_id, registration: content.registration };
  }

  #otherVersion(version: number): ClientStep {
    this.#become({ name: 'failed' });
    return { name: 'failed', error: new ReachError('version'), told: false, version };
  }

  #salt({ content }: Message<'auth_salt'>, frame: Frame): ClientStep {
    const { expectedSalt, registering } = this.#expect('salt');
    if (!equal(content.pbkdf2.salt, expectedSalt) || content.pbkdf2.iterations !== PBKDF2_ITERATIONS) {
      throw new ReachError('malformed', 'the server asked for another password salt than the protocol gives');
    }
    this.#transcript.add(wireForm(frame));
    if (content.mode === 'register') return this.#registerStep(content, { expectedSalt, registering });
    if (registering) throw new ReachError('name_taken');
    if (!content.ke2) throw new ReachError('malformed', 'auth_salt: no ke2');
    this.#become({ name: 'proof' });
    return { name: 'login', ke2: content.ke2, tries: content };
  }

  #registerStep(content: Content<'auth_salt'>, { expectedSalt, registering }: { expectedSalt: Bytes; registering: boolean }): ClientStep {
    if (!registering) {
      this.#become({ name: 'failed' });
      return { name: 'new_name' };
    }
    if (!content.registration_response) throw new ReachError('malformed', 'auth_salt: no registration_response');
    this.#become({ name: 'record', expectedSalt });
    return { name: 'register', registrationResponse: content.registration_response };
  }

  #ok({ content, trailer }: Received & Message<'auth_ok'>, frame: Frame): ClientStep {
    const { ms } = this.#expect('ok');
    const th2 = this.#transcript.hashWithout(wireForm(frame), HASH_SIZE);
    if (!sameSecret(trailer, finished(ms, 'server', th2))) throw new ReachError('bad_signature');
    const channel = sessionChannel(ms, th2, 'client', this.#now);
    const ticket: Ticket = ticketOf(ms, th2);
    this.#become({ name: 'done' });
    return { name: 'done', ok: content, session: { channel, ticketId: ticket.id, ticket: ticket.secret } };
  }

  #expect<N extends State['name']>(name: N): Extract<State, { name: N }> {
    if (this.#state.name !== name) throw new ReachError('unexpected', `${name} expected, in state ${this.#state.name}`);
    return this.#state as Extract<State, { name: N }>;
  }

  // Every transition passes here; what the next state no longer needs is overwritten.
  #become(next: State): void {
    if (this.#state.name === 'ok') this.#state.ms.fill(0);
    if (next.name === 'done' || next.name === 'failed') {
      for (const secret of [this.#keys?.derived, this.#keys?.client, this.#keys?.server]) secret?.fill(0);
      this.#sealer?.destroy();
      this.#opener?.destroy();
    }
    this.#state = next;
  }
}

function refusal({ code, retry_after }: Content<'error'>): ReachError {
  const known = isErrorCode(code) ? code : 'server_error';
  return new ReachError(known, undefined, retry_after);
}
