// One config, one `vite build`: the window (client/ → client/dist), the Node code that the window and the terminal
// client load (→ client/dist), and the server (→ server/dist). Each Node entry is its own environment, because a
// bundle without code splitting has one entry: every file then runs alone, wherever it is copied.
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defineConfig, type EnvironmentOptions, type Plugin } from 'vite';

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

interface NodeEntry {
  source: string;
  file: string;
  target: string;
  format: 'cjs' | 'es';
  /** Gets a shebang line; the plugin below makes it executable. */
  bin?: boolean;
}

/** Built in this order, after `client`, which empties client/dist. */
const nodeEntries: Record<string, NodeEntry> = {
  engine: { source: 'client/engine/engine.ts', file: 'client/dist/engine.cjs', target: 'node21', format: 'cjs' },
  engineWorker: { source: 'client/cli/opaque-worker.ts', file: 'client/dist/opaque-worker.cjs', target: 'node20', format: 'cjs' },
  // client/dist/package.json names no type, so a .js file there is CommonJS.
  cli: { source: 'client/cli/main.ts', file: 'client/dist/cli.js', target: 'node20', format: 'cjs', bin: true },
  server: { source: 'server/main.ts', file: 'server/dist/main.js', target: 'node20', format: 'es', bin: true },
  serverWorker: { source: 'server/chat/opaque-worker.ts', file: 'server/dist/opaque-worker.js', target: 'node20', format: 'es' },
};

function nodeEnvironment({ source, file, target, format, bin }: NodeEntry): EnvironmentOptions {
  const slash = file.lastIndexOf('/');
  return {
    consumer: 'server',
    // Everything goes into the bundle but libsql, which has a native part.
    resolve: { noExternal: true, external: ['libsql'], conditions: ['node'] },
    build: {
      outDir: at(file.slice(0, slash)),
      emptyOutDir: false,
      copyPublicDir: false,
      target,
      minify: false,
      sourcemap: true,
      rolldownOptions: {
        input: at(source),
        external: ['libsql'],
        output: { format, entryFileNames: file.slice(slash + 1), codeSplitting: false, banner: bin ? '#!/usr/bin/env node' : '' },
      },
    },
  };
}

function executableBins(): Plugin {
  return {
    name: 'executable-bins',
    async writeBundle({ dir }, bundle) {
      const bins = Object.values(bundle).filter((output) => output.type === 'chunk' && output.code.startsWith('#!'));
      for (const bin of bins) await chmod(join(dir ?? '', bin.fileName), 0o755);
    },
  };
}

export default defineConfig({
  root: at('./client'),
  base: './',
  plugins: [svelte({ configFile: false }), executableBins()],
  server: { host: '127.0.0.1', port: 5173, strictPort: true },
  builder: {
    async buildApp(builder) {
      for (const name of ['client', ...Object.keys(nodeEntries)]) await builder.build(builder.environments[name]!);
    },
  },
  environments: {
    client: {
      build: { outDir: at('./client/dist'), emptyOutDir: true, target: 'chrome124', modulePreload: false, sourcemap: true, rolldownOptions: { checks: { pluginTimings: false } } },
    },
    ...Object.fromEntries(Object.entries(nodeEntries).map(([name, entry]) => [name, nodeEnvironment(entry)])),
  },
});
