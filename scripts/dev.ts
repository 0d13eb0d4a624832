// npm run dev: the window from the sources. Components are replaced while it runs (Vite), the engine is rebuilt on every
// change and the window opened anew, because Node keeps what it has once required. The server is the built one.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { createBuilder, createServer, type Plugin, type Rolldown } from 'vite';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { isStale, root } from './freshness.mjs';
// @ts-expect-error: the same
import { startServer, stopServer, whoListens } from './hosting.mjs';
// @ts-expect-error: the same
import { findRuntime, makeExecutable } from './runtime.mjs';
// @ts-expect-error: the same
import { closed, closeWindow, openWindow, profileFolder } from './windows.mjs';

const SERVER_PORT = 5000;
const app = join(root, '.dev');

/** Vite injects styles and opens a socket for its messages; the page's own policy forbids both. */
const withoutPolicy: Plugin = {
  name: 'without-content-security-policy',
  transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="Content-Security-Policy"[^>]*>/i, ''),
};

function writeManifest(address: string): void {
  const manifest = JSON.parse(readFileSync(join(root, 'client/public/package.json'), 'utf8')) as Record<string, unknown>;
  delete manifest['domain'];
  mkdirSync(app, { recursive: true });
  writeFileSync(join(app, 'package.json'), JSON.stringify({ ...manifest, name: 'reach-chat-dev', main: `${address}index.html`, 'node-remote': [`${address}*`] }, null, 2));
}

/** Resolves after the first build; `rebuilt` is called after every later one. */
async function watchEngine(rebuilt: () => void): Promise<void> {
  const builder = await createBuilder({ configFile: join(root, 'vite.config.ts'), environments: { engine: { build: { outDir: app, watch: {} } } } }, null);
  const watcher = (await builder.build(builder.environments['engine']!)) as Rolldown.RolldownWatcher;
  let first = true;
  await new Promise<void>((resolve) => {
    watcher.on('event', (event) => {
      if (event.code === 'ERROR') console.error(event.error);
      if (event.code !== 'END') return;
      if (!first) rebuilt();
      first = false;
      resolve();
    });
  });
}

async function ensureServer(): Promise<unknown> {
  if (isStale() && spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' }).status !== 0) process.exit(1);
  return (await whoListens(SERVER_PORT)) === 'reach' ? undefined : startServer(['--log-level', 'warn']);
}

const binary = (await findRuntime()) as string | undefined;
if (!binary) {
  console.error('No NW.js runtime at hand: run npm rebuild nw with network access.');
  process.exit(1);
}
makeExecutable(binary);
const server = await ensureServer();
const vite = await createServer({ configFile: join(root, 'vite.config.ts'), plugins: [withoutPolicy] });
await vite.listen();
writeManifest(vite.resolvedUrls!.local[0]!);

let again = false;
let window: { pid?: number } | undefined;
await watchEngine(() => {
  again = true;
  void closeWindow(window);
});
const interrupted = new Promise<'interrupted'>((resolve) => {
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => resolve('interrupted'));
});
do {
  again = false;
  window = openWindow(binary, profileFolder('dev'), { app }) as { pid?: number };
  console.log('Window open. Change a file under client/ and look.');
  if ((await Promise.race([interrupted, closed(window)])) === 'interrupted') await closeWindow(window);
} while (again);
await vite.close();
if (server) await stopServer(server);
process.exit(0);
