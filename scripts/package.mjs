// npm run package: the Linux window as a folder that runs without Node.js and without an install, in out/reach-chat.
// nw-builder always unpacks an archive from its cache and reads a list of versions. Both are made here, from the runtime at
// hand, so nothing is downloaded.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, copyFileSync, createReadStream, existsSync, mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import nwbuild from 'nw-builder';
import { isStale, root } from './freshness.mjs';
import { findRuntime } from './runtime.mjs';

const NAME = 'reach-chat';
/** Of the SDK, programs that no window needs. credits.html stays: it holds the licences. */
const LEFT_OUT = ['chromedriver', 'nwjc', 'minidump_stackwalk'];
const LOCALES = ['en-US.pak', 'en-US.pak.info'];
const MEBIBYTE = 1024 * 1024;

function fail(reason) {
  console.error(reason);
  process.exit(1);
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { out: { type: 'string', default: join(root, 'out') } } });
    return values;
  } catch (cause) {
    return fail(`${cause.message}\nnpm run package -- [--out DIR]`);
  }
}

function build() {
  if (!isStale()) return;
  console.log('Building …');
  if (spawnSync(process.execPath, [join(root, 'scripts/build.mjs'), '--quiet'], { stdio: 'inherit' }).status !== 0) process.exit(1);
}

/** Its folder is named as its maker's archive: nwjs[-sdk]-vVERSION-linux-ARCH. */
async function runtimeAtHand() {
  const binary = await findRuntime();
  if (!binary) fail('No NW.js runtime: `npm ci` installs one on Linux x64; elsewhere run npm rebuild nw with network access.');
  const folder = dirname(binary);
  const [, sdk, version, arch] = /^nwjs(-sdk)?-v(\d+\.\d+\.\d+)-linux-(x64|arm64|ia32)$/.exec(basename(folder)) ?? [];
  if (!version) fail(`The runtime at ${folder} is not one for Linux: only the Linux window is packaged, on Linux.`);
  return { folder, flavor: sdk ? 'sdk' : 'normal', version, arch };
}

/** The archive, its sum and the list of versions that nw-builder asks for. */
async function fillCache(cache, { folder, flavor, version, arch }) {
  const name = basename(folder);
  const locales = readdirSync(join(folder, 'locales')).filter((file) => !LOCALES.includes(file)).map((file) => `locales/${file}`);
  const excluded = [...LEFT_OUT, ...locales].map((path) => `--exclude=${name}/${path}`);
  mkdirSync(join(cache, 'shasum'), { recursive: true });
  const archive = join(cache, `${name}.tar.gz`);
  // Not compressed in spite of its name: it is unpacked at once, and that is told by the content.
  const packed = spawnSync('tar', ['-C', dirname(folder), ...excluded, '-cf', archive, name], { stdio: ['ignore', 'inherit', 'inherit'] });
  if (packed.status !== 0) fail(`The runtime at ${folder} could not be packed.`);
  writeFileSync(join(cache, 'shasum', `${version}.txt`), `${await sha256(archive)}  ${basename(archive)}\n`);
  const versions = { latest: `v${version}`, stable: `v${version}`, lts: `v${version}`, versions: [{ version: `v${version}`, flavors: [flavor], files: [`linux-${arch}`] }] };
  writeFileSync(join(cache, 'versions.json'), JSON.stringify(versions));
}

async function sha256(path) {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** nw-builder prints an empty line for everything that it does not say at this level. */
async function assemble(folder, cache, { version, flavor, arch }) {
  const { log } = console;
  console.log = (text) => text && log(text);
  await nwbuild({
    mode: 'build', version, flavor, platform: 'linux', arch, srcDir: join(root, 'client/dist'), glob: false, outDir: folder, cacheDir: cache, cache: true, shaSum: true,
    manifestUrl: pathToFileURL(join(cache, 'versions.json')).href, downloadUrl: pathToFileURL(cache).href, logLevel: 'error',
    app: { name: NAME, genericName: 'Chat', categories: ['Network;Chat'] },
  });
  console.log = log;
}

/** nw-builder names the program after the app; that name is the starter's here. */
function finish(folder) {
  renameSync(join(folder, NAME), join(folder, 'nw'));
  copyFileSync(join(root, 'scripts/packaged-start.sh'), join(folder, NAME));
  writeFileSync(join(folder, `${NAME}.desktop`), [
    '[Desktop Entry]', 'Type=Application', 'Version=1.5', 'Name=Reach Chat', 'GenericName=Chat', 'Categories=Network;Chat;', 'Terminal=false',
    `Exec="${join(folder, NAME)}" %u`, 'MimeType=x-scheme-handler/reach;', `Icon=${join(folder, 'package.nw/icon.png')}`, '',
  ].join('\n'));
  // The runtime comes readable for its owner alone in parts, and others are to start it too.
  const readable = spawnSync('chmod', ['-R', 'a+rX', folder], { stdio: 'inherit' });
  if (readable.status !== 0) fail(`${folder} could not be made readable for everybody.`);
  for (const program of ['nw', NAME, 'chrome_crashpad_handler']) if (existsSync(join(folder, program))) chmodSync(join(folder, program), 0o755);
}

function sizeOf(path) {
  const stat = statSync(path);
  return stat.isDirectory() ? readdirSync(path).reduce((sum, name) => sum + sizeOf(join(path, name)), 0) : stat.size;
}

if (process.platform !== 'linux') fail('Only the Linux window is packaged, on Linux.');
const folder = join(resolve(readOptions().out), NAME);
const cache = join(root, '.cache', `package-${process.pid}`);
build();
const runtime = await runtimeAtHand();
try {
  await fillCache(cache, runtime);
  await assemble(folder, cache, runtime);
} finally {
  rmSync(cache, { recursive: true, force: true });
}
finish(folder);
console.log(`The window with NW.js ${runtime.version}${runtime.flavor === 'sdk' ? ' (SDK)' : ''}: ${folder} (${Math.round(sizeOf(folder) / MEBIBYTE)} MiB)`);
console.log(`Start it: ${join(folder, NAME)} [--profile NAME] [reach://…]`);
