// The first worlds of many: `npm run sim` goes through ten thousand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tryout } from './model.ts';

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed);
/** Worlds that found something: an answer to sync that UDP had overtaken; the late word of a client that was gone, which ended a newer ticket. */
const FOUND = [603, 1_165];

for (const seed of [...SEEDS, ...FOUND]) {
  test(`whatever happens, in the end everybody has everything once: world ${seed}`, async () => {
    assert.is(await tryout(seed), undefined);
  });
}

test.run();
