// A real NW.js window on an X server of its own, driven through the DevTools protocol.
// None of these processes leaves the group of the test file, so that the runner ends them with it.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { chromium, type Browser, type Page } from 'playwright-core';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { bundled, makeExecutable } from '../../scripts/runtime.mjs';
// @ts-expect-error: the same
import { matchFirstFrame } from '../../scripts/windows.mjs';
import { root, tempFolder } from './folders.ts';
import { sleep, waitFor, withDeadline, type Closing } from './waiting.ts';

export interface Display {
  name: string;
}

export interface AppWindow {
  page: Page;
  browser: Browser;
  profile: string;
  /** Of the NW.js process that was started. */
  pid: number;
  /** When it was started. */
  started: number;
  /** As a person does it: the window may say goodbye to the server and save its state. */
  close(): Promise<void>;
  /** kill -9. */
  kill(): Promise<void>;
  screenshot(name: string): Promise<void>;
}

const APP_URL = 'chrome-extension://reachchat/index.html';
/** After this a start counts as one that went well. */
const SETTLED_MS = 600;
const SHOTS = join(root, 'test-results');

/** Xvfb chooses a free display number itself. */
export async function startDisplay(closing: Closing, size = '1440x900', further: string[] = []): Promise<Display> {
  const xvfb = spawn('Xvfb', ['-displayfd', '3', '-screen', '0', `${size}x24`, '-nolisten', 'tcp', '-ac', ...further], { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] });
  closing.add(() => stopProcess(xvfb, 'SIGTERM'));
  let text = '';
  (xvfb.stdio[3] as Readable).setEncoding('utf8').on('data', (piece: string) => (text += piece));
  const number = await waitFor(() => /(\d+)\n/.exec(text)?.[1], 10_000, 'Xvfb names its display');
  return { name: `:${number}` };
}

export interface WindowOptions {
  display: Display;
  /** The user-data-dir. Kept when the window closes, so that it can be opened again. */
  profile: string;
  args?: string[];
}

class CrashedAtStart extends Error {}

/**
 * With a debugger attached from its first moment the page of NW.js 0.87 crashed in about 2 of 70 starts, before the
 * test had done anything. Such a start is said and made once more; a crash at any later time fails the test.
 */
export async function openAgainIfCrashed<T>(open: () => Promise<T>): Promise<T> {
  try {
    return await open();
  } catch (cause) {
    if (!(cause instanceof CrashedAtStart)) throw cause;
    console.log(`a window crashed at its start and is opened again: ${cause.message}`);
    return open();
  }
}

export function openWindow(closing: Closing, options: WindowOptions): Promise<AppWindow> {
  return openAgainIfCrashed(() => openOnce(closing, options));
}

/** A second start of a profile that is open: it hands its arguments over and ends. */
export async function startAgain({ display, profile, args = [] }: WindowOptions): Promise<void> {
  const child = startRuntime({ app: join(root, 'client/dist'), display, profile, args });
  await withDeadline(exited(child), 20_000, 'the second start ends');
}

/** The same runtime with a page that has one word and no script: what NW.js itself takes. */
export async function openEmptyWindow(closing: Closing, { display, profile }: WindowOptions): Promise<{ pid: number; kill(): Promise<void> }> {
  const app = tempFolder(closing);
  writeFileSync(join(app, 'package.json'), JSON.stringify({ name: 'empty', version: '1.0.0', main: 'index.html' }));
  writeFileSync(join(app, 'index.html'), '<!doctype html><title>Empty</title><p>Empty');
  const child = startRuntime({ app, display, profile, args: [] });
  closing.add(() => stopProcess(child, 'SIGKILL'));
  const portFile = join(profile, 'DevToolsActivePort');
  const port = await waitFor(() => existsSync(portFile) && readFileSync(portFile, 'utf8').split('\n')[0], 20_000, 'NW.js opens its DevTools port');
  await waitFor(async () => (await (await fetch(`http://127.0.0.1:${port}/json/list`)).text()).includes('index.html'), 20_000, 'the empty page');
  return { pid: child.pid!, kill: () => stopProcess(child, 'SIGKILL') };
}

function startRuntime({ app, display, profile, args }: WindowOptions & { app: string; args: string[] }): ChildProcess {
  const binary = bundled() as string;
  makeExecutable(binary);
  const flags = ['--disable-gpu', `--user-data-dir=${profile}`, '--remote-debugging-port=0', ...(process.getuid?.() === 0 ? ['--no-sandbox'] : []), ...args];
  return spawn(binary, [app, ...flags], { stdio: 'ignore', env: { ...process.env, DISPLAY: display.name, WAYLAND_DISPLAY: '' } });
}

async function openOnce(closing: Closing, { display, profile, args = [] }: WindowOptions): Promise<AppWindow> {
  rmSync(portFileOf(profile), { force: true });
  matchFirstFrame(profile);
  const started = Date.now();
  const child = startRuntime({ app: join(root, 'client/dist'), display, profile, args });
  closing.add(() => stopProcess(child, 'SIGKILL'));
  const { page, browser } = await attach(child, profile, () => stopProcess(child, 'SIGKILL'));
  page.setDefaultTimeout(15_000);
  return {
    page, browser, profile, pid: child.pid!, started,
    close: () => closeByHand(page, child),
    kill: () => stopProcess(child, 'SIGKILL'),
    screenshot: async (name) => {
      mkdirSync(SHOTS, { recursive: true });
      await page.screenshot({ path: join(SHOTS, `${name}.png`) });
    },
  };
}

/** Where NW.js writes the port of its debugger; one of an earlier start has to go first. */
export function portFileOf(profile: string): string {
  return join(profile, 'DevToolsActivePort');
}

/** A debugger on a window that was just started. Rejects with what `openAgainIfCrashed` takes for a crash at the start, when `stop` is through. */
export async function attach(child: ChildProcess, profile: string, stop: () => Promise<unknown>): Promise<{ page: Page; browser: Browser }> {
  const portFile = portFileOf(profile);
  const port = await waitFor(() => existsSync(portFile) && readFileSync(portFile, 'utf8').split('\n')[0], 30_000, 'NW.js opens its DevTools port');
  const crashedAtStart = async (reason: string): Promise<never> => {
    await stop();
    throw new CrashedAtStart(reason);
  };
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { isLocal: true });
  const page = await waitFor(() => mountedPage(browser, child), 20_000, 'the page of the window').catch((cause: Error) => crashedAtStart(cause.message));
  let crashed = '';
  page.once('crash', () => (crashed = 'the page crashed'));
  page.once('close', () => (crashed ||= 'the page is gone'));
  await sleep(SETTLED_MS);
  if (crashed || child.exitCode !== null) await crashedAtStart(crashed || `NW.js ended with code ${child.exitCode}`);
  return { page, browser };
}

/** The page once something is on it: before that its target may still be replaced by another. */
async function mountedPage(browser: Browser, child: ChildProcess): Promise<Page | undefined> {
  if (child.exitCode !== null || child.signalCode !== null) throw new Error(`NW.js ended: ${child.exitCode ?? child.signalCode}`);
  if (!browser.isConnected()) throw new Error('NW.js closed its DevTools connection');
  const page = browser.contexts()[0]?.pages().find((one) => one.url().startsWith(APP_URL));
  const mounted = await page?.evaluate(() => (document.getElementById('app')?.childElementCount ?? 0) > 0);
  return mounted ? page : undefined;
}

async function closeByHand(page: Page, child: ChildProcess): Promise<void> {
  // Not awaited in the page: it is gone before it could answer.
  await page.evaluate(() => void setTimeout(() => nw.Window.get().close(), 0));
  const gone = exited(child);
  await withDeadline(Promise.race([gone, pressQuit(page)]), 10_000, 'the window closes or asks');
  await withDeadline(gone, 10_000, 'the window closes');
}

/** Whoever is signed in is asked whether Reach stays in the tray. Rejects never: the window may be gone first. */
async function pressQuit(page: Page): Promise<void> {
  await page.getByRole('dialog').getByRole('button', { name: /^Quit( now)?$/ }).click().catch(() => new Promise<never>(() => undefined));
}

async function stopProcess(child: ChildProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const tree = signal === 'SIGKILL' && child.pid !== undefined ? processTree(child.pid) : [];
  const gone = exited(child);
  child.kill(signal);
  for (const pid of tree.filter((pid) => pid !== child.pid)) endQuietly(pid);
  await gone;
}

function exited(child: ChildProcess): Promise<unknown> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

function endQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ESRCH') throw cause;
  }
}

/** A process and everything below it, by /proc. */
export function processTree(pid: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((one) => /^\d+$/.test(one))) {
    const stat = readOfProcess(Number(name), 'stat');
    const parent = /\) \S (\d+) /.exec(stat)?.[1];
    if (parent) parents.set(Number(name), Number(parent));
  }
  const below = (of: number): number[] => [...parents].filter(([, parent]) => parent === of).flatMap(([child]) => [child, ...below(child)]);
  return [pid, ...below(pid)];
}

/** A file of /proc/PID; empty where the process ended between two looks. */
export function readOfProcess(pid: number, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch (cause) {
    if (['ENOENT', 'ESRCH'].includes((cause as NodeJS.ErrnoException).code ?? '')) return '';
    throw cause;
  }
}
