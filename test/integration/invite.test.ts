// Invites as the owner of a server makes them and as others use them: the built programs, a real socket, real accounts.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseLink } from '../../shared/protocol/link.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { cli, type CliRun } from '../helpers/cli.ts';
import { startEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { startServer, type RunningServer } from '../helpers/server.ts';
import { closeAfter, waitFor, withDeadline, type Closing } from '../helpers/waiting.ts';

interface Run {
  code: number | null;
  out: string;
  err: string;
}

function command(args: string[], environment: NodeJS.ProcessEnv = {}): Run {
  const run = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), ...args], { encoding: 'utf8', timeout: 20_000, cwd: root, env: { ...process.env, ...environment } });
  return { code: run.status, out: run.stdout, err: run.stderr.trim() };
}

/** The link of `reach-server invite`, its host this computer's own: only key and invite are checked. */
function inviteOf({ data }: RunningServer, args: string[] = []): string {
  const { code, out, err } = command(['invite', '--data', data, ...args]);
  assert.is(code, 0, err);
  return out.split('\n')[0]!.replace(/\/\/[^/:]+/, '//127.0.0.1');
}

function register(closing: Closing, link: string, user: string): Promise<CliRun> {
  return cli(['--link', link, '--user', user, '--register', '--json', 'roster'], { home: tempFolder(closing), password: 'correct horse battery', within: 60_000 });
}

function assertRefused({ code, err, out }: Run, words: RegExp): void {
  assert.is(code, 1, `${out}${err}`);
  assert.match(err, words);
  assert.is(err.split('\n').length, 1, err);
  assert.is(out, '');
}

/** What the control socket answers to these bytes. */
function ask(data: string, bytes: string): Promise<string> {
  const socket = connect(join(data, 'control.sock'));
  let text = '';
  socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const closed = new Promise<string>((resolve) => socket.on('error', () => resolve(text)).on('close', () => resolve(text)));
  socket.write(bytes);
  return withDeadline(closed, 10_000, 'the control socket ends');
}

test('a closed server and the terminal client: no account without an invite, one account with it', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'closed'] });
  const plain = server.link.replace(/\/\/[^/:]+/, '//127.0.0.1').replace(/&i=.*/, '');
  const refused = await register(closing, plain, 'dana');
  assert.is(refused.lines.at(-1)?.['code'], 'closed', refused.err);
  const link = inviteOf(server);
  assert.is(hex(parseLink(link)!.fingerprint), server.fingerprint);
  assert.is(parseLink(link)!.port, server.port);
  assert.is((await register(closing, link, 'dana')).code, 0);
  const second = await register(closing, link, 'maya');
  assert.is(second.lines.at(-1)?.['code'], 'bad_invite', second.err);
}));

test('registration by invite and the window: as many accounts as the invite is good for', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'invite'] });
  const link = inviteOf(server, ['--uses', '2']);
  const signIn = (username: string) => startEngine(closing).signIn({ username, server: link }).then(() => 'in', (cause: Error) => cause.message);
  assert.equal([await signIn('dana'), await signIn('maya')], ['in', 'in']);
  assert.not.match(await signIn('jonas'), /^in$/);
  assert.equal(await signIn('dana'), 'in', 'who has an account needs no invite');
  const chief = startEngine(closing);
  await chief.signIn({ username: 'priya', server: inviteOf(server, ['--admin']) });
  assert.ok(chief.events.some((event) => event.type === 'session' && event.session.admin), 'an invite made with --admin makes an admin');
}));

test('it says what the link is good for, and nobody else is told it', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'closed'] });
  assert.match(command(['invite', '--data', server.data]).out, /^reach:\/\/\S+&i=[\w-]{22}\n\nGood for one new account, until 20\d\d-\d\d-\d\d \d\d:\d\d UTC\.\nTo take it back: reach-server invite --revoke [0-9a-f]{8}\n$/);
  const soon = command(['invite', '--data', server.data, '--uses', '3', '--expires', '30m', '--admin']).out;
  const [, until] = /^Good for 3 new accounts, admins, until (.*)\.$/m.exec(soon)!;
  const minutes = (Date.parse(until!.replace(' UTC', 'Z').replace(' ', 'T')) - Date.now()) / 60_000;
  assert.ok(minutes > 27 && minutes <= 30, `${minutes} minutes`);
  await waitFor(() => server.log().match(/invite made/g)?.length === 2, 5_000, 'the log tells of both');
  assert.not.ok(server.log().includes(/&i=([\w-]{22})/.exec(soon)![1]!));
}));

test('invites are listed by a name that is no secret, and taken back', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'closed'] });
  const list = () => command(['invites', '--data', server.data]).out;
  const revoke = (id: string) => command(['invite', '--data', server.data, '--revoke', id]);
  const [first] = /[0-9a-f]{8}(?=  admin )/.exec(list()) ?? [];
  assert.ok(first, list());
  const link = inviteOf(server, ['--uses', '5', '--expires', '12h']);
  const [, id] = /^([0-9a-f]{8})  member  5 +20\d\d-\d\d-\d\d \d\d:\d\d UTC$/m.exec(list()) ?? [];
  assert.ok(id, list());
  assert.not.ok(list().includes(/&i=(.{22})/.exec(link)![1]!));
  await startEngine(closing).signIn({ username: 'dana', server: link });
  assert.match(list(), new RegExp(`^${id}  member  4 `, 'm'));

  assert.match(revoke(id!.slice(0, 6).toUpperCase()).out, new RegExp(`^Invite ${id} is no longer good; it was for 4 new accounts, until`));
  assertRefused(revoke(id!), /no invite that is still good begins with/);
  const late = await startEngine(closing).signIn({ username: 'maya', server: link, register: true }).then(() => 'in', (cause: Error) => cause.message);
  assert.match(late, /bad_invite/);
  assert.is(revoke(first!).code, 0);
  assert.is(list(), 'There is no invite that is still good.\n');
}));

test('the directory is found by flag, by variable and by the configuration file', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const file = join(tempFolder(closing), 'config.json');
  writeFileSync(file, JSON.stringify({ data: server.data, registration: 'closed' }));
  for (const [args, environment] of [[['--data', server.data], {}], [[], { REACH_DATA: server.data }], [['--config', file], {}], [[], { REACH_CONFIG: file }]] as const) {
    const { code, err } = command(['invite', ...args], environment);
    assert.is(code, 0, err);
  }
}));

test('the socket is its owner\'s alone, is gone with the server, and a killed server\'s is replaced', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const path = join(server.data, 'control.sock');
  assert.is(statSync(path).mode & 0o777, 0o600);
  await server.kill();
  assert.ok(existsSync(path));
  assertRefused(command(['invite', '--data', server.data]), /no server is running on .*data/);
  await server.restart();
  inviteOf(server);
  assert.is(await server.stop(), 0);
  assert.not.ok(existsSync(path));
  assertRefused(command(['invite', '--data', server.data]), /no server is running/);
}));

test('no server, no such directory, no directory, wrong options: one clear line and exit 1', closeAfter(async (closing) => {
  const folder = tempFolder(closing);
  writeFileSync(join(folder, 'file'), '');
  assertRefused(command(['invite', '--data', join(folder, 'nowhere')]), /no server is running on .*nowhere; start it, or name its data directory with --data/);
  assertRefused(command(['invite', '--data', join(folder, 'file')]), /no server is running/);
  assertRefused(command(['invite', '--uses', '0']), /--uses 0: expected a number from 1 to 10000/);
  assertRefused(command(['invite', '--expires', 'soon']), /--expires soon: .*7d, 12h, 30m/);
  assertRefused(command(['invite', 'dana']), /unknown option dana/);
  assertRefused(command(['invite'], { REACH_DATA: '' }), /REACH_DATA/);
  for (const word of ['invitations', 'toString', '']) assertRefused(command([word]), /unknown option/);
  assertRefused(command(['invites', '--uses', '2']), /unknown option --uses/);
  assertRefused(command(['invites', '--data', join(folder, 'nowhere')]), /no server is running/);
  assertRefused(command(['invite', '--revoke', 'x']), /--revoke x: /);
  assertRefused(command(['invite', '--revoke', 'abcd1234', '--admin']), /--revoke and --admin contradict/);
  for (const name of ['invite', 'invites']) assert.match(command([name, '--help']).out, /--expires TIME/);
}));

test('a data directory whose path is too long for a socket', closeAfter(async (closing) => {
  const data = join(tempFolder(closing), 'a'.repeat(90), 'b'.repeat(90));
  const server = await startServer(closing, { data, args: ['--registration', 'closed'] });
  await startEngine(closing).signIn({ username: 'dana', server: inviteOf(server) });
  await server.kill();
  await server.restart();
  inviteOf(server);
  assert.is(await server.stop(), 0);
  assert.not.ok(existsSync(join(data, 'control.sock')));
}));

test('a server that cannot have its socket runs without it and says so', closeAfter(async (closing) => {
  const data = join(tempFolder(closing), 'data');
  mkdirSync(join(data, 'control.sock'), { recursive: true });
  chmodSync(data, 0o700);
  const server = await startServer(closing, { data });
  assert.match(server.log(), /no control socket/);
  assertRefused(command(['invite', '--data', data]), /no server is running|cannot be asked/);
}));

test('rubbish on the socket is answered or ended, and the next order is served', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const refusal = async (bytes: string): Promise<string> => String((JSON.parse(await ask(server.data, bytes)) as { reason: unknown }).reason);
  assert.match(await refusal('hello\n'), /no JSON/);
  for (const order of ['null', '[]', '{}', '{"command":"stop"}', '{"command":"invite"}', '{"command":"revoke","id":""}', '{"command":"revoke","id":"%"}', '{"command":"invite","uses":-1,"life":1,"admin":false}', '{"command":"invite","uses":1,"life":1e300,"admin":false}']) {
    assert.match(await refusal(`${order}\n`), /does not know that order/, order);
  }
  assert.match(await refusal('x'.repeat(10_000)), /too long/);
  const silent = connect(join(server.data, 'control.sock'));
  closing.add(() => silent.destroy());
  await waitFor(() => silent.readyState === 'open', 5_000, 'the silent one is connected');
  inviteOf(server);
  assert.is(await withDeadline(server.stop(), 10_000, 'a silent order does not hold up the end'), 0);
}));

test.run();
