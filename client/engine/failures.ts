// What a person reads when something goes wrong: one table, cause → one sentence, next step, field of the connect card.
// A cause that is no error code of the protocol names the code it is told as.
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import { BODY_MAX, UNACKED_MAX } from '../../shared/protocol/limits.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import type { Ending } from './connection.ts';
import type { Target } from './target.ts';
import type { Failure, Registration } from './types.ts';

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

/** What the words are made of. */
export interface About {
  /** host:port */
  address?: string | undefined;
  username?: string | undefined;
  registration?: Registration | undefined;
  retryAfter?: number | undefined;
  triesLeft?: number | undefined;
  triesPause?: number | undefined;
  /** Bytes: the bound that was met. */
  limit?: number | undefined;
  /** More exact words of the one who saw it happen, for causes whose own words say less. */
  detail?: string | undefined;
}

type Say = string | ((about: About) => string | undefined);

interface Words {
  code?: ErrorCode;
  message?: Say;
  hint?: Say;
  field?: Failure['field'];
}

const START_IT = 'Check the address and the port, or start the server.';
const OTHER_PORT = 'Check the port: Reach listens on 5000 unless its admin chose another.';
const ASK_ADMIN = 'New here? Ask the admin for an invite.';

const WORDS: Partial<Record<Cause, Words>> = {
  local: { message: ({ detail }) => detail },
  refused: { message: ({ address }) => `Nothing is listening on ${address}. Is the server running?`, hint: START_IT, field: 'server' },
  no_route: { code: 'unreachable', message: ({ address }) => `There is no way to ${address} from this computer.`, hint: 'Check the network connection and the address.', field: 'server' },
  no_such_host: { code: 'unreachable', message: ({ address }) => `No computer of the name in "${address}" was found.`, hint: 'Check the spelling, or use the IP address.', field: 'server' },
  unreachable: { message: ({ address }) => `The server at ${address} cannot be reached.`, hint: START_IT, field: 'server' },
  timeout: { message: ({ address, detail }) => detail ?? `${address} did not answer in time.`, hint: 'A firewall may drop the connection, or the computer is off.', field: 'server' },
  silent: { code: 'timeout', message: ({ address }) => `${address} accepts connections, but says nothing.`, hint: OTHER_PORT, field: 'server' },
  no_answer: { code: 'timeout', message: 'The server stopped answering during sign-in.', hint: 'Try again in a moment.', field: 'server' },
  bad_address: { code: 'usage', message: ({ address }) => `"${address}" is not a server address.`, hint: 'Write an IP address or a name, with :port if it is not 5000.', field: 'server' },
  bad_link: { code: 'usage', message: 'That link is damaged.', hint: 'Copy the whole link again, from reach:// to its last character.', field: 'server' },
  tls_link: { code: 'usage', message: 'Links of the form reachs:// (TLS) are not supported by this version.', hint: 'Ask the admin for a reach:// link.', field: 'server' },
  bad_name: { field: 'username' },
  no_password: { code: 'auth_failed', message: 'A password is needed.', hint: 'Type the password.', field: 'password' },
  not_reach: { message: 'That port answers, but it is not a Reach server.', hint: OTHER_PORT, field: 'server' },
  hung_up: { code: 'not_reach', message: 'That port hung up at once. It is not a Reach server, or one that is full.', hint: OTHER_PORT, field: 'server' },
  speaks_http: { code: 'not_reach', message: 'That port answers, but it is not a Reach server. It is a web server.', hint: OTHER_PORT, field: 'server' },
  speaks_ssh: { code: 'not_reach', message: 'That port answers, but it is not a Reach server. It is an SSH server.', hint: OTHER_PORT, field: 'server' },
  speaks_tls: { code: 'not_reach', message: 'That port answers, but it is not a Reach server. It expects TLS.', hint: OTHER_PORT, field: 'server' },
  version: { message: ERROR_CODES.version, hint: 'Update Reach Chat here, or ask the admin to update the server.', field: 'server' },
  closed_by_peer: { message: 'The server closed the connection.', hint: 'Try again in a moment.' },
  malformed: { hint: 'Client and server may be of different versions.' },
  key_unknown: { message: ({ address }) => `The key of ${address} is not known on this computer yet.`, hint: 'Compare its words with those its admin reads out.', field: 'server' },
  key_changed: {
    message: ({ address }) => `The key of ${address} has changed.`,
    hint: 'Somebody may be between you and the server, or it was reinstalled. Ask its admin before you go on.',
    field: 'server',
  },
  not_linked: {
    code: 'key_changed',
    message: ({ address }) => `The server at ${address} is not the one that the link names: its key is another.`,
    hint: 'Somebody may be between you and the server, or the link is old. Ask its admin for a new one. Nothing of your sign-in has been sent.',
    field: 'server',
  },
  bad_signature: { hint: 'Somebody may be between you and the server. Do not go on.', field: 'server' },
  auth_failed: { message: wrongPassword, hint: ({ registration }) => (registration === 'open' ? 'Type it again.' : ASK_ADMIN), field: 'password' },
  unknown_name: { message: ({ username }) => `There is no account '${username}' on this server.`, hint: 'Create an account, or check the spelling.', field: 'username' },
  name_taken: { message: ({ username }) => `The name '${username}' is taken.`, hint: 'Choose another name, or sign in with its password.', field: 'username' },
  closed: { message: 'This server takes no new accounts by itself.', hint: ASK_ADMIN, field: 'username' },
  bad_invite: { field: 'server' },
  busy: { message: ({ retryAfter }) => `Too many tries. Wait ${waitWords(retryAfter)}.`, hint: 'The pause protects the account from guessing.', field: 'password' },
  full: { message: 'The server is full: it takes nobody more at the moment.', hint: 'Try again in a moment, or tell its admin.' },
  quota: { message: ({ limit }) => limit === undefined ? undefined : `Your files on this server may take ${bytesWords(limit)} together, and they do.`, hint: 'Delete files that nobody needs any more, then send it again.' },
  no_space: {
    message: ({ limit }) => (limit === undefined ? undefined : `The server has no room left for it: ${bytesWords(limit)} are free there.`),
    hint: 'It goes on by itself when its admin has made room.',
  },
  expired: { hint: 'Ask its sender to send it again.' },
  damaged: { hint: 'Ask its sender to send it again.' },
  banned: { hint: 'Ask the admin.', field: 'username' },
  resume_refused: { field: 'password' },
  rate_limited: { message: ({ retryAfter }) => `Too many messages in a short time. Wait ${waitWords(retryAfter)}.` },
  too_large: {
    message: ({ limit, detail }) => (limit === undefined ? (detail ?? `A message holds at most ${BODY_MAX / 1024} KB.`) : `This server takes files of at most ${bytesWords(limit)}.`),
    hint: ({ limit }) => (limit === undefined ? 'Shorten it, or send it in parts.' : undefined),
  },
  disk_full: { message: ({ detail }) => detail, hint: 'It goes on by itself when there is room.' },
  no_such_room: { message: ({ detail }) => detail, hint: 'It may be gone, or you may not be a member of it.' },
  no_such_message: { hint: 'It may have been deleted.' },
  room_taken: { hint: 'Choose another name, or join that room.' },
  room_limit: { hint: 'Leave a room that nobody needs, or ask the admin.' },
  not_connected: { code: 'unreachable', message: 'There is no connection to the server at the moment.', hint: 'Try again when it is back.' },
  outbox_full: { code: 'local', message: `${UNACKED_MAX} messages are waiting to be sent; this one was not added.`, hint: 'Try again when the connection is back.' },
  slow_consumer: { hint: 'Nothing to do: it is connecting again.' },
  shutting_down: { message: 'The server was shut down by its admin.', hint: 'It connects again by itself once the server is back.' },
  kicked: { hint: 'Ask the admin, or sign in again.' },
  idle: { hint: 'It connects again by itself.' },
};

export function failureOf(cause: Cause, about: About = {}): Failure {
  const words = WORDS[cause] ?? {};
  const code = codeOf(cause);
  return {
    code,
    message: say(words.message, about) ?? ERROR_CODES[code],
    ...given('hint', say(words.hint, about)),
    ...given('field', words.field),
    ...given('retryAfter', about.retryAfter),
    ...given('triesLeft', about.triesLeft),
  };
}

/** The words for a connection that ended. */
export function failureOfEnding(ending: Ending, { address, username }: Pick<Target, 'address' | 'username'>): Failure {
  return failureOf(ending.cause, { ...ending, address: formatAddress(address), username, registration: ending.seen?.registration });
}

export function codeOf(cause: Cause): ErrorCode {
  return WORDS[cause]?.code ?? (Object.hasOwn(ERROR_CODES, cause) ? (cause as ErrorCode) : 'unreachable');
}

function say(words: Say | undefined, about: About): string | undefined {
  return typeof words === 'function' ? words(about) : words;
}

function given<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { [P in K]?: V });
}

function wrongPassword({ username, triesLeft, triesPause, registration }: About): string {
  // Without open registration the server never says whether the name exists.
  const what = registration === 'open' ? `Wrong password for '${username}'.` : `Wrong name or password for '${username}'.`;
  if (triesLeft === undefined) return what;
  const pause = triesPause === undefined ? 'a pause' : `a ${durationWords(triesPause)} pause`;
  if (triesLeft === 0) return `${what} That was the last try before ${pause}.`;
  return `${what} ${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left before ${pause}.`;
}

/** 50 MB: in steps of 1024, as limits are given. */
export function bytesWords(bytes: number): string {
  const units = ['bytes', 'KB', 'MB', 'GB', 'TB'];
  const step = Math.min(units.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  return `${Number((bytes / 1024 ** step).toFixed(1))} ${units[step]}`;
}

function waitWords(ms: number | undefined): string {
  return ms === undefined ? 'a moment' : durationWords(ms);
}

/** 42 s, 10 min */
function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
