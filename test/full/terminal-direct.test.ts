// Direct messages and status from the terminal, against a real server process.
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

test('a direct message opens by being written; unread on the other side until read says so', async () => {
  assert.is((await as('ana', 'rooms')).lines.length, 1, 'no empty ones');
  const sent = await as('dana', 'dm', 'ana', 'one');
  assert.equal([last(sent).room, last(sent).seq, last(sent).kind], ['@ana', 1, 'text']);
  await as('dana', 'send', '@ANA', 'two');
  const unread = async () => (await as('ana', 'rooms')).lines.filter(({ kind }) => kind === 'dm').map((room) => [room.name, room.peer, room.unread, room.head]);
  assert.equal(await unread(), [['@dana', 'dana', 2, 2]]);
  assert.equal(last(await as('ana', 'read', '@dana', '1')), { type: 'read', room: '@dana', seq: 1, unread: 1 });
  await refused('no_such_message', 'ana', 'read', '@dana', '9');
  await as('ana', 'read', '@dana');
  assert.equal(await unread(), [['@dana', 'dana', 0, 2]]);
  assert.equal((await as('dana', 'members', '@ana')).lines.map(({ name, delivered, read }) => [name, delivered, read]).at(0), ['ana', 2, 2]);
  await refused('forbidden', 'dana', 'leave', '@ana');
  await refused('no_such_room', 'ben', 'history', 'twins');
});

test('status: shown, set, kept by the server; the roster has it while one is there', async () => {
  assert.equal(last(await as('ben', 'status')), { type: 'status', presence: 'online', text: '' });
  assert.equal(last(await as('ben', 'status', 'dnd', 'exam')), { type: 'status', presence: 'dnd', text: 'exam' });
  assert.equal(last(await as('ben', 'status', 'away')), { type: 'status', presence: 'away', text: 'exam' });
  const own = (await as('ben', 'roster')).lines.find(({ name }) => name === 'ben');
  assert.equal([own?.presence, own?.status], ['away', 'exam']);
  assert.equal(last(await as('ben', 'status', 'online', '')), { type: 'status', presence: 'online', text: '' });
  assert.is((await as('ben', 'status', 'dnd', 'x'.repeat(101))).code, 1);
});

test.run();
