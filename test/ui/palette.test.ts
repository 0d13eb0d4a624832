// What the palette shows for what is typed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { isMuted, withMuted } from '../../client/state/room-settings.ts';
import { questionOf, type Known } from '../../client/state/find-query.ts';
import { Visits } from '../../client/state/visits.ts';
import type { Member, Room } from '../../client/engine/types.ts';
import { runsOf } from '../../client/ui/find/marking.ts';
import { learn, Ranking, ROWS_MAX, type Entry } from '../../client/ui/palette/ranking.ts';

const entry = (id: string, group: Entry['group'], name: string, more: { also?: string; weight?: number } = {}): Entry => ({ id, group, name, also: '', ...more });
const ENTRIES = [
  entry('r1', 'rooms', 'general', { also: 'Everything else', weight: 10 }), entry('r2', 'rooms', 'design-review', { weight: 10 }), entry('r3', 'rooms', 'random', { also: 'Themes of all kinds', weight: 900 }),
  entry('p1', 'people', 'Maya Okafor', { also: 'maya' }), entry('p2', 'people', 'José Lind', { also: 'jose' }), entry('p3', 'people', 'Reva Design', { also: 'reva' }),
  entry('a1', 'actions', 'New room'), entry('a2', 'actions', 'Mark everything read'), entry('s1', 'settings', 'Dark theme', { also: 'appearance' }), entry('s2', 'settings', 'Settings'),
];
const ranking = new Ranking(ENTRIES);
const ids = (typed: string, recent: string[] = []): string[] => ranking.find(typed, recent).flatMap(({ entries }) => entries.map(({ id }) => id));

test('what begins like it, what is nearly it, and the name before other words', () => {
  assert.is(ids('gen')[0], 'r1');
  assert.is(ids('genral')[0], 'r1', 'a slip of the finger');
  assert.is(ids('jose')[0], 'p2', 'without its accent');
  assert.equal(ids('rev').sort(), ['p3', 'r2'], 'the second word of a name too');
  assert.is(ids('theme')[0], 's1', 'the name counts for more than a topic');
  assert.equal(ids('xyzzy'), []);
});

test('signs: people, rooms, and what can be done', () => {
  assert.equal(ids('@design'), ['p3']);
  assert.equal(ids('#design'), ['r2']);
  assert.equal(ids('>room'), ['a1']);
  assert.equal(ids('>').sort(), ['a1', 'a2', 's1', 's2']);
});

test('nothing typed: the last five in their order, then what is new; never more than eight rows', () => {
  const sections = ranking.find('', ['p2', 'gone', 'a1']);
  assert.equal([sections[0]!.group, sections[0]!.entries.map(({ id }) => id)], ['recent', ['p2', 'a1']]);
  assert.is(sections[1]!.entries[0]!.id, 'r3', 'the one with something unread');
  const many = new Ranking(Array.from({ length: 40 }, (_, at) => entry(`m${at}`, 'people', `Member ${at}`)));
  assert.is(many.find('', []).flatMap(({ entries }) => entries).length, ROWS_MAX);
  assert.is(many.find('member', []).flatMap(({ entries }) => entries).length, ROWS_MAX);
});

test('what was chosen before wins between equals', () => {
  const twins = new Ranking([entry('x', 'people', 'Sam Whitfield'), entry('y', 'people', 'Sam Whitfield')]);
  const first = (recent: string[]) => twins.find('sam', recent)[0]!.entries[0]!.id;
  assert.equal([first(['x']), first(['y'])], ['x', 'y']);
  assert.equal(learn(['a', 'b', 'c', 'd', 'e'], 'c'), ['c', 'a', 'b', 'd', 'e']);
  assert.equal(learn(['a', 'b', 'c', 'd', 'e'], 'f'), ['f', 'a', 'b', 'c', 'd']);
});

const member = (userId: string, username: string, display = username): Member => ({ userId, username, display, presence: 'online', status: '', lastSeen: null });
const room = (id: string, name: string): Room => ({ id, kind: 'public', name, topic: '', role: 'member', head: 1, floor: 0, read: 0, unread: 0 });
const KNOWN: Known = { me: 'u0', room: undefined, rooms: [room('r1', 'general'), room('r2', 'field-ops')], members: [member('u1', 'ana', 'Ana Petrova'), member('u2', 'anatol'), member('u3', 'jose', 'José Lind')], nameOf: ({ name }) => name };
const asked = (typed: string, known: Partial<Known> = {}) => questionOf(typed, { ...KNOWN, ...known });

test('filters are words that are typed; the rest is searched', () => {
  assert.equal(asked('from:ana the survey'), { query: { text: 'the survey', from: ['u1'] } }, 'a whole name before one that begins like it');
  assert.equal(asked('survey in:#field has:file'), { query: { text: 'survey', room: 'r2', hasFile: true } });
  assert.equal(asked('from:"José Lind"'), { query: { text: '', from: ['u3'] } });
  assert.equal(asked('from:me from:jose x'), { query: { text: 'x', from: ['u0', 'u3'] } });
  assert.equal(asked('x', { room: 'r1' }), { query: { text: 'x', room: 'r1' } });
  assert.equal(asked('https://in:x'), { query: { text: 'https://in:x' } }, 'only at the beginning of a word');
});

test('nothing to ask for, and what cannot be meant', () => {
  assert.equal([asked('  '), asked('from:')], [undefined, undefined]);
  assert.equal([asked('from:zoe x'), asked('in:nowhere'), asked('has:wings')], [{ problem: { what: 'nobody', word: 'zoe' } }, { problem: { what: 'noRoom', word: 'nowhere' } }, { problem: { what: 'has', word: 'wings' } }]);
});

test('an excerpt is cut into marked and plain runs', () => {
  assert.equal(runsOf('the needle is', [[4, 10]]), [{ text: 'the ', marked: false }, { text: 'needle', marked: true }, { text: ' is', marked: false }]);
  assert.equal(runsOf('all', [[0, 3]]), [{ text: 'all', marked: true }]);
});

test('last used: one press and back again; a held key walks on', () => {
  const visits = new Visits();
  const there = () => true;
  for (const id of ['a', 'b', 'c']) visits.visit(id);
  assert.is(visits.walk(1, there), 'b');
  visits.visit('b');
  visits.settle();
  assert.is(visits.walk(1, there), 'c', 'the one before');
  assert.equal([visits.walk(1, there), visits.walk(-1, there)], ['a', 'c'], 'the key was not let go');
  visits.settle();
  assert.is(visits.walk(1, (id) => id !== 'b'), 'a', 'a room that is gone is passed over');
  assert.is(new Visits().walk(1, there), undefined);
});

test('muting keeps what else was chosen for a room', () => {
  const before = { rooms: { a: { pinned: true as const } } };
  const muted = { rooms: withMuted(before, 'a', true) };
  assert.equal([muted.rooms, isMuted(muted, 'a'), isMuted(muted, 'b')], [{ a: { pinned: true, notify: 'none' } }, true, false]);
  assert.equal(withMuted(muted, 'a', false), { a: { pinned: true } });
});

test.run();
