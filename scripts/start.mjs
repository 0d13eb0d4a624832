// npm start [-- --profile NAME] [--port N] [--data DIR] [LINK]: builds what is stale, starts the server unless one answers,
// opens the window. Closing the last window, or Ctrl+C, stops a server that this command started.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { installLine, missingForWindow } from './debian.mjs';
import { isStale } from './freshness.mjs';
import { startServer, stopServer, whoListens } from './hosting.mjs';
import { fetchRuntime, findRuntime, makeExecutable, runtimeFlags } from './runtime.mjs';
import { closed, closeWindow, isOpen, openWindow, otherWindows, profileFolder, takeLease } from './windows.mjs';

const HELP = `npm start -- [options] [reach://…]
  reach://…        an invite link: the window opens with it, and no server is started here
  --profile NAME   one more window with its own accounts, pins and settings (default: default)
  --port N         TCP port of the server on this computer (default: 5000)
  --data DIR       where a server started here keeps its data (default: ./data)
  --host-only      no window: only the server`;

const interrupted = new Promise((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => resolve(signal));
});

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

function readOptions() {
  const options = { profile: { type: 'string', default: 'default' }, port: { type: 'string', default: '5000' }, data: { type: 'string' }, 'host-only': { type: 'boolean' }, help: { type: 'boolean' } };
  try {
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const [link] = positionals;
    const port = Number(values.port);
    if (values.help) return { help: true };
    if (!Number.isInteger(port) || port < 1 || port > 65_535) fail(`--port ${values.port}: a port is a number from 1 to 65535.`);
    if (!/^\w[\w.-]{0,63}$/.test(values.profile)) fail(`--profile ${values.profile}: letters, digits, dots and dashes only.`);
    if (positionals.length > 1 || (link !== undefined && !/^reachs?:\/\//i.test(link))) fail(`${positionals.join(' ')}: only one invite link, reach://…, may stand here.\n${HELP}`);
    if (link !== undefined && values['host-only']) fail('--host-only opens no window that a link could go to.');
    return { ...values, port, link };
  } catch (cause) {
    return fail(`${cause.message}\n${HELP}`);
  }
}

function buildIfStale() {
  if (!isStale()) return;
  console.log('Building …');
  const built = spawnSync(process.execPath, [fileURLToPath(new URL('build.mjs', import.meta.url)), '--quiet'], { stdio: 'inherit' });
  if (built.status !== 0) process.exit(1);
}

/** The server this command started, or undefined where one was there already. */
async function ensureServer({ port, data }) {
  const found = await whoListens(port);
  if (found === 'other') fail(`Port ${port} of this computer is taken by a program that is not a Reach server. Choose another: npm start -- --port ${port + 1}`);
  if (found === 'reach') {
    console.log(`A Reach server answers on 127.0.0.1:${port}: using it.`);
    return undefined;
  }
  return startServer(['--port', String(port), '--log-level', 'warn', ...(data ? ['--data', data] : [])]).catch((cause) => fail(cause.message));
}

function hasDisplay() {
  return process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY);
}

/** Path of a runtime that can start here, or undefined after saying in one line what is missing. */
async function prepareRuntime() {
  const binary = (await findRuntime()) ?? (await fetchRuntime());
  if (!binary) {
    console.error('No NW.js runtime: this computer has none yet and none could be fetched. With network access run: npm rebuild nw');
    return undefined;
  }
  const missing = missingForWindow(binary);
  if (missing.length > 0) {
    console.error(`The window needs packages that are missing here. Run: ${installLine(missing)}`);
    return undefined;
  }
  makeExecutable(binary);
  return binary;
}

async function hostUntilStopped(server) {
  if (!server) return;
  console.log('Hosting. Ctrl+C stops the server.');
  await Promise.race([interrupted, closed(server)]);
  console.log('Stopping the server …');
  await stopServer(server);
}

async function showWindow(binary, { profile, port, link }) {
  const folder = profileFolder(profile);
  const wasOpen = isOpen(folder);
  const lease = takeLease(port);
  const window = openWindow(binary, folder, { link });
  window.once('error', (cause) => console.error(`The window could not be opened: ${cause.message}`));
  console.log(wasOpen ? `The window of profile "${profile}" is open already: bringing it to the front.` : `Window open (profile "${profile}"). ${link === undefined ? `Sign in to 127.0.0.1${port === 5000 ? '' : `:${port}`}.` : 'It opens the link.'}`);
  const signal = await Promise.race([interrupted, closed(window)]);
  if (typeof signal === 'string') await closeWindow(window);
  else if (window.exitCode) console.error(`The window ended with code ${window.exitCode}. To see why, run: "${binary}" client/dist --user-data-dir="${folder}"${runtimeFlags().map((flag) => ` ${flag}`).join('')}`);
  lease.release();
  return typeof signal === 'string';
}

/** The server outlives its own window while others, opened by other commands, still use it. */
async function stopAfterLastWindow(server, port, wasInterrupted) {
  if (!server) return;
  if (!wasInterrupted && otherWindows(port) > 0) {
    console.log('The server stays up for the other open windows. Ctrl+C stops it now.');
    while (otherWindows(port) > 0 && !(await Promise.race([interrupted, new Promise((resolve) => setTimeout(resolve, 500, false))])));
  }
  console.log(wasInterrupted ? 'Stopping the server …' : 'The last window is closed: stopping the server …');
  await stopServer(server);
}

const options = readOptions();
if (options.help) {
  console.log(HELP);
  process.exit(0);
}
buildIfStale();
// Whoever opens a link joins another server than one of their own.
const server = options.link === undefined ? await ensureServer(options) : undefined;
const wantsWindow = !options['host-only'] && hasDisplay();
if (!wantsWindow && !options['host-only']) console.log('No display here: hosting only. Join from another computer with the link above.');
const binary = wantsWindow ? await prepareRuntime() : undefined;
if (binary) {
  const wasInterrupted = await showWindow(binary, options);
  await stopAfterLastWindow(server, options.port, wasInterrupted);
} else if (wantsWindow) {
  if (server) await stopServer(server);
  process.exit(1);
} else {
  await hostUntilStopped(server);
}
process.exit(0);
