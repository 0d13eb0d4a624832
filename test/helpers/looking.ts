// Looking at every screen: what axe-core finds on it, and what sticks out of the window. Pictures are left in test-results/.
import { violations } from './screens.ts';
import { leave, resize, setTheme, type House, type State } from './states.ts';

export type Size = readonly [width: number, height: number];

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

/** Each of these at each size, in both themes; one line for everything that is wrong. */
export async function lookAtAll(house: House, states: readonly State[], sizes: readonly Size[]): Promise<string[]> {
  const found: string[] = [];
  for (const [width, height] of sizes) {
    await resize(house, width, height);
    for (const state of states) found.push(...(await lookAtOne(house, state, `${state.name}-${width}`)));
  }
  return found;
}

async function lookAtOne(house: House, state: State, name: string): Promise<string[]> {
  const found: string[] = [];
  try {
    await state.open(house);
  } catch (cause) {
    await house.window.screenshot(`screen-${name}-failed`);
    throw new Error(`${name} does not open: ${(cause as Error).message}`);
  }
  for (const theme of THEMES) {
    await setTheme(house, theme);
    found.push(...(await violations(house.page, `${name}-${theme}`)), ...(await outside(house)).map((line) => `${name}-${theme}: ${line}`));
    await house.window.screenshot(`screen-${name}-${theme}`);
  }
  await leave(house, state);
  return found;
}
