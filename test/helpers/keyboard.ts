// A window that is used by keyboard alone: what has the focus, and how a person gets it there.
import type { Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from './engine.ts';
import { tempFolder } from './folders.ts';
import { startServer, type RunningServer } from './server.ts';
import { closeAfter, waitFor } from './waiting.ts';
import { openWindow, startDisplay } from './window.ts';

const PASSWORD = 'correct horse battery';
/** No place of the window is further away than this. */
export const STEPS_MAX = 60;

export interface Scene {
  page: Page;
  ben: TestEngine;
  house: RunningServer;
  server: string;
  folder: string;
  profile: string;
}

/** What has the keyboard: its name as a screen reader says it, and what is in it. */
export function focus(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement;
    const label = element?.id ? document.querySelector(`label[for="${CSS.escape(element.id)}"]`)?.textContent : undefined;
    return [element?.getAttribute('data-testid'), element?.getAttribute('aria-label'), label, element?.textContent].filter(Boolean).join(' | ');
  });
}

/** Presses a key until what is wanted has the keyboard. */
export async function reach(page: Page, wanted: RegExp, key: string): Promise<void> {
  const seen: string[] = [];
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const here = await focus(page);
    if (wanted.test(here)) return;
    seen.push(here.slice(0, 40));
    await page.keyboard.press(key);
  }
  throw new Error(`${key} never came to ${wanted}: ${seen.join(' → ')}`);
}

export async function hasFocus(page: Page, wanted: RegExp): Promise<void> {
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

/** A window by the keyboard, and somebody to talk to. */
export function byKeyboard(tasks: readonly ((scene: Scene) => Promise<void>)[]): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const house = await startServer(closing, { args: ['--limit', 'send=0'] });
    const server = `127.0.0.1:${house.port}`;
    const ben = startEngine(closing);
    await ben.signIn({ username: 'ben', server });
    const profile = tempFolder(closing);
    const { page } = await openWindow(closing, { display: await startDisplay(closing), profile });
    const scene: Scene = { page, ben, house, server, profile, folder: tempFolder(closing) };
    for (const task of [signIn, ...tasks]) await task(scene);
    assert.equal(await page.evaluate(() => document.querySelectorAll('dialog[open]').length), 0);
  });
}
