import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Room } from '../../client/engine/types.ts';
import type * as People from '../../client/state/people.svelte.ts';
import type * as Rooms from '../../client/state/rooms.svelte.ts';
import { loadRunes } from './runes.ts';

const { PeopleState, TYPING_MS, receiptWords, typingWords } = await loadRunes<typeof People>(new URL('../../client/state/people.svelte.ts', import.meta.url));
const { RoomsState } = await loadRunes<typeof Rooms>(new URL('../../client/state/rooms.svelte.ts', import.meta.url));

const NAMES: Record<string, string> = { m: 'Maya', j: 'Jonas', z: 'Zoe' };
const nameOf = (id: string): string => NAMES[id] ?? id;
const room = (id: string, kind: Room['kind'], more: Partial<Room> = {}): Room => ({ id, kind, name: kind === 'dm' ? '' : id, topic: '', role: 'member', head: 0, floor: 0, read: 0, unread: 0, ...more });

test('a message is sent, delivered with the first other client, seen with the first other person', () => {
  const people = new PeopleState();
  const at = (m: [number, number], j: [number, number]) => people.replace('r', [{ userId: 'me', role: 'member', delivered: 9, read: 9 }, { userId: 'm', role: 'member', delivered: m[0], read: m[1] }, { userId: 'j', role: 'member', delivered: j[0], read: j[1] }]);
  const words = () => receiptWords(people.receipt({ room: 'r', seq: 5 }, 'me'), nameOf);
  at([4, 4], [0, 0]);
  assert.is(words(), 'Sent to the server');
  at([5, 4], [0, 0]);
  assert.is(words(), 'Delivered to 1 of 2');
  at([5, 5], [6, 6]);
  assert.is(words(), 'Seen by Maya, Jonas');
  assert.is(people.receipt({ room: 'r' }, 'me').name, 'sent', 'without a place in the log');
});

test('the first five who have seen a message are named, the others counted', () => {
  const words = (seen: string[]) => receiptWords({ name: 'seen', delivered: seen, seen, others: 12 }, (id) => id.toUpperCase());
  assert.is(words(['a', 'b', 'c', 'd', 'e']), 'Seen by A, B, C, D, E');
  assert.is(words(['a', 'b', 'c', 'd', 'e', 'f', 'g']), 'Seen by A, B, C, D, E and 2 more');
});

test('typing is forgotten after a while, and when the message comes', () => {
  const people = new PeopleState();
  people.types('r', 'm', 1_000);
  people.types('r', 'j', 2_000);
  assert.equal(people.typingIn('r', 3_000), ['m', 'j']);
  assert.equal(people.typingIn('r', 1_000 + TYPING_MS), ['j']);
  people.wrote('r', 'j');
  assert.equal(people.typingIn('r', 3_000), ['m']);
  assert.equal([[], ['Maya'], ['Maya', 'Jonas'], ['Maya', 'Jonas', 'Zoe']].map(typingWords), ['', 'Maya is typing…', 'Maya and Jonas are typing…', 'Several people are typing…']);
});

test('rooms: the lobby first, then by name; empty direct messages only while they are open; the open one is remembered', () => {
  const stored = new Map<string, string>();
  let pinnedRoom = '';
  let marked = '';
  const make = () => new RoomsState({ me: () => 'me', nameOf, memory: { getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) }, pinned: (id) => id === pinnedRoom, unread: ({ id, unread }) => (id === marked ? 1 : unread) });
  const list = [room('zebra', 'public'), room('d1', 'dm', { peer: 'm', head: 2 }), room('d2', 'dm', { peer: 'j' }), room('lobby', 'lobby', { unread: 2 }), room('alpha', 'private', { unread: 1 })];
  const rooms = make();
  rooms.replace(list);
  assert.equal(rooms.ordered.map(({ id }) => id), ['lobby', 'alpha', 'zebra', 'd1']);
  assert.is(rooms.current?.id, 'lobby');
  rooms.open('d2');
  assert.equal(rooms.ordered.map((one) => rooms.nameOf(one)), ['lobby', 'alpha', 'zebra', 'Jonas', 'Maya']);
  assert.equal([rooms.beside(1, false)?.id, rooms.beside(-1, false)?.id, rooms.beside(1, true)?.id], ['d1', 'zebra', 'lobby']);
  rooms.open('alpha');
  marked = 'zebra';
  assert.is(rooms.beside(1, true)?.id, 'zebra', 'one that is marked as unread counts as unread');
  rooms.open('d2');
  const again = make();
  again.replace(list);
  assert.is(again.current?.id, 'd2');
  pinnedRoom = 'zebra';
  const pinned = make();
  pinned.replace(list);
  assert.equal(pinned.ordered.map(({ id }) => id), ['zebra', 'lobby', 'alpha', 'd2', 'd1'], 'what is kept on top is on top');
});

test.run();
