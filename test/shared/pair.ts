// Both ends of a handshake in one process, without a socket: real OPAQUE, cheap key stretching, chosen randomness.
import { createHash } from 'node:crypto';
import * as opaque from '@serenity-kit/opaque';
import { base64url, concat, fromBase64url, utf8, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { RecordDecoder } from '../../shared/protocol/frames.ts';
import { PBKDF2_ITERATIONS, RECORD_MAX_BEFORE_AUTH } from '../../shared/protocol/limits.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import { ClientHandshake, type ClientStep } from '../../shared/crypto/client-handshake.ts';
import { identityFromSeed } from '../../shared/crypto/identity.ts';
import { opaqueIdentifiers, passwordSalt } from '../../shared/crypto/password.ts';
import { ServerHandshake, type ServerStep } from '../../shared/crypto/server-handshake.ts';

export const NOW = 1_700_000_000_000;
export const SERVER_ID = Uint8Array.from({ length: 16 }, (_, i) => i);
export const USER_ID = new Uint8Array(16).fill(7);
export const stretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } } as const;

/** Not random at all: SHA-256 of a label and a counter, so that a transcript can be repeated. */
export function counting(label: string): Random {
  let count = 0;
  return (size) => {
    count += 1;
    const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, i) => createHash('sha256').update(`${label} ${count} ${i}`).digest());
    return Uint8Array.from(concat(...blocks).subarray(0, size));
  };
}

/** Bodies of the records in `bytes`. */
export function bodies(bytes: Bytes): Bytes[] {
  return [...new RecordDecoder(RECORD_MAX_BEFORE_AUTH).push(bytes)];
}

export const serverIdentity = identityFromSeed(counting('identity')(32));

export function pair(registration: 'open' | 'invite' | 'closed' = 'open', suffix = ''): { client: ClientHandshake; server: ServerHandshake } {
  const client = new ClientHandshake({ random: counting(`client${suffix}`), now: NOW });
  const server = new ServerHandshake({ identity: serverIdentity, serverId: SERVER_ID, registration, random: counting(`server${suffix}`), now: NOW });
  return { client, server };
}

export function toServer(server: ServerHandshake, bytes: Bytes): ServerStep {
  return bodies(bytes).map((body) => server.receive(body)).at(-1)!;
}

export function toClient(client: ClientHandshake, bytes: Bytes): ClientStep {
  return bodies(bytes).map((body) => client.receive(body)).at(-1)!;
}

/** Narrows a step; a failed one is reported with its error. */
export function as<S extends { name: string }, N extends S['name']>(step: S, name: N): Extract<S, { name: N }> {
  if (step.name !== name) throw new Error(`step ${step.name} instead of ${name}: ${'error' in step ? String(step.error) : ''}`);
  return step as Extract<S, { name: N }>;
}

export function authOk(): Content<'auth_ok'> {
  return {
    session_id: new Uint8Array(16).fill(1), user_id: USER_ID, session_salt: new Uint8Array(32).fill(2),
    limits: { body: 65_536, file: 52_428_800, send_rate: 5, send_burst: 20 }, profile: { username: 'dana', display: 'dana', admin: false },
  };
}

export const raw = (text: string): Bytes => fromBase64url(text)!;
export const text = base64url;

/** hello and hello_ok. */
export function greet({ client, server }: ReturnType<typeof pair>): Bytes[] {
  const hello = client.hello();
  const helloOk = as(toServer(server, hello), 'send').bytes;
  as(toClient(client, helloOk), 'server');
  return [hello, helloOk];
}

export interface Account {
  setup: string;
  record: string;
}

export const identifiers = opaqueIdentifiers(SERVER_ID, 'dana');
export const pbkdf2 = { salt: passwordSalt(SERVER_ID, 'dana'), iterations: PBKDF2_ITERATIONS };
const device = { username: 'dana', device_id: new Uint8Array(16).fill(3), device_name: 'laptop', remember: false };

/** A whole registration; `password` stands for the stretched one. */
export function register(ends: ReturnType<typeof pair>, password: string): { account: Account; server: ServerEnd; client: ClientEnd } {
  const { client, server } = ends;
  const setup = opaque.server.createSetup();
  greet(ends);
  const login = opaque.client.startLogin({ password });
  const registration = opaque.client.startRegistration({ password });
  const begin = as(toServer(server, client.begin({ ...device, login_request: raw(login.startLoginRequest), registration_request: raw(registration.registrationRequest) })), 'begin').begin;
  const { registrationResponse } = opaque.server.createRegistrationResponse({ serverSetup: setup, userIdentifier: 'dana', registrationRequest: text(begin.registration_request!) });
  const step = as(toClient(client, server.salt({ mode: 'register', pbkdf2, tries_left: 5, registration_response: raw(registrationResponse) })), 'register');
  const { registrationRecord } = opaque.client.finishRegistration({
    password, clientRegistrationState: registration.clientRegistrationState, registrationResponse: text(step.registrationResponse), identifiers, keyStretching: stretching,
  });
  as(toServer(server, client.record(raw(registrationRecord))), 'record');
  return { account: { setup, record: registrationRecord }, ...finishLogin(ends, { setup, record: registrationRecord }, { password, ...login }) };
}

export function login(ends: ReturnType<typeof pair>, account: Account, password: string): { server: ServerEnd; client: ClientEnd } {
  greet(ends);
  const start = opaque.client.startLogin({ password });
  as(toServer(ends.server, ends.client.begin({ ...device, login_request: raw(start.startLoginRequest) })), 'begin');
  return finishLogin(ends, account, { password, ...start });
}

type ServerEnd = ReturnType<ServerHandshake['ok']>['session'];
type ClientEnd = Extract<ClientStep, { name: 'done' }>['session'];
interface Started {
  password: string;
  clientLoginState: string;
  startLoginRequest: string;
}

function finishLogin({ client, server }: ReturnType<typeof pair>, { setup, record }: Account, started: Started): { server: ServerEnd; client: ClientEnd } {
  const answer = opaque.server.startLogin({ serverSetup: setup, userIdentifier: 'dana', registrationRecord: record, startLoginRequest: started.startLoginRequest, identifiers });
  const step = as(toClient(client, server.salt({ mode: 'login', pbkdf2, tries_left: 4, ke2: raw(answer.loginResponse) })), 'login');
  const done = opaque.client.finishLogin({
    password: started.password, clientLoginState: started.clientLoginState, loginResponse: text(step.ke2), identifiers, keyStretching: stretching,
  });
  if (!done) throw new Error('wrong password');
  const { ke3 } = as(toServer(server, client.proof(raw(done.finishLoginRequest), raw(done.sessionKey))), 'proof');
  const { sessionKey } = opaque.server.finishLogin({ serverLoginState: answer.serverLoginState, finishLoginRequest: text(ke3), identifiers });
  if (!server.proven(raw(sessionKey))) throw new Error('finished_c wrong');
  return openSession({ client, server });
}

export function openSession({ client, server }: ReturnType<typeof pair>): { server: ServerEnd; client: ClientEnd } {
  const { bytes, session } = server.ok(authOk(), NOW);
  return { server: session, client: as(toClient(client, bytes), 'done').session };
}

export const note = (words: string): Bytes => utf8(words);
