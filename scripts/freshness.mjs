// Is what stands in client/dist and server/dist older than the sources it was built from?
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));
const SOURCES = ['client', 'server', 'shared', 'vite.config.ts', 'package-lock.json'];
const OUTPUTS = ['client/dist/index.html', 'client/dist/engine.cjs', 'client/dist/opaque-worker.cjs', 'client/dist/cli.js', 'server/dist/main.js', 'server/dist/opaque-worker.js'];

export function isStale() {
  const built = OUTPUTS.map((path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  return newest(SOURCES.map((path) => join(root, path))) > Math.min(...built);
}

function newest(paths) {
  return paths.reduce((latest, path) => {
    const stat = statSync(path, { throwIfNoEntry: false });
    if (!stat) return latest;
    if (!stat.isDirectory()) return Math.max(latest, stat.mtimeMs);
    const inside = readdirSync(path).filter((name) => name !== 'dist').map((name) => join(path, name));
    // The directory's own time moves when a file in it is deleted; dist/ comes and goes beside the sources.
    return Math.max(latest, newest(inside));
  }, 0);
}
