// The password work is an effect: OPAQUE takes a quarter of a second of pure computation, so it runs in a Web Worker of
// the window and in a worker thread under Node. The engine is handed one of these and never knows which.
// All strings are base64url without padding, as the OPAQUE library speaks.

export interface OpaqueStart {
  loginState: string;
  loginRequest: string;
  registrationState?: string;
  registrationRequest?: string;
}

export interface OpaqueIdentifiers {
  client: string;
  server: string;
}

export type KeyStretching = 'memory-constrained' | { 'argon2id-custom': { iterations: number; memory: number; parallelism: number } };

export type OpaqueJob =
  | { name: 'start'; password: string; register: boolean }
  | { name: 'finishRegistration'; password: string; state: string; response: string; identifiers: OpaqueIdentifiers; stretching: KeyStretching }
  /** Result null: wrong password. */
  | { name: 'finishLogin'; password: string; state: string; response: string; identifiers: OpaqueIdentifiers; stretching: KeyStretching };

export interface OpaqueResults {
  start: OpaqueStart;
  finishRegistration: { record: string; exportKey: string };
  finishLogin: { proof: string; sessionKey: string; exportKey: string } | null;
}

/** What goes to a worker, and what comes back under the same number. */
export interface OpaqueRequest {
  number: number;
  job: OpaqueJob;
}

export type OpaqueAnswer = { number: number; result: unknown } | { number: number; error: string };

export interface PasswordWorker {
  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]>;
  close(): void;
}
