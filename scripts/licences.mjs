// The terms of Reach itself, of the runtime of its window, and of every package that is built into the window, the terminal
// client or the server, as one JSON for About.
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

/** What the packages do not bring along. */
const OTHERS = [
  { name: 'Reach', licence: 'MIT', file: 'LICENSE' },
  { name: 'NW.js', licence: 'MIT', file: 'scripts/terms/nwjs.txt' },
  { name: 'Chromium', licence: 'BSD-3-Clause', file: 'scripts/terms/chromium.txt' },
  { name: 'Node.js', licence: 'MIT', file: 'scripts/terms/nodejs.txt' },
];

export function writeLicences(folder) {
  const others = OTHERS.map(({ name, licence, file }) => ({ name, version: '', licence, text: readFileSync(join(root, file), 'utf8').trim() }));
  writeFileSync(join(folder, 'licences.json'), `${JSON.stringify([...others, ...BUILT_IN.flatMap(licenceOf)])}\n`);
}
