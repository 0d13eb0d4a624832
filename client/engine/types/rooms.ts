// People and rooms, as the window sees them. Types only.
import type { Presence, RoomKind, RoomRole } from '../../../shared/protocol/messages.ts';
import type { Failure, Protocol } from './session.ts';

export type { Presence, RoomKind, RoomRole };

export interface Member {
  userId: string;
  username: string;
  display: string;
  presence: Presence;
  /** What the person says of themselves; may be empty. */
  status: string;
  lastSeen: number | null;
  /** When they came, while they are here. */
  since?: number;
  /** What carries their messages, while they are here. */
  path?: Protocol;
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
  /** It can be read, and nothing is added to it. */
  archived?: boolean;
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

/** A link by which others get to the server. */
export interface ServerLink {
  link: string;
  /** Only on this computer. */
  near: boolean;
  /** New accounts that can be made with it, and until when. Absent: it carries no invite. */
  uses?: number;
  expires?: number;
}

/** What came of a request: the room it was about, where there is one. */
export type Answer = { room?: string } | { failure: Failure };
