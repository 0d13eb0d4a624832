// The settings page in a real window: every section in both themes, what is chosen is to be seen at once, and it stays.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt, violations } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const SECTIONS = ['Account', 'Appearance', 'Notifications', 'Writing', 'Files', 'Connection', 'Privacy', 'Shortcuts', 'About'];

const settings = (page: Page) => page.getByTestId('settings');
const row = (page: Page, key: string) => page.locator(`[data-testid="setting"][data-key="${key}"]`);

async function openSection(page: Page, name: string): Promise<void> {
  if (!(await settings(page).isVisible())) await page.keyboard.press('Control+,');
  await settings(page).getByRole('button', { name, exact: true }).click();
}

const sizeOf = (page: Page, text: string) => message(page, text).locator('.body').evaluate((body) => parseFloat(getComputedStyle(body).fontSize));
const overflowing = (page: Page) => page.evaluate(() => document.documentElement.scrollWidth > innerWidth);

test('every section, in both themes, without a violation; what is chosen is seen at once and stays', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  const found: string[] = [];
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await say(page, 'somebody counts the boats');
  for (const name of SECTIONS) {
    await openSection(page, name);
    found.push(...(await lookAt(window, `settings-${name.toLowerCase()}`)));
    assert.not(await overflowing(page), name);
  }

  await openSection(page, 'Appearance');
  await row(page, 'textSize').getByRole('slider').fill('20');
  await row(page, 'density').getByRole('radio', { name: 'Compact' }).check({ force: true });
  await row(page, 'clock').getByRole('radio', { name: '9:41 pm' }).check({ force: true });
  await page.keyboard.press('Escape');
  assert.is(await sizeOf(page, 'boats'), 20);
  assert.match(await message(page, 'boats').innerText(), /\d:\d\d [ap]m/);
  found.push(...(await lookAt(window, 'compact-20px')));
  assert.not(await overflowing(page));

  await openSection(page, 'Appearance');
  await row(page, 'textSize').getByRole('button', { name: 'Reset Text size' }).click();
  await waitFor(async () => (await row(page, 'textSize').getByRole('button').count()) === 0, 5_000, 'nothing is left to reset');
  await page.keyboard.press('Escape');
  assert.is(await sizeOf(page, 'boats'), 14);

  await openSection(page, 'Writing');
  await row(page, 'enterSends').getByRole('switch').click();
  await page.keyboard.press('Escape');
  await page.getByTestId('composer').fill('a line');
  await page.keyboard.press('Enter');
  await page.keyboard.type('another');
  assert.is(await page.getByTestId('composer').inputValue(), 'a line\nanother');
  await page.keyboard.press('Shift+Enter');
  await message(page, 'another').waitFor();

  await page.keyboard.press('Control+,');
  await page.getByLabel('Find a setting').fill('quiet hours');
  assert.is(await page.getByTestId('setting').count(), 1);
  found.push(...(await violations(page, 'settings-search')));
  assert.equal(found, []);
}));

test.run();
