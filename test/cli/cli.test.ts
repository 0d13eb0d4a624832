// Every line of docs/cli.md against a real server process.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, freePort, startServer, stop, type Running } from './processes.ts';

const root = mkdtempSync(join(tmpdir(), 'reach-cli-'));
const home = join(root, 'home');
const port = await freePort();
const local = ['--server', `127.0.0.1:${port}`, '--home', home];
const dana = [...local, '--user', 'dana', '--json'];
let server: Running;

const run = (argv: string[], options = {}) => cli(argv, options).finished;
const last = ({ lines }: { lines: Record<string, unknown>[] }) => lines.at(-1) ?? {};

test.before(async () => {
  server = await startServer(join(root, 'data'), port, ['--limit', 'send=0']);
});

test.after(async () => {
  await stop(server);
  rmSync(root, { recursive: true, force: true });
});

test('--register makes the account and send tells the place of the message', async () => {
  const sent = await run([...dana, '--register', 'send', 'lobby', 'hello']);
  assert.is(sent.code, 0, sent.err);
  const { type, room, seq, path } = last(sent);
  assert.equal({ type, room, seq, path }, { type: 'sent', room: 'lobby', seq: 1, path: 'tcp' });
  assert.is(statSync(join(home, 'pins.json')).mode & 0o777, 0o600);
});

test('--register on a name that exists: name_taken, 4', async () => {
  const refused = await run([...dana, '--register', 'send', 'lobby', 'x']);
  assert.equal([refused.code, last(refused).code], [4, 'name_taken']);
});

test('an unknown name: 3 and the hint', async () => {
  const refused = await run([...local, '--user', 'nobody', '--json', 'roster']);
  assert.equal([refused.code, last(refused).code, last(refused).hint], [3, 'unknown_name', 'Create account? Use --register.']);
});

test('a wrong password: 3 and the tries left', async () => {
  const refused = await run([...dana, 'roster'], { password: 'wrong' });
  assert.equal([refused.code, last(refused).code], [3, 'auth_failed']);
  assert.match(String(last(refused).message), /^Wrong password for 'dana'\. \d tries left before a 60 s pause\.$/);
});

test('--password-file; an unreadable one: 6; none at all: 1', async () => {
  const file = join(root, 'password');
  writeFileSync(file, 'correct horse 1\n');
  assert.is((await run([...local, '--user', 'dana', '--password-file', file, 'roster'], { password: '' })).code, 0);
  const missing = await run([...dana, '--password-file', join(root, 'nowhere'), 'roster']);
  assert.equal([missing.code, last(missing).code], [6, 'local']);
  assert.is((await run([...dana, 'roster'], { password: '' })).code, 1);
});

test('send --id repeats without doubling; another text under it: conflict', async () => {
  const id = randomUUID();
  const first = await run([...dana, 'send', '#lobby', 'once', '--id', id]);
  const second = await run([...dana, 'send', 'lobby', 'once', '--id', id]);
  assert.equal(last(first), last(second));
  assert.is(last(first).id, id);
  const other = await run([...dana, 'send', 'lobby', 'twice', '--id', id]);
  assert.equal([other.code, last(other).code], [4, 'conflict']);
});

test('@name and unknown rooms: no_such_room, 4; too large: 4', async () => {
  for (const room of ['@dana', 'nowhere']) {
    const refused = await run([...dana, 'send', room, 'x']);
    assert.equal([refused.code, last(refused).code], [4, 'no_such_room']);
  }
  const large = await run([...dana, 'send', 'lobby', 'x'.repeat(70_000)]);
  assert.equal([large.code, last(large).code], [4, 'too_large']);
});

test('history: oldest first, limited; roster: name, presence, last_seen', async () => {
  const all = await run([...dana, 'history', 'lobby']);
  assert.equal(all.lines.map(({ type, seq, sender, text }) => [type, seq, sender, text]), [['msg', 1, 'dana', 'hello'], ['msg', 2, 'dana', 'once']]);
  assert.is((await run([...dana, 'history', 'lobby', '--limit', '1'])).lines[0]?.seq, 2);
  const roster = await run([...dana, 'roster']);
  assert.equal(roster.lines.map(({ type, name, presence }) => [type, name, presence]), [['user', 'dana', 'online']]);
});

test('hostile text cannot reach the terminal', async () => {
  assert.is((await run([...dana, 'send', 'lobby', 'a\u001b[2Jb\u202ec'])).code, 0);
  const plain = await run([...local, '--user', 'dana', 'history', 'lobby', '--limit', '1']);
  assert.match(plain.out, /a\\u\{1b\}\[2Jb\\u\{202e\}c/);
  const json = await run([...dana, 'history', 'lobby', '--limit', '1']);
  assert.not.match(json.out, /[\u001b\u202e]/);
  assert.is(last(json).text, 'a\u001b[2Jb\u202ec');
});

test('chat from a pipe sends each line and waits for the confirmations', async () => {
  const chat = await run([...dana, 'chat'], { input: 'one\ntwo\n/help\n//slash\n' });
  assert.is(chat.code, 0, chat.err);
  assert.is(chat.lines.filter(({ type }) => type === 'sent').length, 3);
  const after = await run([...dana, 'history', 'lobby', '--limit', '3']);
  assert.equal(after.lines.map(({ text }) => text), ['one', 'two', '/slash']);
});

test('tail: --since and --count; live; over a restart of the server; Ctrl+C is 130', async () => {
  const since = await run([...dana, 'tail', 'lobby', '--since', '1', '--count', '2']);
  assert.equal(since.lines.map(({ seq }) => seq), [2, 3]);
  const tail = cli([...dana, 'tail', 'lobby', '--since', '6']);
  await run([...dana, 'send', 'lobby', 'before']);
  await tail.until(() => tail.out.includes('before'), 'live message');
  await stop(server, 'SIGKILL');
  await tail.until(() => tail.err.includes('Trying again'), 'word about the loss');
  server = await startServer(join(root, 'data'), port, ['--limit', 'send=0']);
  await run([...dana, 'send', 'lobby', 'after']);
  await tail.until(() => tail.out.includes('after'), 'message after the restart');
  tail.child.kill('SIGINT');
  const { code, lines } = await tail.finished;
  assert.is(code, 130);
  assert.is(new Set(lines.map(({ seq }) => seq)).size, lines.length, 'none twice');
});

test('an unknown address: 5 with fingerprint and --trust; with it, or --trust-first, on; a changed key: 5', async () => {
  const other = ['--server', `127.0.0.2:${port}`, '--home', home, '--user', 'dana', '--json'];
  const unknown = await run([...other, 'roster']);
  assert.equal([unknown.code, last(unknown).code], [5, 'key_unknown']);
  const fingerprint = String(last(unknown).fingerprint);
  assert.ok(String(last(unknown).hint).includes(`--trust ${fingerprint}`));
  assert.is((await run([...other, '--trust', '0'.repeat(64), 'roster'])).code, 5);
  assert.is((await run([...other, '--trust', fingerprint, 'roster'])).code, 0);
  assert.is((await run([...other, 'roster'])).code, 0, 'kept');
  assert.is((await run(['--server', `127.0.0.3:${port}`, ...other.slice(2), '--trust-first', 'roster'])).code, 0);
  await stop(server);
  const impostor = await startServer(join(root, 'other'), port);
  const changed = await run([...dana, '--trust-first', 'roster']);
  await stop(impostor);
  server = await startServer(join(root, 'data'), port, ['--limit', 'send=0']);
  assert.equal([changed.code, last(changed).code], [5, 'key_changed']);
});

test('a link needs no question; --link and --server exclude each other', async () => {
  const link = /Link\s+(reach:\S+)/.exec(server.out)![1]!.replace(/\/\/[^/]+\//, `//127.0.0.4:${port}/`);
  assert.is((await run(['--link', link, ...local.slice(2), '--user', 'dana', 'roster'])).code, 0);
  assert.is((await run(['--link', link, ...local, '--user', 'dana', 'roster'])).code, 1);
});

test('nobody there, not a Reach server, nobody answers: 2, each with its words', async () => {
  const away = ['--home', home, '--user', 'dana', '--json'];
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
  for (const argv of [[], ['roster'], [...dana, 'shout'], [...dana, 'send', 'lobby'], [...dana, 'history', 'lobby', '--limit', '0'], [...dana, 'roster', '--json'], [...dana, '--timeout', 'x', 'roster'], ['--user', 'no spaces', 'roster']]) {
    assert.is((await run(argv)).code, 1, argv.join(' '));
  }
  const help = await run(['--help']);
  assert.is(help.code, 0);
  for (const command of ['chat', 'send', 'tail', 'history', 'roster']) assert.ok(help.out.includes(command));
  writeFileSync(join(root, 'file'), '');
  const unwritable = await run(['--server', `127.0.0.1:${port}`, '--home', join(root, 'file'), '--user', 'dana', '--json', 'roster']);
  assert.equal([unwritable.code, last(unwritable).code], [6, 'local']);
});

test.run();
