// Rooms from the terminal, against a real server process.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { last, newHouse, run } from '../cli/house.ts';

const house = await newHouse();
const as = (user: string, ...words: string[]) => run([...house.as(user), ...words]);
const refused = async (code: string, user: string, ...words: string[]) => {
  const answer = await as(user, ...words);
  assert.equal([answer.code, last(answer).code], [4, code], words.join(' '));
};

test.before(async () => {
  await house.start();
  await house.people('ana', 'ben');
});
test.after(() => house.clear());

test('create, browse, join, members, leave; names in any spelling; a taken name', async () => {
  const made = await as('dana', 'create', '#Garden', '--topic', 'Who waters');
  assert.equal([made.code, last(made).name, last(made).role, last(made).topic], [0, 'garden', 'moderator', 'Who waters']);
  await refused('room_taken', 'ben', 'create', 'GARDEN');
  const seen = (await as('ana', 'rooms', '--all')).lines.map(({ name, joined }) => [name, joined]);
  assert.equal(seen, [['lobby', true], ['garden', false]]);
  await refused('no_such_room', 'ana', 'send', 'garden', 'x');
  await as('dana', 'send', 'garden', 'before ana');
  assert.is((await as('ana', 'join', 'Garden')).code, 0);
  assert.is((await as('ana', 'join', 'garden')).code, 0, 'again');
  assert.equal((await as('ana', 'history', 'garden')).lines.map(({ text }) => text), ['before ana'], 'the whole history of a public room');
  assert.equal((await as('ana', 'members', '#garden')).lines.map(({ name, role, presence }) => [name, role, presence]), [['ana', 'member', 'online'], ['dana', 'moderator', 'offline']]);
  assert.equal(last(await as('ana', 'leave', 'garden')), { type: 'left', room: 'garden' });
  assert.equal((await as('dana', 'members', 'garden')).lines.map(({ name }) => name), ['dana']);
  await refused('forbidden', 'dana', 'leave', 'lobby');
  await refused('no_such_room', 'ana', 'join', 'nowhere');
});

test('a private room: only a moderator brings people and takes them out; they read what came after them', async () => {
  await as('dana', 'create', 'cellar', '--private');
  await as('dana', 'send', 'cellar', 'before ben');
  await refused('no_such_room', 'ben', 'join', 'cellar');
  await refused('no_such_user', 'dana', 'invite', 'cellar', 'nobody');
  assert.equal(last(await as('dana', 'invite', 'cellar', '@Ben')), { type: 'invited', room: 'cellar', name: 'ben' });
  await as('dana', 'send', 'cellar', 'after ben');
  assert.equal((await as('ben', 'history', 'cellar')).lines.map(({ seq, text }) => [seq, text]), [[2, 'after ben']]);
  await refused('no_such_message', 'ben', 'reply', 'cellar', '1', 'x');
  await refused('forbidden', 'ben', 'invite', 'cellar', 'ana');
  await refused('forbidden', 'ben', 'remove', 'cellar', 'dana');
  assert.is((await as('ana', 'rooms', '--all')).lines.some(({ name }) => name === 'cellar'), false, 'unseen by others');
  assert.is((await as('dana', 'remove', 'cellar', 'ben')).code, 0);
  await refused('no_such_room', 'ben', 'history', 'cellar');
});

test('two private rooms of one name: an error that names their ids, and an id works', async () => {
  for (const _ of [1, 2]) assert.is((await as('ben', 'create', 'twin', '--private')).code, 0);
  const answer = await as('ben', 'send', 'twin', 'x');
  assert.equal([answer.code, last(answer).code], [4, 'no_such_room']);
  const id = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec(String(last(answer).hint))![0];
  assert.is((await as('ben', 'send', id, 'to this one')).code, 0);
});

test.run();
