// Writes handshake.json anew: `node --import tsx test/vectors/make.ts`. Run it only when the protocol changes on purpose.
// Randomness is SHA-256 of a label and a counter; OPAQUE's outputs are recorded from @serenity-kit/opaque, since it draws
// its own randomness and its messages do not depend on our transcript.
import { writeFileSync } from 'node:fs';
import * as opaque from '@serenity-kit/opaque';
import { hex } from '../../shared/protocol/bytes.ts';
import { passwordSalt, stretchPassword } from '../../shared/crypto/password.ts';
import { counting, identifiers, raw, SERVER_ID, stretching } from '../shared/pair.ts';
import { replay, type Script } from '../shared/replay.ts';

const TYPED = 'correct horse';

await opaque.ready;
const password = await stretchPassword(TYPED, passwordSalt(SERVER_ID, 'dana'));
const setup = opaque.server.createSetup();
const registration = opaque.client.startRegistration({ password });
const { registrationResponse } = opaque.server.createRegistrationResponse({ serverSetup: setup, userIdentifier: 'dana', registrationRequest: registration.registrationRequest });
const { registrationRecord } = opaque.client.finishRegistration({ password, ...registration, registrationResponse, identifiers, keyStretching: stretching });
const h = (text: string) => hex(raw(text));

function loginOutputs() {
  const start = opaque.client.startLogin({ password });
  const answer = opaque.server.startLogin({ serverSetup: setup, userIdentifier: 'dana', registrationRecord, startLoginRequest: start.startLoginRequest, identifiers });
  const done = opaque.client.finishLogin({ password, clientLoginState: start.clientLoginState, loginResponse: answer.loginResponse, identifiers, keyStretching: stretching });
  if (!done) throw new Error('OPAQUE refused its own account');
  return { login_request: h(start.startLoginRequest), ke2: h(answer.loginResponse), ke3: h(done.finishLoginRequest), session_key: h(done.sessionKey) };
}

function script(flow: Script['flow'], rest: Partial<Script>): Script {
  const client = counting(`vector ${flow} client`);
  const server = counting(`vector ${flow} server`);
  return { flow, identity_seed: hex(counting('vector identity')(32)), client_random: [hex(client(32)), hex(client(32))], server_random: [hex(server(32)), hex(server(32))], ...rest };
}

const registering = script('register', { opaque: { ...loginOutputs(), registration_request: h(registration.registrationRequest), registration_response: h(registrationResponse), record: h(registrationRecord) } });
const first = replay(registering);
const scripts = [registering, script('login', { opaque: loginOutputs() }), script('resume', { ticket: { id: first.ticket_id, secret: first.ticket } })];
const file = {
  provenance: 'test/vectors/make.ts; OPAQUE outputs recorded from @serenity-kit/opaque 1.1.0 with argon2id-custom {1,8,1}; all bytes in hex',
  server_id: hex(SERVER_ID), username: 'dana', typed_password: TYPED, stretched_password: password,
  flows: scripts.map((input) => ({ input, output: replay(input) })),
};
writeFileSync(new URL('./handshake.json', import.meta.url), `${JSON.stringify(file, null, 1)}\n`);
