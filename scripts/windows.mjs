// Windows that `npm start` has open: profiles, and the leases by which a server that one command started
// stays up until the windows of the others are closed too.
import { spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { root } from './freshness.mjs';
import { runtimeFlags } from './runtime.mjs';

const STOP_MS = 4_000;

/** Where programs keep what belongs to the person, on each system. */
function dataHome() {
  if (process.platform === 'win32') return process.env.LOCALAPPDATA ?? join(homedir(), 'AppData/Local');
  if (process.platform === 'darwin') return join(homedir(), 'Library/Application Support');
  return process.env.XDG_DATA_HOME || join(homedir(), '.local/share');
}

export function profileFolder(name) {
  return join(dataHome(), 'reach-chat/profiles', name);
}

/** Chromium's own lock: a link named host-pid. */
export function isOpen(folder) {
  try {
    return isAlive(Number(readlinkSync(join(folder, 'SingletonLock')).split('-').at(-1)));
  } catch (cause) {
    if (cause.code === 'ENOENT' || cause.code === 'EINVAL' || cause.code === 'UNKNOWN') return false;
    throw cause;
  }
}

/**
 * What the window shows for the blink before its page has painted is Chromium's own colour, which it takes from this
 * preference: without it a dark window would open with a white frame.
 */
export function matchFirstFrame(folder) {
  const schemes = { system: 0, light: 1, dark: 2 };
  const { theme = 'system' } = readJson(join(folder, 'Default/settings.json'));
  const path = join(folder, 'Default/Preferences');
  const preferences = readJson(path);
  const browser = preferences.browser ?? {};
  const wanted = { ...preferences, browser: { ...browser, theme: { ...browser.theme, color_scheme: schemes[theme] ?? 0, color_scheme2: schemes[theme] ?? 0 } } };
  mkdirSync(join(folder, 'Default'), { recursive: true, mode: 0o700 });
  writeFileSync(path, JSON.stringify(wanted), { mode: 0o600 });
}

/** An empty object where there is no such file yet, or a damaged one: the window then makes it anew. */
function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) ?? {};
  } catch (cause) {
    if (cause.code === 'ENOENT' || cause instanceof SyntaxError) return {};
    throw cause;
  }
}

/** In a process group of its own, so that Ctrl+C reaches the window only through us and the whole tree can be ended. */
export function openWindow(binary, folder, { app = join(root, 'client/dist'), link } = {}) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (!isOpen(folder)) matchFirstFrame(folder);
  const args = [app, `--user-data-dir=${folder}`, ...runtimeFlags(), ...(link === undefined ? [] : [link])];
  return spawn(binary, args, { cwd: root, stdio: 'ignore', detached: process.platform !== 'win32' });
}

export function closed(window) {
  if (window.exitCode !== null || window.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => {
    window.once('exit', resolve);
    // A program that could not be started at all never exits.
    window.once('error', resolve);
  });
}

/** Asks first; what is left of the tree after that is ended. */
export async function closeWindow(window) {
  if (window.pid === undefined) return;
  const force = setTimeout(() => endTree(window.pid), STOP_MS);
  window.kill('SIGTERM');
  await closed(window);
  clearTimeout(force);
  endTree(window.pid);
}

function endTree(pid) {
  if (process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (cause) {
    if (cause.code !== 'ESRCH') throw cause;
  }
}

/** Says that a window of this process uses the server on `port`, until release() is called. */
export function takeLease(port) {
  const folder = leases(port);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = join(folder, String(process.pid));
  writeFileSync(path, '');
  return { release: () => rmSync(path, { force: true }) };
}

/** How many windows of other commands use the server on `port`. Those of commands that died are forgotten. */
export function otherWindows(port) {
  const folder = leases(port);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const others = readdirSync(folder).map(Number).filter((pid) => pid !== process.pid);
  for (const pid of others.filter((pid) => !isAlive(pid))) rmSync(join(folder, String(pid)), { force: true });
  return others.filter(isAlive).length;
}

function leases(port) {
  return join(dataHome(), 'reach-chat/windows', String(port));
}

function isAlive(pid) {
  try {
    return process.kill(pid, 0);
  } catch (cause) {
    return cause.code === 'EPERM';
  }
}
