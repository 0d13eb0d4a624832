// What the engine and the window say to each other: calls in, one typed stream of events out. Types only, no code:
// the window imports nothing else of the engine. Everything here is plain data that structuredClone can copy.
// Ids are lower-case hex (32 digits), times are Unix milliseconds, text is text.
import type { FileCalls, FindCalls, LocalCalls, MessageCalls, RoomCalls, SessionCalls } from './types/calls.ts';

export type { ErrorCode } from '../../shared/protocol/errors.ts';
export type { Chosen, DraftFile, FileInfo, ListedEntry, OutgoingFile, RemoteFile, SavePlace, Transfer, TransferState } from './files/types.ts';
export type { FileCalls, FindCalls, LocalCalls, MessageCalls, RoomCalls, SessionCalls } from './types/calls.ts';
export type { EngineEvent } from './types/events.ts';
export type { FindHit, FindPage, FindQuery, Searched, SearchingBack } from './types/find.ts';
export type { ChatMessage, Reaction, SendFilesOptions, SendOptions, SendState, SentFile } from './types/messages.ts';
export type { Answer, ListedRoom, Member, Presence, Room, RoomKind, RoomPerson, RoomRole, ServerLink } from './types/rooms.ts';
export type { ConnectInput, Failure, KnownServer, Paths, Phase, Protocol, Registration, ServerKey, SessionInfo, Stage, Trust } from './types/session.ts';
export type { LocalKey, Notify, RecentServer, RoomSettings, Settings, Theme, Ways } from './types/settings.ts';

export interface EngineCalls extends SessionCalls, MessageCalls, RoomCalls, FileCalls, FindCalls, LocalCalls {}
