// What the engine and the window say to each other: calls in, one typed stream of events out. Types only, no code:
// the window imports nothing else of the engine. Everything here is plain data that structuredClone can copy.
// Ids are lower-case hex (32 digits), times are Unix milliseconds, text is text.
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import type { Presence } from '../../shared/protocol/messages.ts';

export type { ErrorCode, Presence };

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
}

/** Keys as a person compares them. */
export interface ServerKey {
  /** Eight words of 11 bits each. */
  words: string[];
  /** SHA-256 of the raw key, lower-case hex. */
  fingerprint: string;
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
  | { name: 'signed_out'; failure?: Failure; registration?: Registration }
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
}

export interface Member {
  userId: string;
  username: string;
  display: string;
  presence: Presence;
  lastSeen: number | null;
}

export interface Room {
  id: string;
  name: string;
  /** Highest sequence number of the room. 0 while it is empty. */
  head: number;
}

/**
 *   queued ──written to the server──▶ queued ──msg_ack──▶ sent
 *      └──refused by the server──▶ failed ──retry──▶ queued
 */
export type SendState = { name: 'queued' } | { name: 'sent' } | { name: 'failed'; failure: Failure };

export interface ChatMessage {
  id: string;
  room: string;
  /** Absent until the server has given it one. */
  seq?: number;
  ts: number;
  sender: string;
  /** undefined: a body this version cannot read. */
  text?: string;
  state: SendState;
}

export interface RecentServer {
  server: string;
  username: string;
  lastUsed: number;
}

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  theme: Theme;
  rosterOpen: boolean;
  sidebarWidth: number;
  remember: boolean;
  recent: RecentServer[];
}

export type EngineEvent =
  | { type: 'phase'; phase: Phase }
  | { type: 'session'; session: SessionInfo }
  /** The whole roster; replaces what was known. */
  | { type: 'roster'; members: Member[] }
  | { type: 'presence'; member: Member }
  /** All rooms of the user after a sync; replaces what was known. */
  | { type: 'rooms'; rooms: Room[] }
  /** New or older messages, ascending by seq, no order among batches: place them by seq, unacknowledged ones last. */
  | { type: 'messages'; room: string; messages: ChatMessage[]; reason: 'live' | 'catch_up' | 'older' }
  /** The local copy of this room belonged to another log: forget it, messages follow. */
  | { type: 'reset'; room: string }
  /** An own message changed its state, its seq or its ts. */
  | { type: 'message_state'; room: string; id: string; state: SendState; seq?: number; ts?: number }
  /** Messages waiting to be acknowledged, and how many were acknowledged since the connection came back. */
  | { type: 'outbox'; waiting: number; sentSinceReconnect: number }
  /** `more` false: the first message of the room is loaded. */
  | { type: 'history_end'; room: string; more: boolean }
  | { type: 'settings'; settings: Settings }
  /** Something to say that changes no phase: a damaged file was set aside, a setting could not be saved. */
  | { type: 'notice'; failure: Failure };

/** Calls of the window. None of them throws; what goes wrong comes back as an event. */
export interface EngineCalls {
  /** Events begin to flow; the current phase and settings come at once. */
  start(push: (event: EngineEvent) => void): void;
  connect(input: ConnectInput): void;
  /** Ends any attempt and returns to the card. */
  cancel(): void;
  /** `once`: go on without pinning. The others: pin (or re-pin) under that name and go on. */
  answerTrust(answer: 'cancel' | 'once' | 'compared' | 'first_use'): void;
  answerRegister(create: boolean): void;
  /** True where a saved ticket signs in without the password; the phase then says how it goes. */
  resumeSaved(): boolean;
  signOut(): void;
  retryNow(): void;
  /** The network came back or the machine woke: try at once. */
  networkChanged(online: boolean): void;
  /** Stored durably before it is shown; the `messages` event with state queued follows in the same turn. */
  send(room: string, text: string): void;
  retry(room: string, id: string): void;
  discard(room: string, id: string): void;
  loadOlder(room: string): void;
  changeSettings(change: Partial<Settings>): void;
  /** Drafts survive a restart; empty text removes one. */
  saveDraft(room: string, text: string): void;
  draft(room: string): string;
  /** Ends the process cleanly: bye to the server, files flushed. Resolves when done. */
  stop(): Promise<void>;
}
