// Where the keyboard is, and what a key does there: by keyboard alone, in one window.
import { readdirSync, renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { png } from '../helpers/file-windows.ts';
import { byKeyboard, focus, hasFocus, reach, STEPS_MAX, type Scene } from '../helpers/keyboard.ts';
import { message } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';

/** What has the keyboard once the key is pressed: its part of the window, and its own name. */
async function after(page: Page, key: string): Promise<string> {
  await page.keyboard.press(key);
  return page.evaluate(() => {
    const part = document.activeElement?.closest('[data-landmark]');
    const own = document.activeElement?.getAttribute('data-testid') ?? (document.activeElement?.hasAttribute('data-user') ? 'person' : '');
    return `${part?.getAttribute('data-testid') ?? part?.localName}: ${own}`;
  });
}

const heading = (page: Page, name: string): Promise<void> => page.getByRole('heading', { name, exact: true, level: 1 }).waitFor();
const distanceToEnd = (page: Page): Promise<number> => page.getByTestId('timeline').evaluate((view) => view.scrollHeight - view.scrollTop - view.clientHeight);
const atEnd = (page: Page): Promise<unknown> => waitFor(async () => (await distanceToEnd(page)) < 2, 5_000, 'the newest message is in view');

async function everyPart({ page, ben }: Scene): Promise<void> {
  for (const text of ['one', 'two', 'three']) ben.calls.send(ben.room(), text);
  await message(page, 'three').waitFor();
  await hasFocus(page, /^composer/);
  const walk = ['roster: person', 'nav: server-head', 'header: path', 'timeline: message', 'form: composer'];
  for (const part of walk) assert.is(await after(page, 'F6'), part);
  for (const part of [...walk.slice(0, -1).reverse(), walk.at(-1)!]) assert.is(await after(page, 'Shift+F6'), part);
  assert.is(await after(page, 'Shift+F6'), 'timeline: message');
  assert.match(await focus(page), /three/, 'the newest message');
  await page.keyboard.press('ArrowUp');
  await hasFocus(page, /two/);
  for (let part = 0; part < walk.length; part += 1) await page.keyboard.press('F6');
  await hasFocus(page, /^message.*two/s);
}

async function otherRooms({ page }: Scene): Promise<void> {
  await page.keyboard.press('Control+Shift+n');
  await page.keyboard.type('field ops');
  await page.keyboard.press('Enter');
  await heading(page, 'field-ops');
  await page.keyboard.press('Alt+ArrowDown');
  await heading(page, 'lobby');
  await reach(page, /^message/, 'Shift+Tab');
  await page.keyboard.press('Alt+ArrowUp');
  await heading(page, 'field-ops');
  await page.keyboard.type('for :ti');
  await page.getByRole('listbox', { name: 'Suggestions' }).waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await heading(page, 'lobby');
  await page.keyboard.press('Control+f');
  await page.keyboard.type('two');
  await page.getByTestId('find-row').first().waitFor();
  await page.keyboard.press('Alt+ArrowDown');
  await heading(page, 'field-ops');
  await page.keyboard.press('Control+Tab');
  await heading(page, 'lobby');
  await page.keyboard.press('Escape');
  await page.getByTestId('find').waitFor({ state: 'detached' });
}

async function heldKeysBesideAList({ page, ben }: Scene): Promise<void> {
  await hasFocus(page, /^composer/);
  const composer = page.getByTestId('composer');
  const list = page.getByRole('listbox', { name: 'Suggestions' });
  await page.keyboard.type('ask @b');
  await list.waitFor();
  await page.keyboard.press('Shift+Enter');
  assert.is(await composer.inputValue(), 'ask @b\n');
  await page.keyboard.press('Backspace');
  await list.waitFor();
  await page.keyboard.press('Shift+Tab');
  assert.ok(!/^composer/.test(await focus(page)), 'Shift+Tab goes on');
  await list.waitFor({ state: 'detached' });
  await reach(page, /^composer/, 'Tab');
  assert.is(await composer.inputValue(), 'ask @b');
  await page.keyboard.type('e');
  await list.waitFor({ state: 'detached' });
  await page.keyboard.type(' :ti');
  await list.waitFor();
  await page.keyboard.press('Control+Enter');
  await waitFor(() => ben.shown(ben.room()).some(({ text }) => text === 'ask @be :ti'), 10_000, 'Ctrl+Enter sends');
}

async function toTheNewest({ page, ben }: Scene): Promise<void> {
  for (let line = 0; line < 40; line += 1) ben.calls.send(ben.room(), `line ${line}\n\nand\n\nmore`);
  await message(page, 'line 39').waitFor();
  const toTop = async (): Promise<void> => {
    await reach(page, /^message/, 'F6');
    await page.keyboard.press('Home');
    await waitFor(async () => (await distanceToEnd(page)) > 200, 5_000, 'further up');
  };
  await toTop();
  await reach(page, /^composer/, 'F6');
  await page.keyboard.press('End');
  await atEnd(page);
  await hasFocus(page, /^composer/);
  // Until it is read, the way down leads to what is new.
  await page.getByTestId('room').filter({ hasText: 'lobby' }).getByTestId('unread').waitFor({ state: 'detached' });
  await page.keyboard.type('half a word');
  await toTop();
  await reach(page, /^composer/, 'F6');
  for (const key of ['Home', 'End']) await page.keyboard.press(key);
  assert.ok((await distanceToEnd(page)) > 200, 'End is for the text where there is one');
  await reach(page, /^path/, 'F6');
  await page.keyboard.press('Control+End');
  await atEnd(page);
  await hasFocus(page, /^path/);
  await toTop();
  await page.keyboard.press('End');
  await atEnd(page);
  await hasFocus(page, /^message.*line 39/s);
  await toTop();
  await reach(page, /^\s*Newest/, 'Tab');
  await page.keyboard.press('Enter');
  await atEnd(page);
  await hasFocus(page, /^message.*line 39/s);
  await reach(page, /^composer/, 'Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.press('Delete');
}

async function oneStopOfTheList({ page, ben }: Scene): Promise<void> {
  for (let line = 0; line < 6; line += 1) ben.calls.send(ben.room(), `see https://tide.example.org/${line}`);
  await message(page, 'tide.example.org/5').waitFor();
  await hasFocus(page, /^composer/);
  await page.keyboard.press('End');
  const stops: string[] = [];
  while (!/^People/.test(await after(page, 'Shift+Tab').then(() => focus(page))) && stops.length < STEPS_MAX) stops.push(await focus(page));
  assert.is(stops.filter((stop) => /^https/.test(stop)).join(' '), 'https://tide.example.org/5', 'of the links only that of the newest message');
  await reach(page, /^message.*\/5/s, 'Tab');
  await page.keyboard.press('ArrowUp');
  await reach(page, /^https:\/\/tide.example.org\/4/, 'Tab');
  await reach(page, /^composer/, 'Tab');
}

async function escapeInItsOrder({ page }: Scene): Promise<void> {
  const bar = page.getByRole('button', { name: 'Do not reply' });
  await reach(page, /^message/, 'Shift+Tab');
  await page.keyboard.press('r');
  await bar.waitFor();
  await page.keyboard.press('Shift+Escape');
  await bar.waitFor();
  await reach(page, /^message/, 'F6');
  await page.keyboard.press('Control+Shift+t');
  await page.getByRole('dialog', { name: 'Transfers' }).waitFor();
  await page.keyboard.press('Control+Shift+t');
  await page.getByRole('dialog', { name: 'Transfers' }).waitFor({ state: 'detached' });
  await hasFocus(page, /^message/);
  await page.keyboard.press('Escape');
  await bar.waitFor({ state: 'detached' });
  await hasFocus(page, /^composer/);
}

async function pasteOnAMessage({ page }: Scene): Promise<void> {
  await reach(page, /^message/, 'Shift+Tab');
  await page.evaluate((picture) => void nw.Clipboard.get().set({ type: 'png', data: picture, raw: false }), `data:image/png;base64,${png(64, 40).toString('base64')}`);
  await page.keyboard.press('Control+v');
  await page.getByTestId('chips').locator('[data-chip]').waitFor();
  await hasFocus(page, /^composer/);
  await page.keyboard.type('Pasted');
  await page.keyboard.press('Enter');
  await page.getByTestId('chips').waitFor({ state: 'detached' });
}

/** What comes while something lies over the conversation was not seen. */
async function notLooking({ page, ben }: Scene): Promise<void> {
  ben.calls.openRoom(ben.room());
  const shown = () => ben.shown(ben.room());
  const ana = await waitFor(() => shown().find(({ text }) => text === 'Pasted')?.sender, 10_000, 'the picture is there');
  const isRead = (): boolean => {
    const marks = ben.events.findLast((event) => event.type === 'people');
    return marks?.type === 'people' && marks.people.some(({ userId, read }) => userId === ana && read >= shown().findLast(({ sender }) => sender !== ana)!.seq!);
  };
  const news = async (text: string): Promise<void> => {
    await waitFor(isRead, 10_000, 'all is read so far');
    ben.calls.send(ben.room(), text);
    await waitFor(async () => /^\(1\)/.test(await page.title()), 5_000, 'one message is new');
  };
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').waitFor();
  await news('behind the settings');
  await page.keyboard.press('Escape');
  await page.getByText('New', { exact: true }).waitFor();
  await waitFor(isRead, 10_000, 'it is read now');
  await reach(page, /^message/, 'Shift+Tab');
  await reach(page, /^message.*Pasted/s, 'ArrowUp');
  await page.keyboard.press('Enter');
  await page.getByTestId('preview').waitFor();
  await news('behind the picture');
}

async function windowKeysOverAPicture({ page }: Scene): Promise<void> {
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
  const before = await theme();
  await page.keyboard.press('Control+Shift+l');
  await waitFor(async () => (await theme()) !== before, 5_000, 'the other theme');
  const width = await page.evaluate(() => innerWidth);
  await page.keyboard.press('Control+=');
  await waitFor(async () => (await page.evaluate(() => innerWidth)) < width, 5_000, 'larger');
  await page.keyboard.press('Control+0');
  await waitFor(async () => (await page.evaluate(() => innerWidth)) === width, 5_000, 'normal size');
  await page.keyboard.press('Control+w');
  const ask = page.getByTestId('dialog');
  await ask.waitFor();
  await page.keyboard.press('Escape');
  await ask.waitFor({ state: 'detached' });
  assert.is(await page.getByTestId('preview').count(), 1, 'Esc answers the question on top');
  await page.keyboard.press('Escape');
  await page.getByTestId('preview').waitFor({ state: 'detached' });
}

async function fromTheSettings({ page }: Scene): Promise<void> {
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').waitFor();
  await page.keyboard.press('Control+n');
  await page.getByRole('dialog', { name: 'New message' }).waitFor();
  await page.keyboard.press('Escape');
  await hasFocus(page, /^composer/);
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').waitFor();
  await page.keyboard.press('Control+Tab');
  await heading(page, 'field-ops');
  await page.keyboard.press('Control+Tab');
  await heading(page, 'lobby');
}

/** A message that cannot be kept on its way is not sent. */
async function notSent({ page, profile }: Scene): Promise<void> {
  const outbox = join(profile, readdirSync(profile, { recursive: true, encoding: 'utf8' }).find((path) => /(^|\/)outbox$/.test(path))!);
  renameSync(outbox, `${outbox}-away`);
  writeFileSync(outbox, '');
  for (const text of ['first try', 'second try']) {
    await hasFocus(page, /^composer/);
    await page.keyboard.type(text);
    await page.keyboard.press('Enter');
    await message(page, text).and(page.locator('[data-state="failed"]')).waitFor();
  }
  unlinkSync(outbox);
  renameSync(`${outbox}-away`, outbox);
  await reach(page, /^message.*second try/s, 'Shift+Tab');
  for (const key of ['e', 'r', 'm']) await page.keyboard.press(key);
  await reach(page, /^Retry/, 'Tab');
  await page.keyboard.press('Enter');
  await message(page, 'second try').and(page.locator('[data-state="sent"]')).waitFor();
  await hasFocus(page, /^message.*second try/s);
  for (const open of [page.getByTestId('emoji-picker'), page.getByRole('menu'), page.getByRole('button', { name: 'Do not reply' })]) assert.is(await open.count(), 0);
  // What was sent has its place now, above what was not.
  await page.keyboard.press('ArrowDown');
  await hasFocus(page, /^message.*first try/s);
  await page.keyboard.press('Delete');
  await message(page, 'first try').waitFor({ state: 'detached' });
  await hasFocus(page, /^message.*second try/s);
  await reach(page, /^composer/, 'Tab');
}

/** A bubble rises when it is sent, whole, and not again when its row comes back. */
async function risesOnce({ page, house }: Scene): Promise<void> {
  await page.evaluate(() => {
    const seen: string[] = ((globalThis as unknown as { rises: string[] }).rises = []);
    for (const type of ['animationstart', 'animationend', 'animationcancel'] as const) document.addEventListener(type, ({ animationName }) => void (animationName.endsWith('rise') && seen.push(type)));
  });
  const rises = () => page.evaluate(() => (globalThis as unknown as { rises: string[] }).rises);
  await page.keyboard.type('up');
  await page.keyboard.press('Enter');
  await waitFor(async () => (await rises()).length === 2, 5_000, 'it rose');
  assert.equal(await rises(), ['animationstart', 'animationend']);
  await house.stop();
  await page.keyboard.type('waits');
  await page.keyboard.press('Enter');
  await waitFor(async () => (await rises()).length === 4, 5_000, 'the next one rose');
  await page.getByTestId('banner').waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await heading(page, 'field-ops');
  await page.keyboard.press('Alt+ArrowDown');
  await message(page, 'waits').and(page.locator('[data-state="queued"]')).waitFor();
  assert.is((await rises()).length, 4, 'a message that waits stays where it is');
}

test('the keyboard comes to every part of the window, and each key does one thing wherever it is pressed', byKeyboard([
  everyPart, otherRooms, heldKeysBesideAList, toTheNewest, oneStopOfTheList, escapeInItsOrder, pasteOnAMessage, notLooking, windowKeysOverAPicture, fromTheSettings, notSent, risesOnce,
]));

test.run();
