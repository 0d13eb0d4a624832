// The path in use, as the window's chip and its panel show it.
import type { Locator, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { waitFor } from './waiting.ts';

export const chip = (page: Page): Locator => page.getByTestId('path');
export const panel = (page: Page): Locator => page.getByRole('dialog', { name: 'Connection' });
export const choice = (within: Page | Locator, name: 'TCP' | 'UDP'): Locator => within.getByRole('radio', { name });

export async function says(page: Page, tone: string, words: string): Promise<void> {
  await waitFor(async () => (await chip(page).getAttribute('data-tone')) === tone && (await chip(page).innerText()).replaceAll(/\s+/g, ' ').trim() === words, 5_000, `the chip says ${words}`)
    .catch(async (cause: Error) => assert.unreachable(`${cause.message}: ${await chip(page).getAttribute('data-tone')} ${await chip(page).innerText()}`));
}
