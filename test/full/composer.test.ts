// What waits in the composer of a real window: tables that become files, files held over it, and chips that survive a restart.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { png } from '../helpers/file-windows.ts';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const composer = (page: Page): Locator => page.getByTestId('composer');
const chips = (page: Page): Locator => page.getByTestId('chips').locator('[data-chip]');

interface Clip {
  html?: string;
  text?: string;
  /** Base64. */
  picture?: string;
}

/** As a browser hands over what is on the clipboard. */
function paste(page: Page, clip: Clip): Promise<void> {
  return composer(page).evaluate((area, { html, text, picture }) => {
    const clipboardData = new DataTransfer();
    if (text !== undefined) clipboardData.setData('text/plain', text);
    if (html !== undefined) clipboardData.setData('text/html', html);
    if (picture !== undefined) clipboardData.items.add(new File([Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))], 'image.png', { type: 'image/png' }));
    (area as HTMLTextAreaElement).focus();
    const taken = !area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    if (!taken && text !== undefined) document.execCommand('insertText', false, text);
  }, clip);
}

async function clear(page: Page): Promise<void> {
  const offer = page.getByTestId('paste-offer');
  if (await offer.isVisible()) await offer.getByRole('button', { name: 'Keep it in the message' }).click();
  await composer(page).fill('');
}

const TABLE = `<html><head><style>td { color: red }</style></head><body><table><thead><tr><th>day</th><th colspan="2">depth,
  m</th></tr></thead><tbody><tr><td rowspan="2">1</td><td>40<br>"about"</td><td>&nbsp;</td></tr><tr><td><b>41</b></td><td>x</td></tr></tbody></table></body></html>`;

test('a copied table is offered as a CSV file and says the same there; a page with a table in it is text', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  const offer = page.getByTestId('paste-offer');
  for (const html of [`<p>Beside it</p>${TABLE}`, '<table><tr><td>one</td></tr></table>', `<table><tr><td>${TABLE}</td><td>b</td></tr><tr><td>c</td><td>d</td></tr></table>`]) {
    await paste(page, { html, text: 'its words' });
    await waitFor(async () => (await composer(page).inputValue()) === 'its words', 5_000, 'the text');
    assert.is(await offer.count(), 0, html);
    await clear(page);
  }
  await page.evaluate(() => ((globalThis as unknown as { ran: number }).ran = 0));
  await paste(page, { html: '<table onload="ran=1"><tr><td><img src="x" onerror="ran=1">a</td><td>b</td></tr><tr><td>c<script>ran=1</script></td><td>d</td></tr></table>', text: 'a\tb\nc\td' });
  await offer.getByText('That is a table.').waitFor();
  assert.is(await page.evaluate(() => (globalThis as unknown as { ran: number }).ran), 0, 'nothing in it runs');
  await clear(page);
  await composer(page).fill('See: ');
  await paste(page, { html: TABLE, text: 'day\tdepth, m\n1\t40' });
  await offer.getByRole('button', { name: 'Send as CSV file' }).waitFor();
  assert.equal(await lookAt(window, 'paste-table'), []);
  await offer.getByRole('button', { name: 'Send as CSV file' }).click();
  await chips(page).filter({ hasText: 'table.csv' }).waitFor();
  assert.is(await composer(page).inputValue(), 'See: ', 'the table is in the file now');
  await composer(page).press('Enter');
  const row = message(page, 'table.csv').last();
  await row.focus();
  await row.press('Enter');
  const cells = page.getByTestId('preview').getByRole('table').locator('[aria-colindex]');
  await waitFor(async () => (await cells.count()) >= 9, 10_000, 'the table in the preview');
  const words = (await cells.allInnerTexts()).map((cell) => cell.trim().replace(/\s+/g, ' ')).join('|');
  for (const said of ['day', 'depth, m', '"about"', '41', 'x']) assert.ok(words.includes(said), `${said} in ${words}`);
}));

/** Files over the window whose names the system keeps to itself. */
function hold(page: Page, type: 'dragenter' | 'dragover' | 'dragleave', at: { x: number; y: number }): Promise<void> {
  return page.getByTestId('timeline').evaluate((zone, { type, x, y }) => {
    const dataTransfer = new DataTransfer();
    for (const mime of ['image/png', 'image/jpeg', 'application/pdf', 'text/csv']) dataTransfer.items.add(new File(['x'], 'unknown', { type: mime }));
    zone.dispatchEvent(new DragEvent(type, { dataTransfer, clientX: x, clientY: y, bubbles: true, cancelable: true }));
  }, { type, ...at });
}

test('files held over the conversation show their types and their count under the pointer, and stay put with less motion', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  const zone = (await page.getByTestId('timeline').boundingBox())!;
  const near = { x: Math.round(zone.x + 150), y: Math.round(zone.y + 120) };
  const far = { x: near.x + 300, y: near.y + 200 };
  const held = page.getByTestId('held-files');
  await hold(page, 'dragenter', near);
  await page.getByText('Drop to add to #lobby').waitFor();
  await page.getByText(/^4 files, each up to /).waitFor();
  assert.equal(await held.locator('[data-kind]').evaluateAll((icons) => icons.map((icon) => icon.getAttribute('data-kind'))), ['picture', 'pdf', 'table']);
  assert.is(await page.getByTestId('held-count').innerText(), '4');
  assert.equal(await lookAt(window, 'drop-held'), []);
  const first = (await held.boundingBox())!;
  await hold(page, 'dragover', far);
  await waitFor(async () => Math.abs((await held.boundingBox())!.x - first.x - 300) < 2 && Math.abs((await held.boundingBox())!.y - first.y - 200) < 2, 5_000, 'they follow');
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const still = (await held.boundingBox())!;
  await hold(page, 'dragover', near);
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  assert.equal(await held.boundingBox(), still, 'they stay below the words');
  assert.ok(still.y > (await page.getByText(/^4 files, each up to /).boundingBox())!.y);
  assert.equal(await lookAt(window, 'drop-held-still'), []);
  await hold(page, 'dragleave', near);
  await held.waitFor({ state: 'detached' });
}));

/** Files below a folder that hold these bytes. */
function holding(folder: string, bytes: Buffer | string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).filter((path) => readFileSync(path).includes(bytes));
}

test('chips are there again after a restart, what was pasted is sealed until it is sent, and a file that is gone is said', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile, desk] = [await startDisplay(closing), tempFolder(closing), tempFolder(closing)];
  const first = await openWindow(closing, { display, profile });
  await fillCard(first.page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await first.page.getByText('Advanced: ports, remember me, folder').click();
  await first.page.getByLabel('Remember me on this computer').check();
  await pressConnect(first.page);
  await createAccount(first.page);
  await composer(first.page).waitFor();
  const paths = ['levels.csv', 'gone.txt'].map((name) => join(desk, name));
  for (const path of paths) writeFileSync(path, 'day,depth\n'.repeat(8_000));
  const picture = png(300, 200);
  await first.page.getByTestId('pick-files').setInputFiles(paths);
  await waitFor(async () => (await chips(first.page).count()) === 2, 10_000, 'two chips');
  await paste(first.page, { picture: picture.toString('base64') });
  const long = `${'the heron waits at the weir '.repeat(60)}\n`.repeat(50);
  await paste(first.page, { text: long });
  await first.page.getByRole('button', { name: 'Send as text file' }).click();
  await waitFor(async () => (await chips(first.page).count()) === 4, 10_000, 'four chips');
  await first.close();
  for (const bytes of [picture.subarray(0, 64), 'heron waits', 'pasted text.txt', 'levels.csv']) assert.equal(holding(join(profile, 'Default'), bytes).filter((path) => !/Cache|blob/i.test(path)), [], 'readable on disk');
  rmSync(paths[1]!);

  const again = await openWindow(closing, { display, profile });
  const { page } = again;
  await waitFor(async () => (await chips(page).count()) === 4, 15_000, 'the chips are there again');
  assert.equal((await chips(page).locator('.top').allInnerTexts()).map((name) => name.replace(/\s/g, '')), ['levels.csv', 'gone.txt', 'image.png', 'pastedtext.txt']);
  await chips(page).nth(1).getByText('This file is no longer there').waitFor();
  await waitFor(() => chips(page).nth(2).locator('img').evaluate((image) => (image as HTMLImageElement).naturalWidth === 300), 10_000, 'the likeness of what was pasted');
  assert.equal(await lookAt(again, 'chips-again'), []);
  await say(page, 'as promised');
  await message(page, 'image.png').or(page.getByTestId('picture')).first().waitFor();
  await message(page, 'pasted text.txt').locator('[data-file-state="done"]').or(message(page, 'pasted text.txt').getByTestId('file-card')).first().waitFor();
  await waitFor(async () => (await chips(page).count()) === 1, 10_000, 'what is gone stays and is not sent');
  await chips(page).getByRole('button', { name: 'Remove gone.txt' }).click();
  await page.getByTestId('chips').waitFor({ state: 'detached' });
  const kept = () => readdirSync(profile, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile() && entry.name === 'sealed');
  await waitFor(() => kept().length === 0, 15_000, 'what was pasted is removed once it is sent');
}));

test.run();
