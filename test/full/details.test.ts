// What a thing tells of itself, in real windows: tooltips by mouse and keyboard, the menu and the details of a file and of a
// message, saving under a name of one's own.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { card, inState, KB, pick, press, withTwoWindows, type Scene } from '../helpers/file-windows.ts';
import { randomFile } from '../helpers/files.ts';
import { message, say } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';

async function tips({ ana: { page }, ana, look }: Scene): Promise<void> {
  const tip = page.getByTestId('tip');
  const search = page.getByRole('button', { name: 'Search' }).first();
  await search.hover();
  await tip.waitFor();
  assert.equal([await tip.locator('span').innerText(), await tip.locator('kbd').innerText()], ['Search', 'Ctrl+F']);
  assert.is(await search.getAttribute('title'), null, 'the system shows no second one');
  await look(ana, 'tip');
  await page.keyboard.press('Shift');
  await tip.waitFor({ state: 'detached' });
  await page.getByTestId('composer').hover();
  await waitFor(async () => (await search.getAttribute('title')) === 'Search (Ctrl+F)', 5_000, 'the title is back');
  await page.getByTestId('composer').focus();
  await page.keyboard.press('Shift+Tab');
  await tip.waitFor();
  const [mine, box] = [await page.evaluate(() => document.activeElement!.getBoundingClientRect().toJSON() as DOMRect), await tip.boundingBox()];
  assert.ok(box!.y >= 0 && box!.x >= 0 && (box!.y + box!.height <= mine.top || box!.y >= mine.bottom), 'beside what it is about');
}

async function editing({ ana, ana: { page }, look }: Scene): Promise<void> {
  const composer = page.getByTestId('composer');
  await composer.fill('copied words');
  await composer.selectText();
  await composer.click({ button: 'right', position: { x: 20, y: 10 } });
  await page.getByRole('menu', { name: 'Text' }).getByRole('menuitem', { name: 'Cut' }).waitFor();
  await look(ana, 'edit-menu');
  await page.getByRole('menuitem', { name: 'Cut' }).click();
  await waitFor(async () => (await composer.inputValue()) === '', 5_000, 'the words are cut');
  await composer.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Paste' }).click();
  await waitFor(async () => (await composer.inputValue()) === 'copied words', 5_000, 'the words are back');
  assert.ok(await composer.evaluate((area) => area === document.activeElement), 'and so is the focus');
  await page.keyboard.press('Control+z');
  await waitFor(async () => (await composer.inputValue()) === '', 5_000, 'pasting is taken back');
  await page.keyboard.press('Control+Shift+N');
  const name = page.getByRole('dialog', { name: 'Create a room' }).getByLabel('Name');
  await name.click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Paste' }).click();
  await waitFor(async () => (await name.inputValue()) === 'copied words', 5_000, 'in a dialog, too');
  await page.keyboard.press('Escape');
}

async function messageDetails({ ana, ben, look }: Scene): Promise<void> {
  await say(ana.page, 'who has read this?');
  await message(ben.page, 'who has read this?').waitFor();
  const row = message(ana.page, 'who has read this?');
  await row.focus();
  await row.press('m');
  await ana.page.getByRole('menuitem', { name: 'Details' }).click();
  const dialog = ana.page.getByRole('dialog', { name: 'About this message' });
  await dialog.getByText('ana (you)').waitFor();
  await dialog.getByText(/reached the server in \d/).waitFor();
  await waitFor(async () => /Seen by\s*ben|Delivered to\s*ben/.test(await dialog.innerText()), 10_000, 'who has it');
  await look(ana, 'message-details');
  await ana.page.keyboard.press('Escape');
  assert.ok(await row.evaluate((one) => one === document.activeElement), 'the focus is back on the row');
}

/** One that does nothing now still says what it is, and still does nothing. */
async function tipOfDisabled({ ana: { page } }: Scene): Promise<void> {
  const composer = page.getByTestId('composer');
  await composer.focus();
  await composer.press('ArrowUp');
  await page.getByTestId('compose-bar').waitFor();
  const attach = page.getByRole('button', { name: 'Attach', exact: true });
  await waitFor(() => attach.isDisabled(), 5_000, 'nothing is attached to a message that is changed');
  await attach.hover({ force: true });
  await page.getByTestId('tip').getByText('Attach').waitFor();
  await attach.click({ force: true });
  assert.is(await attach.getAttribute('aria-expanded'), 'false');
  await composer.press('Escape');
}

async function saveAs({ ana, ben, folder, look }: Scene): Promise<void> {
  randomFile(folder, 'plan.bin', 90 * KB);
  await pick(ana, [join(folder, 'plan.bin')]);
  await card(ben.page, 'plan.bin').waitFor();
  const place = join(folder, 'mine.bin');
  writeFileSync(place, 'an older one');
  const row = message(ben.page, 'plan.bin');
  await row.focus();
  await row.press('m');
  const asked = ben.page.waitForEvent('filechooser');
  await ben.page.getByRole('menuitem', { name: 'Save as…' }).click();
  await (await asked).setFiles(place);
  await inState(ben.page, 'plan.bin', 'done');
  assert.ok(readFileSync(place).equals(readFileSync(join(folder, 'plan.bin'))), 'the file that was chosen is replaced');
  assert.ok(!existsSync(join(ben.downloads, 'ana', 'plan.bin')));
  await press(ben.page, 'plan.bin', 'More of');
  await ben.page.getByRole('menu').getByRole('menuitem', { name: 'Copy path' }).waitFor();
  await look(ben, 'file-menu');
  await ben.page.getByRole('menuitem', { name: 'Details' }).click();
  const dialog = ben.page.getByRole('dialog', { name: 'About this file' });
  await dialog.getByText(place).waitFor();
  await dialog.getByText('92,160 bytes').waitFor();
  await look(ben, 'file-details');
  await ben.page.keyboard.press('Escape');
}

/** What is saved is there for another copy, whatever becomes of the server's. */
async function saveAgain({ ben, folder, server }: Scene): Promise<void> {
  const cache = join(server.data, 'cache');
  for (const path of readdirSync(cache, { recursive: true, withFileTypes: true })) if (path.isFile()) writeFileSync(join(path.parentPath, path.name), 'nothing of it');
  const place = join(folder, 'again.bin');
  await press(ben.page, 'plan.bin', 'More of');
  const asked = ben.page.waitForEvent('filechooser');
  await ben.page.getByRole('menuitem', { name: 'Save as…' }).click();
  writeFileSync(place, '');
  await (await asked).setFiles(place);
  await waitFor(() => existsSync(place) && readFileSync(place).equals(readFileSync(join(folder, 'plan.bin'))), 10_000, 'the second copy');
  await inState(ben.page, 'plan.bin', 'done');
}

async function byItself({ ana, ben, folder, look }: Scene): Promise<void> {
  const { page } = ben;
  await page.keyboard.press('Control+,');
  const slider = page.getByRole('slider', { name: 'Download by itself' });
  await page.getByLabel('Find a setting').fill('download by itself');
  await slider.focus();
  await page.keyboard.press('ArrowRight');
  await waitFor(async () => (await slider.getAttribute('aria-valuetext')) === '1 MB', 5_000, 'one megabyte');
  await look(ben, 'auto-download');
  await page.getByRole('button', { name: 'Back to the conversation' }).click();
  for (const [name, size] of [['small.dat', 90 * KB], ['large.dat', 1_100 * KB], ['tool.exe', 50 * KB]] as const) randomFile(folder, name, size);
  await pick(ana, ['small.dat', 'large.dat', 'tool.exe'].map((name) => join(folder, name)));
  await inState(page, 'small.dat', 'done');
  await card(page, 'large.dat').waitFor();
  await card(page, 'tool.exe').waitFor();
  await waitFor(() => existsSync(join(ben.downloads, 'ana', 'small.dat')), 5_000, 'the file on the disk');
  assert.equal([existsSync(join(ben.downloads, 'ana', 'large.dat')), existsSync(join(ben.downloads, 'ana', 'tool.exe'))], [false, false], 'what is larger and what is a program waits for the person');
}

test('tooltips, details of a message, menu and details of a file, a name of one\'s own, small files by themselves', withTwoWindows([tips, editing, messageDetails, tipOfDisabled, saveAs, saveAgain, byItself]));

test.run();
