// docs/cli.md against a real server process: sending, reading, and chat from a pipe.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import { last, newHouse, run } from './house.ts';

const house = await newHouse();

test.before(async () => {
  await house.start();
  assert.is((await run([...house.dana, '--register', 'send', 'lobby', 'hello'])).code, 0);
});
test.after(() => house.clear());

test('send --id repeats without doubling; another text under it: conflict', async () => {
  const id = randomUUID();
  const first = await run([...house.dana, 'send', '#lobby', 'once', '--id', id]);
  const second = await run([...house.dana, 'send', 'lobby', 'once', '--id', id]);
  assert.equal(last(first), last(second));
  assert.is(last(first).id, id);
  const other = await run([...house.dana, 'send', 'lobby', 'twice', '--id', id]);
  assert.equal([other.code, last(other).code], [4, 'conflict']);
});

test('unknown rooms and people, oneself: 4, each with its code; too large: 4', async () => {
  for (const [room, code] of [['nowhere', 'no_such_room'], ['@nobody', 'no_such_user'], ['@dana', 'no_such_user']] as const) {
    const refused = await run([...house.dana, 'send', room, 'x']);
    assert.equal([refused.code, last(refused).code], [4, code]);
  }
  const large = await run([...house.dana, 'send', 'lobby', 'x'.repeat(70_000)]);
  assert.equal([large.code, last(large).code], [4, 'too_large']);
});

test('history: oldest first, limited; roster: name, presence, last_seen', async () => {
  const all = await run([...house.dana, 'history', 'lobby']);
  assert.equal(all.lines.map(({ type, seq, sender, text }) => [type, seq, sender, text]), [['msg', 1, 'dana', 'hello'], ['msg', 2, 'dana', 'once']]);
  assert.is((await run([...house.dana, 'history', 'lobby', '--limit', '1'])).lines[0]?.seq, 2);
  const roster = await run([...house.dana, 'roster']);
  assert.equal(roster.lines.map(({ type, name, presence }) => [type, name, presence]), [['user', 'dana', 'online']]);
});

test('hostile text cannot reach the terminal', async () => {
  assert.is((await run([...house.dana, 'send', 'lobby', 'a\u001b[2Jb\u202ec'])).code, 0);
  const plain = await run([...house.local, '--user', 'dana', 'history', 'lobby', '--limit', '1']);
  assert.match(plain.out, /a\\u\{1b\}\[2Jb\\u\{202e\}c/);
  const json = await run([...house.dana, 'history', 'lobby', '--limit', '1']);
  assert.not.match(json.out, /[\u001b\u202e]/);
  assert.is(last(json).text, 'a\u001b[2Jb\u202ec');
});

test('chat from a pipe sends each line and waits for the confirmations', async () => {
  const chat = await run([...house.dana, 'chat'], { input: 'one\ntwo\n/help\n//slash\n' });
  assert.is(chat.code, 0, chat.err);
  assert.is(chat.lines.filter(({ type }) => type === 'sent').length, 3);
  const after = await run([...house.dana, 'history', 'lobby', '--limit', '3']);
  assert.equal(after.lines.map(({ text }) => text), ['one', 'two', '/slash']);
});

test('chat from a long pipe sends every line once and in order', async () => {
  const lines = Array.from({ length: 500 }, (_, at) => `line ${at}`);
  const chat = await run([...house.dana, '--timeout', '40', 'chat'], { input: `${lines.join('\n')}\n` });
  assert.is(chat.code, 0, chat.err);
  const { lines: log } = await run([...house.dana, 'history', 'lobby', '--limit', '500']);
  assert.equal(log.map(({ text }) => text), lines);
});

test.run();
