// Which words of a message are looked up in the dictionary, and what the dictionary says of them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import nspell from 'nspell';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { plain, wordsIn } from '../../client/spelling/prose.ts';
import { root } from '../helpers/folders.ts';

const words = (text: string): string[] => wordsIn(text).map(({ word }) => word);

test('prose is looked up, each word where it stands', () => {
  assert.equal(wordsIn('Thiss is  a\nnaïve sentense.'), [{ word: 'Thiss', from: 0, to: 5 }, { word: 'naïve', from: 12, to: 17 }, { word: 'sentense', from: 18, to: 26 }]);
  assert.equal(words("don’t won't 'quoted'"), ['don’t', "won't", 'quoted']);
});

test('code, links, names, rooms, emoji, paths and other scripts are left alone', () => {
  for (const text of ['`mispelled cdoe`', '```\nfoo bra\n```', '```\nnever closed', 'https://exampel.org/pathh', 'www.exampel.org', 'ana@exampel.org', '@maja', '#fieldwrok', ':smlie:', 'src/maim.ts', 'x86 abc123 snake_case', 'camelCase iPhone NASA', 'Привет 你好']) assert.equal(words(text), [], text);
  assert.equal(words('see `code` and @maya then'), ['see', 'and', 'then']);
});

test('the dictionary knows English, and suggests what was meant', () => {
  const read = (part: string): string => readFileSync(join(root, 'node_modules/dictionary-en', `index.${part}`), 'utf8');
  const speller = nspell(read('aff'), read('dic'));
  assert.equal(['walking', plain('don’t'), 'sentences'].map((word) => speller.correct(word)), [true, true, true]);
  assert.not.ok(speller.correct('sentense'));
  assert.is(speller.suggest('sentense')[0], 'sentence');
});

test.run();
