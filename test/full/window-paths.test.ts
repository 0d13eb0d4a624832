// What the chip says of every path, and the question before a file leaves that UDP does not carry.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Paths } from '../../client/engine/types.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { chip, choice, panel, says } from '../helpers/paths.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay, type AppWindow } from '../helpers/window.ts';

const BLOCKED = 'UDP 20001 does not answer: a firewall may block it. Using TCP.';

/**
 * Loaded into Node's half of the window: what the engine says passes through it, so that a test can say what no network
 * here would make it say, and what is chosen stops at it. All the rest is the real engine.
 */
const SCRIPTED = `
const path = require.resolve(${JSON.stringify(join(root, 'client/dist/engine.cjs'))});
const real = require(path);
let push;
exports.chosen = [];
let scripted = false;
exports.say = (event) => ((scripted = true), push(JSON.parse(event)));
require.cache[path].exports = { ...real, createEngine(options) {
  const engine = real.createEngine(options);
  const calls = { start: (told) => ((push = told), engine.start((event) => void (event.type === 'paths' && scripted ? 0 : told(event)))), setProtocol: (protocol) => void exports.chosen.push(protocol) };
  return new Proxy(engine, { get: (_, name) => calls[name] ?? engine[name].bind(engine) });
} };
`;

class Scripted {
  readonly page: Page;
  readonly #file: string;

  constructor(page: Page, file: string) {
    this.page = page;
    this.#file = file;
  }

  async paths(change: Partial<Paths>): Promise<void> {
    const paths: Paths = { wanted: 'udp', sending: 'udp', receiving: 'udp', history: [], ...change };
    await this.page.evaluate(([file, event]) => (nw.require(file!) as { say(event: string): void }).say(event!), [this.#file, JSON.stringify({ type: 'paths', paths })]);
  }

  chosen(): Promise<string[]> {
    return this.page.evaluate((file) => [...(nw.require(file) as { chosen: string[] }).chosen], this.#file);
  }
}

async function openScripted(closing: Closing): Promise<{ window: AppWindow; engine: Scripted }> {
  const window = await openWindow(closing, { display: await startDisplay(closing, '1440x900'), profile: tempFolder(closing) });
  const file = join(tempFolder(closing), 'scripted.cjs');
  writeFileSync(file, SCRIPTED);
  await window.page.getByTestId('connect-card').waitFor();
  await window.page.evaluate((path) => void nw.require(path), file);
  await window.page.reload();
  await window.page.getByTestId('connect-card').waitFor();
  return { window, engine: new Scripted(window.page, file) };
}

test('the chip tells the truth of every state, and the choice is one press away', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const { window, engine } = await openScripted(closing);
  const { page } = window;
  const found: string[] = [];
  const look = async (name: string) => void found.push(...(await lookAt(window, `paths-${name}`)));
  await signUp(page, { username: 'ben', server: `127.0.0.1:${server.port}` });
  await says(page, 'plain', 'TCP');

  const at = Date.now();
  const history: Paths['history'] = [
    { at: at - 26 * 3_600_000, text: 'UDP is in use in both directions.' }, { at: at - 190_000, text: BLOCKED }, { at: at - 100_000, text: 'Trying UDP.' }, { at: at - 96_000, text: 'UDP is in use in both directions.' },
  ];
  await engine.paths({ sending: 'tcp', receiving: 'tcp', history: [{ at, text: 'Trying UDP.' }] });
  await says(page, 'plain', 'TCP trying UDP');
  for (const rtt of [31, 14, 12, 48, 22, 13]) {
    await engine.paths({ rtt, loss: 0.004, seen: '203.0.113.7:51234', local: '192.168.1.20:40112', history });
    await page.waitForTimeout(700);
  }
  await says(page, 'udp', 'UDP 13 ms');
  await look('udp');
  await chip(page).click();
  const facts = panel(page).getByTestId('path-facts');
  assert.match(await facts.innerText(), /You send by\s+UDP\s+You receive by\s+UDP[\s\S]*13 ms\s+last minute: 12 to 48 ms[\s\S]*under 1%[\s\S]*203\.0\.113\.7:51234[\s\S]*192\.168\.1\.20:40112/);
  assert.is(await panel(page).getByTestId('path-history').locator('li').first().locator('span').innerText(), 'UDP is in use in both directions.', 'the newest stands first');
  await look('udp-open');
  assert.ok(await choice(panel(page), 'UDP').evaluate((input) => input === document.activeElement), 'the choice has the keyboard');
  await page.keyboard.press('ArrowLeft');
  assert.equal(await engine.chosen(), ['tcp']);
  await page.keyboard.press('Escape');
  assert.ok(await chip(page).evaluate((button) => button === document.activeElement), 'Esc gives the focus back');

  await engine.paths({ rtt: 64, loss: 0.12, history });
  await says(page, 'warn', 'UDP · 12% loss 64 ms');
  await look('lossy');
  await page.keyboard.press('Enter');
  await look('lossy-open');
  await panel(page).getByRole('button', { name: 'Switch to TCP' }).click();
  assert.equal(await engine.chosen(), ['tcp', 'tcp']);
  await page.keyboard.press('Escape');
  await engine.paths({ receiving: 'tcp', rtt: 64, reason: 'UDP goes out but does not come back: a firewall may block it. What comes uses TCP.', history });
  await says(page, 'warn', 'UDP out, TCP in');
  await page.keyboard.press('Enter');
  await look('one-way-open');
  await page.keyboard.press('Escape');
  await engine.paths({ sending: 'tcp', receiving: 'tcp', reason: BLOCKED, history: [...history, { at, text: BLOCKED }] });
  await says(page, 'warn', 'TCP UDP 20001 does not answer');
  assert.is(await chip(page).getAttribute('aria-label'), `Connection: Chat goes by TCP. ${BLOCKED}`);
  assert.is(await page.getByRole('status').filter({ hasText: BLOCKED }).count(), 1, 'it is spoken');
  await look('blocked');
  await chip(page).click();
  await look('blocked-open');
  await narrow(window, look, engine);
  await server.stop();
  await waitFor(async () => (await chip(page).getAttribute('data-tone')) === 'lost', 10_000, 'no path is named without a connection');
  await look('lost');
  assert.equal(found, []);
}));

/** The least width: the panel hangs from the header and nothing leaves the window. */
async function narrow({ page }: AppWindow, look: (name: string) => Promise<void>, engine: Scripted): Promise<void> {
  await page.evaluate(() => nw.Window.get().resizeTo(420, 700));
  await waitFor(() => page.evaluate(() => innerWidth <= 440), 5_000, 'the window is narrow');
  const box = (await panel(page).boundingBox())!;
  assert.ok(box.x >= 0 && box.x + box.width <= (await page.evaluate(() => innerWidth)), JSON.stringify(box));
  await look('blocked-420');
  await page.keyboard.press('Escape');
  await look('chip-420');
  await engine.paths({ rtt: 64, loss: 0.12 });
  await says(page, 'warn', 'UDP · 12% loss');
  await look('lossy-420');
  await page.evaluate(() => nw.Window.get().resizeTo(1280, 800));
  await waitFor(() => page.evaluate(() => innerWidth >= 1200), 5_000, 'the window is wide');
}

test('with UDP a file over 51,200 bytes asks before it leaves; Cancel keeps all as it was', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0'] });
  const { window, engine } = await openScripted(closing);
  const { page } = window;
  const found: string[] = [];
  const folder = tempFolder(closing);
  const file = (name: string, size: number): string => {
    writeFileSync(join(folder, name), Buffer.alloc(size, 'reach '));
    return join(folder, name);
  };
  const pick = (paths: string[]) => page.getByTestId('pick-files').setInputFiles(paths);
  const chips = page.getByTestId('chips').locator('[data-chip]');
  const dialog = page.getByRole('dialog', { name: 'Send with TCP?' });
  await signUp(page, { username: 'cho', server: `127.0.0.1:${server.port}` });
  await engine.paths({ rtt: 12, loss: 0 });

  await pick([file('edge.txt', 51_200)]);
  await chips.first().waitFor();
  await say(page, 'just small enough');
  await message(page, 'just small enough').waitFor();
  assert.is(await dialog.count(), 0, '51,200 bytes do not ask');

  await pick([file('over.csv', 51_201), file('note.txt', 900), file('raw-logs-north-ridge-2026-11-22.zip', 1_900_000)]);
  await waitFor(async () => (await chips.count()) === 3, 5_000, 'the chips');
  assert.match(await chips.nth(0).innerText(), /50 KB · goes with TCP/);
  assert.not.match(await chips.nth(1).innerText(), /TCP/);
  await say(page, 'the survey');
  await dialog.waitFor();
  assert.equal(await dialog.getByRole('listitem').allInnerTexts().then((texts) => texts.map((text) => text.replaceAll(/\s+/g, ''))), ['over.csv50KB(51,201bytes)', 'raw-logs-north-ridge-2026-11-22.zip1.8MB']);
  found.push(...(await lookAt(window, 'paths-ask')));
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  assert.equal([await chips.count(), await page.getByTestId('composer').inputValue(), await message(page, 'the survey').count()], [3, 'the survey', 0]);
  assert.ok(await page.getByTestId('composer').evaluate((area) => area === document.activeElement));

  await page.getByTestId('composer').press('Enter');
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  assert.is(await chips.count(), 3, 'Cancel is the same as Esc');
  await page.getByRole('button', { name: 'Send', exact: true }).click();
  await dialog.getByRole('button', { name: 'Send with TCP' }).click();
  await message(page, 'the survey').waitFor();
  await waitFor(async () => (await page.getByTestId('chips').count()) === 0, 5_000, 'the chips are gone');
  assert.is(await page.getByTestId('composer').inputValue(), '');
  for (const name of ['over.csv', '11-22.zip']) await message(page, name).locator('[data-file-state="done"]').last().waitFor();
  await message(page, 'note.txt').waitFor();

  await engine.paths({ wanted: 'tcp', sending: 'tcp', receiving: 'tcp' });
  await pick([file('other.zip', 70_000)]);
  await chips.first().waitFor();
  await say(page, 'without a question');
  await message(page, 'without a question').waitFor();
  assert.is(await dialog.count(), 0, 'with TCP chosen nothing is asked');
  assert.equal(found, []);
}));

test.run();
