// A window whose preview is looked at, and somebody else who sends it files.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from './engine.ts';
import { root, tempFolder } from './folders.ts';
import { lookAt } from './screens.ts';
import { startServer } from './server.ts';
import { message, signUp } from './steps.ts';
import { closeAfter, waitFor, type Closing } from './waiting.ts';
import { openWindow, startDisplay, type AppWindow } from './window.ts';

export const MB = 1024 * 1024;
export const MEMORY_MAX = 300 * MB;
/** Longer than any file here takes, with two cores for everything. */
export const LOADED_MS = 20_000;

export type Files = readonly (readonly [name: string, content: Uint8Array | string])[];

export interface Scene {
  window: AppWindow;
  page: Page;
  preview: Locator;
  ben: TestEngine;
  closing: Closing;
  /** Sends them as ben, and waits until ana's window has all of them. */
  send(files: Files): Promise<void>;
  look(screen: string): Promise<void>;
}

/** Ana in a window, ben in an engine; `args` are the server's. */
export function withPreview(steps: readonly ((scene: Scene) => Promise<void>)[], args: readonly string[] = []): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const server = await startServer(closing, { args: ['--limit', 'send=0', ...args] });
    const here = `127.0.0.1:${server.port}`;
    const ben = startEngine(closing);
    await ben.signIn({ username: 'ben', server: here });
    const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
    const { page } = window;
    await signUp(page, { username: 'ana', server: here });
    const found: string[] = [];
    const look = async (screen: string) => void found.push(...(await lookAt(window, `preview-${screen}`)));
    const send = (files: Files) => sendAll(ben, page, tempFolder(closing), files);
    for (const step of steps) await step({ window, page, preview: page.getByTestId('preview'), ben, closing, send, look });
    assert.equal(found, []);
  });
}

async function sendAll(ben: TestEngine, page: Page, folder: string, files: Files): Promise<void> {
  for (const [name, content] of files) writeFileSync(join(folder, name), content);
  ben.calls.sendFiles(ben.room(), files.map(([name]) => ({ path: join(folder, name) })));
  for (const [name] of files) await message(page, name).first().waitFor({ timeout: 30_000 });
  await waitFor(async () => (await page.getByText(/uploading, \d+%/).count()) === 0, 30_000, 'all of them are on the server');
}

/** By the keyboard, from the row of its message. */
export async function open(page: Page, name: string): Promise<void> {
  await message(page, name).first().focus();
  await message(page, name).first().press('Enter');
  await title(page, name);
}

/** With the arrow keys: large files come after small ones, so the way may be long and in either direction. */
export async function walk(page: Page, name: string): Promise<void> {
  const files = page.getByTestId('preview-strip').getByRole('option');
  const names = await files.evaluateAll((all) => all.map((one) => one.getAttribute('aria-label')));
  const here = await files.evaluateAll((all) => all.findIndex((one) => one.getAttribute('aria-selected') === 'true'));
  assert.ok(names.includes(name), `${name} among ${names.join(' ')}`);
  const steps = names.indexOf(name) - here;
  for (let step = 0; step < Math.abs(steps); step += 1) await page.getByTestId('preview').press(steps > 0 ? 'ArrowRight' : 'ArrowLeft');
  await title(page, name);
}

async function title(page: Page, name: string): Promise<void> {
  await page.getByTestId('preview').getByRole('heading', { name, exact: true, level: 2 }).waitFor();
}

export async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId('preview').waitFor({ state: 'detached' });
}


export const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, 'test/samples', name)));
