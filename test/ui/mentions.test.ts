import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Member } from '../../client/engine/types.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import { mentionAt, splitMentions, suggestionsFor } from '../../client/ui/chat/mentions.ts';

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
  assert.equal(mentionAt('Hi @ma', 6), { start: 3, query: 'ma' });
  assert.equal(mentionAt('@', 1), { start: 0, query: '' });
  assert.is(mentionAt('a@ma', 4), undefined);
  assert.is(mentionAt('@ma ', 4), undefined);
  assert.equal(suggestionsFor('ma', ALL, 5).map(({ username }) => username), ['max.m', 'maya']);
  assert.equal(suggestionsFor('m', ALL, 2).map(({ username }) => username), ['max.m', 'maya']);
});

test.run();
