// Everything durable, behind one interface. Calls are synchronous: each one is a single short transaction of an embedded
// database, and what returned without throwing survives a power cut. Whatever fails throws, and nothing of it is stored.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { FileState, Mark, MessageKind, Presence, RoomKind, RoomRole } from '../../shared/protocol/messages.ts';

export type Role = 'member' | 'admin';

export type Availability = Exclude<Presence, 'offline'>;

export interface Account {
  userId: Bytes;
  username: string;
  display: string;
  role: Role;
  created: number;
  lastSeen: number | null;
  /** What the roster shows while they are connected. */
  availability: Availability;
  status: string;
  /** OPAQUE registration record, 192 bytes. */
  record: Bytes;
}

export interface Invite {
  /** SHA-256 of the 16 bytes in the link. */
  hash: Bytes;
  role: Role;
  uses: number;
  expires: number;
}

export interface Ticket {
  ticketId: Bytes;
  /** H(ticket). */
  hash: Bytes;
  userId: Bytes;
  device: Bytes;
  /** One sign-in with the password and all the tickets that came after it. */
  chain: Bytes;
  remember: boolean;
  expires: number;
  /** Its successor has been used: presenting it again revokes the chain. */
  superseded: boolean;
}

/** The UDP side of a session: all that a relay in another process needs to know of it. */
export interface LiveAssociation {
  /** 8 bytes. */
  connectionId: Bytes;
  userId: Bytes;
  nonce: Bytes;
  /** Its key, under the server's sealing key. */
  sealed: Bytes;
  expires: number;
}

/** What is stored when somebody comes in. */
export interface Entry {
  ticket: Ticket;
  association?: LiveAssociation | undefined;
}

export interface NewMessage {
  room: Bytes;
  sender: Bytes;
  clientMsgId: Bytes;
  kind: MessageKind;
  target: Bytes | undefined;
  body: Bytes;
  ts: number;
}

export interface StoredMessage extends NewMessage {
  seq: number;
}

/** `moderator`: the sender may delete what others wrote in this room. */
export type Posted = NewMessage & { moderator: boolean };

/** `again`: the same message was stored before; seq and ts are the original ones. The others: nothing was stored. */
export type Appended = { name: 'stored' | 'again'; seq: number; ts: number } | { name: 'conflict' | 'no_such_message' | 'forbidden' };

export interface Room {
  room: Bytes;
  kind: RoomKind;
  /** Empty for a dm. */
  name: string;
  topic: string;
  created: number;
  /** It can be read, and nothing is added. Absent: no. */
  archived?: boolean;
}

/** Of a room that is not the lobby. */
export interface RoomMember {
  room: Bytes;
  userId: Bytes;
  role: RoomRole;
  /** The seq below the first message they may read. */
  floor: number;
  joined: number;
}

/** A file of a room, as its sender encrypted it. */
export interface Transfer {
  id: Bytes;
  room: Bytes;
  owner: Bytes;
  /** Ciphertext bytes of the whole file. */
  size: number;
  state: TransferState;
  /** SHA-256 of the ciphertext, once all of it is here. */
  hash: Bytes | undefined;
  created: number;
  /** When bytes came last; of an available one, when it became so. */
  touched: number;
}

export type TransferState = FileState['state'];

export type Range = { after: number } | { before: number };

export interface Store {
  /** The server this store belongs to; undefined in a new one. */
  serverId(): Bytes | undefined;
  /** The server's mark and its admin's invite in one transaction: there is never one without the other. */
  claim(serverId: Bytes, adminInvite: Invite): void;

  accounts(): Account[];
  account(username: string): Account | undefined;
  accountOf(userId: Bytes): Account | undefined;
  /** Account, invite use and first ticket in one transaction; the entry is asked for when nothing is left to refuse. */
  createAccount(account: Account, inviteHash: Bytes | undefined, entry?: () => Entry): 'created' | 'name_taken' | 'bad_invite';
  saw(userIds: readonly Bytes[], lastSeen: number): void;
  setStatus(userId: Bytes, availability: Availability, status: string): void;

  addInvite(invite: Invite): void;
  invite(hash: Bytes, now: number): Invite | undefined;
  /** Those that are still good, the one that ends first before the others. */
  invites(now: number): Invite[];
  dropInvite(hash: Bytes): void;
  /** Those that are used up or over. */
  dropSpentInvites(now: number): void;

  /** Of ticket and association both are stored or neither is. */
  addTicket(ticket: Ticket, association?: LiveAssociation): void;
  ticket(ticketId: Bytes): Ticket | undefined;
  /** Every ticket of its chain that was made before it is dead from now on. A younger one is not: this may be the late word of a client that is gone. */
  confirmTicket(ticketId: Bytes): void;
  extendTickets(tickets: readonly { ticketId: Bytes; expires: number }[]): void;
  endChain(chain: Bytes): void;
  /** All tickets of an account: each of its devices needs the password again. */
  endTickets(userId: Bytes): void;
  dropExpiredTickets(now: number): void;

  associations(): LiveAssociation[];
  /** Their sessions have ended. */
  removeAssociations(connectionIds: readonly Bytes[]): void;
  /** All there are: each is that of a live session. */
  extendAssociations(expires: number): void;
  /** A server that starts has no session. */
  clearAssociations(): void;

  rooms(): Room[];
  members(): RoomMember[];
  /** With its first members. A room that is there already stays as it is. */
  makeRoom(room: Room, members: readonly RoomMember[]): 'made' | 'room_taken';
  archiveRoom(room: Bytes, archived: boolean): void;
  addMember(member: RoomMember): void;
  removeMember(room: Bytes, userId: Bytes): void;
  /** The room with its log, members, marks and transfers. */
  removeRoom(room: Bytes): void;
  marks(room: Bytes): Mark[];
  saveMarks(marks: readonly (Mark & { room: Bytes })[]): void;
  head(room: Bytes): number;
  /** Texts and files of others above `after` that are not deleted; counts no further than `max`. */
  unread(room: Bytes, userId: Bytes, after: number, max: number): number;
  /**
   * All of them in one transaction, in this order; seq contiguous per room. A target must be a text or file of the room that is
   * not deleted; a delete blanks the target and its edits.
   */
  append(messages: readonly Posted[]): Appended[];
  messageAt(room: Bytes, seq: number): StoredMessage | undefined;
  /** Above `floor`, ascending by seq; at most `limit` messages and about `bytes` of bodies, at least one where there is one. */
  range(room: Bytes, range: Range, bounds: { floor: number; limit: number; bytes: number }): { messages: StoredMessage[]; more: boolean };

  /** Throws where the id is taken. */
  addTransfer(transfer: Transfer): void;
  transfer(id: Bytes): Transfer | undefined;
  changeTransfer(id: Bytes, change: Pick<Transfer, 'state' | 'hash' | 'touched'>): void;
  /** Ids of the room's transfers that may have bytes on disk. */
  liveTransfers(room: Bytes): Bytes[];
  /** Of a user's live transfers: how many are unfinished, and plaintext bytes of all of them when they are whole. */
  holding(owner: Bytes): { unfinished: number; bytes: number };
  /** Of one state, those not touched since `before`, the oldest first. */
  idleTransfers(state: TransferState, before: number, limit: number): Transfer[];

  close(): void;
}
