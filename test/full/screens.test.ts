// Every screen at every size, in both themes: what axe-core finds, and that nothing sticks out. Pictures of all of them are
// left in test-results/.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { violations } from '../helpers/screens.ts';
import { INSIDE, leave, moveIn, openHouse, OUTSIDE, resize, setTheme, type House, type State } from '../helpers/states.ts';
import { closeAfter } from '../helpers/waiting.ts';

const SIZES = [[1280, 800], [900, 700], [640, 700], [420, 600]] as const;
const THEMES = ['light', 'dark'] as const;

/** What is wider than the window, or reaches out of it, and can therefore not be seen. */
const outside = ({ page }: House) => page.evaluate(() => {
  const found: string[] = [];
  if (document.documentElement.scrollWidth > innerWidth) found.push(`the page is ${document.documentElement.scrollWidth} wide`);
  for (const panel of document.querySelectorAll<HTMLElement>('[role="dialog"], dialog[open], [role="menu"], [role="listbox"], [data-testid="connect-card"], [data-testid="trust-card"]')) {
    const { left, right, top, bottom } = panel.getBoundingClientRect();
    if (left < 0 || right > innerWidth + 1) found.push(`${panel.getAttribute('aria-label') ?? panel.tagName} from ${left} to ${right}`);
    if (panel.matches('[role="dialog"], dialog, [role="menu"]') && (top < 0 || bottom > innerHeight + 1)) found.push(`${panel.getAttribute('aria-label') ?? panel.tagName} from ${top} down to ${bottom}`);
  }
  return found;
});

async function lookAtAll(house: House, states: readonly State[], found: string[]): Promise<void> {
  for (const [width, height] of SIZES) {
    await resize(house, width, height);
    for (const state of states) {
      const name = `${state.name}-${width}`;
      for (const theme of THEMES) {
        await setTheme(house, theme);
        try {
          await state.open(house);
        } catch (cause) {
          throw new Error(`${name} does not open: ${(cause as Error).message}`);
        }
        await house.window.screenshot(`screen-${name}-${theme}`);
        found.push(...(await violations(house.page, `${name}-${theme}`)), ...(await outside(house)).map((line) => `${name}-${theme}: ${line}`));
        await leave(house, state);
      }
    }
  }
}

test('every screen at every size, in both themes', closeAfter(async (closing) => {
  const house = await openHouse(closing);
  const found: string[] = [];
  await lookAtAll(house, OUTSIDE, found);
  await resize(house, 1280, 800);
  await moveIn(house);
  await lookAtAll(house, INSIDE, found);
  assert.equal(found, []);
}));

test.run();
