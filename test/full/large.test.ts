// 2 GB from window to window and from terminal to window: bit for bit, and no program holds more than a little of it.
import { closeSync, existsSync, openSync, readdirSync, rmSync, statSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';
import { basename, join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { cli } from '../helpers/cli.ts';
import { hashOf, randomFile } from '../helpers/files.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { memoryOf } from '../helpers/memory.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

const MB = 1024 * 1024;
const SIZE = 2048 * MB;
/** Milliseconds for one way of the file, on two cores that two windows and a server share. */
const WITHIN_MS = 1_200_000;
/** MiB that a program may take beyond what it took before, through the whole transfer. */
const MORE_MAX = 64;

interface Edges {
  ana: AppWindow;
  ben: AppWindow & { downloads: string };
  /** Folder of what is sent. */
  desk: string;
  here: string;
}

/** The sizes where something could go wrong, from the window and from the terminal. */
async function everyEdge({ ana, ben, desk, here }: Edges): Promise<void> {
  const paths = [0, 1, 65_535, 65_536, 65_537, MB, Math.floor(49.9 * MB)].map((size) => randomFile(desk, `${size} bytes.bin`, size));
  await ana.page.getByTestId('pick-files').setInputFiles(paths);
  await waitFor(async () => (await ana.page.getByTestId('chips').locator('[data-chip]').count()) === paths.length, 20_000, 'the chips');
  await say(ana.page, 'every edge');
  const sent = await cli(['--server', here, '--user', 'carol', '--register', '--json', 'send-file', 'lobby', ...paths], { home: join(desk, 'home of carol'), password: 'correct horse battery', within: WITHIN_MS });
  assert.is(sent.lines.at(-1)?.['type'], 'sent', sent.out + sent.err);
  const cards = ben.page.getByTestId('file-card');
  await waitFor(async () => (await cards.getByRole('button', { name: /^Download/ }).count()) === paths.length * 2, 60_000, 'all cards');
  while ((await cards.getByRole('button', { name: /^Download/ }).count()) > 0) await cards.getByRole('button', { name: /^Download/ }).first().click();
  for (const sender of ['ana', 'carol']) {
    for (const path of paths) {
      const saved = join(ben.downloads, sender, basename(path));
      await waitFor(() => existsSync(saved) && statSync(saved).size === statSync(path).size, 60_000, saved);
      assert.is(await hashOf(saved), await hashOf(path), saved);
    }
  }
}

function largeFile(folder: string, name: string): string {
  const path = join(folder, name);
  const file = openSync(path, 'w');
  for (let at = 0; at < SIZE; at += MB) writeSync(file, randomBytes(MB));
  closeSync(file);
  return path;
}

/** The most it takes beyond what it takes now, in MiB. */
function watch(closing: Closing, pid: number): () => number {
  const base = memoryOf(pid);
  let most = base;
  const timer = setInterval(() => (most = Math.max(most, memoryOf(pid))), 500);
  closing.add(() => clearInterval(timer));
  return () => (clearInterval(timer), (most - base) / MB);
}

async function enter(closing: Closing, username: string, server: string): Promise<AppWindow & { downloads: string }> {
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(window.page, { username, server });
  await window.page.keyboard.press('Control+Shift+T');
  const downloads = await window.page.getByRole('dialog', { name: 'Transfers' }).getByTitle(/^Open /).innerText();
  await window.page.keyboard.press('Escape');
  return { ...window, downloads: downloads.trim() };
}

test('2 GB arrive whole, from a window and from a terminal, in little memory', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--max-file', '4GiB', '--quota', '10GiB'] });
  const here = `127.0.0.1:${server.port}`;
  const [ana, ben] = [await enter(closing, 'ana', here), await enter(closing, 'ben', here)];
  const desk = tempFolder(closing);
  const own = largeFile(desk, 'window.bin');
  const whole = await hashOf(own);
  await everyEdge({ ana, ben, desk, here });
  const arrived = async (name: string): Promise<void> => {
    const card = message(ben.page, name).getByTestId('file-card');
    await card.getByRole('button', { name: /^Download/ }).click({ timeout: WITHIN_MS });
    await waitFor(() => readdirSync(join(ben.downloads), { recursive: true }).map(String).find((found) => found.endsWith(`/${name}`)), WITHIN_MS, `${name} at the receiver`);
  };
  const grown = { sender: watch(closing, ana.pid), receiver: watch(closing, ben.pid), server: watch(closing, server.pid) };
  await ana.page.getByTestId('pick-files').setInputFiles([own]);
  await ana.page.getByTestId('chips').locator('[data-chip]').waitFor();
  await say(ana.page, '');
  await arrived('window.bin');
  const more = { sender: grown.sender(), receiver: grown.receiver(), server: grown.server() };
  console.log(`      window to window, MiB more: sender ${more.sender.toFixed(0)}, receiver ${more.receiver.toFixed(0)}, server ${more.server.toFixed(0)}`);
  assert.is(await hashOf(join(ben.downloads, 'ana', 'window.bin')), whole);
  rmSync(join(ben.downloads, 'ana', 'window.bin'));
  const sent = await cli(['--server', here, '--user', 'carol', '--json', 'send-file', 'lobby', own, '--as-name', 'terminal.bin'], { home: join(desk, 'home of carol'), password: 'correct horse battery', within: WITHIN_MS });
  assert.is(sent.lines.at(-1)?.['type'], 'sent', sent.out + sent.err);
  await arrived('terminal.bin');
  assert.is(await hashOf(join(ben.downloads, 'carol', 'terminal.bin')), whole);
  for (const [who, mib] of Object.entries(more)) assert.ok(mib <= MORE_MAX, `the ${who} took ${mib.toFixed(0)} MiB more`);
}));

test.run();
