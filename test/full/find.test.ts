// Finding and moving in a real window: a message far beyond what is loaded, the palette, the sheet.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine } from '../helpers/engine.ts';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

/** More than one page of history, so that the window does not have the first of them. */
const MESSAGES = 180;

interface Scene {
  window: AppWindow;
  page: Page;
  found: string[];
}

const focused = (page: Page) => page.evaluate(() => document.activeElement?.textContent ?? '');
const results = (page: Page) => page.getByTestId('find-row');
const paletteRows = (page: Page) => page.getByTestId('palette-row');

async function scene(closing: Closing): Promise<Scene> {
  const server = await startServer(closing);
  const ben = startEngine(closing);
  await ben.signIn({ username: 'ben', server: `127.0.0.1:${server.port}` });
  for (let at = 1; at <= MESSAGES; at += 1) ben.calls.send(ben.room(), at === 3 ? 'The needle lies in the old barn' : `Hay number ${at}`);
  await waitFor(() => ben.acked.size === MESSAGES, 60_000, 'the history');
  const answer = await ben.calls.createRoom({ name: 'field-ops', topic: 'What happens outside', private: false });
  assert.ok('room' in answer);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(window.page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await message(window.page, `Hay number ${MESSAGES}`).waitFor();
  return { window, page: window.page, found: [] };
}

async function findBeyondTheLoadedRange({ window, page, found }: Scene): Promise<void> {
  await page.keyboard.press('Control+f');
  const field = page.getByRole('combobox', { name: 'Search' });
  await waitFor(() => field.evaluate((input) => input === document.activeElement), 5_000, 'the field has the keyboard');
  await page.keyboard.type('needle');
  await page.getByTestId('find-none').waitFor();
  found.push(...(await lookAt(window, 'find-none')));
  await page.getByRole('button', { name: 'Search older messages' }).click();
  await results(page).waitFor({ timeout: 30_000 });
  await page.getByText('Searched to the very first message.').waitFor({ timeout: 30_000 });
  assert.is(await results(page).locator('mark').innerText(), 'needle');
  assert.is(await page.getByTestId('timeline').getByText('The needle').count(), 0, 'what was fetched for the search does not push itself into view');
  await field.focus();
  await page.keyboard.press('Enter');
  await waitFor(async () => (await focused(page)).includes('The needle lies'), 10_000, 'the message has the focus');
  assert.ok(await message(page, 'The needle lies').evaluate((row) => {
    const [box, view] = [row.getBoundingClientRect(), row.closest('[data-testid="timeline"]')!.getBoundingClientRect()];
    return box.top >= view.top && box.bottom <= view.bottom;
  }), 'it is in view');
  found.push(...(await lookAt(window, 'find-hit')));
}

async function moveAndFilter({ window, page, found }: Scene): Promise<void> {
  await page.keyboard.press('Control+Shift+f');
  assert.ok(await page.getByRole('radio', { name: 'Everywhere' }).isChecked());
  await page.keyboard.type('hay from:ben');
  await page.getByText(`The newest 100 of ${MESSAGES - 1} messages`).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await waitFor(async () => (await page.locator('[data-testid="find-row"][aria-selected="true"]').innerText()).includes(`Hay number ${MESSAGES - 2}`), 5_000, 'the third result is chosen');
  found.push(...(await lookAt(window, 'find-everywhere')));
  await page.keyboard.press('Control+Shift+f');
  await page.keyboard.type('from:zoe');
  await page.getByText('Nobody here is called “zoe”.').waitFor();
  for (const [width, name] of [[900, 'find-900'], [640, 'find-640']] as const) {
    await page.setViewportSize({ width, height: 700 });
    found.push(...(await lookAt(window, name)));
  }
  await page.keyboard.press('Escape');
  await page.getByTestId('find').waitFor({ state: 'detached' });
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function palette({ window, page, found }: Scene): Promise<void> {
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette').waitFor();
  assert.ok((await paletteRows(page).count()) <= 8);
  found.push(...(await lookAt(window, 'palette')));
  await page.keyboard.type('loby');
  await paletteRows(page).first().getByText('lobby').waitFor();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('@ben');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'ben', exact: true }).waitFor();
  await page.keyboard.press('Control+Tab');
  await page.getByRole('heading', { name: 'lobby', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  assert.match(await paletteRows(page).first().innerText(), /ben/, 'what was opened last stands first');
  await page.keyboard.type('>new room');
  found.push(...(await lookAt(window, 'palette-action')));
  await page.keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'Create a room' }).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+k');
  await page.keyboard.type('dark theme');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.documentElement.dataset['theme'] === 'dark');
  await page.setViewportSize({ width: 640, height: 700 });
  await page.keyboard.press('Control+k');
  found.push(...(await lookAt(window, 'palette-640')));
  await page.keyboard.press('Escape');
  await page.setViewportSize({ width: 1280, height: 800 });
}

async function sheet({ window, page, found }: Scene): Promise<void> {
  await page.keyboard.press('Control+/');
  await page.getByTestId('sheet').getByText('Ctrl+Shift+F').waitFor();
  found.push(...(await lookAt(window, 'sheet')));
  await page.keyboard.press('Escape');
  await page.getByTestId('sheet').waitFor({ state: 'detached' });
}

test('a message is found beyond what is loaded, and every place is a few keys away', closeAfter(async (closing) => {
  const all = await scene(closing);
  for (const step of [findBeyondTheLoadedRange, moveAndFilter, palette, sheet]) await step(all);
  assert.equal(all.found, []);
}));

test.run();
