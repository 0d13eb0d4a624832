// The roster as the server tells it: pages first, then single changes. A change older than what is known is ignored.
import { hex } from '../../shared/protocol/bytes.ts';
import type { Content, Member as WireMember } from '../../shared/protocol/messages.ts';
import type { EngineEvent, Member } from './types.ts';

/** A roster larger than this is cut: this many people are shown. */
const MEMBERS_MAX = 10_000;

export class Members {
  readonly #push: (event: EngineEvent) => void;
  #members = new Map<string, Member>();
  #revs = new Map<string, number>();
  #arriving: WireMember[] = [];

  constructor(push: (event: EngineEvent) => void) {
    this.#push = push;
  }

  /** Everything comes anew after a reconnect, revisions too. */
  restart(): void {
    this.#arriving = [];
    this.#revs.clear();
  }

  /** As an earlier process saw them; who is there now is not known yet. */
  restore(members: readonly Member[]): void {
    this.#members = new Map(members.map(({ since: _since, path: _path, ...member }) => [member.userId, { ...member, presence: 'offline' }]));
    this.#push({ type: 'roster', members: this.all });
  }

  get all(): Member[] {
    return [...this.#members.values()];
  }

  /** Username. */
  nameOf(userId: string): string | undefined {
    return this.#members.get(userId)?.username;
  }

  page({ members, more }: Content<'roster'>): void {
    if (this.#arriving.length + members.length <= MEMBERS_MAX) this.#arriving.push(...members);
    if (more) return;
    const known = this.#members;
    this.#members = new Map();
    for (const wire of this.#arriving) this.#place(wire, known.get(hex(wire.user_id)));
    this.#arriving = [];
    this.#push({ type: 'roster', members: this.all });
  }

  /** A change that overtook the page that holds an older state of the same person stays. */
  #place(wire: WireMember, known: Member | undefined): void {
    const id = hex(wire.user_id);
    const overtaken = known !== undefined && (this.#revs.get(id) ?? -1) > wire.rev;
    this.#members.set(id, overtaken ? known : memberOf(wire));
    if (!overtaken) this.#revs.set(id, wire.rev);
  }

  change(wire: WireMember): void {
    const id = hex(wire.user_id);
    if (wire.rev < (this.#revs.get(id) ?? 0) || (!this.#members.has(id) && this.#members.size >= MEMBERS_MAX)) return;
    const member = memberOf(wire);
    this.#revs.set(id, wire.rev);
    this.#members.set(id, member);
    this.#push({ type: 'presence', member });
  }
}

export function memberOf({ user_id, username, display, presence, status, last_seen, since, path }: WireMember): Member {
  return { userId: hex(user_id), username, display, presence, status, lastSeen: last_seen, ...(since !== undefined && { since }), ...(path && { path }) };
}
