// The settings page in a real window: every section in both themes, what is chosen is to be seen at once, and it stays.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt, violations } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startAgain, startDisplay } from '../helpers/window.ts';

const SECTIONS = ['Account', 'Appearance', 'Notifications', 'Writing', 'Files', 'Connection', 'Privacy', 'Shortcuts', 'Advanced', 'About'];

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

const clipboard = (page: Page) => page.evaluate(() => nw.Clipboard.get().get('text') ?? '');

async function advanced(page: Page, profile: string): Promise<void> {
  await openSection(page, 'Advanced');
  assert.ok((await page.getByTestId('home').innerText()).startsWith(profile));
  await page.getByTestId('happened').getByText('Connected').first().waitFor();
  await page.getByRole('button', { name: 'Copy diagnostics' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const told = await clipboard(page);
  assert.match(told, /"happened"/);
  assert.not.match(told, /iris|riggingg|127\.0\.0\.1/, 'nobody and no place is named');
  await openSection(page, 'About');
  await page.getByRole('button', { name: /^Reach MIT/ }).waitFor();
  for (const name of ['NW.js', 'Chromium', 'Node.js']) assert.is(await page.getByRole('listitem').filter({ hasText: new RegExp(`^${name.replace('.', '\\.')}`) }).count(), 1, name);
}

/** By the menu of a word that is marked. */
async function learn(page: Page, ...wanted: string[]): Promise<void> {
  await openSection(page, 'Writing');
  await row(page, 'spelling').getByRole('radio', { name: 'English' }).check({ force: true });
  await page.keyboard.press('Escape');
  const composer = page.getByTestId('composer');
  await composer.click();
  await page.keyboard.type(`${wanted.join(' ')} `);
  await waitFor(async () => (await page.getByTestId('spelling').locator('[data-from]').count()) === wanted.length, 20_000, 'they are marked');
  for (const word of wanted) {
    const at = (await composer.inputValue()).indexOf(word) + 1;
    await composer.evaluate((area, place) => (area as HTMLTextAreaElement).setSelectionRange(place, place), at);
    await composer.press('Shift+F10');
    await page.getByRole('menuitem', { name: `Add “${word}” to the dictionary` }).click();
  }
  await composer.fill('');
}

async function ownWords(page: Page): Promise<void> {
  await openSection(page, 'Writing');
  const words = page.getByTestId('own-words');
  assert.equal(await words.getByRole('listitem').allInnerTexts(), ['mizzzen', 'riggingg']);
  await words.getByRole('button', { name: 'Remove mizzzen' }).click();
  await words.getByText('“mizzzen” is removed.').waitFor();
  assert.equal(await words.getByRole('listitem').allInnerTexts(), ['riggingg']);
  await row(page, 'skinTone').getByRole('radio', { name: 'Medium-dark' }).check({ force: true });
  await row(page, 'skinTone').getByRole('button', { name: 'Reset Skin tone' }).click();
  assert.ok(await row(page, 'skinTone').getByRole('radio', { name: 'No skin tone' }).isChecked());
}

async function exceptions(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+M');
  await openSection(page, 'Notifications');
  const list = page.getByTestId('exceptions');
  assert.ok(await list.getByRole('radio', { name: 'Nothing' }).isChecked());
  await list.getByRole('radio', { name: 'Mentions' }).check({ force: true });
  await list.getByRole('button', { name: 'Reset #lobby' }).click();
  await list.getByText('None: all rooms follow').waitFor();
  const inRoom = row(page, 'soundInRoom');
  assert.is(await inRoom.getByText('Silent while “Sounds” is off.').count(), 0);
  await row(page, 'sounds').getByRole('switch').click();
  await inRoom.getByText('Silent while “Sounds” is off.').waitFor();
  await inRoom.getByRole('switch').click({ force: true });
  assert.is(await inRoom.getByRole('switch').getAttribute('aria-checked'), 'false', 'what does nothing is not turned');
  await row(page, 'sounds').getByRole('button', { name: 'Reset Sounds' }).click();
}

async function connection(page: Page, address: string): Promise<void> {
  await openSection(page, 'Connection');
  const port = page.getByLabel('UDP port');
  await port.fill('99999');
  await port.press('Tab');
  await page.getByText('A port is a number from 1 to 65535.').waitFor();
  assert.is(await page.getByRole('button', { name: 'Reset UDP port' }).count(), 0, 'what is no port is not kept');
  await port.fill('20002');
  await port.press('Tab');
  await page.getByRole('button', { name: 'Reset UDP port' }).waitFor();
  await page.getByRole('radio', { name: 'UDP' }).check({ force: true });
  await page.getByRole('button', { name: 'Reset Protocol' }).click();
  await page.getByRole('button', { name: 'Reset Protocol' }).waitFor({ state: 'detached' });
  await page.getByRole('button', { name: `Forget ${address}` }).click();
  await page.getByRole('dialog', { name: `Forget ${address}?` }).getByText('You are connected to it now').waitFor();
}

test('what is kept can be seen and taken back: words, exceptions, ports, the server that is used, and what may be shown to others', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  const address = `127.0.0.1:${server.port}`;
  await signUp(page, { username: 'iris', server: address });
  await learn(page, 'riggingg', 'mizzzen');
  await ownWords(page);
  assert.equal(await lookAt(window, 'settings-words'), []);
  await exceptions(page);
  await advanced(page, profile);
  await connection(page, address);
  assert.equal(await lookAt(window, 'settings-forget'), []);
  const question = page.getByRole('dialog');
  await question.getByRole('button', { name: 'Forget', exact: true }).click();
  await page.getByText('None yet.').waitFor();
  await page.keyboard.press('Escape');
  await say(page, 'still connected');
  await message(page, 'still connected').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByText('UDP port').waitFor({ state: 'attached' });
  assert.is(await page.locator('#udp-port').inputValue(), '20002', 'it stands on the card for the next sign-in');
}));

test('an error is seen over a dialog and can be closed there, and outlives what lay below it', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  const damaged = () => startAgain({ display, profile, args: ['reach://127.0.0.1/?k=short'] });
  const toast = page.getByTestId('toast');
  const isOnTop = () => toast.first().evaluate((one) => {
    const { left, top, width, height } = one.getBoundingClientRect();
    return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
  });
  await damaged();
  await toast.waitFor();
  await page.keyboard.press('Control+/');
  await page.getByTestId('sheet').waitFor();
  await waitFor(isOnTop, 5_000, 'it lies over the dialog that was opened after it');
  assert.equal(await lookAt(window, 'toast-over-dialog'), []);
  await page.keyboard.press('Escape');
  await page.getByTestId('sheet').waitFor({ state: 'detached' });
  await waitFor(isOnTop, 5_000, 'it is still there without the dialog');
  await page.keyboard.press('Control+/');
  await page.getByTestId('sheet').waitFor();
  await toast.getByRole('button', { name: 'Dismiss' }).click();
  await toast.waitFor({ state: 'detached' });
  assert.ok(await page.getByTestId('sheet').isVisible(), 'the dialog stays');
}));

test.run();
