// Signing in and being signed in, as the window sees it. Types only.
import type { ErrorCode } from '../../../shared/protocol/errors.ts';

export interface Failure {
  code: ErrorCode;
  /** One sentence that names the cause, ready to show. */
  message: string;
  /** One sentence that names the next step, where there is one. */
  hint?: string;
  /** The field of the connect card it belongs to. */
  field?: 'username' | 'password' | 'server';
  /** Milliseconds from now until another try makes sense. */
  retryAfter?: number;
  /** Password tries left before a pause, where the server said so. */
  triesLeft?: number;
}

export interface ConnectInput {
  username: string;
  password: string;
  /** What the person typed: host, host:port, [IPv6]:port or a reach:// link. */
  server: string;
  /** Used where `server` names no port. */
  port?: number;
  remember: boolean;
  /** Make the account without asking; an existing name is refused with name_taken. */
  register?: boolean;
  /** Absent: TCP. */
  protocol?: Protocol;
  /** In place of the one the server names. */
  udpPort?: number;
}

/** What carries chat, typing and presence. With UDP, TCP stays beside it and takes over whenever UDP does not work. */
export type Protocol = 'tcp' | 'udp';

export interface Paths {
  wanted: Protocol;
  /** In use now, from here to the server and back. */
  sending: Protocol;
  receiving: Protocol;
  /** Round trip by TCP in milliseconds, absent until measured. */
  tcpRtt?: number;
  /** Of UDP: round trip in milliseconds; 0 to 1 of the last packets. Absent until measured. */
  rtt?: number;
  loss?: number;
  /** The address the server sees this computer's datagrams come from, and the one they leave from. */
  seen?: string;
  local?: string;
  /** Why UDP is wanted and not, or not wholly, in use: ready to show. Absent while it is being tried. */
  reason?: string;
  /** Changes, newest last, at most 20. */
  history: { at: number; text: string }[];
}

/** Keys as a person compares them. */
export interface ServerKey {
  /** Eight words of 11 bits each. */
  words: string[];
  /** SHA-256 of the raw key, lower-case hex. */
  fingerprint: string;
}

/** A server whose key is saved. */
export interface KnownServer {
  address: string;
  key: ServerKey;
  trust: Trust;
  since: number;
}

export type Stage = 'connecting' | 'checking' | 'signing_in' | 'opening';

/**
 *   signed_out ──connect──▶ connecting ──▶ online ◀──▶ reconnecting
 *       ▲                    │  ▲  │          │              │
 *       │                    ▼  │  ▼          │              │
 *       ├───────────── ask_trust  ask_register              │
 *       └──────────────── signOut, refusal ◀─────────────────┘
 */
export type Phase =
  | { name: 'signed_out'; failure?: Failure }
  | { name: 'connecting'; stage: Stage; address: string }
  /** The server's key is new here (`previous` absent) or has changed (`previous` is the pinned one). */
  | { name: 'ask_trust'; address: string; key: ServerKey; previous?: ServerKey }
  /** The name is new and this server lets it be made. */
  | { name: 'ask_register'; username: string; address: string }
  | { name: 'online'; address: string }
  /** `retryAt` while waiting, absent while dialling. `offline`: this computer has no network at all. */
  | { name: 'reconnecting'; address: string; since: number; attempt: number; retryAt?: number; offline: boolean; failure: Failure };

export type Registration = 'open' | 'invite' | 'closed';

/**
 * How the server's key came to be trusted: it runs on this computer; a person compared the words; a link carried the
 * key; it was saved at the first connection without being compared; for this once, nothing saved.
 */
export type Trust = 'this_computer' | 'compared' | 'link' | 'first_use' | 'once';

export interface SessionInfo {
  userId: string;
  username: string;
  display: string;
  admin: boolean;
  address: string;
  key: ServerKey;
  trust: Trust;
  /** Bytes. */
  bodyMax: number;
  /** Bytes of one file. */
  fileMax: number;
}
