// What the window asks of the engine, by noun. None of these calls throws; what goes wrong comes back as an event, or in
// the answer where there is one. Types only.
import type { Chosen, DraftFile, ListedEntry, OutgoingFile, SavePlace, Transfer } from '../files/types.ts';
import type { EngineEvent } from './events.ts';
import type { FindPage, FindQuery } from './find.ts';
import type { SendFilesOptions, SendOptions, SentFile } from './messages.ts';
import type { Answer, ListedRoom, ServerLink } from './rooms.ts';
import type { ConnectInput, Failure, KnownServer, Protocol, Registration } from './session.ts';
import type { LocalKey, Settings } from './settings.ts';

/** Signing in, the connection, and the end of the process. */
export interface SessionCalls {
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
  /** Ends the process cleanly: bye to the server, files flushed. Resolves when done. */
  stop(): Promise<void>;
}

/** Messages of rooms, and what is being written. */
export interface MessageCalls {
  /** Stored durably before it is shown; the `messages` event with state queued follows in the same turn. */
  send(room: string, text: string, options?: SendOptions): void;
  /** Of an own text. Shown at once and durable like a message; a refusal is a `notice` and the old text comes back. */
  edit(room: string, id: string, text: string, mentions?: string[]): void;
  /** Deletes a message for everybody: an own one, or as a moderator. Shown at once; a refusal is a `notice` and it comes back. */
  remove(room: string, id: string): void;
  react(room: string, id: string, emoji: string, on: boolean): void;
  retry(room: string, id: string): void;
  discard(room: string, id: string): void;
  loadOlder(room: string): void;
  /** The room is on the screen: its `people` event follows unless they were asked for just now, and after every reconnect. */
  openRoom(room: string): void;
  /** Its `people` event follows, as they are now. */
  refreshPeople(room: string): void;
  /** The person has seen the room up to this seq. */
  markRead(room: string, seq: number): void;
  /** The person writes; may be called at every key. */
  typing(room: string): void;
  /** Drafts survive a restart; empty text removes one. */
  saveDraft(room: string, text: string): void;
  draft(room: string): string;
  /** The files that wait beside the draft; they come back as `draft_files`. */
  saveDraftFiles(room: string, files: readonly DraftFile[]): void;
}

/** Rooms and the people in them. */
export interface RoomCalls {
  createRoom(input: { name: string; topic: string; private: boolean }): Promise<Answer>;
  joinRoom(room: string): Promise<Answer>;
  leaveRoom(room: string): Promise<Answer>;
  invite(room: string, userId: string): Promise<Answer>;
  removeFromRoom(room: string, userId: string): Promise<Answer>;
  openDm(userId: string): Promise<Answer>;
  /** As its moderator: nothing is added to it any more, or things are again. */
  archiveRoom(room: string, archived: boolean): Promise<Answer>;
  /** To pass on; made by the server, with an invite where new accounts need one and this person may give it. */
  serverLink(): Promise<ServerLink | { failure: Failure }>;
  /** Words that this person and the other one see alike where both speak to the same server as these two accounts; undefined while nobody is signed in. */
  pairWords(userId: string): string[] | undefined;
  /** All public rooms. */
  browse(): Promise<{ rooms: ListedRoom[] } | { failure: Failure }>;
  setStatus(presence: 'online' | 'away' | 'dnd', text: string): Promise<Answer>;
}

/** Files and their transfers. */
export interface FileCalls {
  /** What these paths are, in their order; nothing is sent. */
  choose(paths: string[]): Promise<(Chosen | { path: string; failure: Failure })[]>;
  /** Bytes that are in no file yet, such as a pasted picture: kept in one, sealed, until they are sent. */
  keepPasted(name: string, bytes: Uint8Array): Promise<Chosen | { failure: Failure }>;
  /** What keepPasted() kept will not be sent. */
  dropPasted(path: string): void;
  /** The whole of a file that is chosen and not sent, up to 50 MB. */
  readChosen(path: string): Promise<{ bytes: Uint8Array } | { failure: Failure }>;
  /** One message for each; the first one carries text and reply. Shown at once; how it goes on comes as `transfer`. */
  sendFiles(room: string, files: OutgoingFile[], options?: SendFilesOptions): SentFile[];
  /** Into the downloads folder under the sender's name, or to the place given. Again: goes on where it stopped. */
  download(room: string, message: string, to?: SavePlace): void;
  pauseTransfer(file: string, direction: Transfer['direction']): void;
  /** Of a paused, interrupted or failed one. */
  resumeTransfer(file: string, direction: Transfer['direction']): void;
  /** An upload's message is deleted with it, for everybody; a partial download is removed. */
  cancelTransfer(file: string, direction: Transfer['direction']): void;
  /** Takes the finished, failed and cancelled ones off the list. */
  clearTransfers(): void;
  /** Verified bytes of the file of a message, from the saved copy or from the server; shorter at its end. Reading onwards is cheap. */
  readFile(room: string, message: string, offset: number, length: number): Promise<{ bytes: Uint8Array } | { failure: Failure }>;
  /** Saves one file out of an archive among the downloads; the path it has. Refused where the engine reads another one at its place in the list. */
  unpackFile(room: string, message: string, entry: ListedEntry): Promise<{ path: string } | { failure: Failure }>;
  /** An address on this computer from which a sound or film of this media type plays, from any place in it; until stopPlaying(). */
  playFile(room: string, message: string, type: string): Promise<{ url: string } | { failure: Failure }>;
  stopPlaying(url: string): void;
}

/** Searching what this client has. Nothing of a search goes to the server but the wish for older messages. */
export interface FindCalls {
  /** One `find_changed` event follows when the answer may be another one. */
  search(query: FindQuery): FindPage;
  /** Fetches the older messages of these rooms, one room after the other, to their first ones or until stopSearchingBack(). */
  searchBack(rooms: string[]): void;
  stopSearchingBack(): void;
}

/** What this computer keeps. */
export interface LocalCalls {
  changeSettings(change: Partial<Settings>): void;
  /** Those whose keys are saved, by address. */
  knownServers(): KnownServer[];
  /** Its key, the sign-ins saved for it and its place on the connect card. */
  forgetServer(address: string): void;
  /** Where the key is that seals what is kept of the one who is signed in. */
  localKey(): LocalKey;
  /** Signs out and removes what is kept of all accounts: messages, drafts, messages on their way, transfers, pasted files, sign-ins. Saved files and the keys of servers stay. */
  clearLocal(): Promise<void>;
}
