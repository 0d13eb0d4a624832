// The terms of every package that is built into the window, the terminal client or the server, as one JSON for About.
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './freshness.mjs';

/** What the sources import and the build puts in; test/architecture.test.ts holds it against them. */
export const BUILT_IN = [
  '@fontsource-variable/inter', '@fontsource-variable/jetbrains-mono', '@lucide/svelte', '@scure/bip39', '@serenity-kit/opaque', '@zip.js/zip.js',
  'cborg', 'dictionary-en', 'emojibase-data', 'highlight.js', 'is-buffer', 'libsql', 'marked', 'minisearch', 'nspell', 'pdfjs-dist', 'pino', 'svelte', 'thumbhash', 'uqr', 'valibot',
];

function licenceOf(name) {
  const folder = join(root, 'node_modules', name);
  if (!existsSync(folder)) return [];
  const { version, license = '' } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const file = readdirSync(folder).find((one) => /^licen[cs]e(\.|$)/i.test(one));
  return [{ name, version, licence: license, text: file ? readFileSync(join(folder, file), 'utf8').trim() : '' }];
}

export function writeLicences(folder) {
  writeFileSync(join(folder, 'licences.json'), `${JSON.stringify(BUILT_IN.flatMap(licenceOf))}\n`);
}
