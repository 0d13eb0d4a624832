import { test } from 'uvu';
import * as assert from 'uvu/assert';
import * as opaque from '@serenity-kit/opaque';
import { equal, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeMessage, encodeMessage } from '../../shared/protocol/frames.ts';
import { PROTOCOL_VERSION } from '../../shared/protocol/limits.ts';
import { sha256 } from '../../shared/crypto/schedule.ts';
import { as, bodies, counting, greet, login, NOW, openSession, pair, register, serverIdentity, toClient, toServer } from './pair.ts';
import { ServerHandshake } from '../../shared/crypto/server-handshake.ts';
import { ClientHandshake } from '../../shared/crypto/client-handshake.ts';

const open = (body: Bytes, from: { open(body: Bytes): { type: number; body: Bytes }[] }) => from.open(body).map((frame) => decodeMessage(frame)!.name);

test.before(() => opaque.ready);

test('a new account is made, and both ends can talk', () => {
  const { client, server } = register(pair(), 'stretched');
  const record = client.channel.seal([encodeMessage('ping', {}), encodeMessage('logout', {})], NOW);
  assert.equal(open(bodies(record)[0]!, server.channel), ['ping', 'logout']);
  const back = server.channel.seal([encodeMessage('pong', {})], NOW);
  assert.equal(open(bodies(back)[0]!, client.channel), ['pong']);
  assert.ok(equal(client.channel.exporter, server.channel.exporter));
  assert.ok(equal(client.ticketId, server.ticketId));
  assert.ok(equal(sha256(client.ticket), server.ticketHash));
});

test('the same account signs in again; a wrong password is found by the client', () => {
  const { account } = register(pair(), 'stretched');
  login(pair('open', '2'), account, 'stretched');
  assert.throws(() => login(pair('open', '3'), account, 'guess'), 'wrong password');
});

test('a ticket resumes without the password, and only the real one', () => {
  const first = register(pair(), 'stretched');
  const ends = pair('open', '2');
  greet(ends);
  const records = bodies(ends.client.resume(first.client.ticketId, first.client.ticket));
  assert.ok(equal(as(ends.server.receive(records[0]!), 'resume').ticketId, first.client.ticketId));
  as(ends.server.receive(records[1]!), 'resume_proof');
  assert.ok(ends.server.provenByTicket(first.server.ticketHash));
  const second = openSession(ends);
  assert.not.ok(equal(second.client.ticketId, first.client.ticketId));

  const forged = pair('open', '3');
  greet(forged);
  as(toServer(forged.server, forged.client.resume(first.client.ticketId, new Uint8Array(32).fill(9))), 'resume_proof');
  assert.not.ok(forged.server.provenByTicket(first.server.ticketHash));
});

test('a server with another key than it signed with is refused', () => {
  const { client, server } = pair();
  const helloOk = as(toServer(server, client.hello()), 'send').bytes;
  for (const at of [40, helloOk.length - 1, helloOk.length - 70]) {
    const damaged = Uint8Array.from(helloOk);
    damaged[at]! ^= 1;
    const victim = new ClientHandshake({ random: counting('client'), now: NOW });
    victim.hello();
    as(toClient(victim, damaged), 'failed');
  }
});

test('a server that copies another server\'s hello_ok can go no further', () => {
  const recorded = greet(pair())[1]!;
  const client = new ClientHandshake({ random: counting('somebody else'), now: NOW });
  client.hello();
  assert.is(as(toClient(client, recorded), 'failed').error.code, 'bad_signature');
});

test('low-order ephemerals are refused by both ends', () => {
  const lowOrder = ['00'.repeat(32), `01${'00'.repeat(31)}`, 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'];
  for (const point of lowOrder) {
    const server = new ServerHandshake({ identity: serverIdentity, serverId: new Uint8Array(16), registration: 'open', random: counting('s'), now: NOW });
    const hello = encodeMessage('hello', { versions: [1], client_random: new Uint8Array(32), client_ephemeral: Uint8Array.from(Buffer.from(point, 'hex')) });
    assert.is(as(server.receive(hello), 'failed').error.code, 'malformed');
  }
});

test('a version nobody speaks, an answer that is not Reach, a message out of turn: each its own error', () => {
  const server = pair().server;
  const other = encodeMessage('hello', { versions: [2], client_random: new Uint8Array(32), client_ephemeral: new Uint8Array(32).fill(9) });
  assert.is(as(server.receive(other), 'failed').error.code, 'version');
  const { client } = pair();
  client.hello();
  assert.is(as(client.receive(new TextEncoder().encode('HTTP/1.1 400 Bad Request')), 'failed').error.code, 'not_reach');
  const ends = pair();
  greet(ends);
  assert.is(as(ends.server.receive(encodeMessage('hello', { versions: [1], client_random: new Uint8Array(32), client_ephemeral: new Uint8Array(32).fill(9) })), 'failed').error.code, 'bad_record');
});

test('who meets another version is told which one it is, by the server and by its greeting', () => {
  const { client, server } = pair();
  client.hello();
  server.receive(encodeMessage('hello', { versions: [7], client_random: new Uint8Array(32), client_ephemeral: new Uint8Array(32).fill(9) }));
  const step = as(toClient(client, server.refuse('version')), 'failed');
  assert.equal([step.error.code, step.told, step.version], ['version', true, PROTOCOL_VERSION]);
  const other = pair();
  other.client.hello();
  const greeting = encodeMessage('hello_ok', { version: 7, server_random: new Uint8Array(32), server_ephemeral: new Uint8Array(32), server_identity: new Uint8Array(32), server_id: new Uint8Array(16), registration: 'open' }, new Uint8Array(64));
  const found = as(other.client.receive(greeting), 'failed');
  assert.equal([found.error.code, found.told, found.version], ['version', false, 7]);
  const silent = pair();
  silent.client.hello();
  assert.is(as(silent.client.receive(encodeMessage('error', { code: 'version' })), 'failed').version, undefined, 'a server of before says none');
});

test('refusals travel sealed and keep their code and their wait', () => {
  const ends = pair();
  greet(ends);
  const step = as(toClient(ends.client, ends.server.refuse('busy', 60_000)), 'failed');
  assert.is(step.error.code, 'busy');
  assert.is(step.error.retryAfter, 60_000);
});

test('an account is not even asked for where the server takes none, unless there is an invite', () => {
  const ends = pair('closed');
  greet(ends);
  const begin = { username: 'dana', device_id: new Uint8Array(16), device_name: '', remember: false, login_request: new Uint8Array(96), registration_request: new Uint8Array(32) };
  assert.throws(() => ends.client.begin(begin), (error: { code: string }) => error.code === 'closed');
  as(toServer(ends.server, ends.client.begin({ ...begin, invite: new Uint8Array(16) })), 'begin');
});

test('a server that asks for a weaker password salt is refused', () => {
  for (const change of [{ iterations: 1000 }, { salt: new Uint8Array(32) }]) {
    const ends = pair();
    greet(ends);
    const begun = ends.client.begin({ username: 'dana', device_id: new Uint8Array(16), device_name: '', remember: false, login_request: new Uint8Array(96) });
    as(toServer(ends.server, begun), 'begin');
    const honest = { salt: sha256(new Uint8Array()), iterations: 600_000 };
    const step = toClient(ends.client, ends.server.salt({ mode: 'login', pbkdf2: { ...honest, ...change }, tries_left: 5, ke2: new Uint8Array(320) }));
    assert.is(as(step, 'failed').error.code, 'malformed');
  }
});

test('one changed bit anywhere after hello ends the handshake', () => {
  for (let bit = 0; bit < 400; bit += 37) {
    const ends = pair();
    greet(ends);
    const begun = ends.client.begin({ username: 'dana', device_id: new Uint8Array(16), device_name: '', remember: false, login_request: new Uint8Array(96) });
    begun[4 + (bit % (begun.length - 4))]! ^= 1 << bit % 8;
    assert.is(as(toServer(ends.server, begun), 'failed').error.code, 'bad_record');
  }
});

test.run();
