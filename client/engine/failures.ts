// What goes wrong, and what a person reads of it. A cause that is no error code of the protocol names the code it is told
// as; one without words of its own has those of its code.
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import type { Ending } from './connection.ts';
import type { Target } from './target.ts';
import { words } from '../words/words.ts';
import type { About, Say } from '../words/en/failures.ts';
import type { Failure } from './types.ts';

/** How the engine sees what happened; finer than the codes of the protocol. */
export type Cause =
  | ErrorCode
  | 'no_route'
  | 'no_such_host'
  | 'bad_address'
  | 'bad_link'
  | 'tls_link'
  | 'no_password'
  | 'silent'
  | 'no_answer'
  | 'hung_up'
  | 'speaks_http'
  | 'speaks_ssh'
  | 'speaks_tls'
  | 'not_linked'
  | 'not_connected'
  | 'outbox_full';

/** What it is told as, and the field of the connect card it belongs to. */
const CAUSES: Partial<Record<Cause, { code?: ErrorCode; field?: Failure['field'] }>> = {
  refused: { field: 'server' },
  no_route: { code: 'unreachable', field: 'server' },
  no_such_host: { code: 'unreachable', field: 'server' },
  unreachable: { field: 'server' },
  timeout: { field: 'server' },
  silent: { code: 'timeout', field: 'server' },
  no_answer: { code: 'timeout', field: 'server' },
  bad_address: { code: 'usage', field: 'server' },
  bad_link: { code: 'usage', field: 'server' },
  tls_link: { code: 'usage', field: 'server' },
  bad_name: { field: 'username' },
  no_password: { code: 'auth_failed', field: 'password' },
  not_reach: { field: 'server' },
  hung_up: { code: 'not_reach', field: 'server' },
  speaks_http: { code: 'not_reach', field: 'server' },
  speaks_ssh: { code: 'not_reach', field: 'server' },
  speaks_tls: { code: 'not_reach', field: 'server' },
  version: { field: 'server' },
  key_unknown: { field: 'server' },
  key_changed: { field: 'server' },
  not_linked: { code: 'key_changed', field: 'server' },
  bad_signature: { field: 'server' },
  auth_failed: { field: 'password' },
  unknown_name: { field: 'username' },
  name_taken: { field: 'username' },
  closed: { field: 'username' },
  bad_invite: { field: 'server' },
  busy: { field: 'password' },
  banned: { field: 'username' },
  resume_refused: { field: 'password' },
  not_connected: { code: 'unreachable' },
  outbox_full: { code: 'local' },
};

export const bytesWords = words.amounts.size;

export function failureOf(cause: Cause, about: About = {}): Failure {
  const told = words.failures.causes[cause] ?? {};
  const { field } = CAUSES[cause] ?? {};
  const code = codeOf(cause);
  return {
    code,
    message: say(told.message, about) ?? ERROR_CODES[code],
    ...given('hint', say(told.hint, about)),
    ...given('field', field),
    ...given('retryAfter', about.retryAfter),
    ...given('triesLeft', about.triesLeft),
  };
}

/** The words for a connection that ended. */
export function failureOfEnding(ending: Ending, { address, username }: Pick<Target, 'address' | 'username'>): Failure {
  // The last try has begun the pause.
  const retryAfter = ending.retryAfter ?? (ending.cause === 'auth_failed' && ending.triesLeft === 0 ? ending.triesPause : undefined);
  return failureOf(ending.cause, { ...ending, retryAfter, address: formatAddress(address), username, registration: ending.seen?.registration });
}

export function codeOf(cause: Cause): ErrorCode {
  return CAUSES[cause]?.code ?? (Object.hasOwn(ERROR_CODES, cause) ? (cause as ErrorCode) : 'unreachable');
}

function say(told: Say | undefined, about: About): string | undefined {
  return typeof told === 'function' ? told(about) : told;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}
