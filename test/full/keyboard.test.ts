// Whole tasks by keyboard alone: after the window is open no pointer is used, and no element is focused by the test. One
// thing a test cannot do as a person does it: a file dialog belongs to the system, so the file comes by the input behind it.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { png } from '../helpers/file-windows.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { message } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const PASSWORD = 'correct horse battery';
/** No place of the window is further away than this. */
const STEPS_MAX = 60;

interface Scene {
  page: Page;
  ben: TestEngine;
  server: string;
  folder: string;
}

/** What has the keyboard: its name as a screen reader says it, and what is in it. */
function focus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`)?.textContent : undefined;
    return [element?.getAttribute('data-testid'), element?.getAttribute('aria-label'), label, element?.textContent].filter(Boolean).join(' | ');
  });
}

/** Presses a key until what is wanted has the keyboard. */
async function reach(page: Page, wanted: RegExp, key: string): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const here = await focus(page);
    if (wanted.test(here)) return;
    seen.push(here.slice(0, 40));
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never came to ${wanted}: ${seen.join(' → ')}`);
}

async function hasFocus(page: Page, wanted: RegExp): Promise<void> {
  await waitFor(async () => wanted.test(await focus(page)), 10_000, `the keyboard is at ${wanted}`);
}

async function signIn({ page, server }: Scene): Promise<void> {
  await hasFocus(page, /Username/);
  await page.keyboard.type('ana');
  await reach(page, /Password/, 'Tab');
  await page.keyboard.type(PASSWORD);
  await reach(page, /Server IP/, 'Tab');
  await page.keyboard.press('Control+a');
  await page.keyboard.type(server);
  await page.keyboard.press('Enter');
  await page.getByText('Repeat password').waitFor();
  await reach(page, /Repeat password/, 'Tab');
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await page.getByTestId('composer').waitFor();
}

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

test('a day by keyboard alone: sign in, write, reply, react, send a file, preview it, switch room, search, change theme', closeAfter(async (closing) => {
  const server = `127.0.0.1:${(await startServer(closing)).port}`;
  const ben = startEngine(closing);
  await ben.signIn({ username: 'ben', server });
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const scene: Scene = { page, ben, server, folder: tempFolder(closing) };
  for (const task of [signIn, write, replyAndReact, sendAndPreview, switchAndSearch, changeTheme]) await task(scene);
  assert.equal(await page.evaluate(() => document.querySelectorAll('dialog[open]').length), 0);
}));

test.run();
