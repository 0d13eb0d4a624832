// Blocking somebody in a real window: from their card and from the menu of a direct message, what it hides, and every way back.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBody } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

const link = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });
const card = (page: Page) => page.getByTestId('person-card');
const folded = (page: Page) => page.locator('[data-folded]');
const hasFocus = (selector: string) => `document.activeElement === document.querySelector('${selector}')`;

async function rooms(client: RawClient): Promise<{ room: Uint8Array; kind: string }[]> {
  const { message: heads } = await client.ask('sync', { rooms: [] });
  return heads.name === 'heads' ? heads.content.rooms : [];
}
async function write(client: RawClient, room: Uint8Array, text: string, mentions: Uint8Array[] = []): Promise<void> {
  await client.send({ room, kind: 'text', body: encodeBody({ text, ...(mentions.length > 0 && { mentions }) }) });
}

/** From the card, by keyboard; the question says what it does. */
async function block(window: AppWindow): Promise<void> {
  const { page } = window;
  await page.getByTestId('roster').getByRole('button', { name: 'ben' }).focus();
  await page.keyboard.press('Enter');
  await card(page).getByRole('button', { name: 'Block…' }).press('Enter');
  const ask = page.getByRole('dialog', { name: 'Block ben?' });
  await ask.getByText('This is kept on this computer only. ben is not told').waitFor();
  assert.equal(await lookAt(window, 'block-ask'), []);
  await ask.getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByTestId('roster').getByRole('button', { name: /ben.*blocked/ }).waitFor();
  await page.waitForFunction(`document.activeElement?.textContent?.includes('ben')`);
}

/** What they wrote is one line, before and after; Enter opens it, and the focus stays there. */
async function fold(window: AppWindow, ben: RawClient): Promise<void> {
  const { page } = window;
  const lobby = (await rooms(ben)).find(({ kind }) => kind === 'lobby')!.room;
  await folded(page).getByText('Message from a person you blocked.').waitFor();
  await write(ben, lobby, 'second insult');
  await folded(page).getByText('2 messages from a person you blocked.').waitFor();
  assert.equal([await page.getByTestId('timeline').getByText('insult').count(), await page.getByText('second insult').count()], [0, 0]);
  await say(page, 'anyway');
  assert.equal(await lookAt(window, 'blocked-room'), []);
  await page.getByTestId('timeline').getByText('anyway').waitFor();
  await message(page, 'anyway').focus();
  await page.keyboard.press('ArrowUp');
  await page.waitForFunction(hasFocus('[data-folded]'));
  await page.keyboard.press('Enter');
  await message(page, 'first insult').waitFor();
  await message(page, 'second insult').waitFor();
  assert.ok(await message(page, 'first insult').evaluate((one) => one === document.activeElement));
}

/** Their direct message: no count, a bar where the composer was, and the way back from the bar. */
async function inDirectMessage(window: AppWindow, ben: RawClient, zed: Uint8Array): Promise<void> {
  const { page } = window;
  await ben.ask('dm_open', { user_id: zed });
  const { room } = (await rooms(ben)).find(({ kind }) => kind === 'dm')!;
  await write(ben, room, 'answer me');
  await link(page, 'ben').waitFor();
  const lobby = (await rooms(ben)).find(({ kind }) => kind === 'lobby')!.room;
  await write(ben, lobby, 'so that one more frame has come');
  await folded(page).waitFor();
  assert.is(await link(page, 'ben').getByTestId('unread').count(), 0);
  assert.not.match(await page.title(), /^\(/);
  await link(page, 'ben').click();
  await page.getByTestId('blocked-bar').getByText('You blocked ben.').waitFor();
  await folded(page).waitFor();
  assert.is(await page.getByTestId('composer').count(), 0);
  assert.equal(await lookAt(window, 'blocked-dm'), []);
  await page.getByRole('button', { name: 'Unblock ben' }).click();
  await message(page, 'answer me').waitFor();
  await page.waitForFunction(hasFocus('[data-testid="composer"]'));
  assert.ok(await page.getByTestId('roster').getByRole('button', { name: /^(?!.*blocked).*ben/ }).isVisible());
}

/** By the menu of the direct message; the list in the settings leads back. */
async function inSettings(window: AppWindow): Promise<void> {
  const { page } = window;
  await link(page, 'ben').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Block…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Block', exact: true }).click();
  await page.getByTestId('blocked-bar').waitFor();
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').getByRole('button', { name: 'Privacy', exact: true }).click();
  await page.getByRole('region', { name: 'Blocked people' }).getByText('ben', { exact: true }).waitFor();
  assert.equal(await lookAt(window, 'blocked-people'), []);
}

test('somebody is blocked and unblocked, and stays blocked after a restart', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0'] });
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'zed', server: `127.0.0.1:${server.port}` });
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  await write(ben, (await rooms(ben))[0]!.room, 'first insult');
  await message(page, 'first insult').waitFor();
  const zed = ben.received.flatMap((one) => (one.name === 'roster' ? one.content.members : [])).find(({ username }) => username === 'zed')!.user_id;
  assert.is(hex(zed).length, 32);
  await block(window);
  await fold(window, ben);
  await inDirectMessage(window, ben, zed);
  await inSettings(window);
  await window.close();

  const again = await openWindow(closing, { display, profile });
  await again.page.getByTestId('connect-card').waitFor();
  await again.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await again.page.getByRole('button', { name: 'Connect', exact: true }).click();
  await again.page.getByTestId('blocked-bar').waitFor();
  await again.page.keyboard.press('Control+,');
  await again.page.getByTestId('settings').getByRole('button', { name: 'Privacy', exact: true }).click();
  await again.page.getByRole('button', { name: 'Unblock ben' }).press('Enter');
  await again.page.getByText('ben is not blocked any more.').waitFor();
  await again.page.waitForFunction(hasFocus('[aria-label="Blocked people"]'));
  await waitFor(async () => (await again.page.getByRole('button', { name: 'Unblock ben' }).count()) === 0, 5_000, 'the list is empty');
}));

test.run();
