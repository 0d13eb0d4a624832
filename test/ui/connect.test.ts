// What the connect card counts and shows by itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { iconsOf } from '../../client/ui/connect/key-icons.ts';
import type * as Stages from '../../client/ui/connect/stage.svelte.ts';
import { loadRunes } from '../state/runes.ts';

const { LEAST_MS, QUICK_MS, stageAfter } = await loadRunes<typeof Stages>(new URL('../../client/ui/connect/stage.svelte.ts', import.meta.url));

test('a stage is named once the whole has taken a moment, and stays long enough to be read', () => {
  assert.is(stageAfter({ now: 1_010, since: 1_000, named: 1_000 }), QUICK_MS - 10);
  assert.is(stageAfter({ now: 2_000, since: 1_000, named: 1_000 }), 0);
  assert.is(stageAfter({ now: 2_000, since: 1_000, named: 1_990 }), LEAST_MS - 10);
});

test('icons differ wherever one of the first ninety bits does', () => {
  const key = 'a3'.repeat(32);
  const icons = iconsOf(key).map(({ icon }) => icon);
  assert.is(icons.length, 15);
  for (let bit = 0; bit < 90; bit += 1) {
    const digit = Math.floor(bit / 4);
    const flipped = (parseInt(key[digit]!, 16) ^ (8 >> (bit % 4))).toString(16);
    assert.not.equal(iconsOf(key.slice(0, digit) + flipped + key.slice(digit + 1)).map(({ icon }) => icon), icons, `bit ${bit}`);
  }
});

test('64 icons, none twice, each with its own name', () => {
  const all = Array.from({ length: 64 }, (_, at) => iconsOf((at << 2).toString(16).padStart(2, '0') + '0'.repeat(30))[0]!);
  assert.is(new Set(all.map(({ icon }) => icon)).size, 64);
  assert.is(new Set(all.map(({ name }) => name)).size, 64);
});

test.run();
