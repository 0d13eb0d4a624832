// The server as an administrator meets it: what it prints, what it leaves on the disk, and how it says that it can't.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { cli } from '../helpers/cli.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { freePort, startServer } from '../helpers/server.ts';
import { startEngine } from '../helpers/engine.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';

/** Runs the server until it gives up. */
function refused(args: string[]): { code: number | null; err: string; out: string } {
  const run = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), ...args], { encoding: 'utf8', timeout: 20_000 });
  return { code: run.status, err: run.stderr.trim(), out: run.stdout };
}

/** One line, exit code 1, and the words that name the cause. */
function assertRefused(args: string[], words: RegExp): void {
  const { code, err, out } = refused(args);
  assert.is(code, 1, `${args.join(' ')}: ${err}`);
  assert.match(err, words);
  assert.is(err.split('\n').length, 1, err);
  assert.not.match(out, /^ready$/m);
}

test('the first start: a readable block that ends with ready, one admin invite, files for the owner alone', closeAfter(async (closing) => {
  const server = await startServer(closing);
  assert.ok(server.block.trimEnd().endsWith('\nready'));
  for (const word of server.words) assert.ok(server.block.includes(word));
  assert.ok(server.block.includes(server.fingerprint));
  assert.is(server.block.match(/&i=[\w-]{22}/g)?.length, 1);
  assert.is(statSync(server.data).mode & 0o777, 0o700);
  for (const name of readdirSync(server.data)) assert.is(statSync(join(server.data, name)).mode & 0o077, 0, name);
  await server.stop();
  await server.restart();
}));

test('the second start: the same key, no second invite', closeAfter(async (closing) => {
  const first = await startServer(closing);
  await first.stop();
  const second = await startServer(closing, { data: first.data });
  assert.is(second.fingerprint, first.fingerprint);
  assert.not.match(second.block, /&i=/);
}));

test('a taken port, an unusable folder, a damaged database, a second server on the same data: one clear line each', closeAfter(async (closing) => {
  const folder = tempFolder(closing);
  const taken = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => taken.listen(port, '0.0.0.0', resolve));
  closing.add(() => taken.close());
  assertRefused(['--port', String(port), '--data', join(folder, 'a')], new RegExp(`${port}`));
  writeFileSync(join(folder, 'file'), '');
  assertRefused(['--port', '0', '--data', join(folder, 'file', 'data')], /file/);

  const server = await startServer(closing);
  assertRefused(['--port', '0', '--data', server.data], /another|in use|already/i);
  await server.stop();
  const database = readdirSync(server.data).find((name) => /\.db$|sqlite/.test(name))!;
  writeFileSync(join(server.data, database), 'this is no database, '.repeat(500));
  assertRefused(['--port', '0', '--data', server.data], /damaged|database/i);
}));

test('unknown and contradictory options stop it, unknown environment variables do not', closeAfter(async (closing) => {
  const data = join(tempFolder(closing), 'data');
  assertRefused(['--prot', '5001', '--data', data], /--prot/);
  assertRefused(['--no-udp', '--udp-port', '7', '--data', data], /--no-udp|--udp-port/);
  assertRefused(['--port', 'many', '--data', data], /--port/);
  assert.is(refused(['--help']).code, 0);
  process.env['REACH_SOMETHING_ELSE'] = '1';
  closing.add(() => delete process.env['REACH_SOMETHING_ELSE']);
  await startServer(closing, { data });
}));

test('SIGTERM says goodbye: the client names the cause and comes back by itself', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const client = startEngine(closing);
  await client.signIn({ username: 'dana', server: `127.0.0.1:${server.port}` });
  assert.is(await server.stop(), 0);
  const phase = await client.waitForPhase('reconnecting');
  assert.is(phase.name === 'reconnecting' && phase.failure.code, 'shutting_down');
  await server.restart();
  client.calls.retryNow();
  await client.waitForPhase('online');
}));

test('last seen outlives the server', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const as = (user: string) => ['--server', `127.0.0.1:${server.port}`, '--user', user, '--json', '--register'];
  const options = { home: tempFolder(closing), password: 'correct horse battery', within: 60_000 };
  const before = Date.now();
  assert.is((await cli([...as('maya'), 'roster'], options)).code, 0);
  await server.kill();
  await server.restart();
  const { lines } = await cli([...as('jonas'), 'roster'], options);
  const maya = lines.find(({ name }) => name === 'maya');
  assert.is(maya?.['presence'], 'offline');
  assert.ok(Number(maya?.['last_seen']) >= before);
}));

test('logs hold no message, no password and no ticket', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--log-level', 'trace'] });
  const secret = 'nobody logs this sentence';
  const client = startEngine(closing);
  await client.signIn({ username: 'dana', server: `127.0.0.1:${server.port}`, password: 'nor this passphrase' });
  client.calls.send(client.room(), secret);
  await waitFor(() => client.acked.size === 1, 10_000, 'the acknowledgement');
  await server.stop();
  assert.match(server.log(), /signed in/);
  for (const text of [secret, 'nor this passphrase', Buffer.from(secret).toString('base64'), Buffer.from(secret).toString('hex')]) assert.not.ok(server.log().includes(text));
}));

test.run();
