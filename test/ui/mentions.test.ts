import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member } from '../../client/engine/types.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import type * as Completing from '../../client/ui/chat/completing.svelte.ts';
import { splitMentions, splitRooms, suggestionsFor } from '../../client/ui/chat/mentions.ts';
import { loadRunes } from '../state/runes.ts';

const { askedAt } = await loadRunes<typeof Completing>(new URL('../../client/ui/chat/completing.svelte.ts', import.meta.url));

const member = (username: string, display = username): Member => ({ userId: `id-${username}`, username, display, presence: 'online', status: '', lastSeen: null });
const ALL = [member('maya', 'Maya Okafor'), member('jonas'), member('max.m'), member('amy')];

test('names of people are found; mail addresses, strangers and dots at the end are not', () => {
  assert.equal(mentionsOf('Hi @maya, ask @Max.m. or @jonas@maya', ALL), ['id-maya', 'id-max.m', 'id-jonas']);
  assert.equal(mentionsOf('write to anna@maya or @nobody', ALL), []);
  assert.equal(mentionsOf('@maya @maya', ALL), ['id-maya']);
});

test('only who was meant is marked, and the text around stays as it was', () => {
  assert.equal(splitMentions('Hi @maya. And @jonas', [ALL[0]!]), [{ text: 'Hi ' }, { mention: 'id-maya', text: '@maya' }, { text: '. And @jonas' }]);
  assert.equal(splitMentions('nobody', []), [{ text: 'nobody' }]);
});

test('what is being typed is completed: beginnings first', () => {
  assert.equal(askedAt('Hi @Ma', 6), { sign: '@', start: 3, query: 'ma' });
  assert.equal(askedAt('@', 1), { sign: '@', start: 0, query: '' });
  for (const nothing of ['a@ma', '@ma ', '#', '#b', ':s', 'at 10:30', 'https://', 'a::bo']) assert.is(askedAt(nothing, nothing.length), undefined, nothing);
  assert.equal(askedAt('see #bo', 7), { sign: '#', start: 4, query: 'bo' });
  assert.equal(askedAt('(:sm', 4), { sign: ':', start: 1, query: 'sm' });
  assert.equal(suggestionsFor('ma', ALL, 5).map(({ username }) => username), ['max.m', 'maya']);
  assert.equal(suggestionsFor('m', ALL, 2).map(({ username }) => username), ['max.m', 'maya']);
});

test('rooms that are known become links; other words behind a # stay words', () => {
  const idOf = (name: string) => ({ boats: 'r1', 'build.logs': 'r2' })[name.toLowerCase()];
  const cut = (text: string) => splitRooms([{ text }], idOf);
  assert.equal(cut('see #boats, #Boats. and #build.logs.'), [{ text: 'see ' }, { room: 'r1', text: '#boats' }, { text: ', ' }, { room: 'r1', text: '#Boats' }, { text: '. and ' }, { room: 'r2', text: '#build.logs' }, { text: '.' }]);
  assert.equal(cut('figure #x12, a#boats, &#boats'), [{ text: 'figure #x12, a#boats, &#boats' }]);
});

test.run();
