// The server's half of the handshake (protocol §1.2), sans-IO: record bodies in, steps and whole records out.
// OPAQUE, accounts, tickets and throttling belong to the caller; this machine owns keys, transcript and order.
import type { Bytes, Random } from '../protocol/bytes.ts';
import { ReachError, type ErrorCode } from '../protocol/errors.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord, type Frame } from '../protocol/frames.ts';
import { PROTOCOL_VERSION } from '../protocol/limits.ts';
import type { Content, Message } from '../protocol/messages.ts';
import { Opener, Sealer, type Channel } from './channel.ts';
import type { PasswordBegin, Registration } from './client-handshake.ts';
import { SIGNATURE_SIZE, type Identity } from './identity.ts';
import { agree, privateKey, rawPublicKey } from './keys.ts';
import { HASH_SIZE, sameSecret, sha256 } from './schedule.ts';
import {
  finished, handshakeKeys, helloSignatureInput, masterSecret, sessionChannel, ticketMask, ticketOf, Transcript, wireForm, withoutTrailer, withTrailer, type HandshakeKeys,
} from './transcript.ts';

export interface ServerHandshakeOptions {
  identity: Identity;
  serverId: Bytes;
  registration: Registration;
  random: Random;
  now: number;
}

export interface ServerSession {
  channel: Channel;
  ticketId: Bytes;
  /** H(ticket): all that the store keeps of it. */
  ticketHash: Bytes;
}

export type ServerStep =
  /** hello_ok: write it and wait for more. */
  | { name: 'send'; bytes: Bytes }
  | { name: 'begin'; begin: PasswordBegin }
  /** Look the ticket up; the proof is the next record. */
  | { name: 'resume'; ticketId: Bytes }
  | { name: 'record'; record: Bytes }
  /** Finish OPAQUE, then proven(). */
  | { name: 'proof'; ke3: Bytes }
  /** Call provenByTicket(). */
  | { name: 'resume_proof' }
  | { name: 'failed'; error: ReachError };

//   hello ─hello▶ begin ─auth_begin▶ answer ─salt()▶ proof | record ─auth_record▶ answer
//                   │                                   └─auth_proof▶ check ─proven()▶ proven ─ok()▶ done
//                   └─auth_begin{resume}▶ proof
//   any ─bad record, wrong order▶ failed
type State =
  | { name: 'hello' }
  | { name: 'begin' }
  | { name: 'answer' }
  | { name: 'record' }
  | { name: 'proof'; resume: boolean; thBegin: Bytes }
  | { name: 'check'; th1: Bytes; thBegin: Bytes; finishedC: Bytes; ticketProof?: Bytes }
  | { name: 'proven'; ms: Bytes }
  | { name: 'done' }
  | { name: 'failed' };

type Received = Message & { trailer: Bytes };

export class ServerHandshake {
  readonly #options: ServerHandshakeOptions;
  readonly #transcript = new Transcript();
  #state: State = { name: 'hello' };
  #keys: HandshakeKeys | undefined;
  #sealer: Sealer | undefined;
  #opener: Opener | undefined;

  constructor(options: ServerHandshakeOptions) {
    this.#options = options;
  }

  /** Never throws: what goes wrong is the step `failed`, and the handshake is over. */
  receive(recordBody: Bytes): ServerStep {
    try {
      return this.#receive(recordBody);
    } catch (cause) {
      if (!(cause instanceof ReachError)) throw cause;
      if (this.#state.name !== 'failed') this.#state = { name: 'failed' };
      return { name: 'failed', error: cause };
    }
  }

  /** Answer to `begin` and to `record`. */
  salt(content: Content<'auth_salt'>): Bytes {
    this.#expect('answer');
    const bytes = this.#send(encodeMessage('auth_salt', content));
    this.#become(content.mode === 'register' ? { name: 'record' } : { name: 'proof', resume: false, thBegin: new Uint8Array() });
    return bytes;
  }

  /** After `proof`: does finished_c fit OPAQUE's session key and everything said so far? */
  proven(sessionKey: Bytes): boolean {
    return this.#verify(this.#expect('check'), sessionKey);
  }

  /** After `resume_proof`: does the client hold the ticket whose hash is stored? */
  provenByTicket(ticketHash: Bytes): boolean {
    const check = this.#expect('check');
    if (!check.ticketProof) return false;
    const ticket = ticketMask(ticketHash, check.thBegin, check.ticketProof);
    return sameSecret(sha256(ticket), ticketHash) && this.#verify(check, ticket);
  }

  /** auth_ok, the last record under the handshake keys, and the session behind it. */
  ok(content: Content<'auth_ok'>, now: number): { bytes: Bytes; session: ServerSession } {
    const { ms } = this.#expect('proven');
    const frame = withoutTrailer('auth_ok', content);
    const th2 = this.#transcript.hashWithout(frame, HASH_SIZE);
    const bytes = this.#send(withTrailer(frame, finished(ms, 'server', th2)));
    const ticket = ticketOf(ms, th2);
    const session = { channel: sessionChannel(ms, th2, 'server', now), ticketId: ticket.id, ticketHash: sha256(ticket.secret) };
    ticket.secret.fill(0);
    this.#become({ name: 'done' });
    return { bytes, session };
  }

  /** An `error` record: sealed once there are keys, a plaintext hint before. Call it once: the handshake is over. */
  refuse(code: ErrorCode, retryAfter?: number): Bytes {
    const frame = encodeMessage('error', { code, retry_after: retryAfter, ...(code === 'version' && { version: PROTOCOL_VERSION }) });
    const bytes = this.#sealer ? this.#sealer.seal([frame], this.#options.now) : encodeRecord(frame);
    this.#become({ name: 'failed' });
    return bytes;
  }

  #receive(recordBody: Bytes): ServerStep {
    if (this.#state.name === 'failed') throw new ReachError('unexpected');
    const frames = this.#opener ? this.#opener.open(recordBody) : decodeFrames(recordBody);
    const [frame, ...more] = frames;
    if (!frame || more.length > 0) throw new ReachError('malformed', 'not one handshake frame in a record');
    const message = decodeMessage(frame);
    switch (message?.name) {
      case 'hello':
        return this.#hello(message.content, frame);
      case 'auth_begin':
        return this.#begin(message.content, frame);
      case 'auth_record':
        this.#expect('record');
        this.#transcript.add(wireForm(frame));
        this.#become({ name: 'answer' });
        return { name: 'record', record: message.content.record };
      case 'auth_proof':
        return this.#proof(message, frame);
      default:
        throw new ReachError('unexpected');
    }
  }

  #hello(content: Content<'hello'>, frame: Frame): ServerStep {
    this.#expect('hello');
    if (!content.versions.includes(PROTOCOL_VERSION)) throw new ReachError('version');
    const { identity, serverId, registration, random } = this.#options;
    const ephemeral = privateKey('X25519', random(32));
    const dh = agree(ephemeral, content.client_ephemeral);
    this.#transcript.add(wireForm(frame));
    const unsigned = withoutTrailer('hello_ok', {
      version: PROTOCOL_VERSION, server_random: random(32), server_ephemeral: rawPublicKey(ephemeral), server_identity: identity.publicKey, server_id: serverId, registration,
    });
    const signature = identity.sign(helloSignatureInput(this.#transcript.hashWithout(unsigned, SIGNATURE_SIZE)));
    const reply = withTrailer(unsigned, signature);
    this.#transcript.add(reply);
    this.#keys = handshakeKeys(dh, this.#transcript.hash());
    this.#sealer = new Sealer(this.#keys.server, this.#options.now);
    this.#opener = new Opener(this.#keys.client);
    this.#become({ name: 'begin' });
    return { name: 'send', bytes: encodeRecord(reply) };
  }

  #begin(content: Content<'auth_begin'>, frame: Frame): ServerStep {
    this.#expect('begin');
    this.#transcript.add(wireForm(frame));
    if ('resume' in content) {
      this.#become({ name: 'proof', resume: true, thBegin: this.#transcript.hash() });
      return { name: 'resume', ticketId: content.resume };
    }
    this.#become({ name: 'answer' });
    return { name: 'begin', begin: content };
  }

  #proof({ content, trailer }: Received & Message<'auth_proof'>, frame: Frame): ServerStep {
    const { resume, thBegin } = this.#expect('proof');
    const wire = wireForm(frame);
    const th1 = this.#transcript.hashWithout(wire, HASH_SIZE);
    const finishedC = Uint8Array.from(trailer);
    if ('ticket_proof' in content !== resume) throw new ReachError('unexpected');
    this.#transcript.add(wire);
    this.#become({ name: 'check', th1, thBegin, finishedC, ...('ticket_proof' in content && { ticketProof: content.ticket_proof }) });
    return 'ke3' in content ? { name: 'proof', ke3: content.ke3 } : { name: 'resume_proof' };
  }

  #verify({ th1, finishedC }: Extract<State, { name: 'check' }>, proof: Bytes): boolean {
    const ms = masterSecret(this.#keys!.derived, proof);
    if (!sameSecret(finishedC, finished(ms, 'client', th1))) return false;
    this.#become({ name: 'proven', ms });
    return true;
  }

  #send(frame: Bytes): Bytes {
    this.#transcript.add(frame);
    return this.#sealer!.seal([frame], this.#options.now);
  }

  #expect<N extends State['name']>(name: N): Extract<State, { name: N }> {
    if (this.#state.name !== name) throw new ReachError('unexpected', `${name} expected, in state ${this.#state.name}`);
    return this.#state as Extract<State, { name: N }>;
  }

  // Every transition passes here; what the next state no longer needs is overwritten.
  #become(next: State): void {
    if (this.#state.name === 'proven') this.#state.ms.fill(0);
    if (next.name === 'done' || next.name === 'failed') {
      for (const secret of [this.#keys?.derived, this.#keys?.client, this.#keys?.server]) secret?.fill(0);
      this.#sealer?.destroy();
      this.#opener?.destroy();
    }
    this.#state = next;
  }
}
