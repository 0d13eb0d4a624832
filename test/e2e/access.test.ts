// Every screen in both themes, the ten main ones in smaller windows too: what axe-core finds, and that nothing sticks out.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lookAtAll } from '../helpers/looking.ts';
import { INSIDE, moveIn, openHouse, OUTSIDE, resize, type State } from '../helpers/states.ts';
import { closeAfter } from '../helpers/waiting.ts';

const WIDE = [[1280, 800]] as const;
const SMALLER = [[900, 700], [640, 700]] as const;
const MAIN = ['connect', 'trust', 'main', 'find', 'palette', 'settings', 'browse', 'create-room', 'preview', 'people'];

const main = (states: readonly State[]): State[] => states.filter(({ name }) => MAIN.includes(name));

test('no screen breaks a rule of accessibility or reaches out of the window, in either theme', closeAfter(async (closing) => {
  const house = await openHouse(closing);
  assert.is(main([...OUTSIDE, ...INSIDE]).length, MAIN.length);
  const found = [...(await lookAtAll(house, OUTSIDE, WIDE)), ...(await lookAtAll(house, main(OUTSIDE), SMALLER))];
  await resize(house, 1280, 800);
  await moveIn(house);
  found.push(...(await lookAtAll(house, INSIDE, WIDE)), ...(await lookAtAll(house, main(INSIDE), SMALLER)));
  assert.equal(found, []);
}));

test.run();
