// Every screen at every size, in both themes: what axe-core finds, and that nothing sticks out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lookAtAll } from '../helpers/looking.ts';
import { INSIDE, moveIn, openHouse, OUTSIDE, resize } from '../helpers/states.ts';
import { closeAfter } from '../helpers/waiting.ts';

const SIZES = [[1280, 800], [900, 700], [640, 700], [420, 600]] as const;

test('every screen at every size, in both themes', closeAfter(async (closing) => {
  const house = await openHouse(closing);
  const found = await lookAtAll(house, OUTSIDE, SIZES);
  await resize(house, 1280, 800);
  await moveIn(house);
  found.push(...(await lookAtAll(house, INSIDE, SIZES)));
  assert.equal(found, []);
}));

test.run();
