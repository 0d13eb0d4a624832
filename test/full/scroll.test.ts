// Where somebody reads stays where it is: messages that come, older ones that are loaded, pictures and rows that grow move
// nothing by more than a pixel, in both densities and from the very top.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startServer } from '../helpers/server.ts';
import { message, setDensity, signUp } from '../helpers/steps.ts';
import { closeAfter, sleep, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const HISTORY = 700;
/** Two frames and a pause: what would move has moved. */
const SETTLED_MS = 250;

interface Place {
  key: string;
  top: number;
}

/** The first row that is wholly in view. */
const place = (page: Page): Promise<Place> => page.evaluate(() => {
  const view = document.querySelector('[data-testid="timeline"]')!;
  const edge = view.getBoundingClientRect().top;
  const row = [...view.querySelectorAll<HTMLElement>('[data-key]')].find((one) => one.getBoundingClientRect().top >= edge)!;
  return { key: row.dataset['key']!, top: row.getBoundingClientRect().top };
});

async function drift(page: Page, { key, top }: Place): Promise<number> {
  await sleep(SETTLED_MS);
  const now = await page.evaluate((wanted) => document.querySelector(`[data-key="${CSS.escape(wanted)}"]`)?.getBoundingClientRect().top ?? NaN, key);
  return Math.abs(now - top);
}

async function still(page: Page, what: string, change: () => Promise<unknown>): Promise<void> {
  await sleep(SETTLED_MS);
  const before = await place(page);
  await change();
  const moved = await drift(page, before);
  assert.ok(moved <= 1, `${what} moved what was read by ${moved} px`);
}

const scrollBy = (page: Page, screens: number): Promise<void> => page.evaluate((by) => {
  const view = document.querySelector('[data-testid="timeline"]')!;
  view.scrollTop += by * view.clientHeight;
}, screens);
const mountedRows = (page: Page): Promise<number> => page.locator('[data-key]').count();
const firstRow = (page: Page): Promise<string | null> => page.locator('[data-key]').first().getAttribute('data-key');

/** Makes a row of the list above the place grow, as a picture does that is loaded late. */
const grow = (page: Page, place: 'above' | 'first'): Promise<void> => page.evaluate((which) => {
  const view = document.querySelector('[data-testid="timeline"]')!;
  const edge = view.getBoundingClientRect().top;
  const rows = [...view.querySelectorAll<HTMLElement>('[data-key]')];
  const at = rows.findIndex((one) => one.getBoundingClientRect().top >= edge);
  const row = which === 'first' ? rows[0]! : rows[at - 2]!;
  row.style.paddingBottom = '240px';
}, place);

interface FirstFrame extends Place {
  rows: number;
  /** Pixels between the upper edge of the view and its first row, and from the last one to the end. */
  empty: number;
  below: number;
}

/** How the timeline stands in the first frame that has it. */
const firstFrame = (page: Page): Promise<FirstFrame> => page.evaluate(async () => {
  for (;;) {
    await new Promise(requestAnimationFrame);
    const view = document.querySelector('[data-testid="timeline"]');
    const rows = [...(view?.querySelectorAll<HTMLElement>('[data-key]') ?? [])];
    if (!view || rows.length === 0) continue;
    const edge = view.getBoundingClientRect().top;
    const row = rows.find((one) => one.getBoundingClientRect().top >= edge)!;
    return { key: row.dataset['key']!, top: row.getBoundingClientRect().top, rows: rows.length, empty: rows[0]!.getBoundingClientRect().top - edge, below: view.scrollHeight - view.clientHeight - view.scrollTop };
  }
});

/** Back in the room, which is full at once; what lies above its first rows comes by itself and moves nothing. */
async function comeBack(page: Page): Promise<void> {
  const [frame] = await Promise.all([firstFrame(page), page.keyboard.press('Escape')]);
  assert.ok(frame.empty <= 0, `the first frame has ${frame.empty} empty pixels above its ${frame.rows} rows`);
  assert.ok(frame.below <= 1, `the first frame is ${frame.below} px away from the end`);
  await waitFor(async () => (await mountedRows(page)) > frame.rows, 5_000, 'the rows above the first screen');
  const moved = await drift(page, frame);
  assert.ok(moved <= 1, `the rows above the first screen moved it by ${moved} px`);
}

test('nothing moves under the eyes of somebody who reads', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0,frames=0'] });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  const room = lobbyId(ben.opened.seen.serverId);
  const post = (text: string) => ben.send({ room, kind: 'text', body: encodeBody({ text }) });
  for (let at = 0; at < HISTORY; at += 1) await post(`message ${at} ${'and some more of it '.repeat(at % 7)}`);
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await message(page, `message ${HISTORY - 1}`).waitFor();

  for (const density of ['Bubbles', 'Compact'] as const) {
    await setDensity(page, density);
    await page.keyboard.press('Control+,');
    await page.getByTestId('settings').waitFor();
    await comeBack(page);
    await message(page, `message ${HISTORY - 1}`).waitFor();
    await scrollBy(page, -2);
    await still(page, `20 messages (${density})`, async () => {
      for (let at = 0; at < 20; at += 1) await post(`while reading ${density} ${at}`);
      await page.getByText(/20 new messages|new messages/).first().waitFor();
    });
    await still(page, `a row above that grows (${density})`, () => grow(page, 'above'));
    await page.keyboard.press('Escape');
    await page.getByTestId('timeline').focus();
    await page.locator('.pill').click();
    await page.locator('.pill').click({ timeout: 2_000 }).catch(() => undefined);
    await message(page, `while reading ${density} 19`).waitFor();
  }

  // Up through everything that is mounted, page by page, until pages come from the engine.
  for (let turn = 0; turn < 4; turn += 1) {
    const first = await firstRow(page);
    await scrollBy(page, -0.5);
    await sleep(SETTLED_MS);
    const before = await place(page);
    await page.evaluate(() => document.querySelector('[data-testid="timeline"]')!.scrollBy(0, -200));
    const expected = { ...before, top: before.top + 200 };
    await waitFor(async () => (await firstRow(page)) !== first || (await page.evaluate(() => document.querySelector('[data-testid="timeline"]')!.scrollTop)) > 500, 10_000, 'older rows or room to scroll');
    const moved = await drift(page, expected);
    assert.ok(moved <= 1, `a page of older rows moved what was read by ${moved} px`);
  }
  assert.ok((await mountedRows(page)) <= 300, `${await mountedRows(page)} rows are mounted`);
}));

test.run();
