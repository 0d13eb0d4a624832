// The embedded store: one libsql file in the data directory.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { AccountTables } from './accounts.ts';
import { AssociationTable } from './associations.ts';
import { Database } from './database.ts';
import { MessageTables } from './messages.ts';
import { RoomTables } from './rooms.ts';
import type { Store } from './store.ts';
import { TransferTable } from './transfers.ts';

/** Throws Error where the file is damaged, unwritable or newer than this program. */
export function openStore(path: string): Store {
  const db = new Database(path);
  const associations = new AssociationTable(db);
  const accounts = new AccountTables(db, associations);
  const messages = new MessageTables(db);
  const rooms = new RoomTables(db);
  const transfers = new TransferTable(db);
  const meta = { get: db.query('SELECT value FROM meta WHERE name = ?'), set: db.query('INSERT INTO meta (name, value) VALUES (?, ?)') };
  return {
    serverId: () => meta.get.first(['server_id'])?.value as Bytes | undefined,
    claim: (serverId, adminInvite) => db.transaction(() => {
      meta.set.run(['server_id', serverId]);
      accounts.addInvite(adminInvite);
    }),
    accounts: () => accounts.accounts(),
    account: (username) => accounts.account(username),
    accountOf: (userId) => accounts.accountOf(userId),
    createAccount: (account, inviteHash, entry) => accounts.createAccount(account, inviteHash, entry),
    saw: (userIds, lastSeen) => accounts.saw(userIds, lastSeen),
    addInvite: (invite) => accounts.addInvite(invite),
    invite: (hash, now) => accounts.invite(hash, now),
    invites: (now) => accounts.invites(now),
    dropInvite: (hash) => accounts.dropInvite(hash),
    dropSpentInvites: (now) => accounts.dropSpentInvites(now),
    addTicket: (ticket, association) => accounts.addTicket(ticket, association),
    ticket: (ticketId) => accounts.ticket(ticketId),
    confirmTicket: (ticketId) => accounts.confirmTicket(ticketId),
    extendTickets: (tickets) => accounts.extendTickets(tickets),
    endChain: (chain) => accounts.endChain(chain),
    endTickets: (userId) => accounts.endTickets(userId),
    dropExpiredTickets: (now) => accounts.dropExpiredTickets(now),
    associations: () => associations.all(),
    removeAssociations: (connectionIds) => associations.remove(connectionIds),
    extendAssociations: (expires) => associations.extend(expires),
    clearAssociations: () => associations.clear(),
    setStatus: (userId, availability, status) => accounts.setStatus(userId, availability, status),
    rooms: () => rooms.rooms(),
    members: () => rooms.members(),
    makeRoom: (room, members) => rooms.makeRoom(room, members),
    archiveRoom: (room, archived) => rooms.archiveRoom(room, archived),
    addMember: (member) => rooms.addMember(member),
    removeMember: (room, userId) => rooms.removeMember(room, userId),
    removeRoom: (room) => rooms.removeRoom(room),
    marks: (room) => rooms.marks(room),
    saveMarks: (marks) => rooms.saveMarks(marks),
    unread: (room, userId, after, max) => messages.unread(room, userId, after, max),
    head: (room) => messages.head(room),
    append: (batch) => messages.append(batch),
    messageAt: (room, seq) => messages.messageAt(room, seq),
    range: (room, range, bounds) => messages.range(room, range, bounds),
    addTransfer: (transfer) => transfers.add(transfer),
    transfer: (id) => transfers.get(id),
    changeTransfer: (id, change) => transfers.change(id, change),
    liveTransfers: (room) => transfers.live(room),
    holding: (owner) => transfers.holding(owner),
    idleTransfers: (state, before, limit) => transfers.idle(state, before, limit),
    close: () => db.close(),
  };
}
