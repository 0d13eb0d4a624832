// npm run build: the window and the terminal client into client/dist, the server into server/dist.
// `npm ci --omit=optional` (a host without a screen) also leaves out the native halves of the bundler and of the
// database, because their makers publish them as optional dependencies: those few are fetched here first.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './freshness.mjs';
import { writeEmoji } from './emoji.mjs';
import { writeDictionary } from './spelling.mjs';
import { writeLicences } from './licences.mjs';

const NATIVE = ['rolldown', 'lightningcss', 'libsql'];

/** 'glibc', 'musl', or undefined where the question has no meaning. */
function libc() {
  if (process.platform !== 'linux') return undefined;
  return process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl';
}

function loads(name) {
  const program = `import(${JSON.stringify(name)}).then(() => process.exit(0), () => process.exit(1))`;
  return spawnSync(process.execPath, ['-e', program], { cwd: root, stdio: 'ignore' }).status === 0;
}

/** The optional dependencies of `name` made for this machine, as `package@version`. */
function bindingsOf(name, lock) {
  const fits = (list, value) => !list || list.includes(value);
  // Not every maker declares the C library; every one has it in the name.
  const otherLibc = { glibc: /-musl/, musl: /-gnu/ }[libc()] ?? /^$/;
  return Object.keys(lock[`node_modules/${name}`]?.optionalDependencies ?? {})
    .map((binding) => ({ binding, entry: lock[`node_modules/${binding}`] }))
    .filter(({ entry }) => entry && entry.os && fits(entry.os, process.platform) && fits(entry.cpu, process.arch) && fits(entry.libc, libc()) && !otherLibc.test(binding))
    .map(({ binding, entry }) => `${binding}@${entry.version}`);
}

function fetchMissing() {
  const missing = NATIVE.filter((name) => !loads(name));
  if (missing.length === 0) return;
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const bindings = missing.flatMap((name) => bindingsOf(name, lock));
  if (bindings.length === 0) stop(`There is no build of ${missing.join(', ')} for ${process.platform} ${process.arch}.`);
  console.log(`Fetching what this machine needs and the install left out: ${bindings.join(' ')}`);
  const args = ['install', '--no-save', '--omit=optional', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', ...bindings];
  const npm = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  const still = missing.filter((name) => !loads(name));
  if (npm.status !== 0 || still.length > 0) stop(`Could not fetch them (${still.join(', ') || 'npm failed'}). Run: npm ci`);
}

function stop(reason) {
  console.error(reason);
  process.exit(1);
}

/** The commit and its day, for About; nothing where the sources lie in no repository, or git is not there. */
function writeBuild(folder) {
  const git = existsSync(join(root, '.git')) ? spawnSync('git', ['log', '-1', '--format=%h %cs'], { cwd: root, encoding: 'utf8' }) : undefined;
  const [commit, day] = git?.status === 0 ? git.stdout.trim().split(' ') : [];
  writeFileSync(join(folder, 'build.json'), `${JSON.stringify({ commit, day })}\n`);
}

fetchMissing();
const vite = join(root, 'node_modules/vite/bin/vite.js');
const quiet = process.argv.includes('--quiet') ? ['--logLevel', 'warn'] : [];
const built = spawnSync(process.execPath, [vite, 'build', ...quiet], { cwd: root, stdio: 'inherit' });
if (built.status !== 0) stop('The build failed; the reason stands above.');
writeEmoji(join(root, 'client', 'dist'));
writeLicences(join(root, 'client', 'dist'));
writeBuild(join(root, 'client', 'dist'));
writeDictionary(join(root, 'client', 'dist'));
