// The dictionary of the window: affixes and words as dictionary-en has them (Hunspell's format).
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './freshness.mjs';

export function writeDictionary(folder) {
  const from = join(root, 'node_modules/dictionary-en');
  if (!existsSync(from)) return;
  mkdirSync(join(folder, 'spelling'), { recursive: true });
  for (const part of ['aff', 'dic']) copyFileSync(join(from, `index.${part}`), join(folder, 'spelling', `en.${part}`));
}
