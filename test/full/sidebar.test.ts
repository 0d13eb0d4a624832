// The list of rooms in a real window: its menu by mouse and by keyboard, rooms kept on top, and muted ones.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromHex } from '../../shared/protocol/bytes.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { fillCard, createAccount, pressConnect, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const link = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });
const order = (page: Page) => page.getByTestId('room').locator('.name').allInnerTexts();
const item = (page: Page, name: string) => page.getByRole('menuitemcheckbox', { name });

async function makeRoom(page: Page, name: string): Promise<void> {
  await page.keyboard.press('Control+Shift+N');
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.keyboard.press('Enter');
  await link(page, name).waitFor();
}

test('a room\'s menu: kept on top, muted, read; by mouse and by keyboard, and after a restart', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await makeRoom(page, 'harbour');
  await makeRoom(page, 'tides');
  await link(page, 'lobby').click();
  assert.equal(await order(page), ['lobby', 'harbour', 'tides']);

  await link(page, 'tides').click({ button: 'right' });
  await item(page, 'Keep on top').waitFor();
  assert.equal(await lookAt(window, 'room-menu'), []);
  await item(page, 'Keep on top').click();
  await waitFor(async () => (await order(page))[0] === 'tides', 5_000, 'tides is on top');

  await link(page, 'harbour').focus();
  await page.keyboard.press('Shift+F10');
  await item(page, 'Mute').waitFor();
  await page.keyboard.press('m');
  assert.is(await page.evaluate(() => document.activeElement?.textContent?.trim().startsWith('Mute')), true);
  await page.keyboard.press('Enter');
  await waitFor(async () => link(page, 'harbour').evaluate((one) => one.classList.contains('muted')), 5_000, 'harbour is muted');
  assert.ok(await link(page, 'harbour').evaluate((one) => one === document.activeElement), 'the focus is back');

  const ben = await RawClient.signUp(closing, server.port, 'ben');
  const { message: page1 } = await ben.ask('room_list', { after: '' });
  const harbour = page1.name === 'room_page' ? page1.content.rooms.find(({ name }) => name === 'harbour')!.room : fromHex('')!;
  await ben.ask('room_join', { room: harbour });
  await ben.send({ room: harbour, kind: 'text', body: encodeBody({ text: 'hush' }) });
  const unread = link(page, 'harbour').getByTestId('unread');
  await unread.waitFor();
  assert.ok(await unread.evaluate((one) => one.classList.contains('weak')));
  assert.not.match(await page.title(), /^\(/);
  assert.equal(await lookAt(window, 'room-muted'), []);
  await link(page, 'harbour').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Mark as read' }).click();
  await unread.waitFor({ state: 'detached' });
  const marked = link(page, 'tides').getByTestId('marked');
  await link(page, 'tides').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Mark as unread' }).click();
  await marked.waitFor();
  assert.equal(await lookAt(window, 'room-marked'), []);
  await page.keyboard.press('Alt+Shift+ArrowDown');
  await waitFor(() => link(page, 'tides').evaluate((one) => one.getAttribute('aria-current') === 'page'), 5_000, 'the marked room opens');
  await link(page, 'lobby').click();
  assert.is(await marked.count(), 0, 'whoever was there has been there');
  assert.is(await page.getByTestId('room').filter({ has: page.locator('[aria-current]') }).count(), 0);
  await window.close();

  const again = await openWindow(closing, { display, profile });
  await again.page.getByTestId('connect-card').waitFor();
  await again.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await again.page.getByRole('button', { name: 'Connect', exact: true }).click();
  await link(again.page, 'tides').waitFor();
  assert.equal(await order(again.page), ['tides', 'lobby', 'harbour']);
  assert.ok(await link(again.page, 'harbour').evaluate((one) => one.classList.contains('muted')));
}));

const clipboard = (page: Page) => page.evaluate(() => nw.Clipboard.get().get('text'));
const empty = (page: Page) => page.getByTestId('empty');

test('empty places say so and lead on, and whoever is alone can fetch others', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const found: string[] = [];
  // Not this computer by its name, so that the link leads somewhere.
  await fillCard(page, { username: 'iris', server: `127.0.0.2:${server.port}` });
  await pressConnect(page);
  await page.getByRole('button', { name: 'It matches' }).click();
  await createAccount(page);
  await page.getByTestId('composer').waitFor({ timeout: 40_000 });

  const alone = page.getByTestId('only-one');
  await alone.getByText('You are the only one here.').waitFor();
  found.push(...(await lookAt(window, 'empty-main')));
  await alone.getByRole('button', { name: 'Copy link to this server' }).click();
  await page.getByTestId('toast').getByText('Link copied').waitFor();
  assert.match((await clipboard(page)) ?? '', new RegExp(`^reach://127\\.0\\.0\\.2:${server.port}/\\?k=`));

  await page.getByRole('navigation').getByTestId('empty').getByRole('button', { name: 'New message' }).click();
  await page.getByRole('dialog', { name: 'New message' }).getByTestId('empty').getByText('You are the only one here so far.').waitFor();
  found.push(...(await lookAt(window, 'empty-new-message')));
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Browse rooms' }).click();
  await page.getByRole('dialog', { name: 'Browse rooms' }).getByTestId('empty').getByRole('button', { name: 'Create a room' }).waitFor();
  found.push(...(await lookAt(window, 'empty-browse')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+T');
  await page.getByRole('dialog', { name: 'Transfers' }).getByTestId('empty').waitFor();
  found.push(...(await lookAt(window, 'empty-transfers')));
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+K');
  await page.getByTestId('palette').getByRole('combobox').fill('zzkw');
  await empty(page).getByRole('button', { name: 'Search messages for “zzkw”' }).waitFor();
  found.push(...(await lookAt(window, 'empty-palette')));
  await page.keyboard.press('Enter');
  await page.getByTestId('find-none').getByText('Nothing found for “zzkw”.').waitFor();
  await page.keyboard.press('Control+F');
  await page.getByTestId('find-none').getByRole('button', { name: 'Search everywhere' }).click();
  assert.ok(await page.getByRole('radio', { name: 'Everywhere' }).isChecked());
  found.push(...(await lookAt(window, 'empty-find')));
  await page.keyboard.press('Escape');
  assert.equal(found, []);

  await RawClient.signUp(closing, server.port, 'ben');
  await alone.waitFor({ state: 'detached' });
}));

test('the edge of the list is wide enough to be caught, and takes no press from what lies beside it', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  const box = (await page.getByRole('separator', { name: 'Width of the list' }).boundingBox())!;
  assert.ok(box.width >= 16, `${box.width} pixels`);
  /** WCAG 2.2, 2.5.8: a circle of 24 pixels in the middle of a smaller target meets no other one. */
  const middle = box.x + box.width / 2;
  const buttons = await page.locator('button:visible, textarea:visible, input:visible').evaluateAll((all) => all.map((one) => one.getBoundingClientRect().toJSON() as DOMRect));
  const others = buttons.filter(({ left, right, top, bottom }) => right > middle - 12 && left < middle + 12 && top < box.y + box.height / 2 + 12 && bottom > box.y + box.height / 2 - 12);
  assert.equal(others, []);
  await page.mouse.move(box.x + box.width - 2, 300);
  await page.mouse.down();
  await page.mouse.move(340, 300);
  await page.mouse.up();
  await waitFor(async () => (await page.getByRole('navigation').boundingBox())!.width === 340, 5_000, 'it was dragged');
}));

test.run();
