// The server's side of OPAQUE (RFC 9807) as plain calls: bytes in, bytes out. The library speaks base64url.
import { ready, server } from '@serenity-kit/opaque';
import { opaqueIdentifiers } from '../../shared/crypto/password.ts';
import { base64url, fromBase64url, type Bytes } from '../../shared/protocol/bytes.ts';

export type OpaqueJob =
  | { name: 'register'; username: string; request: Bytes }
  /** `record` null: an unknown name gets an answer of the same size and cost. */
  | { name: 'login'; username: string; request: Bytes; record: Bytes | null }
  | { name: 'finish'; username: string; state: string; ke3: Bytes };

export interface OpaqueResults {
  register: { response: Bytes };
  login: { state: string; ke2: Bytes };
  /** undefined: the password was wrong, or the message was. */
  finish: { sessionKey: Bytes | undefined };
}

/** Where the work is done is the caller's affair: worker threads, or at once in a simulator. */
export interface OpaqueServer {
  /** Too much is waiting already: tell newcomers to come back. */
  readonly full: boolean;
  /** Rejects with ReachError: `malformed` for points that are none, `server_error` when the worker died. */
  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]>;
}

export async function createOpaqueSetup(): Promise<string> {
  await ready;
  return server.createSetup();
}

/** Throws where the setup is damaged. */
export async function checkOpaqueSetup(setup: string): Promise<void> {
  await ready;
  server.getPublicKey(setup);
}

/** Throws Error on anything that is not a message of the protocol. */
export async function computeOpaque(setup: string, serverId: Bytes, job: OpaqueJob): Promise<OpaqueResults[OpaqueJob['name']]> {
  await ready;
  const userIdentifier = job.username;
  const identifiers = opaqueIdentifiers(serverId, job.username);
  switch (job.name) {
    case 'register': {
      const { registrationResponse } = server.createRegistrationResponse({ serverSetup: setup, userIdentifier, registrationRequest: base64url(job.request) });
      return { response: fromBase64url(registrationResponse)! };
    }
    case 'login': {
      const registrationRecord = job.record && base64url(job.record);
      const { serverLoginState, loginResponse } = server.startLogin({ serverSetup: setup, userIdentifier, registrationRecord, startLoginRequest: base64url(job.request), identifiers });
      return { state: serverLoginState, ke2: fromBase64url(loginResponse)! };
    }
    case 'finish':
      return { sessionKey: finish(job.state, job.ke3, identifiers) };
  }
}

// The library throws on a wrong MAC, which is what a client with a wrong password sends, if it sends anything.
function finish(serverLoginState: string, ke3: Bytes, identifiers: { client: string; server: string }): Bytes | undefined {
  try {
    return fromBase64url(server.finishLogin({ serverLoginState, finishLoginRequest: base64url(ke3), identifiers }).sessionKey);
  } catch {
    return undefined;
  }
}
