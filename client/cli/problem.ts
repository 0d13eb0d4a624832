// What ends a command early: a code for scripts, a sentence and a hint for people, an exit code for the shell.
import { ERROR_CODES, type ErrorCode } from '../../shared/protocol/errors.ts';
import type { Failure } from '../engine/types.ts';

export const EXIT = { done: 0, usage: 1, unreachable: 2, sign_in: 3, refused: 4, key: 5, local: 6, interrupted: 130 } as const;

const EXIT_OF: Record<ErrorCode, number> = {
  usage: EXIT.usage,
  local: EXIT.local,
  disk_full: EXIT.local,
  no_crypto: EXIT.local,
  unreachable: EXIT.unreachable,
  refused: EXIT.unreachable,
  timeout: EXIT.unreachable,
  not_reach: EXIT.unreachable,
  version: EXIT.unreachable,
  closed_by_peer: EXIT.unreachable,
  malformed: EXIT.unreachable,
  bad_record: EXIT.unreachable,
  unexpected: EXIT.unreachable,
  key_unknown: EXIT.key,
  key_changed: EXIT.key,
  bad_signature: EXIT.key,
  auth_failed: EXIT.sign_in,
  unknown_name: EXIT.sign_in,
  name_taken: EXIT.refused,
  bad_name: EXIT.usage,
  closed: EXIT.refused,
  bad_invite: EXIT.refused,
  busy: EXIT.sign_in,
  full: EXIT.unreachable,
  banned: EXIT.refused,
  resume_refused: EXIT.sign_in,
  rate_limited: EXIT.refused,
  too_large: EXIT.refused,
  no_such_room: EXIT.refused,
  no_such_message: EXIT.refused,
  no_such_user: EXIT.refused,
  no_such_file: EXIT.refused,
  quota: EXIT.refused,
  no_space: EXIT.refused,
  expired: EXIT.refused,
  deleted: EXIT.refused,
  damaged: EXIT.refused,
  room_taken: EXIT.refused,
  bad_room_name: EXIT.usage,
  archived: EXIT.refused,
  room_limit: EXIT.refused,
  forbidden: EXIT.refused,
  conflict: EXIT.refused,
  bad_request: EXIT.refused,
  unknown: EXIT.unreachable,
  server_error: EXIT.refused,
  slow_consumer: EXIT.unreachable,
  shutting_down: EXIT.unreachable,
  kicked: EXIT.refused,
  elsewhere: EXIT.refused,
  idle: EXIT.unreachable,
};

export class Problem extends Error {
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  /** Further keys of the JSON object. */
  readonly more: Record<string, unknown>;

  constructor(code: ErrorCode, { message, hint, more }: { message?: string; hint?: string; more?: Record<string, unknown> } = {}) {
    super(message ?? ERROR_CODES[code]);
    this.name = 'Problem';
    this.code = code;
    this.hint = hint;
    this.more = more ?? {};
  }

  get exit(): number {
    return EXIT_OF[this.code];
  }
}

export function problemOf({ code, message, hint, retryAfter, triesLeft }: Failure): Problem {
  const more = { ...(retryAfter !== undefined && { retry_after: retryAfter }), ...(triesLeft !== undefined && { tries_left: triesLeft }) };
  return new Problem(code, { message, more, ...(hint !== undefined && { hint }) });
}

export function usage(message: string): Problem {
  return new Problem('usage', { message, hint: 'reach-cli --help shows every option.' });
}
