// Emoji found by what people call them, and the ones used last.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { emojiMatching, quickReactions, rememberReaction, type Emoji } from '../../client/ui/chat/emoji.ts';

const one = (emoji: string, name: string, words: string): Emoji => ({ emoji, name, group: 0, tones: [], words: `${name} ${words}`.toLowerCase() });
const ALL = [one('⛵', 'sailboat', 'boat sea yacht sailboat'), one('🚢', 'ship', 'boat passenger'), one('🛥️', 'motor boat', 'boat motor_boat'), one('🥲', 'smiling face with tear', 'grateful')];
const found = (typed: string): string[] => emojiMatching(ALL, typed).map(({ emoji }) => emoji);

test('by name first, then by any other word; several words narrow; a shortcode is words', () => {
  assert.equal(found('sail'), ['⛵']);
  assert.equal(found('BOAT'), ['⛵', '🚢', '🛥️']);
  assert.equal(found('motor boat'), ['🛥️']);
  assert.equal(found(':motor_boat:'), ['🛥️']);
  assert.equal([found('tear'), found('  '), found('nothing of that')], [['🥲'], [], []]);
});

test('what was used last comes first, bounded; what is no emoji is not kept', () => {
  const kept = new Map<string, string>();
  const memory = { getItem: (key: string) => kept.get(key) ?? null, setItem: (key: string, value: string) => void kept.set(key, value) };
  const before = quickReactions(memory);
  for (const emoji of ['⛵', '🚢', '⛵', '<b>']) rememberReaction(memory, emoji);
  assert.equal(quickReactions(memory).slice(0, 3), ['⛵', '🚢', before[0]]);
  assert.is(quickReactions(memory).length, before.length);
});

test.run();
