// Filters and orders of the room dialogs. Pure.
import type { ListedRoom, Member, RoomPerson } from '../../engine/types.ts';

/** Rooms whose name or topic holds what was typed; larger ones first. */
export function roomsMatching(rooms: readonly ListedRoom[], typed: string): ListedRoom[] {
  const query = typed.trim().replace(/^#/, '').toLowerCase();
  return rooms.filter(({ name, topic }) => name.includes(query) || topic.toLowerCase().includes(query)).sort((a, b) => b.members - a.members || a.name.localeCompare(b.name));
}

/** People whose name holds what was typed, those who are here first. */
export function peopleMatching(members: Iterable<Member>, typed: string, without: ReadonlySet<string>): Member[] {
  const query = typed.trim().replace(/^@/, '').toLowerCase();
  const here = ({ presence }: Member): number => (presence === 'offline' ? 1 : 0);
  return [...members]
    .filter(({ userId, username, display }) => !without.has(userId) && (username.includes(query) || display.toLowerCase().includes(query)))
    .sort((a, b) => here(a) - here(b) || (a.display || a.username).localeCompare(b.display || b.username));
}

/** Moderators first, then by name. */
export function membersInOrder(people: readonly RoomPerson[], nameOf: (userId: string) => string): RoomPerson[] {
  const rank = ({ role }: RoomPerson): number => (role === 'moderator' ? 0 : 1);
  return [...people].sort((a, b) => rank(a) - rank(b) || nameOf(a.userId).localeCompare(nameOf(b.userId)));
}
