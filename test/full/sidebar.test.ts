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
import { signUp } from '../helpers/steps.ts';
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

test.run();
