// Two people in two real windows, one of them without a connection for a while: what one does the other sees, and in the
// end both see the same. Then the narrow window, long and hostile names, and being taken out of a room.
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

interface Wire {
  port: number;
  cut(): void;
  mend(): void;
}

/** Between a window and the server: cut, it ends what there is and lets nobody through. */
async function layWire(closing: Closing, target: number): Promise<Wire> {
  const sockets = new Set<Socket>();
  let whole = true;
  const server = createServer((near) => {
    if (!whole) return void near.destroy();
    const far = connect(target, '127.0.0.1');
    for (const [from, to] of [[near, far], [far, near]] as const) {
      sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => to.destroy());
    }
  });
  const cut = () => {
    whole = false;
    for (const socket of sockets) socket.destroy();
    sockets.clear();
  };
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.add(() => (cut(), server.close()));
  return { port: (server.address() as AddressInfo).port, cut, mend: () => void (whole = true) };
}

const rows = (page: Page) => page.getByTestId('message');
/** A quote repeats the words of the message it answers: the message itself stands first. */
const row = (page: Page, text: string) => rows(page).filter({ hasText: text }).first();
const roomLink = (page: Page, name: string) => page.getByTestId('room').filter({ hasText: name });
const dialog = (page: Page) => page.getByTestId('dialog');

async function act(page: Page, text: string, name: string): Promise<void> {
  await row(page, text).hover();
  await row(page, text).getByRole('toolbar', { name: 'Message actions' }).getByRole('button', { name }).click();
}

async function remove(page: Page, text: string): Promise<void> {
  await act(page, text, 'Delete');
  await page.getByRole('dialog', { name: 'Delete message?' }).getByRole('button', { name: 'Delete' }).click();
}

/** What somebody reads in the room, row by row: text, quote, reactions. */
async function read(page: Page): Promise<string[]> {
  const parts = '.quote .words, .body, .unreadable, .chips button';
  return rows(page).evaluateAll((list, selector) => list.map((one) => [...one.querySelectorAll<HTMLElement>(selector)].map((part) => part.innerText.trim().replace(/\s+/g, ' ')).join(' | ')), parts);
}

interface Scene {
  ana: AppWindow;
  ben: AppWindow;
  wire: Wire;
  look(window: AppWindow, screen: string): Promise<void>;
}

async function meetInARoom({ ana, ben, look }: Scene): Promise<void> {
  await ana.page.keyboard.press('Control+Shift+N');
  await dialog(ana.page).getByLabel('Name').fill('field-ops');
  await dialog(ana.page).getByLabel('Topic').fill('Who goes where');
  await dialog(ana.page).getByText('Private', { exact: true }).click();
  await look(ana, 'create-private');
  await dialog(ana.page).getByRole('button', { name: 'Create' }).click();
  await ana.page.getByText('This is the start of #field-ops.').waitFor();
  await ana.page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog(ana.page).getByRole('button', { name: 'Invite people' }).click();
  await dialog(ana.page).getByRole('button', { name: /ben/ }).click();
  await dialog(ana.page).getByText('2 members').waitFor();
  await ana.page.keyboard.press('Escape');
  await say(ana.page, 'Meeting at three, @ben');
  await roomLink(ben.page, 'field-ops').getByTestId('unread').getByText('1').waitFor();
  await waitFor(async () => (await ben.page.title()).startsWith('(1)'), 5_000, 'the number in the title');
  await look(ben, 'unread');
  await ben.page.keyboard.press('Alt+Shift+ArrowDown');
  await row(ben.page, 'Meeting at three').waitFor();
  await row(ana.page, 'Meeting at three').getByTestId('tick').filter({ hasText: 'Seen by ben' }).waitFor({ state: 'attached' });
  await roomLink(ben.page, 'field-ops').getByTestId('unread').waitFor({ state: 'detached' });
}

async function talk({ ana, ben, look }: Scene): Promise<void> {
  await act(ben.page, 'Meeting at three', 'Reply');
  await ben.page.getByTestId('composer').pressSequentially('I take the north ridg');
  await ana.page.getByText('ben is typing…').waitFor();
  await look(ana, 'typing');
  await ben.page.getByTestId('composer').press('Enter');
  await row(ana.page, 'north ridg').locator('.quote').getByText('Meeting at three').waitFor();
  await ana.page.getByText('ben is typing…').waitFor({ state: 'detached' });
  await ben.page.getByTestId('composer').press('ArrowUp');
  await say(ben.page, 'I take the north ridge');
  await row(ana.page, 'north ridge').getByText('edited').waitFor();
  await row(ana.page, 'north ridge').focus();
  await row(ana.page, 'north ridge').press('e');
  await ana.page.getByTestId('emoji-picker').getByRole('button', { name: 'thumbs up', exact: true }).click();
  await row(ben.page, 'north ridge').getByRole('button', { name: /thumbs up, 1: ana/ }).waitFor();
  await say(ben.page, 'something rude');
  await remove(ana.page, 'something rude');
  await row(ben.page, 'Deleted by ana').waitFor();
  await row(ana.page, 'Deleted by you').waitFor();
}

async function oneIsAway({ ana, ben, wire, look }: Scene): Promise<void> {
  await say(ana.page, 'to be changed');
  await say(ana.page, 'to be deleted');
  await row(ben.page, 'to be deleted').waitFor();
  wire.cut();
  await ben.page.getByTestId('banner').waitFor();
  await say(ben.page, 'written without a connection');
  await act(ben.page, 'north ridge', 'Edit');
  await say(ben.page, 'I take the south ridge');
  await row(ben.page, 'to be changed').focus();
  await row(ben.page, 'to be changed').press('e');
  await ben.page.getByTestId('emoji-picker').getByRole('button', { name: 'eyes', exact: true }).click();
  assert.is(await row(ben.page, 'without a connection').getAttribute('data-state'), 'queued');
  await look(ben, 'away');
  await ben.page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog(ben.page).getByRole('button', { name: 'Leave the room' }).click();
  await dialog(ben.page).getByRole('button', { name: 'Leave', exact: true }).click();
  await dialog(ben.page).getByText('There is no connection to the server at the moment.').waitFor();
  await look(ben, 'cannot-leave');
  await ben.page.keyboard.press('Escape');

  await act(ana.page, 'to be changed', 'Edit');
  await say(ana.page, 'changed meanwhile');
  await remove(ana.page, 'to be deleted');
  await say(ana.page, 'ben, are you there?');
  await row(ana.page, 'are you there').getByTestId('tick').filter({ hasText: 'Sent to the server' }).waitFor({ state: 'attached' });
  wire.mend();
  await ben.page.getByRole('button', { name: 'Retry now' }).click();
  await row(ben.page, 'are you there').waitFor();
  await ben.page.locator('[data-new-line]').waitFor();
  await row(ana.page, 'without a connection').waitFor();
  await row(ana.page, 'south ridge').waitFor();
  await row(ana.page, 'are you there').getByTestId('tick').filter({ hasText: 'Seen by ben' }).waitFor({ state: 'attached' });
  await waitFor(async () => JSON.stringify(await read(ana.page)).replace('Deleted by you', 'Deleted by ana') === JSON.stringify(await read(ben.page)), 10_000, 'both see the same');
  assert.equal(await read(ben.page), [
    'Meeting at three, @ben', 'Meeting at three, @ben | I take the south ridge | 👍 1', 'Deleted by ana', 'changed meanwhile | 👀 1', 'Message deleted', 'ben, are you there?',
    'written without a connection',
  ]);
  await look(ben, 'back');
}

async function aWordInPrivate({ ana, ben, look }: Scene): Promise<void> {
  await ben.page.getByTestId('composer').fill('half a thought');
  await ana.page.keyboard.press('Control+n');
  await dialog(ana.page).getByLabel('To').fill('be');
  await dialog(ana.page).getByLabel('To').press('Enter');
  await ana.page.getByText('This is the start of your messages with ben.').waitFor();
  await look(ana, 'empty-dm');
  await say(ana.page, 'a word in private');
  await roomLink(ben.page, 'ana').getByTestId('unread').waitFor();
  await roomLink(ben.page, 'ana').click();
  await row(ben.page, 'a word in private').waitFor();
  await roomLink(ben.page, 'field-ops').getByText('half a thought').waitFor();
  await row(ana.page, 'a word in private').getByTestId('tick').filter({ hasText: 'Seen by ben' }).waitFor({ state: 'attached' });
  await look(ben, 'dm');
  await roomLink(ben.page, 'field-ops').click();
  assert.is(await ben.page.getByTestId('composer').inputValue(), 'half a thought');
}

const LONG = 'a-room-whose-name-has-as-many-letters-as-the-protocol-allows-64';
const HOSTILE = `<b onclick="x()">bold</b> \u202egnp.exe \u2066${'wide'.repeat(8)}`;

async function fits(page: Page): Promise<boolean> {
  return page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth);
}

async function setStatus(page: Page, presence: string, text: string): Promise<void> {
  await page.getByTestId('self').click();
  await page.getByRole('dialog', { name: 'Status' }).getByText(presence, { exact: true }).click();
  await page.getByLabel('What are you doing?').fill(text);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('dialog', { name: 'Status' }).waitFor({ state: 'detached' });
}

async function narrowAndHostile({ ana, ben, look }: Scene): Promise<void> {
  await ana.page.keyboard.press('Control+Shift+N');
  await dialog(ana.page).getByLabel('Name').fill(LONG);
  await dialog(ana.page).getByLabel('Topic').fill(HOSTILE);
  await dialog(ana.page).getByRole('button', { name: 'Create' }).click();
  await ana.page.getByRole('heading', { name: LONG }).waitFor();
  await setStatus(ana.page, 'Do not disturb', HOSTILE);
  await ben.page.getByTestId('roster').getByText('gnp.exe').waitFor();
  await ben.page.evaluate(() => nw.Window.get().resizeTo(640, 700));
  await waitFor(() => ben.page.evaluate(() => innerWidth <= 640), 10_000, 'the narrow window');
  await look(ben, 'narrow');
  assert.ok(await fits(ben.page));
  await ben.page.getByRole('button', { name: 'People' }).click();
  const roster: Locator = ben.page.getByTestId('roster');
  await roster.getByRole('button', { name: /ana/ }).click();
  await look(ben, 'narrow-person');
  assert.not.match(await ben.page.locator('body').innerText(), /[\u202a-\u202e\u2066-\u2069]/);
  await ben.page.keyboard.press('Escape');
  await ben.page.getByRole('button', { name: 'Close people' }).first().click();
  await ben.page.getByRole('button', { name: 'Browse rooms' }).click();
  await dialog(ben.page).getByRole('button', { name: `Join ${LONG}` }).click();
  await ben.page.getByRole('heading', { name: LONG }).waitFor();
  await ben.page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog(ben.page).getByText('2 members').waitFor();
  await look(ben, 'narrow-details');
  assert.ok(await fits(ben.page));
  assert.not.match(await ben.page.locator('body').innerText(), /[\u202a-\u202e\u2066-\u2069]/);
  assert.is(await ben.page.locator('[onclick]').count(), 0);
  await ben.page.keyboard.press('Escape');
}

async function takenOut({ ana, ben, look }: Scene): Promise<void> {
  await roomLink(ana.page, 'field-ops').click();
  await roomLink(ben.page, 'field-ops').click({ force: true });
  await row(ben.page, 'are you there').waitFor();
  await ana.page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog(ana.page).getByRole('button', { name: 'Remove ben' }).click();
  await dialog(ana.page).getByRole('button', { name: 'Remove', exact: true }).click();
  await ben.page.getByText('You are not in #field-ops any more.').waitFor();
  await ben.page.getByRole('heading', { name: 'lobby' }).waitFor();
  await look(ben, 'taken-out');
}

test('two windows, one of them away for a while, see the same in the end', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0'] });
  const wire = await layWire(closing, server.port);
  // A display for each: two windows on one would take the focus from each other.
  const ana = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const ben = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(ana.page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await signUp(ben.page, { username: 'ben', server: `127.0.0.1:${wire.port}` });
  const found: string[] = [];
  const look = async (window: AppWindow, screen: string) => void found.push(...(await lookAt(window, `together-${screen}`)));
  for (const step of [meetInARoom, talk, oneIsAway, aWordInPrivate, narrowAndHostile, takenOut]) await step({ ana, ben, wire, look });
  assert.equal(found, []);
}));

test.run();
