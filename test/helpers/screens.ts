// Every screen in both themes: a picture of it, and what axe-core finds on it.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import type { AppWindow } from './window.ts';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

/** Every animation that ends has ended: colours are measured, and pictures made, as the screen then stays. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (let still = 0; still < 2; ) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const moves = document.getAnimations().some(({ effect, playState }) => playState === 'running' && effect?.getComputedTiming().endTime !== Infinity);
      still = moves ? 0 : still + 1;
    }
  });
}

/** One line for every rule that a part of the page breaks. */
export async function violations(page: Page, screen: string): Promise<string[]> {
  await settled(page);
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(AXE);
  const results = await page.evaluate(() => (globalThis as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run());
  return results.violations.map(({ id, nodes }) => `${screen}: ${id}: ${nodes.map(({ target }) => target.join(' ')).join(', ')}`);
}

/** Pictures NAME-light and NAME-dark; the theme is afterwards as it was. */
export async function lookAt(window: AppWindow, name: string): Promise<string[]> {
  const found: string[] = [];
  for (let turn = 0; turn < 2; turn += 1) {
    await settled(window.page);
    const theme = await window.page.evaluate(() => document.documentElement.dataset['theme'] ?? '');
    await window.screenshot(`${name}-${theme}`);
    found.push(...(await violations(window.page, `${name}-${theme}`)));
    await window.page.keyboard.press('Control+Shift+L');
    await window.page.waitForFunction((before) => document.documentElement.dataset['theme'] !== before, theme);
  }
  return found;
}
