// What somebody typed → the room, the person or the message it means. Pure rules first, then the questions to the server.
import { hex, type Bytes, fromHex } from '../../shared/protocol/bytes.ts';
import { formatUuid } from '../../shared/protocol/ids.ts';
import type { ListedRoom, RoomHead } from '../../shared/protocol/messages.ts';
import type { Member, Room } from '../engine/types.ts';
import { line } from './output.ts';
import type { MessageRef, Place } from './parameters.ts';
import { Problem } from './problem.ts';
import type { Visit } from './visit.ts';

export const NOT_YOURSELF = 'A direct message is to somebody else.';

/** The room of that name among one's own; the public one of two, or what its id says. Throws Problem `no_such_room`. */
export function roomNamed(rooms: readonly Room[], name: string): Room {
  const named = rooms.filter((room) => room.kind !== 'dm' && room.name === name);
  const one = named.find(({ kind }) => kind !== 'private') ?? (named.length === 1 ? named[0] : undefined) ?? rooms.find(({ id }) => uuidOf(id) === name);
  if (one) return one;
  if (named.length > 1) {
    const ids = named.map(({ id }) => uuidOf(id)).join(' or ');
    throw new Problem('no_such_room', { message: `You are in ${named.length} private rooms named "${name}".`, hint: `Write the id of the one you mean as ROOM: ${ids}.` });
  }
  throw new Problem('no_such_room', { message: `You are in no room "${name}".`, hint: '`rooms --all` lists the public rooms, `join` enters one.' });
}

export function memberNamed(members: readonly Member[], username: string): Member {
  const member = members.find((one) => one.username === username);
  if (!member) throw new Problem('no_such_user', { message: `There is no account '${username}' on this server.`, hint: '`roster` lists everybody.' });
  return member;
}

/** As it is typed and as JSON names it: `lobby`, `@ana`. */
export function roomLabel({ kind, name, peer }: Room, nameOf: (userId: string) => string): string {
  return kind === 'dm' ? `@${nameOf(peer ?? '')}` : name;
}

/** As people read it: `#lobby`, `@ana`. */
export function roomWords(label: string): string {
  return line(label.startsWith('@') ? label : `#${label}`);
}

export function uuidOf(id: string): string {
  return formatUuid(fromHex(id)!);
}

export function roomOf({ room, kind, name, topic, role, peer, archived, head, floor, read, unread }: RoomHead): Room {
  return { id: hex(room), kind, name, topic, role, head, floor, read, unread, ...(peer && { peer: hex(peer) }), ...(archived && { archived }) };
}

export interface Found extends Room {
  key: Bytes;
  label: string;
}

export async function ownRooms(visit: Visit): Promise<Room[]> {
  const { rooms } = await visit.ask('sync', { rooms: [] }, { answer: 'heads' });
  return rooms.map(roomOf);
}

/** A direct message that nobody opened yet is opened. */
export async function findRoom(visit: Visit, place: Place): Promise<Found> {
  const rooms = await ownRooms(visit);
  const room = 'name' in place ? roomNamed(rooms, place.name) : await dmWith(visit, rooms, place.user);
  if (room.kind === 'dm') await visit.members();
  return found(visit, room);
}

export function found(visit: Visit, room: Room): Found {
  return { ...room, key: fromHex(room.id)!, label: roomLabel(room, (userId) => visit.nameOf(userId)) };
}

async function dmWith(visit: Visit, rooms: readonly Room[], username: string): Promise<Room> {
  const { userId } = await findMember(visit, username);
  if (userId === visit.me) throw new Problem('no_such_user', { message: NOT_YOURSELF });
  const known = rooms.find(({ peer }) => peer === userId);
  if (known) return known;
  const { room } = await visit.ask('dm_open', { user_id: fromHex(userId)! }, { answer: 'room' });
  return roomOf(room);
}

export async function findMember(visit: Visit, username: string): Promise<Member> {
  return memberNamed(await visit.members(), username);
}

/** Public rooms and members of a room asked for; more are left out. */
export const LISTED_MAX = 20_000;

/** The public rooms, by name. */
export async function directory(visit: Visit): Promise<ListedRoom[]> {
  const all: ListedRoom[] = [];
  for (let more = true; more && all.length < LISTED_MAX; ) {
    const page = await visit.ask('room_list', { after: all.at(-1)?.name ?? '' }, { answer: 'room_page' });
    all.push(...page.rooms);
    more = page.more && page.rooms.length > 0;
  }
  return all;
}

/** The id of a text in the room. A number is looked up, an id is taken as it is. Throws Problem `no_such_message`. */
export async function findMessage(visit: Visit, room: Found, wanted: MessageRef): Promise<Bytes> {
  if ('id' in wanted) return wanted.id;
  const { seq } = wanted;
  const { msgs } = await visit.ask('history', { room: room.key, after: seq - 1, limit: 1 }, { answer: 'page' });
  const [message] = msgs.filter((one) => one.seq === seq);
  const where = roomWords(room.label);
  if (!message) throw new Problem('no_such_message', { message: `There is no message ${seq} in ${where}${room.floor > 0 ? ' that you may read' : ''}.`, hint: 'history shows the numbers.' });
  if (message.kind === 'text' || message.kind === 'file') return message.client_msg_id;
  const target = message.target ? ` It is about ${formatUuid(message.target)}.` : '';
  const kind = message.kind === 'edit' ? 'an edit' : message.kind === 'delete' ? 'a deletion' : 'a reaction';
  throw new Problem('no_such_message', { message: `Number ${seq} in ${where} is no message of its own but ${kind}.${target}` });
}
