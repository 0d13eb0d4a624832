// Accounts, invites and tickets in SQLite.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { AssociationTable } from './associations.ts';
import type { Database, Row } from './database.ts';
import type { Account, Availability, Entry, Invite, LiveAssociation, Role, Ticket } from './store.ts';

function accountFrom(row: Row): Account {
  return {
    userId: row.user_id as Bytes, username: row.username as string, display: row.display as string, role: row.role as Role,
    created: row.created as number, lastSeen: row.last_seen as number | null, availability: row.availability as Availability, status: row.status as string, record: row.record as Bytes,
  };
}

function inviteFrom(row: Row): Invite {
  return { hash: row.hash as Bytes, role: row.role as Role, uses: row.uses as number, expires: row.expires as number };
}

function ticketFrom(row: Row): Ticket {
  return {
    ticketId: row.ticket_id as Bytes, hash: row.hash as Bytes, userId: row.user_id as Bytes, device: row.device as Bytes, chain: row.chain as Bytes,
    remember: row.remember === 1, expires: row.expires as number, superseded: row.superseded === 1,
  };
}

export class AccountTables {
  readonly #db: Database;
  readonly #associations: AssociationTable;
  readonly #q;

  constructor(db: Database, associations: AssociationTable) {
    this.#db = db;
    this.#associations = associations;
    this.#q = {
      all: db.query('SELECT * FROM accounts'),
      byName: db.query('SELECT * FROM accounts WHERE username = ?'),
      byId: db.query('SELECT * FROM accounts WHERE user_id = ?'),
      insert: db.query('INSERT INTO accounts (user_id, username, display, role, created, last_seen, record) VALUES (?, ?, ?, ?, ?, ?, ?)'),
      setStatus: db.query('UPDATE accounts SET availability = ?, status = ? WHERE user_id = ?'),
      saw: db.query('UPDATE accounts SET last_seen = ? WHERE user_id = ?'),
      invite: db.query('SELECT * FROM invites WHERE hash = ? AND uses > 0 AND expires > ?'),
      invites: db.query('SELECT * FROM invites WHERE uses > 0 AND expires > ? ORDER BY expires'),
      dropInvite: db.query('DELETE FROM invites WHERE hash = ?'),
      dropSpentInvites: db.query('DELETE FROM invites WHERE uses <= 0 OR expires <= ?'),
      addInvite: db.query('INSERT INTO invites (hash, role, uses, expires) VALUES (?, ?, ?, ?)'),
      useInvite: db.query('UPDATE invites SET uses = uses - 1 WHERE hash = ?'),
      ticket: db.query('SELECT * FROM tickets WHERE ticket_id = ?'),
      addTicket: db.query('INSERT INTO tickets (ticket_id, hash, user_id, device, chain, remember, expires, superseded) VALUES (?, ?, ?, ?, ?, ?, ?, ?)'),
      supersede: db.query('UPDATE tickets SET superseded = 1 WHERE chain = (SELECT chain FROM tickets WHERE ticket_id = ?1) AND rowid < (SELECT rowid FROM tickets WHERE ticket_id = ?1)'),
      extend: db.query('UPDATE tickets SET expires = ? WHERE ticket_id = ?'),
      endChain: db.query('DELETE FROM tickets WHERE chain = ?'),
      endTickets: db.query('DELETE FROM tickets WHERE user_id = ?'),
      dropExpired: db.query('DELETE FROM tickets WHERE expires <= ?'),
    };
  }

  accounts(): Account[] {
    return this.#q.all.all([]).map(accountFrom);
  }

  account(username: string): Account | undefined {
    const row = this.#q.byName.first([username]);
    return row && accountFrom(row);
  }

  accountOf(userId: Bytes): Account | undefined {
    const row = this.#q.byId.first([userId]);
    return row && accountFrom(row);
  }

  createAccount(account: Account, inviteHash: Bytes | undefined, entry?: () => Entry): 'created' | 'name_taken' | 'bad_invite' {
    return this.#db.transaction(() => {
      if (this.account(account.username)) return 'name_taken';
      if (inviteHash && !this.invite(inviteHash, account.created)) return 'bad_invite';
      if (inviteHash) this.#q.useInvite.run([inviteHash]);
      this.#q.insert.run([account.userId, account.username, account.display, account.role, account.created, account.lastSeen, account.record]);
      if (entry) this.#enter(entry());
      return 'created';
    });
  }

  saw(userIds: readonly Bytes[], lastSeen: number): void {
    this.#db.transaction(() => userIds.forEach((userId) => this.#q.saw.run([lastSeen, userId])));
  }

  setStatus(userId: Bytes, availability: Availability, status: string): void {
    this.#q.setStatus.run([availability, status, userId]);
  }

  addInvite({ hash, role, uses, expires }: Invite): void {
    this.#q.addInvite.run([hash, role, uses, expires]);
  }

  invite(hash: Bytes, now: number): Invite | undefined {
    const row = this.#q.invite.first([hash, now]);
    return row && inviteFrom(row);
  }

  invites(now: number): Invite[] {
    return this.#q.invites.all([now]).map(inviteFrom);
  }

  dropInvite(hash: Bytes): void {
    this.#q.dropInvite.run([hash]);
  }

  dropSpentInvites(now: number): void {
    this.#q.dropSpentInvites.run([now]);
  }

  addTicket(ticket: Ticket, association?: LiveAssociation): void {
    this.#db.transaction(() => this.#enter({ ticket, association }));
  }

  ticket(ticketId: Bytes): Ticket | undefined {
    const row = this.#q.ticket.first([ticketId]);
    return row && ticketFrom(row);
  }

  confirmTicket(ticketId: Bytes): void {
    this.#q.supersede.run([ticketId]);
  }

  extendTickets(tickets: readonly { ticketId: Bytes; expires: number }[]): void {
    this.#db.transaction(() => tickets.forEach(({ ticketId, expires }) => this.#q.extend.run([expires, ticketId])));
  }

  endChain(chain: Bytes): void {
    this.#q.endChain.run([chain]);
  }

  endTickets(userId: Bytes): void {
    this.#q.endTickets.run([userId]);
  }

  dropExpiredTickets(now: number): void {
    this.#q.dropExpired.run([now]);
  }

  #enter({ ticket, association }: Entry): void {
    const { ticketId, hash, userId, device, chain, remember, expires, superseded } = ticket;
    this.#q.addTicket.run([ticketId, hash, userId, device, chain, remember ? 1 : 0, expires, superseded ? 1 : 0]);
    if (association) this.#associations.add(association);
  }
}
