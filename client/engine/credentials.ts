// What a connection signs in with. The password way is four effects in turn: stretch, start, (finish registration,)
// finish login; none of them runs on the caller's thread.
import { opaqueIdentifiers, passwordSalt, stretchPassword } from '../../shared/crypto/password.ts';
import type { PasswordBegin } from '../../shared/crypto/client-handshake.ts';
import { base64url, fromBase64url, type Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { words } from '../words/words.ts';
import type { KeyStretching, OpaqueStart, PasswordWorker } from './password.ts';

export interface PasswordCredentials {
  name: 'password';
  /** Canonical. */
  username: string;
  password: string;
  /** The person chose to create the account. */
  register: boolean;
  invite?: Bytes;
  deviceId: Bytes;
  deviceName: string;
  remember: boolean;
}

export type Credentials = PasswordCredentials | { name: 'ticket'; ticketId: Bytes; ticket: Bytes };

export class PasswordProof {
  readonly #credentials: PasswordCredentials;
  readonly #serverId: Bytes;
  readonly #worker: PasswordWorker;
  readonly #stretching: KeyStretching;
  #password = '';
  #start: OpaqueStart | undefined;

  constructor(credentials: PasswordCredentials, serverId: Bytes, { passwordWorker, stretching }: { passwordWorker: PasswordWorker; stretching: KeyStretching }) {
    this.#credentials = credentials;
    this.#serverId = serverId;
    this.#worker = passwordWorker;
    this.#stretching = stretching;
  }

  async begin(): Promise<PasswordBegin> {
    const { username, password, register, invite, deviceId, deviceName, remember } = this.#credentials;
    this.#password = await stretchPassword(password, passwordSalt(this.#serverId, username));
    this.#start = await this.#worker.run({ name: 'start', password: this.#password, register });
    const { loginRequest, registrationRequest } = this.#start;
    return {
      username,
      device_id: deviceId,
      device_name: deviceName,
      remember,
      login_request: bytesOf(loginRequest),
      ...(registrationRequest && { registration_request: bytesOf(registrationRequest) }),
      ...(invite && { invite }),
    };
  }

  async register(response: Bytes): Promise<Bytes> {
    const state = this.#start?.registrationState;
    if (state === undefined) throw new ReachError('unexpected', 'registration was not asked for');
    const { record } = await this.#worker.run({ name: 'finishRegistration', state, response: base64url(response), ...this.#common() });
    return bytesOf(record);
  }

  /** undefined: wrong password. */
  async login(ke2: Bytes): Promise<{ proof: Bytes; sessionKey: Bytes } | undefined> {
    const state = this.#start?.loginState;
    if (state === undefined) throw new ReachError('unexpected');
    const finished = await this.#worker.run({ name: 'finishLogin', state, response: base64url(ke2), ...this.#common() });
    return finished ? { proof: bytesOf(finished.proof), sessionKey: bytesOf(finished.sessionKey) } : undefined;
  }

  #common() {
    return { password: this.#password, identifiers: opaqueIdentifiers(this.#serverId, this.#credentials.username), stretching: this.#stretching };
  }
}

function bytesOf(text: string): Bytes {
  const bytes = fromBase64url(text);
  if (!bytes) throw new ReachError('local', words.failures.local.own('base64url'));
  return bytes;
}
