// The embedded store: one libsql file in the data directory.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { AccountTables } from './accounts.ts';
import { Database } from './database.ts';
import { MessageTables } from './messages.ts';
import type { Store } from './store.ts';

/** Throws Error where the file is damaged, unwritable or newer than this program. */
export function openStore(path: string): Store {
  const db = new Database(path);
  const accounts = new AccountTables(db);
  const messages = new MessageTables(db);
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
    createAccount: (account, inviteHash, firstTicket) => accounts.createAccount(account, inviteHash, firstTicket),
    saw: (userIds, lastSeen) => accounts.saw(userIds, lastSeen),
    addInvite: (invite) => accounts.addInvite(invite),
    invite: (hash, now) => accounts.invite(hash, now),
    addTicket: (ticket) => accounts.addTicket(ticket),
    ticket: (ticketId) => accounts.ticket(ticketId),
    confirmTicket: (ticketId) => accounts.confirmTicket(ticketId),
    extendTickets: (tickets) => accounts.extendTickets(tickets),
    endChain: (chain) => accounts.endChain(chain),
    dropExpiredTickets: (now) => accounts.dropExpiredTickets(now),
    makeRoom: (room, name, created) => messages.makeRoom(room, name, created),
    head: (room) => messages.head(room),
    append: (batch) => messages.append(batch),
    messageAt: (room, seq) => messages.messageAt(room, seq),
    range: (room, range, limit, bytes) => messages.range(room, range, limit, bytes),
    close: () => db.close(),
  };
}
