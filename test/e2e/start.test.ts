// `npm start` as a person runs it: server and window in one command, more windows by profile, nothing left behind.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { whoListens } from '../../scripts/hosting.mjs';
// @ts-expect-error: the same
import { bundled } from '../../scripts/runtime.mjs';
import { root, tempFolder } from '../helpers/folders.ts';
import { freePort } from '../helpers/server.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { processTree, startDisplay } from '../helpers/window.ts';

interface Started {
  child: ChildProcess;
  text(): string;
  ended(): Promise<number | null>;
}

interface Place {
  home: string;
  port: number;
  display?: string;
}

function npmStart(closing: Closing, { home, port, display = '' }: Place, args: string[] = []): Started {
  const env = { ...process.env, XDG_DATA_HOME: home, DISPLAY: display, WAYLAND_DISPLAY: '', REACH_NW: bundled() as string };
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--port', String(port), '--data', join(home, 'data'), ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const ended = () => waitFor(() => (child.exitCode ?? child.signalCode) !== null && { code: child.exitCode }, 30_000, 'npm start ends').then(({ code }) => code);
  closing.add(async () => {
    child.kill('SIGTERM');
    await ended();
  });
  return { child, text: () => text, ended };
}

async function lasting(started: Started, words: RegExp): Promise<void> {
  await waitFor(() => words.test(started.text()), 40_000, `${words}`).catch((cause: Error) => {
    throw new Error(`${cause.message}\n${started.text()}`);
  });
}

test('one command hosts and opens the window; the last window ends it', closeAfter(async (closing) => {
  const place = { home: tempFolder(closing), port: await freePort(), display: (await startDisplay(closing)).name };
  const first = npmStart(closing, place);
  await lasting(first, /Window open \(profile "default"\)/);
  const lock = join(place.home, 'reach-chat/profiles/default/SingletonLock');
  await waitFor(() => existsSync(lock) || processTree(first.child.pid!).length > 6, 15_000, 'the window is up');

  const other = npmStart(closing, place, ['--profile', 'other']);
  await lasting(other, /A Reach server answers/);
  await lasting(other, /Window open \(profile "other"\)/);
  const same = npmStart(closing, place);
  assert.is(await same.ended(), 0);
  assert.match(same.text(), /is open already/);

  const window = processTree(first.child.pid!).slice(1).find((pid) => windowOf(pid, 'profiles/default'));
  process.kill(window!, 'SIGTERM');
  await lasting(first, /stays up for the other open windows/);
  assert.is(await whoListens(place.port), 'reach');
  other.child.kill('SIGINT');
  assert.is(await other.ended(), 0);
  assert.is(await first.ended(), 0);
  assert.match(first.text(), /The last window is closed: stopping the server/);
  assert.is(await whoListens(place.port), 'nothing');
}));

/** The main process of the window, not one of its helpers. */
function windowOf(pid: number, profile: string): boolean {
  const line = readFileSync(`/proc/${pid}/cmdline`, 'utf8');
  return line.includes(profile) && !line.includes('--type=');
}

test('without a display it hosts only, and Ctrl+C ends it', closeAfter(async (closing) => {
  const place = { home: tempFolder(closing), port: await freePort() };
  const hosting = npmStart(closing, place);
  await lasting(hosting, /Hosting\. Ctrl\+C stops the server\./);
  assert.match(hosting.text(), /No display here/);
  assert.match(hosting.text(), /reach:\/\//);
  hosting.child.kill('SIGINT');
  assert.is(await hosting.ended(), 0);
  assert.is(await whoListens(place.port), 'nothing');
}));

test('a port that another program has is named, not used', closeAfter(async (closing) => {
  const stranger = createServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
  const port = await freePort();
  await new Promise<void>((resolve) => stranger.listen(port, '127.0.0.1', resolve));
  closing.add(() => stranger.close());
  const started = npmStart(closing, { home: tempFolder(closing), port });
  assert.is(await started.ended(), 1);
  assert.match(started.text(), /taken by a program that is not a Reach server/);
}));

test.run();
