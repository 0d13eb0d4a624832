// The roster in a real window: 300 people by keyboard, the card of a person by pointer and by keyboard, people who come and go.
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openStore } from '../../server/store/sqlite.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

const PEOPLE = 300;
const name = (at: number) => `Person ${String(at).padStart(3, '0')}`;

async function crowdedHouse(closing: Closing): Promise<{ window: AppWindow; port: number }> {
  const data = join(tempFolder(closing), 'data');
  await (await startServer(closing, { data })).stop();
  const store = openStore(join(data, 'reach.db'));
  const then = Date.UTC(2025, 2, 3, 9, 41);
  for (let at = 0; at < PEOPLE; at += 1) store.createAccount({ userId: new Uint8Array(16).fill(1).fill(at >> 8, 0, 1).fill(at & 255, 1, 2), username: `person${at}`, display: name(at), role: 'member', created: then, lastSeen: then, availability: 'online', status: '', record: new Uint8Array(192).fill(9) }, undefined);
  store.close();
  const { port } = await startServer(closing, { data });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(window.page, { username: 'zed', server: `127.0.0.1:${port}` });
  await row(window.page, name(0)).waitFor();
  return { window, port };
}
const row = (page: Page, who: string) => page.getByTestId('roster').getByRole('button', { name: who });
const card = (page: Page) => page.getByTestId('person-card');
const isFocused = (page: Page, who: string) => row(page, who).evaluate((one) => one === document.activeElement);
const inView = (page: Page, who: string) => row(page, who).evaluate((one) => {
  const [inner, outer] = [one.getBoundingClientRect(), document.querySelector('[data-testid="roster"]')!.getBoundingClientRect()];
  return inner.top >= outer.top && inner.bottom <= outer.bottom;
});

/** A few rows are there, and keys lead to every one of them. */
async function byKeys({ page }: AppWindow): Promise<void> {
  const mounted = () => page.getByTestId('roster').getByRole('listitem').count();
  assert.ok((await mounted()) < 60, `${await mounted()} rows are there`);
  await page.getByTestId('roster').getByText(`Offline — ${PEOPLE}`).waitFor();
  await row(page, 'zed').focus();
  await page.keyboard.press('ArrowDown');
  await waitFor(() => isFocused(page, name(0)), 5_000, 'the next section');
  await page.keyboard.press('End');
  await waitFor(async () => (await row(page, name(299)).count()) === 1 && isFocused(page, name(299)), 5_000, 'the last one');
  assert.ok(await inView(page, name(299)));
  assert.ok((await mounted()) < 60, `${await mounted()} rows at the end`);
  assert.equal(await row(page, name(299)).evaluate(({ parentElement: item }) => [item!.ariaPosInSet, item!.ariaSetSize]), ['300', '300']);
  await page.keyboard.press('ArrowUp');
  await waitFor(() => isFocused(page, name(298)), 5_000, 'the one above');
  await page.keyboard.press('z');
  await waitFor(() => isFocused(page, 'zed'), 5_000, 'a letter');
  await page.getByTestId('roster').evaluate((one) => one.scrollTo({ top: 6_000 }));
  await row(page, name(148)).waitFor();
  assert.ok(await isFocused(page, 'zed'), 'scrolling leaves the focus where it is');
  await page.getByTestId('roster').evaluate((one) => one.scrollTo({ top: 0 }));
}

/** By the pointer that rests on a name; it covers no row. */
async function cardByPointer(window: AppWindow): Promise<void> {
  const { page } = window;
  await page.getByTestId('composer').focus();
  await row(page, name(3)).hover();
  await card(page).getByText('@person3').waitFor();
  assert.ok(await page.getByTestId('composer').evaluate((one) => one === document.activeElement), 'the focus stays where it was');
  const [shown, below] = [await card(page).boundingBox(), await row(page, name(3)).boundingBox()];
  assert.is(shown!.width, 280);
  assert.ok(shown!.x + shown!.width <= below!.x, 'beside the row');
  assert.equal(await lookAt(window, 'person-card'), []);
  await card(page).getByRole('button', { name: 'Message' }).hover();
  await page.mouse.move(shown!.x + 40, shown!.y + 20);
  assert.ok(await card(page).isVisible(), 'the way to the card is free');
  await page.mouse.move(20, 20);
  await card(page).waitFor({ state: 'detached' });
}

/** By the focus that rests, and by Enter; Esc closes it. */
async function cardByKeys({ page }: AppWindow): Promise<void> {
  await row(page, 'zed').focus();
  await page.keyboard.press('ArrowDown');
  await card(page).getByText('@person0').waitFor();
  assert.ok(await isFocused(page, name(0)));
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
  assert.ok(await isFocused(page, name(0)));
  await page.keyboard.press('Enter');
  await waitFor(() => card(page).getByRole('button', { name: 'Message' }).evaluate((one) => one === document.activeElement), 5_000, 'the focus in the card');
  assert.is(await row(page, name(0)).getAttribute('aria-expanded'), 'true');
  await page.keyboard.press('Escape');
  await card(page).waitFor({ state: 'detached' });
  assert.ok(await isFocused(page, name(0)), 'the focus is back');
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText(`This is the start of your messages with ${name(0)}.`).waitFor();
}

/** Who comes and goes changes the section, fading, and keeps the focus. */
async function comings({ page }: AppWindow, ben: RawClient): Promise<void> {
  await page.getByTestId('roster').getByText('Online — 2').waitFor();
  await row(page, 'ben').focus();
  await waitFor(() => page.getByTestId('roster').evaluate((one) => one.getAnimations({ subtree: true }).length === 0), 5_000, 'ben has come');
  const faded = page.evaluate(() => new Promise<string[]>((resolve) => {
    const found = new Set<string>();
    const timer = setInterval(() => {
      for (const { effect } of document.querySelector('[data-testid="roster"]')!.getAnimations({ subtree: true })) {
        const target = (effect as KeyframeEffect).target as HTMLElement;
        if (target.textContent?.includes('ben') && Number(effect!.getTiming().duration) >= 1) found.add(`${target.inert ? 'leaves' : 'comes'} in ${Math.round(Number(effect!.getTiming().duration))} ms`);
      }
      if (found.size < 2) return;
      clearInterval(timer);
      resolve([...found].sort());
    }, 4);
  }));
  await ben.ask('status', { presence: 'away', text: '' });
  await page.getByTestId('roster').getByText('Away — 1').waitFor();
  assert.equal(await faded, ['comes in 140 ms', 'leaves in 98 ms']);
  await waitFor(async () => (await row(page, 'ben').count()) === 1 && isFocused(page, 'ben'), 5_000, 'the focus goes with the row');
  assert.match(await row(page, 'ben').innerText(), /away/);
}

/** From a name above a message and from the picture beside it; Esc leads back to the message. */
async function cardOfAuthor({ page }: AppWindow, ben: RawClient): Promise<void> {
  await page.getByTestId('room').filter({ hasText: 'lobby' }).click();
  const { message: heads } = await ben.ask('sync', { rooms: [] });
  await ben.send({ room: heads.name === 'heads' ? heads.content.rooms[0]!.room : new Uint8Array(), kind: 'text', body: encodeBody({ text: 'good morning to everybody who counts boats from the wall today' }) });
  const said = message(page, 'good morning');
  await said.getByText('ben', { exact: true }).hover();
  await card(page).getByText('@ben').waitFor();
  await page.mouse.move(20, 20);
  await card(page).waitFor({ state: 'detached' });
  await said.getByText('ben', { exact: true }).click();
  await waitFor(() => card(page).getByRole('button', { name: 'Message' }).evaluate((one) => one === document.activeElement), 5_000, 'the focus in the card');
  await page.keyboard.press('Escape');
  assert.ok(await said.evaluate((one) => one === document.activeElement), 'the focus is on the message');
}

test('300 people by keyboard, their cards, and one who comes and goes', closeAfter(async (closing) => {
  const { window, port } = await crowdedHouse(closing);
  await byKeys(window);
  await cardByPointer(window);
  await cardByKeys(window);
  const ben = await RawClient.signUp(closing, port, 'ben');
  await comings(window, ben);
  await cardOfAuthor(window, ben);
}));

test.run();
