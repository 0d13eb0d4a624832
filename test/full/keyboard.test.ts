// Whole tasks by keyboard alone: after the window is open no pointer is used, and no element is focused by the test. One
// thing a test cannot do as a person does it: a file dialog belongs to the system, so the file comes by the input behind it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import { png } from '../helpers/file-windows.ts';
import { byKeyboard, hasFocus, reach, type Scene } from '../helpers/keyboard.ts';
import { message } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';

async function write({ page, ben }: Scene): Promise<void> {
  ben.calls.send(ben.room(), 'Who has the survey?');
  await message(page, 'Who has the survey?').waitFor();
  await reach(page, /^composer/, 'Tab');
  await page.keyboard.type('I have it');
  await page.keyboard.press('Enter');
  await waitFor(() => ben.shown(ben.room()).some(({ text }) => text === 'I have it'), 10_000, 'the message is there');
}

async function replyAndReact({ page, ben }: Scene): Promise<void> {
  await reach(page, /^message/, 'Shift+Tab');
  await reach(page, /^message \| ben\b/, 'ArrowUp');
  await page.keyboard.press('r');
  await hasFocus(page, /^composer/);
  await page.keyboard.type('Here it is');
  await page.keyboard.press('Enter');
  const asked = ben.shown(ben.room()).find(({ text }) => text === 'Who has the survey?')!;
  await waitFor(() => ben.shown(ben.room()).find(({ text }) => text === 'Here it is')?.replyTo === asked.id, 10_000, 'the reply is there');
  await reach(page, /^message/, 'Shift+Tab');
  await reach(page, /^message \| ben\b/, 'ArrowUp');
  await page.keyboard.press('e');
  await page.getByTestId('emoji-picker').waitFor();
  await reach(page, /^thumbs up/i, 'Tab');
  await page.keyboard.press('Enter');
  await waitFor(() => (ben.messages.get(asked.id)?.reactions.length ?? 0) > 0, 10_000, 'the reaction is there');
}

async function sendAndPreview({ page, ben, folder }: Scene): Promise<void> {
  const path = join(folder, 'ridge.png');
  writeFileSync(path, png(320, 200));
  await page.getByTestId('pick-files').setInputFiles(path);
  await page.getByTestId('chips').getByText('ridge.png').waitFor();
  await reach(page, /^composer/, 'Tab');
  await page.keyboard.type('The ridge');
  await page.keyboard.press('Enter');
  await waitFor(() => ben.shown(ben.room()).some(({ file }) => file?.name === 'ridge.png'), 20_000, 'the file is there');
  await reach(page, /^message.*The ridge/s, 'Shift+Tab');
  await page.keyboard.press('Enter');
  await page.getByTestId('preview').waitFor();
  await page.keyboard.press('Escape');
  await page.getByTestId('preview').waitFor({ state: 'detached' });
}

async function switchAndSearch({ page }: Scene): Promise<void> {
  await page.keyboard.press('Control+Shift+n');
  await page.keyboard.type('field ops');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'field-ops', exact: true }).waitFor();
  await page.keyboard.press('Alt+ArrowUp');
  await page.getByRole('heading', { name: 'lobby', exact: true }).waitFor();
  await page.keyboard.press('Control+k');
  await page.keyboard.type('#field');
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'field-ops', exact: true }).waitFor();
  await page.keyboard.press('Control+Shift+f');
  await hasFocus(page, /Search/);
  await page.keyboard.type('survey from:ben');
  await page.getByTestId('find-row').waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'lobby', exact: true }).waitFor();
  await hasFocus(page, /^message.*Who has the survey/s);
  await page.keyboard.press('Escape');
  await page.getByTestId('find').waitFor({ state: 'detached' });
}

async function changeTheme({ page }: Scene): Promise<void> {
  const theme = () => page.evaluate(() => document.documentElement.dataset['theme']);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('>theme dark');
  await page.keyboard.press('Enter');
  await waitFor(async () => (await theme()) === 'dark', 5_000, 'dark');
  await page.keyboard.press('Control+Shift+l');
  await waitFor(async () => (await theme()) === 'light', 5_000, 'light');
}

test('a day by keyboard alone: sign in, write, reply, react, send a file, preview it, switch room, search, change theme', byKeyboard([write, replyAndReact, sendAndPreview, switchAndSearch, changeTheme]));

test.run();
