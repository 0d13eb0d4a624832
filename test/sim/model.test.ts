// The first worlds of many: `npm run sim` goes through ten thousand.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tryout } from './model.ts';

const SEEDS = 30;

for (let seed = 0; seed < SEEDS; seed += 1) {
  test(`whatever happens, in the end everybody has everything once: world ${seed}`, async () => {
    assert.is(await tryout(seed), undefined);
  });
}

test.run();
