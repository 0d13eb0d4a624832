// docs/cli.md against a real server process: following a room, and keys.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { last, newHouse, run } from './house.ts';
import { cli, freePort, startServer, stop } from './processes.ts';
import { join } from 'node:path';

const house = await newHouse();

test.before(async () => {
  await house.start();
  assert.is((await run([...house.dana, '--register', 'send', 'lobby', 'hello'])).code, 0);
});
test.after(() => house.clear());

test('tail: --since and --count; live; over a restart of the server; Ctrl+C is 130', async () => {
  assert.is((await run([...house.dana, 'chat'], { input: 'two\nthree\n' })).code, 0);
  const since = await run([...house.dana, 'tail', 'lobby', '--since', '1', '--count', '2']);
  assert.equal(since.lines.map(({ seq }) => seq), [2, 3]);
  const tail = cli([...house.dana, 'tail', 'lobby', '--since', '3']);
  await run([...house.dana, 'send', 'lobby', 'before']);
  await tail.until(() => tail.out.includes('before'), 'live message');
  await house.stop('SIGKILL');
  await tail.until(() => tail.err.includes('Trying again'), 'word about the loss');
  await house.start();
  await run([...house.dana, 'send', 'lobby', 'after']);
  await tail.until(() => tail.out.includes('after'), 'message after the restart');
  tail.child.kill('SIGINT');
  const { code, lines } = await tail.finished;
  assert.is(code, 130);
  assert.is(new Set(lines.map(({ seq }) => seq)).size, lines.length, 'none twice');
});

test('an unknown address: 5 with fingerprint and --trust; with it, or --trust-first, on; a changed key: 5', async () => {
  const other = ['--server', `127.0.0.2:${house.port}`, '--home', house.home, '--user', 'dana', '--json'];
  const unknown = await run([...other, 'roster']);
  assert.equal([unknown.code, last(unknown).code], [5, 'key_unknown']);
  const fingerprint = String(last(unknown).fingerprint);
  assert.ok(String(last(unknown).hint).includes(`--trust ${fingerprint}`));
  assert.is((await run([...other, '--trust', '0'.repeat(64), 'roster'])).code, 5);
  assert.is((await run([...other, '--trust', fingerprint, 'roster'])).code, 0);
  assert.is((await run([...other, 'roster'])).code, 0, 'kept');
  assert.is((await run(['--server', `127.0.0.3:${house.port}`, ...other.slice(2), '--trust-first', 'roster'])).code, 0);
  await house.stop();
  const impostor = await startServer(join(house.root, 'other'), house.port);
  const changed = await run([...house.dana, '--trust-first', 'roster']);
  await stop(impostor);
  await house.start();
  assert.equal([changed.code, last(changed).code], [5, 'key_changed']);
});

test('a link needs no question; --link and --server exclude each other', async () => {
  const link = /Link\s+(reach:\S+)/.exec(house.server().out)![1]!.replace(/\/\/[^/]+\//, `//127.0.0.4:${house.port}/`);
  assert.is((await run(['--link', link, ...house.local.slice(2), '--user', 'dana', 'roster'])).code, 0);
  assert.is((await run(['--link', link, ...house.local, '--user', 'dana', 'roster'])).code, 1);
});

test('a link of another server: 5, in chat too, with the fingerprint that was expected', async () => {
  const link = `reach://127.0.0.1:${house.port}/?k=${Buffer.alloc(32, 7).toString('base64url')}`;
  for (const command of [['roster'], ['chat']]) {
    const refused = await run(['--link', link, ...house.local.slice(2), '--user', 'dana', '--json', ...command]);
    assert.equal([refused.code, last(refused).code, last(refused).expected], [5, 'key_changed', '07'.repeat(32)]);
    assert.match(String(last(refused).message), /not the one that --trust or the link names/);
  }
});

test('a closed server lets in who brings its invite, once', async () => {
  const closed = await startServer(join(house.root, 'closed'), await freePort(), ['--registration', 'closed']);
  const invite = /(reach:\S+i=\S+)/.exec(closed.out)![1]!;
  const enter = (link: string, user: string) => run(['--link', link, '--home', join(house.root, 'guests'), '--user', user, '--json', '--register', 'roster']);
  const refused = await enter(invite.replace(/&i=[^&\s]+/, ''), 'erin');
  assert.equal([refused.code, last(refused).code], [4, 'closed']);
  assert.is((await enter(invite, 'erin')).code, 0);
  const second = await enter(invite, 'frank');
  assert.equal([second.code, last(second).code], [4, 'bad_invite']);
  await stop(closed);
});

test.run();
