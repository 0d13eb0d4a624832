// The Debian packages that the window and its tests need, and which of them are missing here.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

const LIBRARIES = (
  'libnss3 libnspr4 libasound2 libatk1.0-0 libatspi2.0-0 libatomic1 libcairo2 libcups2 libdbus-1-3 libdrm2 libexpat1 libgbm1 ' +
  'libglib2.0-0 libpango-1.0-0 libx11-6 libxcb1 libxcomposite1 libxdamage1 libxext6 libxfixes3 libxrandr2 libxkbcommon0 libgtk-3-0'
).split(' ');
const FONTS = ['fonts-noto-color-emoji', 'fonts-dejavu-core'];
const FOR_TESTS = ['xvfb', 'iproute2'];
/** Which package brings which program. */
const PACKAGES = { Xvfb: 'xvfb', ss: 'iproute2', ip: 'iproute2', nft: 'nftables', conntrack: 'conntrack', gcc: 'gcc' };

/** Libraries that the runtime at `binary` cannot find. Its own libffmpeg is found at run time by another way. */
function missingLibraries(binary) {
  return [binary, join(dirname(binary), 'lib/libnw.so')].filter(existsSync).flatMap((file) => {
    const { stdout } = spawnSync('ldd', [file], { encoding: 'utf8' });
    return (stdout ?? '').split('\n').filter((line) => line.includes('not found') && !line.includes('libffmpeg'));
  });
}

export function missingForWindow(binary) {
  if (process.platform !== 'linux' || missingLibraries(binary).length === 0) return [];
  return notInstalled([...LIBRARIES, ...FONTS]);
}

export function missingForTests(binary) {
  if (process.platform !== 'linux') return [];
  const programs = missingPrograms(['Xvfb', 'ss']);
  const libraries = missingLibraries(binary).length > 0 ? notInstalled(LIBRARIES) : [];
  const fonts = onPath('dpkg-query') ? notInstalled(FONTS) : [];
  return [...programs, ...libraries, ...fonts];
}

/** Of these programs, the packages that would bring the missing ones. */
export function missingPrograms(programs) {
  return [...new Set(programs.filter((program) => !onPath(program)).map((program) => PACKAGES[program]))];
}

/** The one line to type. */
export function installLine(packages) {
  return `${isRoot() ? '' : 'sudo '}apt-get install -y --no-install-recommends ${packages.join(' ')}`;
}

export function isRoot() {
  return process.getuid?.() === 0;
}

/** True when all went well. Waits for another apt that holds the lock. */
export function install(packages) {
  const options = ['-o', 'DPkg::Lock::Timeout=300', '-o', 'Acquire::Retries=3', '-qq'];
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (args) => spawnSync('apt-get', [...options, ...args], { stdio: ['ignore', 'ignore', 'inherit'], env }).status === 0;
  for (let tries = 0; tries < 5; tries += 1) {
    // `update` has a lock of its own that knows no time limit: it is tried again instead.
    if (apt(['update']) && apt(['install', '-y', '--no-install-recommends', ...packages])) return true;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 5_000);
  }
  return false;
}

export const testPackages = [...FOR_TESTS, ...LIBRARIES, ...FONTS];

function onPath(program) {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)));
}

function notInstalled(packages) {
  return packages.filter((name) => {
    const asked = spawnSync('dpkg-query', ['-W', '-f', '${Status}', name], { encoding: 'utf8' });
    return !(asked.stdout ?? '').includes('install ok installed');
  });
}
