import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { closeAfter } from '../helpers/waiting.ts';
import { killWhileSending } from './kills.ts';

test('a server killed three times under load loses nothing and doubles nothing', closeAfter(async (closing) => {
  const figures = await killWhileSending(closing, { kills: 3, ackedBetween: 30 });
  assert.ok(figures.acked >= 90);
}));

test.run();
