// Which NW.js to run, and how: the newest at hand.
import { spawnSync } from 'node:child_process';
import { accessSync, chmodSync, constants, existsSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { isRoot } from './debian.mjs';
import { root } from './freshness.mjs';

/** Path of the executable, or undefined. Order: REACH_NW, what `nw` has fetched, what npm brought along (Linux x64). */
export async function findRuntime() {
  if (process.env.REACH_NW) return process.env.REACH_NW;
  return (await fetched()) ?? bundled();
}

async function fetched() {
  const nw = await optional(() => import('nw'));
  for (const flavor of nw ? ['normal', 'sdk'] : []) {
    const path = await optional(() => nw.findpath('nwjs', { flavor }));
    if (path && existsSync(path)) return path;
  }
  return undefined;
}

/** The runtime that the tests use: always the same one, so that they show the same thing everywhere. */
export function bundled() {
  try {
    const path = createRequire(import.meta.url)('@nwjs-binaries/linux-x64');
    return existsSync(path) ? path : undefined;
  } catch (cause) {
    if (cause.code === 'MODULE_NOT_FOUND') return undefined;
    throw cause;
  }
}

/** Fetches a runtime through the `nw` package, which shows its progress. Returns its path, or undefined. */
export async function fetchRuntime() {
  const installer = join(root, 'node_modules/nw/src/postinstall.js');
  if (!existsSync(installer)) return undefined;
  console.log('Fetching an NW.js runtime (about 150 MB) …');
  spawnSync(process.execPath, [installer], { cwd: join(root, 'node_modules/nw'), stdio: 'inherit' });
  return fetched();
}

/** npm packs the runtime without the executable bit of some of its programs. */
export function makeExecutable(binary) {
  for (const path of [binary, join(dirname(binary), 'chrome_crashpad_handler')]) {
    if (!existsSync(path) || isExecutable(path)) continue;
    chmodSync(path, statSync(path).mode | 0o111);
  }
}

/** The sandbox of Chromium refuses root; without a GPU its driver search only costs time and prints errors. */
export function runtimeFlags() {
  const flags = [];
  if (isRoot()) flags.push('--no-sandbox');
  if (process.platform === 'linux' && !existsSync('/dev/dri')) flags.push('--disable-gpu');
  if (process.env.WAYLAND_DISPLAY && !process.env.DISPLAY) flags.push('--ozone-platform=wayland');
  return flags;
}

function isExecutable(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch (cause) {
    if (cause.code === 'EACCES') return false;
    throw cause;
  }
}

/** A package that was left out, or a manifest that was never fetched, is the ordinary case here. */
async function optional(load) {
  return load().then((value) => value, () => undefined);
}
