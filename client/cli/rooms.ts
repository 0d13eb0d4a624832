// Rooms and who is in them: list, create, join, leave, invite, members, remove, archive, read.
import { fromHex, hex } from '../../shared/protocol/bytes.ts';
import type { ListedRoom, RoomPerson } from '../../shared/protocol/messages.ts';
import type { Room } from '../engine/types.ts';
import { withVisit, type Desk } from './desk.ts';
import { directory, findMember, findRoom, found, LISTED_MAX, ownRooms, roomLabel, roomOf, roomWords, uuidOf, type Found } from './finding.ts';
import { jsonLine, line } from './output.ts';
import type { Place } from './parameters.ts';
import { EXIT, Problem } from './problem.ts';
import type { Refusals, Visit } from './visit.ts';

type NameOf = (userId: string) => string;

export function rooms(desk: Desk, { all }: { all: boolean }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const own = await ownRooms(visit);
    await visit.members();
    const nameOf = (userId: string) => visit.nameOf(userId);
    for (const room of inOrder(own.filter(({ kind, head }) => kind !== 'dm' || head > 0), nameOf)) show(desk, ownJson(room, nameOf), ownText(room, nameOf));
    const others = all ? (await directory(visit)).filter(({ room }) => !own.some(({ id }) => id === hex(room))) : [];
    for (const room of others) show(desk, listedJson(room), listedText(room));
    return EXIT.done;
  });
}

export function create(desk: Desk, { name, topic, private: hidden }: { name: string; topic: string | undefined; private: boolean }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const { room } = await visit.ask('room_create', { name, topic: topic ?? '', private: hidden }, { answer: 'room', words: { room_taken: `There is a public room "${name}" already.` } });
    return entered(desk, visit, roomOf(room));
  });
}

export function join(desk: Desk, { name }: { name: string }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const mine = (await ownRooms(visit)).find((room) => room.kind !== 'dm' && room.name === name);
    if (mine) return entered(desk, visit, mine);
    const listed = (await directory(visit)).find((room) => room.name === name);
    if (!listed) throw noPublicRoom(name);
    const { room } = await visit.ask('room_join', { room: listed.room }, { answer: 'room' });
    return entered(desk, visit, roomOf(room));
  });
}

export function noPublicRoom(name: string): Problem {
  return new Problem('no_such_room', { message: `There is no public room "${name}" here.`, hint: '`rooms --all` lists them; into a private room a moderator brings you.' });
}

export function leave(desk: Desk, { room: place }: { room: Place }): Promise<number> {
  const words: Refusals = { forbidden: 'Nobody leaves the lobby or a direct message.' };
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    await visit.ask('room_leave', { room: room.key }, { answer: 'room_left', words });
    return said(desk, { type: 'left', room: room.label }, `You left ${roomWords(room.label)}.`);
  });
}

interface Person {
  room: Place;
  user: string;
}

export function invite(desk: Desk, { room: place, user }: Person): Promise<number> {
  const words: Refusals = { forbidden: 'Into a private room a moderator brings people; into the lobby and a direct message nobody does.' };
  return withVisit(desk, async (visit) => {
    const { room, userId } = await roomAndPerson(visit, { room: place, user });
    await visit.ask('room_invite', { room: room.key, user_id: fromHex(userId)! }, { answer: 'done', words });
    return said(desk, { type: 'invited', room: room.label, name: user }, `${line(user)} is in ${roomWords(room.label)} now.`);
  });
}

export function remove(desk: Desk, { room: place, user }: Person): Promise<number> {
  const words: Refusals = { forbidden: 'Only a moderator takes somebody out of a room, and no other moderator.', no_such_user: `${user} is not in that room.` };
  return withVisit(desk, async (visit) => {
    const { room, userId } = await roomAndPerson(visit, { room: place, user });
    await visit.ask('room_remove', { room: room.key, user_id: fromHex(userId)! }, { answer: 'done', words });
    return said(desk, { type: 'removed', room: room.label, name: user }, `${line(user)} is out of ${roomWords(room.label)}.`);
  });
}

export function archive(desk: Desk, { room: place, off }: { room: Place; off: boolean }): Promise<number> {
  const words: Refusals = { forbidden: 'Only a moderator archives a room, and nobody the lobby or a direct message.' };
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    await visit.ask('room_archive', { room: room.key, archived: !off }, { answer: 'done', words });
    return said(desk, { type: 'archived', room: room.label, archived: !off }, off ? `${roomWords(room.label)} is open again.` : `${roomWords(room.label)} is archived: it can be read, and nothing is added to it.`);
  });
}

async function roomAndPerson(visit: Visit, { room, user }: Person): Promise<{ room: Found; userId: string }> {
  return { room: await findRoom(visit, room), userId: (await findMember(visit, user)).userId };
}

export function members(desk: Desk, { room: place }: { room: Place }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    const presence = new Map((await visit.members()).map((member) => [member.userId, member.presence]));
    const people = (await peopleOf(visit, room)).map(({ user_id, ...person }) => ({ ...person, name: visit.nameOf(hex(user_id)), presence: presence.get(hex(user_id)) ?? 'offline' }));
    for (const { name, role, presence: now, delivered, read } of people.sort((a, b) => a.name.localeCompare(b.name))) {
      const words = `${line(name)} (${now}${role === 'moderator' ? ', moderator' : ''}), has ${delivered}, read ${read} of ${room.head}`;
      show(desk, { type: 'member', name, role, presence: now, delivered, read }, words);
    }
    return EXIT.done;
  });
}

async function peopleOf(visit: Visit, { key }: Found): Promise<RoomPerson[]> {
  const all: RoomPerson[] = [];
  for (let more = true; more && all.length < LISTED_MAX; ) {
    const after = all.at(-1)?.user_id;
    const page = await visit.ask('room_members', { room: key, ...(after && { after }) }, { answer: 'room_people' });
    all.push(...page.people);
    more = page.more && page.people.length > 0;
  }
  return all;
}

/** A receipt has no answer: what the server says of the room afterwards is the truth. */
export function read(desk: Desk, { room: place, seq }: { room: Place; seq: number | undefined }): Promise<number> {
  return withVisit(desk, async (visit) => {
    const room = await findRoom(visit, place);
    if (seq !== undefined && seq > room.head) throw new Problem('no_such_message', { message: `The newest message of ${roomWords(room.label)} is number ${room.head}.` });
    const upTo = seq ?? room.head;
    visit.tell({ room: room.key, delivered: upTo, read: upTo });
    const now = (await ownRooms(visit)).find(({ id }) => id === room.id) ?? room;
    return said(desk, { type: 'read', room: room.label, seq: now.read, unread: now.unread }, `${roomWords(room.label)} is read up to number ${now.read}; ${now.unread} unread.`);
  });
}

function entered(desk: Desk, visit: Visit, room: Room): number {
  const { label } = found(visit, room);
  return said(desk, ownJson(room, (userId) => visit.nameOf(userId)), `You are in ${roomWords(label)}${room.role === 'moderator' ? ', as its moderator' : ''}.`);
}

function said(desk: Desk, json: object, words: string): number {
  show(desk, json, words);
  return EXIT.done;
}

function show(desk: Desk, json: object, words: string): void {
  desk.streams.out(desk.globals.json ? jsonLine(json) : `${words}\n`);
}

/** The lobby, then rooms by name, then people. */
export function inOrder(all: readonly Room[], nameOf: NameOf): Room[] {
  const rank = ({ kind }: Room) => (kind === 'lobby' ? 0 : kind === 'dm' ? 2 : 1);
  return [...all].sort((a, b) => rank(a) - rank(b) || roomLabel(a, nameOf).localeCompare(roomLabel(b, nameOf)));
}

export function ownJson(room: Room, nameOf: NameOf): object {
  const { id, kind, topic, role, peer, archived, head, unread } = room;
  return { type: 'room', id: uuidOf(id), name: roomLabel(room, nameOf), kind, topic, role, peer: peer === undefined ? null : nameOf(peer), head, unread, joined: true, ...(archived && { archived }) };
}

export function ownText(room: Room, nameOf: NameOf): string {
  const marks = [room.kind === 'private' && 'private', room.archived && 'archived', room.role === 'moderator' && room.kind !== 'dm' && 'moderator', room.unread > 0 && `${room.unread} unread`].filter(Boolean);
  return `${roomWords(roomLabel(room, nameOf))}${marks.length > 0 ? ` (${marks.join(', ')})` : ''}${topicText(room.topic)}`;
}

function listedJson({ room, name, topic, members: count }: ListedRoom): object {
  return { type: 'room', id: uuidOf(hex(room)), name, kind: 'public', topic, role: null, peer: null, head: null, unread: null, joined: false, members: count };
}

function listedText({ name, topic, members: count }: ListedRoom): string {
  return `${roomWords(name)} (not joined, ${count} ${count === 1 ? 'member' : 'members'})${topicText(topic)}`;
}

function topicText(topic: string): string {
  return topic === '' ? '' : `: ${line(topic)}`;
}
