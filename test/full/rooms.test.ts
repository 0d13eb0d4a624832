// What becomes of rooms, people and one's own session: a room is archived and opened again, a person's card says what is
// known of them, words are compared, a link is passed on, and the server signs somebody out.
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hex } from '../../shared/protocol/bytes.ts';
import { parseLink } from '../../shared/protocol/link.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

const link = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });
const clipboard = (page: Page) => page.evaluate(() => nw.Clipboard.get().get('text'));

async function makeRoom(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Create a room' }).click();
  await page.getByRole('dialog').getByLabel('Name').fill(name);
  await page.getByRole('dialog').getByRole('button', { name: 'Create', exact: true }).click();
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

async function personCard(page: Page, name: string) {
  await page.getByTestId('roster').getByRole('button', { name }).click();
  return page.getByTestId('person-card');
}

/** Its moderator archives it in its details; nothing can be written to it until it is opened again. */
async function archive(window: AppWindow): Promise<void> {
  const { page } = window;
  await makeRoom(page, 'harbour');
  await say(page, 'the last word');
  await message(page, 'the last word').waitFor();
  await page.getByRole('button', { name: 'About this conversation' }).click();
  const dialog = page.getByRole('dialog', { name: '#harbour' });
  await dialog.getByRole('button', { name: 'Archive the room…' }).click();
  assert.equal(await lookAt(window, 'archive-ask'), []);
  await dialog.getByRole('button', { name: 'Archive', exact: true }).click();
  await dialog.getByText('This room is archived').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('archived-bar').waitFor();
  assert.is(await page.getByTestId('composer').count(), 0);
  await message(page, 'the last word').click({ button: 'right' });
  const items = await page.getByRole('menuitem').allTextContents();
  assert.not.ok(items.some((item) => /Reply|React|Edit|Delete/.test(item)), items.join());
  await page.keyboard.press('Escape');
  assert.match(await link(page, 'harbour').textContent() ?? '', /archived/);
  assert.equal(await lookAt(window, 'archived-room'), []);
  await page.getByTestId('archived-bar').getByRole('button', { name: 'Open it again' }).click();
  await page.getByTestId('composer').waitFor();
  await say(page, 'and one more');
  await message(page, 'and one more').waitFor();
}

/** Since when, by what way, and words that the other one has too. */
async function verify(window: AppWindow, ben: RawClient): Promise<void> {
  const { page } = window;
  const card = await personCard(page, 'ben');
  await card.getByText(/^online · since \d+:\d\d( [ap]m)? · by TCP$/i).waitFor();
  assert.equal(await lookAt(window, 'person-card'), []);
  await card.getByRole('button', { name: 'Verify…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Verify ben' });
  const shown = await dialog.getByRole('list', { name: 'Words to compare' }).locator('.word').allTextContents();
  assert.is(shown.length, 8);
  assert.equal(await lookAt(window, 'verify-person'), []);
  await dialog.getByRole('button', { name: 'Done' }).click();
  ben.say('udp_stat', { salt: new Uint8Array(16), received: 1, up: true });
  await (await personCard(page, 'ben')).getByText(/by UDP$/).waitFor();
  await page.keyboard.press('Escape');
}

/** Off at first; then a line where it happened. */
async function comings(window: AppWindow, ben: RawClient, port: number, closing: Closing): Promise<void> {
  const { page } = window;
  await link(page, 'lobby').click();
  assert.is(await page.getByTestId('comings').count(), 0);
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').getByRole('switch', { name: 'Show who comes and goes' }).press('Space');
  await page.keyboard.press('Escape');
  ben.leave();
  await page.getByTestId('comings').getByText('ben went offline.').waitFor();
  await RawClient.signUp(closing, port, 'cleo');
  await page.getByTestId('comings').getByText('cleo joined. ben went offline.').waitFor();
  await say(page, 'who is there?');
  await RawClient.signUp(closing, port, 'ben', false);
  await page.getByTestId('comings').getByText('ben came online.').waitFor();
  assert.is(await page.getByTestId('comings').count(), 2, 'above and below the message');
  assert.equal(await lookAt(window, 'comings'), []);
}

async function passOn({ page }: AppWindow, fingerprint: string, invited: boolean): Promise<void> {
  await page.getByTestId('server-head').click();
  await page.getByRole('dialog', { name: 'Server key and encryption' }).getByRole('button', { name: 'Copy link to this server' }).click();
  await page.getByText(invited ? /^Invite copied: good for 10 new accounts, until / : /^Link copied/).waitFor();
  const copied = parseLink(await clipboard(page))!;
  assert.equal([hex(copied.fingerprint), copied.invite?.length], [fingerprint, invited ? 16 : undefined]);
  await page.keyboard.press('Escape');
}

test('a room is archived, a person verified, a link passed on, somebody signed out', closeAfter(async (closing) => {
  // Its relay is a process that is not there: what a client says of UDP counts all the same.
  const server = await startServer(closing, { mode: 'tcp' });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await signUp(page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  await archive(window);
  await verify(window, ben);
  await comings(window, ben, server.port, closing);
  await passOn(window, server.fingerprint, false);

  const done = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), 'sign-out', 'ana', '--data', server.data], { encoding: 'utf8' });
  assert.equal([done.status, done.stdout], [0, 'ana is signed out: 1 session ended, and each device needs the password again.\n'], done.stderr);
  await page.getByTestId('connect-card').getByText('You were signed out by an admin.').waitFor();
  assert.equal(await lookAt(window, 'signed-out'), []);
  const nobody = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), 'sign-out', 'zoe', '--data', server.data], { encoding: 'utf8' });
  assert.equal([nobody.status, nobody.stderr], [1, 'reach-server: the server refused: there is no account "zoe"\n']);
}));

test('one device too many signs out the one that came first, and its window says so; an admin passes on an invite', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'invite', '--limit', 'devices=1'] });
  const display = await startDisplay(closing);
  const first = await openWindow(closing, { display, profile: tempFolder(closing) });
  const made = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), 'invite', '--admin', '--data', server.data], { encoding: 'utf8' }).stdout.split('\n')[0]!;
  const there = new URL(made.replace('reach:', 'http:'));
  await signUp(first.page, { username: 'ana', server: `reach://127.0.0.1:${server.port}/${there.search}` });
  await passOn(first, server.fingerprint, true);

  const second = await openWindow(closing, { display, profile: tempFolder(closing) });
  await fillCard(second.page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await pressConnect(second.page);
  await second.page.getByTestId('composer').waitFor();
  const card = first.page.getByTestId('connect-card');
  await card.getByText('This account signed in on another device, and this one was signed out.').waitFor();
  await card.getByText('Sign in again to go on here.').waitFor();
  assert.equal(await lookAt(first, 'elsewhere'), []);
  await waitFor(() => second.page.getByTestId('composer').isVisible(), 5_000, 'the second one stays');
}));

test.run();
