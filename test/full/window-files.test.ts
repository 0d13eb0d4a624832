// Files between two real windows: picked, pasted and dropped; shown, heard, saved; slow, paused, cut off, cancelled,
// damaged, refused. Every state of a card is looked at in both themes.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashOf, randomFile } from '../helpers/files.ts';
import { message, say } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';
import { card, inState, KB, LARGE, pick, png, press, SLOW, wav, withTwoWindows, type Scene, type Side } from '../helpers/file-windows.ts';

async function pickAndSend({ ana, ben, folder, look }: Scene): Promise<void> {
  const paths = ['ridge.png', 'survey-2026-11-22.csv', 'too-large-for-this-server.mov'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, png(900, 600));
  writeFileSync(paths[1]!, 'day,depth\n'.repeat(9_000));
  randomFile(folder, 'too-large-for-this-server.mov', 33 * KB * KB);
  await ana.page.getByTestId('pick-files').setInputFiles(paths);
  const chips = ana.page.getByTestId('chips').locator('[data-chip]');
  await waitFor(async () => (await chips.count()) === 3, 10_000, 'three chips');
  await chips.nth(2).getByText("33 MB is over this server's 32 MB limit").waitFor();
  await look(ana, 'chips');
  await chips.nth(0).focus();
  await ana.page.keyboard.press('Alt+ArrowRight');
  await waitFor(async () => (await chips.first().innerText()).includes('survey'), 5_000, 'the order');
  assert.ok(await chips.nth(1).evaluate((chip) => chip === document.activeElement), 'the chip that was moved keeps the focus');
  await ana.page.keyboard.press('Alt+ArrowLeft');
  assert.is(await ben.page.getByTestId('message').count(), 0, 'nothing leaves before Send');
  await say(ana.page, 'The north ridge this morning');
  await message(ben.page, 'The north ridge this morning').getByTestId('picture').waitFor();
  await waitFor(async () => (await chips.count()) === 1, 5_000, 'what is too large stays and is not sent');
  await chips.first().getByRole('button', { name: /^Remove/ }).click();
  await ana.page.getByTestId('chips').waitFor({ state: 'detached' });
  assert.ok(await ana.page.getByTestId('composer').evaluate((area) => area === document.activeElement));
  await card(ben.page, 'survey-2026-11-22.csv').waitFor();
}

/** A menu as the others are: arrows, Esc, the focus back. */
async function attachMenu({ ana: { page }, ana, look }: Scene): Promise<void> {
  const button = page.getByRole('button', { name: 'Attach', exact: true });
  await button.focus();
  await page.keyboard.press('Enter');
  const menu = page.getByRole('menu', { name: 'Attach' });
  const focused = (name: string) => menu.getByRole('menuitem', { name }).evaluate((item) => item === document.activeElement);
  await waitFor(() => focused('Files…'), 5_000, 'the first one');
  await page.keyboard.press('ArrowDown');
  assert.ok(await focused('Folder, as a zip…'));
  const [above, below] = [await menu.boundingBox(), await button.boundingBox()];
  assert.ok(above!.y + above!.height <= below!.y, 'it stands above its button');
  await look(ana, 'attach-menu');
  await page.keyboard.press('Escape');
  await menu.waitFor({ state: 'detached' });
  assert.ok(await button.evaluate((one) => one === document.activeElement));
}

async function pictureInItsBox({ ben, look }: Scene): Promise<void> {
  const picture = ben.page.getByTestId('picture').first();
  const box = await picture.locator('.box').boundingBox();
  assert.equal([Math.round(box!.width), Math.round(box!.height)], [360, 240]);
  await waitFor(() => picture.locator('img.real').evaluate((image) => (image as HTMLImageElement).naturalWidth === 900), 10_000, 'the picture is drawn');
  assert.equal(await picture.locator('.box').boundingBox(), box, 'nothing moved when it was drawn');
  assert.is(await picture.locator('img.likeness').count(), 1, 'its likeness was there before');
  await picture.hover();
  await look(ben, 'picture');
}

async function saveAndPreview({ ben, folder, look }: Scene): Promise<void> {
  const buttons = card(ben.page, 'survey-2026-11-22.csv').getByRole('button', { name: /^(Preview|Download)/ });
  assert.equal(await buttons.evaluateAll((all) => all.map((one) => one.getAttribute('title'))), ['Preview (Space)', 'Download (Ctrl+S)']);
  await press(ben.page, 'survey-2026-11-22.csv', 'Download');
  await card(ben.page, 'survey-2026-11-22.csv').locator('.well.check').waitFor();
  await inState(ben.page, 'survey-2026-11-22.csv', 'done');
  await card(ben.page, 'survey-2026-11-22.csv').getByText(/saved \d+:\d\d( [ap]m)? · checked/).waitFor();
  const saved = join(ben.downloads, 'ana', 'survey-2026-11-22.csv');
  assert.is(await hashOf(saved), await hashOf(join(folder, 'survey-2026-11-22.csv')));
  const row = message(ben.page, 'survey-2026-11-22.csv').first();
  await row.focus();
  await row.press('Enter');
  await ben.page.getByTestId('preview').waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.getByTestId('preview').waitFor({ state: 'detached' });
  assert.ok(await row.evaluate((one) => one === document.activeElement), 'the focus is back on the row');
}

async function soundAndApp({ ana, ben, folder, look }: Scene): Promise<void> {
  writeFileSync(join(folder, 'memo.wav'), wav());
  randomFile(folder, 'setup-reach.exe', 40 * KB);
  await pick(ana, [join(folder, 'memo.wav'), join(folder, 'setup-reach.exe')]);
  const sound = message(ben.page, 'memo.wav').getByTestId('sound');
  await sound.getByText('0:00 / 0:00').waitFor();
  assert.ok((await sound.locator('rect').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('height')))).some((height) => Number(height) > 20), 'the waveform was computed');
  await sound.getByRole('button', { name: 'Play memo.wav' }).click();
  await waitFor(async () => Number(await sound.getByRole('slider').getAttribute('aria-valuemax')) > 0, 10_000, 'it plays');
  await card(ben.page, 'setup-reach.exe').getByText(/App file\. Open only if you expected it\./).waitFor();
  await press(ben.page, 'setup-reach.exe', 'Download');
  await inState(ben.page, 'setup-reach.exe', 'done');
  await press(ben.page, 'setup-reach.exe', 'Open');
  await ben.page.getByRole('dialog', { name: 'Open this app file?' }).waitFor();
  await look(ben, 'app-file');
  await ben.page.getByRole('button', { name: 'Keep it closed' }).click();
}

/** As a browser hands over what is on the clipboard. */
function paste(page: Page, content: { text?: string; picture?: string }): Promise<void> {
  return page.getByTestId('composer').evaluate((area, { text, picture }) => {
    const clipboardData = new DataTransfer();
    if (text !== undefined) clipboardData.setData('text/plain', text);
    if (picture !== undefined) clipboardData.items.add(new File([Uint8Array.from(atob(picture), (letter) => letter.charCodeAt(0))], 'image.png', { type: 'image/png' }));
    (area as HTMLTextAreaElement).focus();
    const taken = !area.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
    if (!taken && text !== undefined) document.execCommand('insertText', false, text);
  }, content);
}

async function pastePictureAndText({ ana, ben, look }: Scene): Promise<void> {
  await paste(ana.page, { picture: png(320, 200).toString('base64') });
  await ana.page.getByTestId('chips').getByText('image.png').waitFor();
  await say(ana.page, 'what I see');
  await message(ben.page, 'what I see').getByTestId('picture').waitFor();
  const long = 'one line of a long log\n'.repeat(200);
  await paste(ana.page, { text: `${long}end` });
  await ana.page.getByTestId('paste-offer').waitFor();
  await look(ana, 'paste');
  await ana.page.getByRole('button', { name: 'Send as text file' }).click();
  await ana.page.getByTestId('chips').getByText('pasted text.txt').waitFor();
  assert.is(await ana.page.getByTestId('composer').inputValue(), '', 'the text is in the file now');
  await ana.page.getByTestId('composer').press('Enter');
  await press(ben.page, 'pasted text.txt', 'Download');
  await inState(ben.page, 'pasted text.txt', 'done');
  assert.is(readFileSync(join(ben.downloads, 'ana', 'pasted text.txt'), 'utf8'), `${long}end`);
}

/** What the system tells the window while files are held over it and let go. */
async function drag({ page }: Side, at: Locator, files: readonly string[], types: readonly ('dragEnter' | 'dragOver' | 'drop' | 'dragCancel')[]): Promise<void> {
  const session = await page.context().newCDPSession(page);
  const box = (await at.boundingBox())!;
  for (const type of types) await session.send('Input.dispatchDragEvent', { type, x: box.x + box.width / 2, y: box.y + box.height / 2, data: { items: [], files: [...files], dragOperationsMask: 1 } });
  await session.detach();
}

async function dropFiles({ ana, ben, folder, look }: Scene): Promise<void> {
  const readings = join(folder, 'fieldwork');
  mkdirSync(readings);
  for (const name of ['a.txt', 'b.txt']) randomFile(readings, name, 30 * KB);
  const url = ana.page.url();
  const overlay = ana.page.getByTestId('drop-overlay');
  await drag(ana, ana.page.getByTestId('timeline'), [readings], ['dragEnter', 'dragOver']);
  await overlay.getByText('Drop to add to #lobby').waitFor();
  await overlay.getByText('Send as fieldwork.zip · 2 files, 60 KB').waitFor();
  await look(ana, 'drop');
  await drag(ana, ana.page.getByTestId('roster'), [readings], ['dragOver', 'drop']);
  await overlay.waitFor({ state: 'detached' });
  assert.is(await ana.page.getByTestId('chips').count(), 0, 'a drop beside the timeline is refused');
  assert.is(ana.page.url(), url, 'and opens nothing');
  await drag(ana, ana.page.getByTestId('timeline'), [readings], ['dragEnter', 'dragOver', 'drop']);
  await ana.page.getByTestId('chips').getByText('fieldwork.zip').waitFor();
  await ana.page.getByTestId('chips').getByText('2 files, 60 KB').waitFor();
  await overlay.waitFor({ state: 'detached' });
  await ana.page.getByTestId('composer').press('Enter');
  await press(ben.page, 'fieldwork.zip', 'Download');
  await inState(ben.page, 'fieldwork.zip', 'done');
  const packed = readFileSync(join(ben.downloads, 'ana', 'fieldwork.zip'));
  assert.is(packed.subarray(0, 2).toString(), 'PK');
  assert.ok(packed.length > 60 * KB, `${packed.length} bytes hold two files of 30 KB`);
}

async function slowPausedCutOff({ ana, ben, folder, look }: Scene): Promise<void> {
  ana.line.rate = SLOW;
  const names = ['raw-logs-north-ridge.zip', 'two.zip', 'three.zip', 'four.zip', 'five.zip'];
  await pick(ana, names.map((name) => randomFile(folder, name, LARGE)));
  await card(ana.page, 'five.zip').getByText('Waiting (2nd in line)').waitFor();
  await card(ana.page, names[0]!).getByText(/of 24 MB/).waitFor();
  await card(ana.page, names[0]!).getByText(/\/s · /).waitFor();
  await press(ana.page, 'two.zip', 'Pause');
  await card(ana.page, 'two.zip').getByText(/^Paused at \d+%$/).waitFor();
  await ana.page.getByTestId('transfers').getByText('5 transfers').waitFor();
  await ana.page.keyboard.press('Control+Shift+T');
  await ana.page.getByRole('dialog', { name: 'Transfers' }).getByText(/^Paused at/).waitFor();
  await look(ana, 'sending');
  await ana.page.getByRole('button', { name: 'Pause all' }).click();
  await waitFor(async () => (await ana.page.locator('[data-transfer-state="paused"]').count()) === 5, 10_000, 'all of them are paused');
  await ana.page.getByRole('button', { name: 'Resume all' }).click();
  await ana.page.keyboard.press('Escape');
  await card(ben.page, names[0]!).waitFor();
  await press(ben.page, names[0]!, 'Download');
  await inState(ana.page, names[0]!, 'active');
  ana.line.down = true;
  ana.line.cut();
  await card(ana.page, names[0]!).getByText(/^Connection lost at \d+%\. Resumes by itself\.$/).waitFor();
  await look(ana, 'interrupted');
  ana.line.down = false;
  ana.line.rate = Infinity;
  await ana.page.getByRole('button', { name: 'Retry now' }).click();
  for (const name of names) await inState(ana.page, name, 'done', 60_000);
  await inState(ben.page, names[0]!, 'done');
  assert.is(await hashOf(join(ben.downloads, 'ana', names[0]!)), await hashOf(join(folder, names[0]!)));
}

async function cancelBoth({ ana, ben, folder, look }: Scene): Promise<void> {
  ben.line.rate = SLOW;
  await press(ben.page, 'three.zip', 'Download');
  await inState(ben.page, 'three.zip', 'active');
  await card(ben.page, 'three.zip').getByText(/\/s · /).waitFor();
  await look(ben, 'receiving');
  await press(ben.page, 'three.zip', 'Cancel');
  await card(ben.page, 'three.zip').getByText(/cancelled/).waitFor();
  const left = () => readdirSync(join(ben.downloads, 'ana')).filter((name) => name.includes('three'));
  await waitFor(() => left().length === 0, 5_000, 'nothing of it is left');
  ben.line.rate = Infinity;
  ana.line.rate = SLOW;
  await pick(ana, [randomFile(folder, 'regretted.zip', LARGE)]);
  await card(ben.page, 'regretted.zip').waitFor();
  await press(ana.page, 'regretted.zip', 'Cancel');
  ana.line.rate = Infinity;
  await card(ben.page, 'regretted.zip').waitFor({ state: 'detached' });
}

async function damagedAndRefused({ ana, ben, server, folder, look }: Scene): Promise<void> {
  const cache = join(server.data, 'cache');
  const before = new Set(readdirSync(cache, { recursive: true }).map(String));
  await pick(ana, [randomFile(folder, 'bitten.pdf', 200 * KB), randomFile(folder, 'blocked.pdf', 200 * KB)]);
  for (const name of ['bitten.pdf', 'blocked.pdf']) await inState(ana.page, name, 'done');
  const fresh = readdirSync(cache, { recursive: true }).map(String).filter((name) => !before.has(name)).map((name) => join(cache, name));
  assert.ok(fresh.length >= 2, fresh.join(' '));
  await card(ben.page, 'blocked.pdf').waitFor();
  writeFileSync(join(folder, 'no-folder'), '');
  await chooseDownloads(ben, join(folder, 'no-folder'));
  await press(ben.page, 'blocked.pdf', 'Download');
  await inState(ben.page, 'blocked.pdf', 'failed');
  await card(ben.page, 'blocked.pdf').getByText(/no-folder/).waitFor();
  await chooseDownloads(ben, ben.downloads);
  for (const path of fresh) {
    const bytes = readFileSync(path);
    bytes[70 * KB]! ^= 1;
    writeFileSync(path, bytes);
  }
  await press(ben.page, 'bitten.pdf', 'Download');
  await card(ben.page, 'bitten.pdf').getByText(/damaged/i).waitFor();
  assert.not.ok(existsSync(join(ben.downloads, 'ana', 'bitten.pdf')), 'nothing under the final name');
  await look(ben, 'failed');
  await card(ana.page, 'bitten.pdf').getByText(/Damaged on the server/).waitFor();
  await look(ana, 'damaged');
  await press(ana.page, 'bitten.pdf', 'Send again');
  await waitFor(async () => (await message(ben.page, 'bitten.pdf').count()) === 2, 10_000, 'it came again');
  await press(ben.page, 'bitten.pdf', 'Download');
  await inState(ben.page, 'bitten.pdf', 'done');
}

/** The picker of the system, as it answers with one folder. */
async function chooseDownloads({ page }: Side, path: string): Promise<void> {
  await page.keyboard.press('Control+Shift+T');
  await page.getByTestId('pick-downloads').waitFor({ state: 'attached' });
  const session = await page.context().newCDPSession(page);
  const { result } = await session.send('Runtime.evaluate', { expression: 'document.querySelector(\'[data-testid="pick-downloads"]\')' });
  await session.send('DOM.setFileInputFiles', { files: [path], objectId: result.objectId! });
  await session.detach();
  await page.getByTitle(`Open ${path}`).waitFor();
  await page.keyboard.press('Escape');
}

async function wordsElsewhere({ ana, ben, look }: Scene): Promise<void> {
  const row = message(ben.page, 'four.zip').first();
  await row.focus();
  await row.press('r');
  await ben.page.getByTestId('compose-bar').getByText('📎 four.zip').waitFor();
  await say(ben.page, 'which week is this?');
  await message(ana.page, 'which week is this?').getByText('📎 four.zip').waitFor();
  await message(ana.page, 'four.zip').first().hover();
  await message(ana.page, 'four.zip').first().getByRole('button', { name: 'Edit caption' }).click();
  await say(ana.page, 'week 47');
  await message(ben.page, 'week 47').getByTestId('file-card').waitFor();
  await ana.page.keyboard.press('Control+Shift+T');
  await ana.page.getByRole('button', { name: 'Clear finished' }).click();
  await ana.page.getByText('Nothing is on its way.').waitFor();
  await ana.page.keyboard.press('Escape');
  await ana.page.evaluate(() => nw.Window.get().resizeTo(640, 700));
  await ana.page.getByTestId('roster').waitFor({ state: 'detached' });
  await look(ana, 'narrow');
}

test('files between two windows, in every way and every state', withTwoWindows([
  attachMenu, pickAndSend, pictureInItsBox, saveAndPreview, soundAndApp, pastePictureAndText, dropFiles, slowPausedCutOff, cancelBoth, damagedAndRefused, wordsElsewhere,
]));

test.run();
