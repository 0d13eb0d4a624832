// What the engine and the window say to each other: calls in, one typed stream of events out. Types only, no code:
// the window imports nothing else of the engine. Everything here is plain data that structuredClone can copy.
// Ids are lower-case hex (32 digits), times are Unix milliseconds, text is text.
import type { ErrorCode } from '../../shared/protocol/errors.ts';
import type { Presence, RoomKind, RoomRole } from '../../shared/protocol/messages.ts';
import type { Chosen, FileInfo, OutgoingFile, RemoteFile, Transfer, TransferState } from './files/types.ts';

export type { Chosen, ErrorCode, FileInfo, OutgoingFile, Presence, RemoteFile, RoomKind, RoomRole, Transfer, TransferState };

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
}

/** What carries chat, typing and presence. With UDP, TCP stays beside it and takes over whenever UDP does not work. */
export type Protocol = 'tcp' | 'udp';

export interface Paths {
  wanted: Protocol;
  /** In use now, from here to the server and back. */
  sending: Protocol;
  receiving: Protocol;
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

export interface Member {
  userId: string;
  username: string;
  display: string;
  presence: Presence;
  /** What the person says of themselves; may be empty. */
  status: string;
  lastSeen: number | null;
}

export interface Room {
  id: string;
  kind: RoomKind;
  /** Empty for a dm: its peer has a name. */
  name: string;
  topic: string;
  role: RoomRole;
  /** The other one of a dm. */
  peer?: string;
  /** Highest sequence number of the room. 0 while it is empty. */
  head: number;
  /** The seq below the first message this user may read. */
  floor: number;
  /** Up to here the person has seen the room, on any device. */
  read: number;
  /** Messages of others above `read`. */
  unread: number;
}

/** A public room, joined or not. */
export interface ListedRoom {
  id: string;
  name: string;
  topic: string;
  members: number;
  joined: boolean;
}

/** A member of a room, and up to which seq their clients hold it and they have seen it. */
export interface RoomPerson {
  userId: string;
  role: RoomRole;
  delivered: number;
  read: number;
}

export interface Reaction {
  emoji: string;
  /** User ids, in the order they reacted. */
  users: string[];
}

/** What came of a request: the room it was about, where there is one. */
export type Answer = { room?: string } | { failure: Failure };

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
  /** undefined: a body this version cannot read, or one that was deleted. */
  text?: string;
  state: SendState;
  /** Id of the message this one answers; it may not be loaded. */
  replyTo?: string;
  /** User ids. */
  mentions: string[];
  reactions: Reaction[];
  /** `text` is then its caption; it may be empty. */
  file?: FileInfo;
  /** When it was last edited. */
  edited?: number;
  /** By whom. */
  deleted?: string;
}

/** What a new message may carry besides its text. */
export interface SendOptions {
  replyTo?: string;
  mentions?: string[];
}

export interface SendFilesOptions extends SendOptions {
  text?: string;
}

/** Ids of a file and of its message. */
export interface SentFile {
  file: string;
  message: string;
}

export interface RecentServer {
  server: string;
  username: string;
  lastUsed: number;
  /** Chosen last for it; absent: TCP. */
  protocol?: Protocol;
}

export type Theme = 'system' | 'light' | 'dark';

export interface Settings {
  theme: Theme;
  rosterOpen: boolean;
  sidebarWidth: number;
  remember: boolean;
  recent: RecentServer[];
  /** Folder of received files, absolute; always set. */
  downloads: string;
}

export type EngineEvent =
  | { type: 'phase'; phase: Phase }
  | { type: 'session'; session: SessionInfo }
  /** The whole roster; replaces what was known. */
  | { type: 'roster'; members: Member[] }
  | { type: 'presence'; member: Member }
  /** All rooms of the user after a sync; replaces what was known. */
  | { type: 'rooms'; rooms: Room[] }
  /**
   * New or older messages, ascending by seq, no order among batches: place them by seq, unacknowledged ones last. `change`:
   * messages shown before, whole, as they are now (edited, deleted, reacted to).
   */
  | { type: 'messages'; room: string; messages: ChatMessage[]; reason: 'live' | 'catch_up' | 'older' | 'change' }
  /** The members of a room whose people were asked for (openRoom), with their marks; replaces what was known. */
  | { type: 'people'; room: string; people: RoomPerson[] }
  /** Somebody else writes in a room: true for 6 s unless it is said again or their message comes. */
  | { type: 'typing'; room: string; userId: string }
  /** The local copy of this room belonged to another log: forget it, messages follow. */
  | { type: 'reset'; room: string }
  /** An own message changed its state, its seq or its ts. `path`: what its acknowledgement came by. */
  | { type: 'message_state'; room: string; id: string; state: SendState; seq?: number; ts?: number; path?: Protocol }
  /** While signed in: after each connect, at every change, and for rtt and loss at most every 2 s. */
  | { type: 'paths'; paths: Paths }
  /** Messages waiting to be acknowledged, and how many were acknowledged since the connection came back. */
  | { type: 'outbox'; waiting: number; sentSinceReconnect: number }
  /** `more` false: the first message of the room is loaded. */
  | { type: 'history_end'; room: string; more: boolean }
  /** A transfer began or changed; whole. At most four in a second of each. */
  | { type: 'transfer'; transfer: Transfer }
  /** It was taken off the list. */
  | { type: 'transfer_gone'; file: string; direction: Transfer['direction'] }
  /** What the server says of a file whose message is loaded. */
  | { type: 'file'; file: string; remote: RemoteFile }
  | { type: 'settings'; settings: Settings }
  /** Something to say that changes no phase: a damaged file was set aside, a setting could not be saved. */
  | { type: 'notice'; failure: Failure };

/** Calls of the window. None of them throws; what goes wrong comes back as an event. */
export interface EngineCalls {
  /** Events begin to flow; the current phase and settings come at once. */
  start(push: (event: EngineEvent) => void): void;
  connect(input: ConnectInput): void;
  /** What the server there says of new accounts; undefined where none answers. Nothing about the person is sent. */
  registration(place: Pick<ConnectInput, 'server' | 'port'>): Promise<Registration | undefined>;
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
  /** From now on, and for this server at the next sign-in. */
  setProtocol(protocol: Protocol): void;
  /** Stored durably before it is shown; the `messages` event with state queued follows in the same turn. */
  send(room: string, text: string, options?: SendOptions): void;
  /** Of an own text. Shown at once and durable like a message; a refusal is a `notice` and the old text comes back. */
  edit(room: string, id: string, text: string, mentions?: string[]): void;
  /** Deletes a message for everybody: an own one, or as a moderator. Shown at once; a refusal is a `notice` and it comes back. */
  remove(room: string, id: string): void;
  react(room: string, id: string, emoji: string, on: boolean): void;
  /** The room is on the screen: its `people` event follows, and after every reconnect. */
  openRoom(room: string): void;
  /** The person has seen the room up to this seq. */
  markRead(room: string, seq: number): void;
  /** The person writes; may be called at every key. */
  typing(room: string): void;
  createRoom(input: { name: string; topic: string; private: boolean }): Promise<Answer>;
  joinRoom(room: string): Promise<Answer>;
  leaveRoom(room: string): Promise<Answer>;
  invite(room: string, userId: string): Promise<Answer>;
  removeFromRoom(room: string, userId: string): Promise<Answer>;
  openDm(userId: string): Promise<Answer>;
  /** All public rooms. */
  browse(): Promise<{ rooms: ListedRoom[] } | { failure: Failure }>;
  setStatus(presence: 'online' | 'away' | 'dnd', text: string): Promise<Answer>;
  /** What these paths are, in their order; nothing is sent. */
  choose(paths: string[]): Promise<(Chosen | { path: string; failure: Failure })[]>;
  /** Bytes that are in no file yet, such as a pasted picture: kept in one until they are sent. */
  keepPasted(name: string, bytes: Uint8Array): Promise<Chosen | { failure: Failure }>;
  /** What keepPasted() kept will not be sent. */
  dropPasted(path: string): void;
  /** One message for each; the first one carries text and reply. Shown at once; how it goes on comes as `transfer`. */
  sendFiles(room: string, files: OutgoingFile[], options?: SendFilesOptions): SentFile[];
  /** Into `folder`, or into the downloads folder under the sender's name. Again: goes on where it stopped. */
  download(room: string, message: string, folder?: string): void;
  pauseTransfer(file: string, direction: Transfer['direction']): void;
  /** Of a paused, interrupted or failed one. */
  resumeTransfer(file: string, direction: Transfer['direction']): void;
  /** An upload's message is deleted with it, for everybody; a partial download is removed. */
  cancelTransfer(file: string, direction: Transfer['direction']): void;
  /** Takes the finished, failed and cancelled ones off the list. */
  clearTransfers(): void;
  /** Verified bytes of the file of a message, from the saved copy or from the server; shorter at its end. Reading onwards is cheap. */
  readFile(room: string, message: string, offset: number, length: number): Promise<{ bytes: Uint8Array } | { failure: Failure }>;
  /** An address on this computer from which a sound or film of this media type plays, from any place in it; until stopPlaying(). */
  playFile(room: string, message: string, type: string): Promise<{ url: string } | { failure: Failure }>;
  stopPlaying(url: string): void;
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
