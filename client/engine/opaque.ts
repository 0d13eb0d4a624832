// The OPAQUE computations themselves (RFC 9807). Pure, but slow: called only from a worker of the window or of Node.
import { client, ready } from '@serenity-kit/opaque';
import type { OpaqueAnswer, OpaqueJob, OpaqueRequest, OpaqueResults, OpaqueStart } from './password.ts';

type Results = OpaqueResults[keyof OpaqueResults];

export async function runOpaqueJob<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]> {
  await ready;
  return run(job) as OpaqueResults[J['name']];
}

/** The worker's side of a job. Never rejects: what went wrong is the answer. */
export async function answerTo({ number, job }: OpaqueRequest): Promise<OpaqueAnswer> {
  try {
    return { number, result: await runOpaqueJob(job) };
  } catch (cause) {
    return { number, error: cause instanceof Error ? cause.message : String(cause) };
  }
}

function run(job: OpaqueJob): Results {
  switch (job.name) {
    case 'start':
      return start(job.password, job.register);
    case 'finishRegistration':
      return finishRegistration(job);
    case 'finishLogin':
      return finishLogin(job);
  }
}

function start(password: string, register: boolean): OpaqueStart {
  const login = client.startLogin({ password });
  const begun = { loginState: login.clientLoginState, loginRequest: login.startLoginRequest };
  if (!register) return begun;
  const registration = client.startRegistration({ password });
  return { ...begun, registrationState: registration.clientRegistrationState, registrationRequest: registration.registrationRequest };
}

function finishRegistration(job: Extract<OpaqueJob, { name: 'finishRegistration' }>): OpaqueResults['finishRegistration'] {
  const { registrationRecord, exportKey } = client.finishRegistration({
    password: job.password,
    clientRegistrationState: job.state,
    registrationResponse: job.response,
    identifiers: job.identifiers,
    keyStretching: job.stretching,
  });
  return { record: registrationRecord, exportKey };
}

function finishLogin(job: Extract<OpaqueJob, { name: 'finishLogin' }>): OpaqueResults['finishLogin'] {
  const finished = client.finishLogin({
    password: job.password,
    clientLoginState: job.state,
    loginResponse: job.response,
    identifiers: job.identifiers,
    keyStretching: job.stretching,
  });
  if (!finished) return null;
  return { proof: finished.finishLoginRequest, sessionKey: finished.sessionKey, exportKey: finished.exportKey };
}
