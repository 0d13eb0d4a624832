// What the engine tells the window: one typed stream. Types only.
import type { DraftFile, RemoteFile, Transfer } from '../files/types.ts';
import type { SearchingBack } from './find.ts';
import type { ChatMessage, SendState } from './messages.ts';
import type { Member, Room, RoomPerson } from './rooms.ts';
import type { Failure, Paths, Phase, Protocol, SessionInfo } from './session.ts';
import type { Settings } from './settings.ts';

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
  /** An own message that waited for its file and left this computer never was taken back. */
  | { type: 'message_gone'; room: string; id: string }
  /** The local copy of this room belonged to another log: forget it, messages follow. */
  | { type: 'reset'; room: string }
  /** An own message changed its state, its seq or its ts. `path`: what its acknowledgement came by. */
  | { type: 'message_state'; room: string; id: string; state: SendState; seq?: number; ts?: number; path?: Protocol }
  /** While signed in: after each connect, at every change, and for rtt and loss at most every 2 s. */
  | { type: 'paths'; paths: Paths }
  /**
   * What waits to be acknowledged, edits and the like included; messages among it, with those whose files are on their way; and of the
   * messages that waited when the connection came back, how many were acknowledged since and how many still wait.
   */
  | { type: 'outbox'; waiting: number; messages: number; sentSinceReconnect: number; owed: number }
  /** `more` false: the first message of the room is loaded. */
  | { type: 'history_end'; room: string; more: boolean }
  /** A transfer began or changed; whole. At most four in a second of each. */
  | { type: 'transfer'; transfer: Transfer }
  /** It was taken off the list. */
  | { type: 'transfer_gone'; file: string; direction: Transfer['direction'] }
  /** What the server says of a file whose message is loaded. */
  | { type: 'file'; file: string; remote: RemoteFile }
  /** Once after signing in: files that an earlier process left beside the draft of a room. */
  | { type: 'draft_files'; room: string; files: DraftFile[] }
  /** The answer to the last search() may be another one now. */
  | { type: 'find_changed' }
  /** Older messages are fetched to be searched; without `back`: not any more. */
  | { type: 'find'; back?: SearchingBack }
  /** `defaults`: what a reset leads back to. */
  | { type: 'settings'; settings: Settings; defaults: Settings }
  /** Something to say that changes no phase: a damaged file was set aside, a setting could not be saved. */
  | { type: 'notice'; failure: Failure };
