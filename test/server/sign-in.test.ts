import { client, ready } from '@serenity-kit/opaque';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Core, type CoreOptions } from '../../server/chat/core.ts';
import { computeOpaque, createOpaqueSetup } from '../../server/chat/opaque.ts';
import { inviteHash } from '../../server/chat/sign-in.ts';
import { openCache } from '../../server/files/cache.ts';
import { Connection } from '../../server/net/connection.ts';
import { silentLog } from '../../server/ops/log.ts';
import { noMetrics } from '../../server/ops/metrics.ts';
import { openKey } from '../../server/store/sealing.ts';
import { openStore } from '../../server/store/sqlite.ts';
import type { Store } from '../../server/store/store.ts';
import { Relay } from '../../server/udp/relay.ts';
import { ClientHandshake, type ClientSession } from '../../shared/crypto/client-handshake.ts';
import { identityFromSeed, lobbyId } from '../../shared/crypto/identity.ts';
import { opaqueIdentifiers } from '../../shared/crypto/password.ts';
import { base64url, fromBase64url, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeMessage, encodeMessage, RecordDecoder } from '../../shared/protocol/frames.ts';
import type { Message } from '../../shared/protocol/messages.ts';
import { HeldClock, random } from './fixtures.ts';
import { lastingFolder } from '../helpers/folders.ts';

const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };
const bytes = (text: string): Bytes => fromBase64url(text)!;
const settled = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

interface Wish {
  username?: string;
  password?: string;
  register?: boolean;
  invite?: Bytes;
  ticket?: ClientSession;
  address?: string;
}

await ready;
const setup = await createOpaqueSetup();

function house(change: Partial<CoreOptions> = {}) {
  const clock = new HeldClock();
  const store = change.store ?? openStore(':memory:');
  const serverId = random(16);
  const opaque: CoreOptions['opaque'] = { full: false, run: (job) => computeOpaque(setup, serverId, job) as never };
  const off = { rate: 0, burst: 0 };
  const core = new Core({
    identity: identityFromSeed(random(32)), serverId, registration: 'open', rates: { send: off, frames: off }, tries: { tries: 5, 'tries-per-name': 100 }, sessionsMax: 0,
    sessionLimits: { body: 65_536, file: 0, send_rate: 0, send_burst: 0 },
    fileLimits: { quota: 0, keepFree: 0, keep: 0 }, store, cache: openCache(lastingFolder()), opaque, clock, random, log: silentLog, ...change,
  });
  return { clock, store, serverId, core, lobby: lobbyId(serverId), dial: (wish: Wish) => dial(core, clock, serverId, wish) };
}

interface Person {
  /** online, new_name, wrong_password, or the code of the refusal. */
  result: string;
  session: ClientSession | undefined;
  heard: Message[];
  ended: boolean;
}

/** The client's side of a handshake: a record in, what it answers out. */
function clientOf(handshake: ClientHandshake, serverId: Bytes, wish: Wish, person: Person): (body: Bytes) => Bytes | undefined {
  const { username = 'ann', password = 'secret' } = wish;
  const login = client.startLogin({ password });
  const registration = client.startRegistration({ password });
  const fixed = { password, identifiers: opaqueIdentifiers(serverId, username), keyStretching };
  const begin = (): Bytes => handshake.begin({
    username, device_id: random(16), device_name: 'test', remember: false, login_request: bytes(login.startLoginRequest), invite: wish.invite,
    registration_request: wish.register ? bytes(registration.registrationRequest) : undefined,
  });
  const record = (response: Bytes): Bytes => {
    const { clientRegistrationState } = registration;
    return handshake.record(bytes(client.finishRegistration({ ...fixed, registrationResponse: base64url(response), clientRegistrationState }).registrationRecord));
  };
  const proof = (ke2: Bytes): Bytes | undefined => {
    const done = client.finishLogin({ ...fixed, clientLoginState: login.clientLoginState, loginResponse: base64url(ke2) });
    if (!done) person.result = 'wrong_password';
    return done && handshake.proof(bytes(done.finishLoginRequest), bytes(done.sessionKey));
  };
  return (body) => {
    const step = handshake.receive(body);
    if (step.name === 'server') return wish.ticket ? handshake.resume(wish.ticket.ticketId, wish.ticket.ticket) : begin();
    if (step.name === 'register') return record(step.registrationResponse);
    if (step.name === 'login') return proof(step.ke2);
    if (step.name === 'done') person.session = step.session;
    person.result = step.name === 'done' ? 'online' : step.name === 'failed' ? step.error.code : step.name;
    return undefined;
  };
}

/** Signs in as far as it goes. */
async function dial(core: Core, clock: HeldClock, serverId: Bytes, wish: Wish) {
  const incoming: Bytes[] = [];
  const decoder = new RecordDecoder(1 << 20);
  const person: Person = { result: 'nothing', session: undefined, heard: [], ended: false };
  const connection = new Connection({
    address: wish.address ?? '10.0.0.1', unsent: () => 0, write: (piece) => void incoming.push(...decoder.push(piece)), end: () => void (person.ended = true), destroy() {},
  }, clock);
  connection.start(core.accept(connection, () => undefined));
  const handshake = new ClientHandshake({ random, now: clock.now() });
  const answer = clientOf(handshake, serverId, wish, person);
  const drain = async (): Promise<void> => {
    await settled();
    clock.pass(0);
    while (incoming.length > 0) {
      const body = incoming.shift()!;
      if (person.session) person.heard.push(...person.session.channel.open(body).map((frame) => decodeMessage(frame)!));
      else {
        const reply = answer(body);
        if (reply) connection.received(reply);
        await settled();
        clock.pass(0);
      }
    }
  };
  connection.received(handshake.hello());
  await drain();
  const say = async (frame: Bytes): Promise<void> => {
    connection.received(person.session!.channel.seal([frame], clock.now()));
    await drain();
  };
  return { ...person, person, connection, say, drain, ping: () => say(encodeMessage('ping', {})), names: () => person.heard.map(({ name }) => name) };
}

test('an account is made, signs in, and hears the roster before anything else', async () => {
  const { dial, store } = house();
  assert.is((await dial({})).result, 'new_name');
  const ann = await dial({ register: true });
  assert.is(ann.result, 'online');
  assert.equal(ann.names(), ['roster']);
  assert.is(store.account('ann')?.role, 'member');
  assert.is((await dial({})).result, 'online');
  assert.is((await dial({ password: 'wrong' })).result, 'wrong_password');
  assert.is((await dial({ register: true, password: 'other' })).result, 'name_taken');
  assert.is((await dial({ username: 'Ann' })).result, 'bad_name');
});

test('closed and invite servers make accounts for valid invites only, and say nothing about names', async () => {
  const { dial, store } = house({ registration: 'invite' });
  const invite = random(16);
  store.addInvite({ hash: inviteHash(invite), role: 'admin', uses: 1, expires: Number.MAX_SAFE_INTEGER });
  assert.is((await dial({})).result, 'wrong_password');
  assert.is((await dial({ register: true, invite: random(16) })).result, 'bad_invite');
  assert.is((await dial({ register: true, invite })).result, 'online');
  assert.is(store.account('ann')?.role, 'admin');
  assert.is((await dial({ username: 'ben', register: true, invite })).result, 'bad_invite');
});

test('the sixth try waits, and is told before any OPAQUE work', async () => {
  let jobs = 0;
  const serverId = random(16);
  const opaque: CoreOptions['opaque'] = { full: false, run: (job) => ((jobs += 1), computeOpaque(setup, serverId, job) as never) };
  const { dial, clock } = house({ opaque, serverId, registration: 'closed' });
  for (let i = 0; i < 5; i += 1) assert.is((await dial({ username: 'ghost' })).result, 'wrong_password');
  assert.is((await dial({ username: 'ghost' })).result, 'busy');
  assert.is(jobs, 5);
  assert.is((await dial({ username: 'ghost', address: '10.0.0.2' })).result, 'wrong_password');
  clock.pass(60_000);
  assert.is((await dial({ username: 'ghost' })).result, 'wrong_password');
});

test('a full OPAQUE queue is told as full', async () => {
  const { dial } = house({ opaque: { full: true, run: () => Promise.reject(new Error('not asked')) } });
  assert.is((await dial({})).result, 'full');
});

test('a full house is told as full for a password and for a ticket, and makes no account', async () => {
  const { dial, store } = house({ sessionsMax: 1 });
  const ann = await dial({ register: true });
  assert.is((await dial({ ticket: ann.session! })).result, 'full');
  assert.is((await dial({ username: 'ben', register: true })).result, 'full');
  assert.is(store.account('ben'), undefined);
  ann.connection.closed();
  assert.is((await dial({ ticket: ann.session! })).result, 'online');
});

test('a store that fails at any step costs one connection and leaves nothing half done', async () => {
  const real = openStore(':memory:');
  let broken: keyof Store | undefined;
  const store = new Proxy(real, {
    get: (target, name: keyof Store) => (name === broken ? () => { throw new Error('disk is full'); } : target[name]),
  });
  const { dial } = house({ store });
  const invite = random(16);
  real.addInvite({ hash: inviteHash(invite), role: 'member', uses: 1, expires: Number.MAX_SAFE_INTEGER });
  for (broken of ['account', 'invite', 'createAccount'] as const) assert.is((await dial({ register: true, invite })).result, 'server_error', broken);
  broken = undefined;
  const ann = await dial({ register: true, invite });
  assert.is(ann.result, 'online');
  for (broken of ['ticket', 'accountOf'] as const) assert.is((await dial({ ticket: ann.session! })).result, 'server_error', broken);
  broken = 'addTicket';
  assert.is((await dial({})).session, undefined, 'no refusal is sealed with keys that are gone');
  assert.is((await dial({ ticket: ann.session! })).session, undefined);
  broken = undefined;
  assert.is((await dial({ ticket: ann.session! })).result, 'online');
});

test('a ticket resumes until its successor is used; presented after that it ends the whole chain', async () => {
  const { dial } = house();
  const first = await dial({ register: true });
  const ticket = first.session!;
  const lost = await dial({ ticket });
  assert.is(lost.result, 'online');
  const second = await dial({ ticket });
  assert.is(second.result, 'online', 'a lost auth_ok must not cost the password');
  await second.ping();
  assert.is(first.person.ended, true, 'a session it came back from is closed');
  assert.is((await dial({ ticket: { ...second.session!, ticket: random(32) } })).result, 'resume_refused');
  assert.is(second.person.ended, false, 'a wrong proof ends nothing');
  assert.is((await dial({ ticket })).result, 'resume_refused');
  await second.drain();
  assert.is(second.person.ended, true);
  assert.is(second.names().at(-1), 'bye');
  assert.is((await dial({ ticket: second.session! })).result, 'resume_refused');
});

test('tickets expire, live on while in use, and end with logout', async () => {
  const { dial, clock } = house();
  const ann = await dial({ register: true });
  for (let hour = 0; hour < 30; hour += 1) {
    for (let tick = 0; tick < 360; tick += 1) {
      clock.pass(10_000);
      ann.connection.received(ann.session!.channel.seal([encodeMessage('pong', {})], clock.now()));
    }
  }
  const again = await dial({ ticket: ann.session! });
  assert.is(again.result, 'online');
  await again.say(encodeMessage('logout', {}));
  assert.is((await dial({ ticket: again.session! })).result, 'resume_refused');
  const late = await dial({});
  late.connection.closed();
  clock.pass(24 * 3_600_000 + 1);
  assert.is((await dial({ ticket: late.session! })).result, 'resume_refused');
});

/** A house with a relay; `keys` are those that sessions were told. */
function houseWithRelay(change: Partial<CoreOptions> = {}) {
  const keys: { id: Bytes; key: Bytes }[] = [];
  const sealingKey = random(32);
  const relay = new Relay({ place: { port: 7 }, random, clock: new HeldClock(), log: silentLog, metrics: noMetrics, write: () => undefined });
  const draw = relay.draw.bind(relay);
  relay.draw = () => {
    const drawn = draw();
    keys.push({ id: drawn.connection_id, key: Uint8Array.from(drawn.key) });
    return drawn;
  };
  const made = house({ relay, sealingKey, ...change });
  const { store, clock } = made;
  /** Which of the sessions, in the order of their sign-ins, have a row. */
  const rows = (): number[] => {
    clock.pass(0);
    const ids = store.associations().map(({ connectionId }) => hex(connectionId));
    return keys.flatMap(({ id }, at) => (ids.includes(hex(id)) ? [at] : []));
  };
  return { ...made, keys, sealingKey, rows };
}

test('a session with a relay has a row in the store, whose key opens with the sealing key and the right connection id only', async () => {
  const { dial, store, keys, sealingKey, rows } = houseWithRelay();
  await dial({ register: true });
  await dial({ username: 'ben', register: true });
  assert.equal(rows(), [0, 1]);
  const [ann, ben] = keys.map(({ id }) => store.associations().find(({ connectionId }) => hex(connectionId) === hex(id))!);
  assert.equal(openKey(sealingKey, ann!), keys[0]!.key);
  assert.equal([ann!.userId, ben!.userId], [store.account('ann')!.userId, store.account('ben')!.userId]);
  assert.is(openKey(sealingKey, { ...ann!, connectionId: ben!.connectionId }), undefined, "another session's id");
  assert.is(openKey(random(32), ann!), undefined, 'another sealing key');
  for (const name of ['nonce', 'sealed'] as const) {
    for (let at = 0; at < ann![name].length; at += 1) assert.is(openKey(sealingKey, { ...ann!, [name]: ann![name].map((byte, index) => (index === at ? byte ^ 1 : byte)) }), undefined, `${name} ${at}`);
  }
  assert.is(openKey(sealingKey, { ...ann!, sealed: ann!.sealed.subarray(0, 9) }), undefined);
  assert.not.equal(ann!.nonce, ben!.nonce);
  assert.not.ok(hex(ann!.sealed).includes(hex(keys[0]!.key.subarray(0, 8))));
});

test('the row of a session goes with it: logout, a lost connection, its successor, a stolen ticket, the end of the server', async () => {
  const { dial, core, rows } = houseWithRelay();
  const ann = await dial({ register: true });
  await ann.say(encodeMessage('logout', {}));
  assert.equal(rows(), []);
  const first = await dial({});
  first.connection.closed();
  assert.equal(rows(), []);
  const second = await dial({});
  const third = await dial({ ticket: second.session! });
  assert.equal(rows(), [2, 3], 'both are there until the new one is used');
  await third.ping();
  assert.equal(rows(), [3]);
  await dial({ ticket: second.session! });
  assert.equal(rows(), [], 'a used ticket that comes again ends the chain');
  await dial({});
  assert.equal(rows(), [4]);
  await core.stop();
  assert.equal(rows(), []);
});

test('rows live on with their sessions; a server that starts has none', async () => {
  const { dial, store, clock, rows } = houseWithRelay();
  const ann = await dial({ register: true });
  for (let tick = 0; tick < 25 * 360; tick += 1) {
    clock.pass(10_000);
    ann.connection.received(ann.session!.channel.seal([encodeMessage('pong', {})], clock.now()));
  }
  assert.equal(rows(), [0]);
  assert.ok(store.associations()[0]!.expires > clock.now());
  houseWithRelay({ store });
  assert.equal(store.associations(), []);
});

test('stopping commits what waits, says bye and stores last seen', async () => {
  const { dial, core, store, clock, lobby } = house();
  const ann = await dial({ register: true });
  const body = new Uint8Array(3);
  ann.connection.received(ann.session!.channel.seal([encodeMessage('send', { client_msg_id: random(16), n: 0, room: lobby, kind: 'text', body })], clock.now()));
  clock.pass(0);
  ann.connection.received(ann.session!.channel.seal([encodeMessage('send', { client_msg_id: random(16), n: 1, room: lobby, kind: 'text', body })], clock.now()));
  core.stop();
  await ann.drain();
  assert.equal(ann.names().filter((name) => name === 'msg_ack').length, 2);
  assert.is(ann.names().at(-1), 'bye');
  assert.is(store.head(lobby), 2);
  assert.is(store.account('ann')?.lastSeen, clock.now());
});

test.run();
