// `npm run package`, and the folder it makes as a person starts it: without Node.js, by its starter alone.
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { bundled } from '../../scripts/runtime.mjs';
import { root, tempFolder } from '../helpers/folders.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { attach, openAgainIfCrashed, portFileOf, processTree, startDisplay, type Display } from '../helpers/window.ts';

interface Packaged {
  page: Page;
  /** Main process. */
  child: ChildProcess;
  close(): Promise<void>;
}

/** Programs of the system, and no Node.js. */
const PATH = '/usr/bin:/bin';

function packageInto(folder: string): string {
  const made = spawnSync(process.execPath, [join(root, 'scripts/package.mjs'), '--out', folder], { encoding: 'utf8', env: { ...process.env, REACH_NW: bundled() as string } });
  assert.is(made.status, 0, made.stderr);
  return made.stdout;
}

function start(closing: Closing, starter: string, places: { home: string; display: Display }): Promise<Packaged> {
  return openAgainIfCrashed(() => startOnce(closing, starter, places));
}

async function startOnce(closing: Closing, starter: string, { home, display }: { home: string; display: Display }): Promise<Packaged> {
  const profile = join(home, 'reach-chat/profiles/default');
  rmSync(portFileOf(profile), { force: true });
  const env = { PATH, HOME: home, XDG_DATA_HOME: home, DISPLAY: display.name, LANG: 'C.UTF-8' };
  const child = spawn(starter, ['--remote-debugging-port=0'], { stdio: 'ignore', env, cwd: '/' });
  const ended = () => child.exitCode !== null || child.signalCode !== null;
  const stop = async (): Promise<void> => {
    if (!ended()) processTree(child.pid!).reverse().forEach((pid) => process.kill(pid, 'SIGKILL'));
    await waitFor(ended, 10_000, 'the packaged window is gone');
  };
  closing.add(stop);
  const { page } = await attach(child, profile, stop);
  page.setDefaultTimeout(20_000);
  return {
    page, child,
    async close() {
      await page.evaluate(() => void setTimeout(() => nw.Window.get().close(), 0));
      await waitFor(ended, 15_000, 'the packaged window closes');
    },
  };
}

/** What Chromium paints before the page does: 0 as the system, 1 light, 2 dark. */
function firstFrame(home: string): unknown {
  const { browser } = JSON.parse(readFileSync(join(home, 'reach-chat/profiles/default/Default/Preferences'), 'utf8')) as { browser: { theme: { color_scheme: number; color_scheme2: number } } };
  assert.is(browser.theme.color_scheme, browser.theme.color_scheme2);
  return browser.theme.color_scheme;
}

test('the packaged window starts without Node.js and shows the connect card; a dark one is dark from its first frame', closeAfter(async (closing) => {
  const out = tempFolder(closing);
  const home = join(tempFolder(closing), "it's a home");
  mkdirSync(home);
  const printed = packageInto(out);
  const starter = join(out, 'reach-chat/reach-chat');
  assert.match(printed, new RegExp(`Start it: ${starter}`));
  for (const name of readdirSync(join(out, 'reach-chat'))) assert.is(statSync(join(out, 'reach-chat', name)).mode & 0o044, 0o044, `${name} is readable for everybody`);
  const entry = readFileSync(join(out, 'reach-chat/reach-chat.desktop'), 'utf8');
  assert.match(entry, `Exec="${starter}" %u`);
  assert.match(entry, 'MimeType=x-scheme-handler/reach;');

  const display = await startDisplay(closing);
  const first = await start(closing, starter, { home, display });
  await first.page.getByTestId('connect-card').waitFor();
  assert.is(await first.page.evaluate(() => nw.App.manifest.name), 'reach-chat');
  await first.close();
  assert.is(firstFrame(home), 0);

  const settings = join(home, 'reach-chat/profiles/default/Default/settings.json');
  for (const [theme, scheme] of [['dark', 2], ['light', 1]] as const) {
    const kept = existsSync(settings) ? (JSON.parse(readFileSync(settings, 'utf8')) as object) : { rosterOpen: '', sidebarWidth: 0, remember: '', recent: '' };
    writeFileSync(settings, JSON.stringify({ ...kept, theme }));
    const again = await start(closing, starter, { home, display });
    await again.page.getByTestId('connect-card').waitFor();
    await waitFor(() => again.page.evaluate(() => document.documentElement.dataset['theme']).then((shown) => shown === theme), 5_000, `the theme is ${theme}`);
    await again.close();
    assert.is(firstFrame(home), scheme, theme);
  }
}));

test('the starter refuses what is no profile', closeAfter(async (closing) => {
  const folder = tempFolder(closing);
  const starter = join(folder, 'reach-chat');
  writeFileSync(starter, readFileSync(join(root, 'scripts/packaged-start.sh')));
  chmodSync(starter, 0o755);
  for (const profile of ['../elsewhere', '', '-x', 'a b']) {
    const run = spawnSync(starter, ['--profile', profile], { encoding: 'utf8', env: { PATH, HOME: folder } });
    assert.is(run.status, 1, run.stderr);
    assert.match(run.stderr, /letters, digits, dots and dashes only/);
  }
  assert.equal(readdirSync(folder), ['reach-chat']);
}));

test.run();
