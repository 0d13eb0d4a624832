// How a row of the timeline is laid out, measured in the window at its widest and narrowest and in both densities: whatever
// can be done with a message and whatever is said of it can be reached with the pointer, however short the message is.
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { openHouse, resize, type House } from '../helpers/states.ts';
import { message, say, setDensity, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';

const SIZES = [[1280, 800], [760, 700], [420, 600]] as const;
const SAID = ['Which boat is it on Thursday, and who takes the long rope out of the shed before?', 'ok', 'yes'];
const LONG = 'a line of a letter, '.repeat(80);

/** Those that a pointer would not hit at their left end, middle and right end. */
const outOfReach = (parts: Locator): Promise<string[]> => parts.evaluateAll((all) => all.filter((part) => {
  const { left, right, top, height } = part.getBoundingClientRect();
  return [left + 2, (left + right) / 2, right - 2].some((x) => {
    const hit = document.elementFromPoint(x, top + height / 2);
    return !hit || !(part.contains(hit) || hit.contains(part) && hit.closest('button'));
  });
}).map((part) => part.getAttribute('aria-label') ?? part.textContent ?? part.tagName));

/** What was said here; above it stand messages of another day. */
async function rowsOf(page: Page): Promise<Locator[]> {
  const count = await page.getByTestId('message').count();
  return Array.from({ length: count }, (_, at) => page.getByTestId('message').nth(at)).slice(-2 * SAID.length);
}

async function pointAt(row: Locator): Promise<void> {
  await row.locator('.body').hover({ position: { x: 3, y: 3 }, force: true });
  await row.getByRole('toolbar').waitFor();
}

async function lookAtRow(row: Locator, where: string): Promise<void> {
  await pointAt(row);
  assert.equal(await outOfReach(row.getByRole('toolbar').getByRole('button')), [], `${where}: what can be done with it`);
  assert.equal(await outOfReach(row.locator('.author .name')), [], `${where}: the name`);
  const times = row.locator('time');
  const seen = await times.evaluateAll((all) => all.filter((time) => time.checkVisibility({ opacityProperty: true })).length);
  assert.is(seen, await times.count(), `${where}: its time is shown`);
  assert.ok(seen > 0, `${where}: it has a time`);
  if ((await row.locator('.author').count()) === 0) assert.equal(await outOfReach(times), [], `${where}: the time`);
}

async function lookAtPicker(house: House, row: Locator, where: string): Promise<void> {
  await pointAt(row);
  await row.getByRole('button', { name: 'React', exact: true }).click();
  const picker = house.page.getByTestId('emoji-picker');
  await picker.getByRole('button').nth(40).waitFor();
  assert.equal(await outOfReach(picker.locator('input[type="search"], input[type="text"], label')), [], `${where}: the emoji`);
  await house.page.keyboard.press('Escape');
  await picker.waitFor({ state: 'detached' });
  // The focus is back on the row, whose actions would lie over the one above.
  await house.page.getByTestId('composer').focus();
}

/** How many messages are folded, and whether each that is has more than what is shown. */
const folded = (page: Page) => page.locator('.body').evaluateAll((bodies) => bodies.filter((body) => body.nextElementSibling?.matches('button')).map((body) => body.scrollHeight > body.clientHeight));

async function everyRow(house: House, ben: RawClient): Promise<void> {
  const { page } = house;
  for (const text of SAID) await ben.send({ room: lobbyId(ben.opened.seen.serverId), kind: 'text', body: encodeBody({ text }) });
  await message(page, 'yes').waitFor();
  for (const text of [...SAID].reverse()) await say(page, `${text}!`);
  await waitFor(async () => (await page.locator('[data-testid="message"][data-state="sent"]').filter({ hasText: '!' }).count()) === SAID.length, 10_000, 'what was said is sent');
  for (const density of ['Compact', 'Bubbles'] as const) {
    await resize(house, 1280, 800);
    await setDensity(page, density);
    for (const [width, height] of SIZES) {
      await resize(house, width, height);
      const rows = await rowsOf(page);
      for (const [at, row] of rows.entries()) await lookAtRow(row, `${density} at ${width}, message ${at}`);
      for (const at of [1, rows.length - 2]) await lookAtPicker(house, rows[at]!, `${density} at ${width}, message ${at}`);
    }
  }
}

async function longText(house: House, ben: RawClient): Promise<void> {
  const { page } = house;
  await resize(house, 1280, 800);
  await ben.send({ room: lobbyId(ben.opened.seen.serverId), kind: 'text', body: encodeBody({ text: LONG }) });
  const row = message(page, 'a line of a letter');
  await row.waitFor();
  assert.equal(await folded(page), [], 'it has room in a wide window');
  await resize(house, 420, 600);
  await waitFor(async () => (await folded(page)).join() === 'true', 5_000, 'it is folded in a narrow one');
  await row.getByRole('button', { name: 'Show more' }).click();
  await waitFor(async () => (await folded(page)).join() === 'false', 5_000, 'all of it is shown');
  await resize(house, 1280, 800);
  await waitFor(async () => (await folded(page)).length === 0, 5_000, 'a wide window needs no button');
}

/** It stands at the foot of the bubble, not of what is below that. */
async function pictureBeside({ page }: House): Promise<void> {
  const row = message(page, 'a line of a letter');
  await row.focus();
  await page.keyboard.press('e');
  await page.getByTestId('emoji-picker').getByRole('button', { name: 'thumbs up', exact: true }).click();
  await row.getByRole('button', { name: /thumbs up/ }).waitFor();
  const [picture, bubble] = [await row.locator('.picture').boundingBox(), await row.locator('.bubble').boundingBox()];
  assert.is(Math.round(picture!.y + picture!.height), Math.round(bubble!.y + bubble!.height));
}

/** What is closed is gone for everything but the eye, and soon for that too. */
async function menuLeaves({ page }: House): Promise<void> {
  await message(page, 'a line of a letter').focus();
  await page.keyboard.press('m');
  await page.getByRole('menu').waitFor();
  const atOnce = await page.evaluate(async () => {
    document.querySelector('[role="menu"]')!.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    await new Promise((resolve) => setTimeout(resolve));
    const picture = document.querySelector<HTMLElement>('.menu');
    return { menus: document.querySelectorAll('[role="menu"], [role="menuitem"]').length, focus: document.activeElement?.getAttribute('data-testid'), fades: picture?.inert === true && picture.getAnimations().length === 1 };
  });
  assert.equal(atOnce, { menus: 0, focus: 'message', fades: true });
  await page.locator('.menu').waitFor({ state: 'detached' });
}

/** A dialog does the same, with what it lays over the rest. */
async function dialogLeaves({ page }: House): Promise<void> {
  const opener = page.getByRole('button', { name: 'About this conversation' });
  await opener.click();
  await page.getByTestId('dialog').waitFor();
  const atOnce = await page.evaluate(async () => {
    document.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
    const picture = document.querySelector('dialog');
    return { open: document.querySelectorAll('dialog[open], [data-testid="dialog"]').length, inert: picture?.inert, fades: picture?.getAnimations({ subtree: true }).map(({ effect }) => [(effect as KeyframeEffect).pseudoElement ?? '', effect!.getTiming().duration]).sort() };
  });
  assert.equal(atOnce, { open: 0, inert: true, fades: [['', 98], ['::backdrop', 98]] });
  assert.ok(await opener.evaluate((button) => button === document.activeElement), 'the focus is back where it was');
  await page.locator('dialog').waitFor({ state: 'detached' });
  await page.keyboard.press('Control+/');
  await page.getByTestId('sheet').waitFor();
  const scrolled = await page.evaluate(async () => {
    const [dialog, inside] = [document.querySelector('dialog')!, document.querySelector('dialog .inside')!];
    inside.scrollTop = 120;
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    dialog.dispatchEvent(new Event('cancel', { cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
    return [dialog.matches(':popover-open'), inside.scrollTop];
  });
  assert.equal(scrolled, [true, 120], 'it fades as it was scrolled');
  await page.locator('dialog').waitFor({ state: 'detached' });
}

/** The hand decides, or else the keyboard: never two rows at once. */
async function actionsOfOne({ page }: House): Promise<void> {
  const owner = () => page.getByRole('toolbar', { name: 'Message actions' }).evaluateAll((bars) => bars.map((bar) => bar.closest<HTMLElement>('[data-testid="message"]')?.dataset['seq']));
  const rows = page.getByTestId('message');
  await rows.last().focus();
  await page.keyboard.press('ArrowUp');
  const above = page.locator('[data-testid="message"]:focus');
  const [focused, other] = [await above.getAttribute('data-seq'), await rows.last().getAttribute('data-seq')];
  await waitFor(async () => (await owner()).join() === focused, 5_000, 'the actions of the row with the keyboard');
  await rows.last().hover();
  await waitFor(async () => (await owner()).join() === other, 5_000, 'the actions of the row under the pointer alone');
  await page.mouse.move(2, 2);
  await waitFor(async () => (await owner()).join() === focused, 5_000, 'back to the row with the keyboard');
  await page.keyboard.press('Tab');
  const button = page.locator('[role="toolbar"] :focus');
  await button.waitFor();
  await rows.last().hover();
  await page.mouse.move(700, 5, { steps: 3 });
  assert.ok(await button.isVisible(), 'the action that has the keyboard stays');
  await rows.last().hover();
  await page.keyboard.press('Tab');
  assert.ok(await button.isVisible(), 'and so does the next one');
  for (let back = 0; back < 2; back += 1) await page.keyboard.press('Shift+Tab');
  await rows.last().focus();
  await rows.last().hover();
  await page.keyboard.press('r');
  await page.getByTestId('composer').and(page.locator(':focus')).waitFor();
  assert.equal(await owner(), [other], 'the row under the pointer keeps them while the keyboard goes elsewhere');
  await page.keyboard.press('Escape');
}

/** One that closes beneath a question leaves it where it is. */
async function dialogBeneath({ page }: House): Promise<void> {
  await page.getByRole('button', { name: 'About this conversation' }).click();
  await page.getByTestId('dialog').waitFor();
  await page.keyboard.press('Control+w');
  const question = page.getByTestId('dialog').filter({ has: page.getByRole('button', { name: 'Quit' }) });
  await question.waitFor();
  await page.evaluate(() => void document.querySelector('dialog')!.dispatchEvent(new Event('cancel', { cancelable: true })));
  await waitFor(async () => (await page.locator('dialog').count()) === 1, 5_000, 'the dialog beneath is gone');
  assert.ok(await question.evaluate((dialog) => dialog.contains(document.activeElement)), 'the question has the keyboard');
  await page.keyboard.press('Escape');
  await question.waitFor({ state: 'detached' });
}

test('actions, emoji, name and time of every message are in reach; a text folds where it takes more than 24 lines', closeAfter(async (closing) => {
  const house = await openHouse(closing);
  await resize(house, 1280, 800);
  await signUp(house.page, { username: 'zed', server: `127.0.0.1:${house.server.port}` });
  const ben = await RawClient.signUp(closing, house.server.port, 'ben');
  await everyRow(house, ben);
  await longText(house, ben);
  await pictureBeside(house);
  await menuLeaves(house);
  await dialogLeaves(house);
  await actionsOfOne(house);
  await dialogBeneath(house);
}));

test.run();
