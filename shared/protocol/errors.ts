// Every way things go wrong that a person may be told about. The code travels on the wire and in --json output;
// the words below are what a screen shows when nothing more exact is known. Decoders throw ReachError and nothing else.

export const ERROR_CODES = {
  // this computer
  usage: 'The command was not understood.',
  local: 'This computer could not do that.',
  disk_full: 'The disk of this computer is full.',
  no_crypto: 'This runtime has no AES-256-GCM. Install an official Node.js or NW.js build.',
  // the way to the server
  unreachable: 'The server cannot be reached.',
  refused: 'Nothing is listening there. Is the server running?',
  timeout: 'The server did not answer in time.',
  not_reach: 'That port answers, but it is not a Reach server.',
  version: 'The server speaks another version of the protocol.',
  closed_by_peer: 'The other side closed the connection.',
  malformed: 'The other side sent something that is not the Reach protocol.',
  bad_record: 'A record could not be authenticated.',
  unexpected: 'The other side sent a message out of turn.',
  // trust
  key_unknown: "The server's key is not known yet.",
  key_changed: "The server's key has changed.",
  bad_signature: 'The server could not prove its identity.',
  // signing in
  auth_failed: 'Wrong password.',
  unknown_name: 'There is no account of that name.',
  name_taken: 'That name is taken.',
  bad_name: 'A username starts with a letter or digit and has at most 32 letters, digits, dots, dashes or underscores.',
  closed: 'This server takes no new accounts. Ask its admin for an invite.',
  bad_invite: 'That invite is not valid any more. Ask for a new one.',
  busy: 'Too many tries. Wait a moment.',
  full: 'The server has no free place at the moment.',
  banned: 'This account has been disabled.',
  resume_refused: 'The saved sign-in is no longer valid. Sign in with the password.',
  // after sign-in
  rate_limited: 'Too many messages in a short time.',
  too_large: 'That is too large.',
  no_such_room: 'There is no such room.',
  no_such_message: 'There is no such message in this room.',
  no_such_user: 'There is no account of that name.',
  room_taken: 'A room of that name exists already.',
  bad_room_name: 'A room name starts with a letter or digit and has at most 64 letters, digits, dots, dashes or underscores.',
  archived: 'This room is archived: it can be read, and nothing is added to it.',
  room_limit: 'There are as many rooms as there may be.',
  forbidden: 'That is not allowed here.',
  no_such_file: 'There is no such file on this server.',
  quota: 'Your files on this server take all the room they may.',
  no_space: 'The server has no room left for files.',
  expired: 'The file is no longer kept on the server.',
  deleted: 'The file was deleted.',
  damaged: 'The file is damaged.',
  conflict: 'That message id was used for another message.',
  bad_request: 'The server did not understand the request.',
  unknown: 'The message was written, but the server did not confirm it.',
  server_error: 'The server had a problem. Its log says more.',
  // ends
  slow_consumer: 'This connection read too slowly and was closed. It resumes by itself.',
  shutting_down: 'The server is shutting down.',
  kicked: 'You were signed out by an admin.',
  elsewhere: 'This account signed in on another device, and this one was signed out.',
  idle: 'The connection was silent for too long.',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;

export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_CODES, text);
}

/** The one error type of the protocol. `retryAfter` in milliseconds, where waiting helps. */
export class ReachError extends Error {
  readonly code: ErrorCode;
  readonly retryAfter: number | undefined;
  constructor(code: ErrorCode, message: string = ERROR_CODES[code], retryAfter?: number) {
    super(message);
    this.name = 'ReachError';
    this.code = code;
    this.retryAfter = retryAfter;
  }
}
