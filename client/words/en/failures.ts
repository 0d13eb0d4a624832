// What a person reads when something goes wrong: each cause as one sentence, and the next step.
import { BODY_MAX, PROTOCOL_VERSION, UNACKED_MAX } from '../../../shared/protocol/limits.ts';
import { amounts } from './amounts.ts';

/** What the words are made of. */
export interface About {
  /** host:port */
  address?: string | undefined;
  username?: string | undefined;
  /** As the server says it of new accounts. */
  registration?: string | undefined;
  retryAfter?: number | undefined;
  triesLeft?: number | undefined;
  triesPause?: number | undefined;
  /** Of the protocol, as the server speaks it. */
  version?: number | undefined;
  /** Bytes: the bound that was met. */
  limit?: number | undefined;
  /** Bytes: of what met it. */
  size?: number | undefined;
  /** More exact words of the one who saw it happen, for causes whose own words say less. */
  detail?: string | undefined;
}

export type Say = string | ((about: About) => string | undefined);

export interface Told {
  message?: Say;
  hint?: Say;
}

const START_IT = 'Check the address and the port, or start the server.';
const OTHER_PORT = 'Check the port: Reach listens on 5000 unless its admin chose another.';
const ASK_ADMIN = 'New here? Ask the admin for an invite.';

const causes: Readonly<Record<string, Told>> = {
  local: { message: ({ detail }) => detail },
  refused: { message: ({ address }) => `Nothing is listening on ${address}. Is the server running?`, hint: START_IT },
  no_route: { message: ({ address }) => `There is no way to ${address} from this computer.`, hint: 'Check the network connection and the address.' },
  no_such_host: { message: ({ address }) => `No computer of the name in "${address}" was found.`, hint: 'Check the spelling, or use the IP address.' },
  unreachable: { message: ({ address }) => `The server at ${address} cannot be reached.`, hint: START_IT },
  timeout: { message: ({ address, detail }) => detail ?? `${address} did not answer in time.`, hint: 'A firewall may drop the connection, or the computer is off.' },
  silent: { message: ({ address }) => `${address} accepts connections, but says nothing.`, hint: OTHER_PORT },
  no_answer: { message: 'The server stopped answering during sign-in.', hint: 'Try again in a moment.' },
  bad_address: { message: ({ address }) => `"${address}" is not a server address.`, hint: 'Write an IP address or a name, with :port if it is not 5000.' },
  bad_link: { message: 'That link is damaged.', hint: 'Copy the whole link again, from reach:// to its last character.' },
  tls_link: { message: 'Links of the form reachs:// (TLS) are not supported by this version.', hint: 'Ask the admin for a reach:// link.' },
  no_password: { message: 'A password is needed.', hint: 'Type the password.' },
  not_reach: { message: 'That port answers, but it is not a Reach server.', hint: OTHER_PORT },
  hung_up: { message: 'That port hung up at once. It is not a Reach server, or one that is full.', hint: OTHER_PORT },
  speaks_http: { message: 'That port answers, but it is not a Reach server. It is a web server.', hint: OTHER_PORT },
  speaks_ssh: { message: 'That port answers, but it is not a Reach server. It is an SSH server.', hint: OTHER_PORT },
  speaks_tls: { message: 'That port answers, but it is not a Reach server. It expects TLS.', hint: OTHER_PORT },
  version: {
    message: ({ version, address }) => (isNewer(version) ? 'This Reach Chat is too old for that server.' : isOlder(version) ? `The server at ${address} is too old for this Reach Chat.` : undefined),
    hint: ({ version }) => (isNewer(version) ? 'Update Reach Chat here.' : isOlder(version) ? 'Ask its admin to update it.' : 'Update Reach Chat here, or ask the admin to update the server.'),
  },
  closed_by_peer: { message: 'The server closed the connection.', hint: 'Try again in a moment.' },
  malformed: { hint: 'Client and server may be of different versions.' },
  key_unknown: { message: ({ address }) => `The key of ${address} is not known on this computer yet.`, hint: 'Compare its words with those its admin reads out.' },
  key_changed: { message: ({ address }) => `The key of ${address} has changed.`, hint: 'Somebody may be between you and the server, or it was reinstalled. Ask its admin before you go on.' },
  not_linked: { message: ({ address }) => `The server at ${address} is not the one that the link names: its key is another.`, hint: 'Somebody may be between you and the server, or the link is old. Ask its admin for a new one. Nothing of your sign-in has been sent.' },
  bad_signature: { hint: 'Somebody may be between you and the server. Do not go on.' },
  auth_failed: { message: wrongPassword, hint: ({ registration, triesLeft }) => (registration !== 'open' ? ASK_ADMIN : triesLeft === 0 ? 'Then type it again.' : 'Type it again.') },
  unknown_name: { message: ({ username }) => `There is no account '${username}' on this server.`, hint: 'Create an account, or check the spelling.' },
  name_taken: { message: ({ username }) => `The name '${username}' is taken.`, hint: 'Choose another name, or sign in with its password.' },
  closed: { message: 'This server takes no new accounts by itself.', hint: ASK_ADMIN },
  busy: { message: ({ retryAfter }) => `Too many tries. Wait ${waitWords(retryAfter)}.`, hint: 'The pause protects the account from guessing.' },
  full: { message: 'The server is full: it takes nobody more at the moment.', hint: 'Try again in a moment, or tell its admin.' },
  quota: { message: ({ limit }) => limit === undefined ? undefined : `Your files on this server may take ${amounts.size(limit)} together, and they do.`, hint: 'Delete files that nobody needs any more, then send it again.' },
  no_space: { message: ({ limit }) => (limit === undefined ? undefined : `The server has no room left for it: ${amounts.size(limit)} are free there.`), hint: 'It goes on by itself when its admin has made room.' },
  expired: { hint: 'Ask its sender to send it again.' },
  damaged: { hint: 'Ask its sender to send it again.' },
  banned: { hint: 'Ask the admin.' },
  rate_limited: { message: ({ retryAfter }) => `Too many messages in a short time. Wait ${waitWords(retryAfter)}.` },
  too_large: { message: tooLarge, hint: ({ limit }) => (limit === undefined ? 'Shorten it, or send it in parts.' : undefined) },
  disk_full: { message: ({ detail }) => detail, hint: 'It goes on by itself when there is room.' },
  no_such_room: { message: ({ detail }) => detail, hint: 'It may be gone, or you may not be a member of it.' },
  no_such_message: { hint: 'It may have been deleted.' },
  room_taken: { hint: 'Choose another name, or join that room.' },
  room_limit: { hint: 'Leave a room that nobody needs, or ask the admin.' },
  not_connected: { message: 'There is no connection to the server at the moment.', hint: 'Try again when it is back.' },
  outbox_full: { message: `${UNACKED_MAX} messages are waiting to be sent; this one was not added.`, hint: 'Try again when the connection is back.' },
  slow_consumer: { hint: 'Nothing to do: it is connecting again.' },
  shutting_down: { message: 'The server was shut down by its admin.', hint: 'It connects again by itself once the server is back.' },
  kicked: { hint: 'Ask the admin, or sign in again.' },
  elsewhere: { hint: 'Sign in again to go on here.' },
  archived: { hint: 'A moderator can open it again.' },
  idle: { hint: 'It connects again by itself.' },
};

function isNewer(version: number | undefined): boolean {
  return version !== undefined && version > PROTOCOL_VERSION;
}

function isOlder(version: number | undefined): boolean {
  return version !== undefined && version < PROTOCOL_VERSION;
}

function wrongPassword({ username, triesLeft, triesPause, registration }: About): string {
  // Without open registration the server never says whether the name exists.
  const what = registration === 'open' ? `Wrong password for '${username}'.` : `Wrong name or password for '${username}'.`;
  if (triesLeft === undefined) return what;
  const pause = triesPause === undefined ? 'a pause' : `a ${durationWords(triesPause)} pause`;
  if (triesLeft === 0) return `${what} That was the last try before ${pause}.`;
  return `${what} ${triesLeft} ${triesLeft === 1 ? 'try' : 'tries'} left before ${pause}.`;
}

function tooLarge({ limit, size, detail }: About): string {
  if (limit === undefined) return detail ?? `A message holds at most ${BODY_MAX / 1024} KB.`;
  const [most, own] = [amounts.size(limit), amounts.size(size ?? 0)];
  if (size === undefined) return `This server takes files of at most ${most}.`;
  return `${own === most ? amounts.exactly(own, amounts.count(size)) : own} is over this server's ${most} limit.`;
}

function waitWords(ms: number | undefined): string {
  return ms === undefined ? 'a moment' : durationWords(ms);
}

/** 42 s, 10 min */
function durationWords(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  return seconds <= 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}

const FIREWALL = 'a firewall may block it';

export const failures = {
  causes,
  /** Why UDP is wanted and not, or not wholly, in use; a port comes first, so that the first part says what is the matter. */
  udp: {
    none: 'This server runs without UDP. Using TCP.',
    onlyOut: `UDP goes out but does not come back: ${FIREWALL}. What comes uses TCP.`,
    onlyIn: `UDP comes in but does not go out: ${FIREWALL}. What you send uses TCP.`,
    stopped: (port: number) => `UDP ${port} stopped answering. Using TCP until it does.`,
    lossy: (port: number) => `UDP ${port} loses too much. Using TCP until it is better.`,
    noWayBack: `UDP goes out but does not come back: ${FIREWALL}. Using TCP.`,
    silent: (port: number) => `UDP ${port} does not answer: ${FIREWALL}. Using TCP.`,
    chosen: 'TCP was chosen.',
    both: 'UDP is in use in both directions.',
    trying: 'Trying UDP.',
    anew: 'The connection is made anew, for UDP.',
  },
  archive: {
    missing: 'That file is not in the archive.',
    twoLists: 'The list of this archive can be read in two ways, and they disagree about that file. Nothing was saved.',
    encrypted: 'That file is encrypted inside the archive. Save the archive and open it with your own program.',
    longList: 'The list of this archive is too long to be read here. Save the archive and open it with your own program.',
    damaged: 'That file is damaged inside the archive: its contents do not match its checksum. Nothing was saved.',
  },
  local: {
    /** Of an error of the file system, by its code (errno(3)). */
    reasons: {
      ENOENT: 'it is not there',
      ENOSPC: 'the disk is full',
      EDQUOT: 'the disk quota is used up',
      EACCES: 'permission denied',
      EPERM: 'permission denied',
      EROFS: 'the disk is read-only',
      ENOTDIR: 'a part of the path is not a folder',
      EISDIR: 'it is a folder',
      EMFILE: 'too many open files',
    } as Readonly<Record<string, string>>,
    disk: (path: string, verb: string, reason: string) => `Cannot ${verb} ${path}: ${reason}.`,
    noPlainFile: (path: string, verb: 'send' | 'read') => `Cannot ${verb} ${path}: it is no plain file.`,
    manyFiles: (folder: string, max: number) => `${folder} holds more than ${max} files.`,
    packed: (limit: number) => `Packed it is over this server's limit of ${amounts.size(limit)}.`,
    manyNames: (name: string, folder: string, max: number) => `There are ${max} files named ${name} in ${folder}.`,
    full: (folder: string, missing: number) => `The disk is full on this computer: ${amounts.size(missing)} more are needed in ${folder}.`,
    own: (reason: string) => `This computer could not do its part: ${reason}`,
    givenUp: (max: number) => `More than ${max} messages could not be sent; the oldest of them was given up.`,
    damagedCopy: (who: string | undefined, name: string) => `${who ?? 'Somebody'} received a damaged copy of ${name}. Send it again.`,
    aFile: 'a file',
    damagedRoom: (name: string) => `The saved messages of a room were damaged. They are now in ${name}, and are fetched again.`,
    noKey: 'The key of what is kept on this computer is not to be had now. What is sealed stays closed, and what is kept from here on is not sealed.',
    notKept: (reason: string) => `${reason} Messages of this session are not kept for the next start.`,
    changed: (name: string) => `${name} was changed while it was being sent. Send it again.`,
    setAside: (path: string, now: string) => `${path} was damaged. It is now ${now}, and work goes on without it.`,
    sealedLost: (path: string) => `Cannot read ${path}: it is damaged, or its key is not to be had.`,
    workerClosed: 'the password worker was closed',
    settings: 'These settings were not understood.',
    late: (address: string, seconds: number) => `${address} did not answer within ${seconds} s.`,
  },
};
