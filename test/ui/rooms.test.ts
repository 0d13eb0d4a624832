import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ListedRoom, Member, RoomPerson } from '../../client/engine/types.ts';
import { membersInOrder, peopleMatching, roomsMatching } from '../../client/ui/rooms/finding.ts';
import { failureLine, leaveWords, presenceWords, roomNameFrom, roomNameProblem, topicProblem } from '../../client/ui/rooms/words.ts';

const NOW = Date.UTC(2026, 10, 22, 12);
const listed = (name: string, members: number, topic = ''): ListedRoom => ({ id: `id-${name}`, name, topic, members, joined: false });
const member = (username: string, more: Partial<Member> = {}): Member => ({ userId: `id-${username}`, username, display: username, presence: 'online', status: '', lastSeen: null, ...more });
const names = (rooms: readonly ListedRoom[]) => rooms.map(({ name }) => name);
const usernames = (members: readonly Member[]) => members.map(({ username }) => username);

const ROOMS = [listed('chess', 2, 'Openings'), listed('music', 9, 'What to hear'), listed('art', 2, 'Paint and MUSIC')];
const PEOPLE = [member('zoe'), member('ben', { presence: 'offline' }), member('amy', { display: 'Beate' }), member('max', { presence: 'away' })];

test('rooms: nothing typed lists all of them, larger ones first, equal ones by name', () => {
  assert.equal(names(roomsMatching(ROOMS, '')), ['music', 'art', 'chess']);
  assert.equal(names(roomsMatching(ROOMS, '   ')), ['music', 'art', 'chess']);
  assert.equal(names(ROOMS), ['chess', 'music', 'art'], 'what the server listed stays as it was');
});

test('rooms: name and topic are searched, capitals and the mark of a room do not matter', () => {
  assert.equal(names(roomsMatching(ROOMS, 'Music')), ['music', 'art']);
  assert.equal(names(roomsMatching(ROOMS, ' #CHESS ')), ['chess']);
  assert.equal(names(roomsMatching(ROOMS, 'opening')), ['chess']);
  assert.equal(names(roomsMatching(ROOMS, '.*')), [], 'text is text, no pattern');
});

test('people: username and display name are searched, who is here stands first', () => {
  assert.equal(usernames(peopleMatching(PEOPLE, '', new Set())), ['amy', 'max', 'zoe', 'ben']);
  assert.equal(usernames(peopleMatching(PEOPLE, '@BE', new Set())), ['amy', 'ben']);
  assert.equal(usernames(peopleMatching(PEOPLE, 'nobody', new Set())), []);
});

test('people: oneself and those who are in the room already are not offered', () => {
  assert.equal(usernames(peopleMatching(PEOPLE, '', new Set(['id-zoe', 'id-amy']))), ['max', 'ben']);
  assert.equal(usernames(peopleMatching(PEOPLE, 'zoe', new Set(['id-zoe']))), []);
});

test('members: moderators first, then by the name on the screen', () => {
  const person = (userId: string, role: RoomPerson['role']): RoomPerson => ({ userId, role, delivered: 0, read: 0 });
  const shown: Record<string, string> = { 1: 'Zoe', 2: 'Ben', 3: 'Amy', 4: 'Max' };
  const people = [person('1', 'member'), person('2', 'member'), person('3', 'member'), person('4', 'moderator')];
  assert.equal(membersInOrder(people, (userId) => shown[userId]!).map(({ userId }) => userId), ['4', '3', '2', '1']);
});

test('a name as it was typed becomes the name as it will be', () => {
  assert.is(roomNameFrom('  Field   Work '), 'field-work');
  assert.is(roomNameFrom('#Lobby.2'), 'lobby.2');
  assert.is(roomNameFrom('ＣＡＦÉ'), 'café');
  assert.is(roomNameFrom('-no'), undefined);
  assert.is(roomNameFrom('a/b'), undefined);
});

test('a name that can not be is said; an empty one only when the room was asked for', () => {
  assert.is(roomNameProblem('Field Work', true), undefined);
  assert.is(roomNameProblem('  ', false), undefined);
  assert.is(roomNameProblem('  ', true), 'The room needs a name.');
  assert.match(roomNameProblem('a/b', false)!, 'begins with a letter or digit');
  assert.is(roomNameProblem('x'.repeat(64), true), undefined);
  assert.match(roomNameProblem('x'.repeat(65), false)!, 'at most 64');
});

test('a topic is never cut in silence', () => {
  assert.is(topicProblem(''), undefined);
  assert.is(topicProblem(`  ${'t'.repeat(200)}  `), undefined);
  assert.is(topicProblem('t'.repeat(231)), 'A topic has at most 200 characters; this one has 231.');
});

test('presence has words, so that a dot is not all that says it; lost connections claim nothing', () => {
  assert.is(presenceWords(member('a'), { now: NOW, hours: 24, stale: false }), 'online');
  assert.is(presenceWords(member('a', { presence: 'away' }), { now: NOW, hours: 24, stale: false }), 'away');
  assert.is(presenceWords(member('a', { presence: 'dnd', status: 'writing' }), { now: NOW, hours: 24, stale: false }), 'do not disturb');
  assert.is(presenceWords(member('a', { presence: 'offline', status: 'on the train', lastSeen: NOW - 5 * 60_000 }), { now: NOW, hours: 24, stale: false }), 'seen 5 min ago');
  assert.is(presenceWords(member('a', { presence: 'offline' }), { now: NOW, hours: 24, stale: false }), 'never seen online');
  assert.is(presenceWords(member('a'), { now: NOW, hours: 24, stale: true }), undefined);
});

test('leaving: the last one is warned, and so is one who may be', () => {
  assert.is(leaveWords('public', 1), 'You are the last one here: the room and its messages will be gone.');
  assert.is(leaveWords('private', 1), 'You are the last one here: the room and its messages will be gone.');
  assert.is(leaveWords('public', 3), 'You can join it again at any time.');
  assert.is(leaveWords('private', 3), 'You will not see it any more. A moderator can invite you again.');
  assert.match(leaveWords('public', 0), 'If nobody else is in it');
});

test('a failure is one line: its cause, and the next step where there is one', () => {
  assert.is(failureLine({ code: 'room_taken', message: 'Taken.', hint: 'Choose another.' }), 'Taken. Choose another.');
  assert.is(failureLine({ code: 'room_taken', message: 'Taken.' }), 'Taken.');
});

test.run();
