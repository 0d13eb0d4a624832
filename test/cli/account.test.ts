// docs/cli.md against a real server process: options, accounts, passwords, and servers that are none.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { last, newHouse, run } from './house.ts';
import { freePort } from './processes.ts';

const house = await newHouse();

test.before(() => house.start());
test.after(() => house.clear());

test('--register makes the account and send tells the place of the message', async () => {
  const sent = await run([...house.dana, '--register', 'send', 'lobby', 'hello']);
  assert.is(sent.code, 0, sent.err);
  const { type, room, seq, path } = last(sent);
  assert.equal({ type, room, seq, path }, { type: 'sent', room: 'lobby', seq: 1, path: 'tcp' });
  assert.is(statSync(join(house.home, 'pins.json')).mode & 0o777, 0o600);
});

test('--register on a name that exists: name_taken, 4', async () => {
  const refused = await run([...house.dana, '--register', 'send', 'lobby', 'x']);
  assert.equal([refused.code, last(refused).code], [4, 'name_taken']);
});

test('an unknown name: 3 and the hint', async () => {
  const refused = await run([...house.local, '--user', 'nobody', '--json', 'roster']);
  assert.equal([refused.code, last(refused).code, last(refused).hint], [3, 'unknown_name', 'Create account? Use --register.']);
});

test('a wrong password: 3 and the tries left', async () => {
  const refused = await run([...house.dana, 'roster'], { password: 'wrong' });
  assert.equal([refused.code, last(refused).code], [3, 'auth_failed']);
  assert.match(String(last(refused).message), /^Wrong password for 'dana'\. \d tries left before a 60 s pause\.$/);
});

test('--password-file; an unreadable one: 6; none at all: 1', async () => {
  const file = join(house.root, 'password');
  writeFileSync(file, 'correct horse 1\n');
  assert.is((await run([...house.local, '--user', 'dana', '--password-file', file, 'roster'], { password: '' })).code, 0);
  const missing = await run([...house.dana, '--password-file', join(house.root, 'nowhere'), 'roster']);
  assert.equal([missing.code, last(missing).code], [6, 'local']);
  assert.is((await run([...house.dana, 'roster'], { password: '' })).code, 1);
});

test('nobody there, not a Reach server, nobody answers: 2, each with its words', async () => {
  const away = ['--home', house.home, '--user', 'dana', '--json'];
  const refused = await run(['--server', `127.0.0.1:${await freePort()}`, ...away, 'send', 'lobby', 'x']);
  assert.equal([refused.code, last(refused).code], [2, 'unreachable']);
  assert.match(String(last(refused).message), /Nothing is listening/);
  for (const [words, code] of [['HTTP/1.1 400 Bad Request\r\n\r\n', 'not_reach'], ['SSH-2.0-x\r\n', 'not_reach'], ['', 'unreachable']] as const) {
    const held = new Set<Socket>();
    const stranger = createServer((socket) => (held.add(socket), socket.on('error', () => socket.destroy()).write(words)));
    await new Promise<void>((resolve) => stranger.listen(0, '127.0.0.1', resolve));
    const answer = await run(['--server', `127.0.0.1:${(stranger.address() as AddressInfo).port}`, ...away, '--timeout', '2', 'roster']);
    for (const socket of held) socket.destroy();
    await new Promise((resolve) => stranger.close(resolve));
    assert.equal([answer.code, last(answer).code], [2, code]);
  }
});

test('usage: 1, help: 0; an unwritable home: 6', async () => {
  for (const argv of [[], ['roster'], [...house.dana, 'shout'], [...house.dana, 'send', 'lobby'], [...house.dana, 'history', 'lobby', '--limit', '0'], [...house.dana, 'roster', '--json'], [...house.dana, '--timeout', 'x', 'roster'], ['--user', 'no spaces', 'roster']]) {
    assert.is((await run(argv)).code, 1, argv.join(' '));
  }
  const help = await run(['--help']);
  assert.is(help.code, 0);
  for (const command of ['chat', 'send', 'tail', 'history', 'roster']) assert.ok(help.out.includes(command));
  writeFileSync(join(house.root, 'file'), '');
  const unwritable = await run(['--server', `127.0.0.1:${house.port}`, '--home', join(house.root, 'file'), '--user', 'dana', '--json', 'roster']);
  assert.equal([unwritable.code, last(unwritable).code], [6, 'local']);
});

test.run();
