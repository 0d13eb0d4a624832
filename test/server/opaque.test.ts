import { Worker } from 'node:worker_threads';
import { client, ready } from '@serenity-kit/opaque';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { OpaquePool } from '../../server/chat/opaque-pool.ts';
import { checkOpaqueSetup, createOpaqueSetup } from '../../server/chat/opaque.ts';
import { opaqueIdentifiers } from '../../shared/crypto/password.ts';
import { base64url, fromBase64url } from '../../shared/protocol/bytes.ts';
import { random } from './fixtures.ts';

const serverId = random(16);
const username = 'ann';
const identifiers = opaqueIdentifiers(serverId, username);
const keyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };
const bytes = (text: string): Uint8Array => fromBase64url(text)!;

function startWorker(workerData: object): Worker {
  const source = new URL('../../server/chat/opaque-worker.ts', import.meta.url).href;
  return new Worker(`import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); });`, { eval: true, workerData });
}

async function pool(): Promise<OpaquePool> {
  const setup = await createOpaqueSetup();
  await checkOpaqueSetup(setup);
  return new OpaquePool(() => startWorker({ setup, serverId }), 2);
}

async function login(opaque: OpaquePool, password: string, record: Uint8Array | null) {
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  const { state, ke2 } = await opaque.run({ name: 'login', username, request: bytes(startLoginRequest), record });
  const finished = client.finishLogin({ clientLoginState, loginResponse: base64url(ke2), password, identifiers, keyStretching });
  return { state, ke2, finished };
}

test('register and sign in through the worker; a wrong password and an unknown name look alike', async () => {
  await ready;
  const opaque = await pool();
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password: 'right' });
  const { response } = await opaque.run({ name: 'register', username, request: bytes(registrationRequest) });
  assert.is(response.length, 64);
  const { registrationRecord } = client.finishRegistration({ password: 'right', registrationResponse: base64url(response), clientRegistrationState, identifiers, keyStretching });
  const record = bytes(registrationRecord);
  assert.is(record.length, 192);

  const right = await login(opaque, 'right', record);
  const ke3 = bytes(right.finished!.finishLoginRequest);
  const { sessionKey } = await opaque.run({ name: 'finish', username, state: right.state, ke3 });
  assert.equal(sessionKey, bytes(right.finished!.sessionKey));

  const wrong = await login(opaque, 'wrong', record);
  const unknown = await login(opaque, 'right', null);
  assert.equal([wrong.finished, unknown.finished], [undefined, undefined]);
  assert.equal([right, wrong, unknown].map(({ ke2 }) => ke2.length), [320, 320, 320]);
  assert.is((await opaque.run({ name: 'finish', username, state: unknown.state, ke3 })).sessionKey, undefined);
  await opaque.close();
});

test('points that are none are malformed and the worker goes on', async () => {
  const opaque = await pool();
  const code = await opaque.run({ name: 'login', username, request: new Uint8Array(96).fill(255), record: null }).then(() => '', (cause: { code: string }) => cause.code);
  assert.is(code, 'malformed');
  assert.is((await login(opaque, 'x', null)).ke2.length, 320);
  await opaque.close();
});

test('the queue is bounded: what comes beyond it is told so at once', async () => {
  const opaque = await pool();
  const { startLoginRequest } = client.startLogin({ password: 'x' });
  const jobs = Array.from({ length: 200 }, () => opaque.run({ name: 'login', username, request: bytes(startLoginRequest), record: null }).then(() => 'done', (cause: { code: string }) => cause.code));
  assert.is(opaque.full, true);
  const outcomes = await Promise.all(jobs);
  assert.is(outcomes.filter((one) => one === 'done').length, 66);
  assert.is(outcomes.filter((one) => one === 'full').length, 134);
  assert.is(opaque.full, false);
  await opaque.close();
});

test('a worker that dies fails its job and is replaced', async () => {
  let started = 0;
  const setup = await createOpaqueSetup();
  const start = (): Worker => {
    started += 1;
    return started === 1 ? new Worker('process.exit(1)', { eval: true }) : startWorker({ setup, serverId });
  };
  const opaque = new OpaquePool(start, 1);
  const { startLoginRequest } = client.startLogin({ password: 'x' });
  const run = (): Promise<string> => opaque.run({ name: 'login', username, request: bytes(startLoginRequest), record: null }).then(() => 'done', (cause: { code: string }) => cause.code);
  assert.is(await run(), 'server_error');
  assert.is(await run(), 'done');
  await opaque.close();
});

test.run();
