// Edits, deletions, reactions, replies and mentions from the terminal, against a real server process.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import { last, newHouse, run } from '../cli/house.ts';
import { cli } from '../cli/processes.ts';

const house = await newHouse();
const as = (user: string, ...words: string[]) => run([...house.as(user), ...words]);
const log = async (room = 'lobby') => (await as('dana', 'history', room)).lines;

test.before(async () => {
  await house.start();
  await house.people('ana');
  for (const text of ['one', 'two']) assert.is((await as('ana', 'send', 'lobby', text)).code, 0);
});
test.after(() => house.clear());

test('edit, react, reply and delete, by number and by id, as the log has them', async () => {
  const [one, two] = await log();
  const sent = [
    await as('ana', 'edit', 'lobby', '1', 'one, @dana'), await as('dana', 'react', 'lobby', String(one!.id), '🎉'), await as('dana', 'react', 'lobby', '1', '🎉', '--off'),
    await as('dana', 'reply', 'lobby', '2', 'yes @ana'), await as('ana', 'delete', 'lobby', '2'),
  ];
  assert.equal(sent.map((answer) => [answer.code, last(answer).seq, last(answer).kind]), [[0, 3, 'edit'], [0, 4, 'reaction'], [0, 5, 'reaction'], [0, 6, 'text'], [0, 7, 'delete']]);
  const entries = await log();
  assert.equal(entries.map(({ seq }) => seq), [1, 2, 3, 4, 5, 6, 7]);
  const [, deleted, edit, on, off, reply, gone] = entries;
  assert.equal([deleted!.text, deleted!.deleted], [null, true]);
  assert.equal([edit!.text, edit!.target, edit!.mentions], ['one, @dana', one!.id, ['dana']]);
  assert.equal([on!.emoji, on!.on, off!.on, off!.target], ['🎉', true, false, one!.id]);
  assert.equal([reply!.text, reply!.reply_to, reply!.mentions], ['yes @ana', two!.id, ['ana']]);
  assert.equal([gone!.kind, gone!.target], ['delete', two!.id]);
});

test('what is not allowed or not there: 4, with its code', async () => {
  for (const [code, ...words] of [
    ['forbidden', 'edit', 'lobby', '1', 'mine now'], ['no_such_message', 'edit', 'lobby', '99', 'x'], ['no_such_message', 'edit', 'lobby', '3', 'x'],
    ['no_such_message', 'react', 'lobby', '2', '👍'], ['no_such_message', 'delete', 'lobby', randomUUID()],
  ] as const) {
    const answer = await as('dana', ...words);
    assert.equal([answer.code, last(answer).code], [4, code], words.join(' '));
  }
  assert.is((await as('ana', 'react', 'lobby', '1', 'thumbs')).code, 1);
});

test('--id repeats a change without doubling; another change under it: conflict', async () => {
  const id = randomUUID();
  const first = await as('ana', 'edit', 'lobby', '1', 'first', '--id', id);
  assert.equal(last(first), last(await as('ana', 'edit', 'lobby', '1', 'first', '--id', id)));
  const other = await as('ana', 'edit', 'lobby', '1', 'second', '--id', id);
  assert.equal([other.code, last(other).code], [4, 'conflict']);
});

test('tail prints changes as they come and tells that they were delivered, not that they were read', async () => {
  const before = (await log()).length;
  const tail = cli([...house.as('dana'), 'tail', 'lobby', '--since', String(before), '--count', '2']);
  await as('ana', 'edit', 'lobby', '1', 'live');
  await as('ana', 'react', 'lobby', '1', '👀');
  const { code, lines } = await tail.finished;
  assert.is(code, 0);
  assert.equal(lines.map(({ seq, kind, text }) => [seq, kind, text]), [[before + 1, 'edit', 'live'], [before + 2, 'reaction', null]]);
  const dana = (await as('ana', 'members', 'lobby')).lines.find(({ name }) => name === 'dana');
  assert.equal([dana?.delivered, dana?.read], [before + 2, 0]);
});

test('chat shows each change once, whole, as the message is now; and who changes their status', async () => {
  const chat = cli([...house.as('dana'), 'chat', 'lobby'], { input: null });
  await chat.until(() => chat.out.includes('"text":"live"'), 'the message with its edits');
  const edited = await as('ana', 'edit', 'lobby', '1', 'seen live');
  await as('ana', 'status', 'dnd', 'deep work');
  await as('ana', 'delete', 'lobby', '1');
  await chat.until(() => chat.out.includes('deleted_by') && chat.out.includes('deep work'), 'changes');
  chat.child.stdin!.end();
  const { lines } = await chat.finished;
  const changes = lines.filter(({ type }) => type === 'change');
  assert.equal(changes.map(({ seq, text, deleted, deleted_by: by }) => [seq, text, deleted, by]), [[1, 'seen live', undefined, undefined], [1, null, true, 'ana']]);
  assert.equal(changes[0]!.reactions, [{ emoji: '👀', users: ['ana'] }]);
  assert.ok(lines.some(({ type, name, presence, status }) => type === 'user' && name === 'ana' && presence === 'dnd' && status === 'deep work'));
  assert.is(edited.code, 0);
  await as('ana', 'status', 'online', '');
});

test('the slash commands of chat from a pipe, in their order; a refused one: 4', async () => {
  const before = (await log()).length;
  await as('ana', 'create', 'shed');
  const input = ['hello', '/join #Shed', 'in the shed', '/dm ana from the shed', '/join lobby', `/react ${before + 1} 👍`, '/status away tea', '/rooms', '/roster', '/read', '//not a command', ''].join('\n');
  await as('dana', 'send', 'lobby', 'target');
  const chat = await run([...house.as('dana'), 'chat'], { input });
  assert.is(chat.code, 0, chat.err);
  assert.equal(chat.lines.filter(({ type }) => type === 'sent').map(({ room }) => room), ['lobby', 'shed', '@ana', 'lobby']);
  assert.equal((await log('shed')).map(({ text }) => text), ['in the shed']);
  assert.equal((await log('@ana')).map(({ text }) => text), ['from the shed']);
  assert.equal((await log()).slice(before).map(({ kind, text }) => text ?? kind), ['target', 'hello', 'reaction', '/not a command']);
  assert.match(chat.err, /You are away: tea\./);
  assert.match(chat.err, /#shed/);
  const refused = await run([...house.as('dana'), 'chat'], { input: '/edit 1 mine\n/delete 999\n/shout\n/react 1\nafter\n' });
  assert.is(refused.code, 4);
  assert.is(refused.err.match(/Not done: /g)?.length, 4, refused.err);
  assert.is((await log()).at(-1)!.text, 'after', 'the rest goes on');
});

test.run();
