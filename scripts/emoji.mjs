// Names, groups and words of every emoji, cut from emojibase-data to what the picker asks for: [emoji, name, group, words, skin tones].
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './freshness.mjs';

/** Those that are pictures by themselves need no selector that says so; two spellings of one emoji would count as two. */
const spelled = (unicode) => unicode.replace(/^(\p{Emoji_Presentation})\ufe0f$/u, '$1');

/** Skin tones by themselves are no emoji that anybody looks for. */
const COMPONENTS = 2;
/** Two people of two tones have more; those stay as they are. */
const TONES = 5;

export function writeEmoji(folder) {
  const data = join(root, 'node_modules/emojibase-data/en');
  if (!existsSync(data)) return;
  const read = (name) => JSON.parse(readFileSync(join(data, name), 'utf8'));
  const codes = read('shortcodes/github.json');
  const all = read('compact.json')
    .filter(({ group }) => group !== undefined && group !== COMPONENTS)
    .sort((a, b) => a.order - b.order)
    .map(({ unicode, label, group, tags = [], hexcode, skins = [] }) => [spelled(unicode), label, group, [...new Set([...tags, ...[codes[hexcode] ?? []].flat()])].join(' '), skins.length === TONES ? skins.map((skin) => skin.unicode) : []]);
  writeFileSync(join(folder, 'emoji.json'), `${JSON.stringify(all)}\n`);
}
