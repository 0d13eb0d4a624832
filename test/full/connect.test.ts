// The ways to a server: an invite link from the command line, from a second start and from the clipboard; its key as words,
// icons and a QR code; the servers used before.
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from 'uqr';
import { iconsOf } from '../../client/ui/connect/key-icons.ts';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { whoListens } from '../../scripts/hosting.mjs';
// @ts-expect-error: the same
import { bundled } from '../../scripts/runtime.mjs';
import { root, tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { freePort, startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, processTree, startAgain, startDisplay } from '../helpers/window.ts';

const elsewhere = (link: string, host: string): string => link.replace(/\/\/[^/:]+(:\d+)?\//, `//${host}$1/`);

test('a link opens the window with it, a later one is offered, and nothing happens by itself', closeAfter(async (closing) => {
  const [one, two] = [await startServer(closing), await startServer(closing)];
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const link = elsewhere(one.link, '127.0.0.1');
  const window = await openWindow(closing, { display, profile, args: [link] });
  const { page } = window;
  await page.getByText(`Invite to 127.0.0.1:${one.port}. The link carries the server's key.`).waitFor();
  assert.is(await page.getByLabel('Server IP').inputValue(), link);
  await page.getByLabel('Username').fill('ana');
  await page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await pressConnect(page);
  await createAccount(page);
  await say(page, 'by a link');
  const [other, dialog] = [elsewhere(two.link, '127.0.0.1'), page.getByRole('dialog', { name: `Join the server at 127.0.0.1:${two.port}?` })];
  await startAgain({ display, profile, args: [link] });
  await startAgain({ display, profile, args: [other] });
  await dialog.waitFor();
  assert.equal(await lookAt(window, 'join-ask'), []);
  await page.keyboard.press('Escape');
  await message(page, 'by a link').waitFor();
  await startAgain({ display, profile, args: [other] });
  await dialog.getByRole('button', { name: 'Join' }).click();
  await page.getByText(`Invite to 127.0.0.1:${two.port}.`).waitFor();
  await startAgain({ display, profile, args: ['reach://127.0.0.1/?k=short'] });
  await page.getByText('The invite link that was opened is damaged.').waitFor();
  assert.is(await page.getByLabel('Server IP').inputValue(), other, 'it takes nothing away');
}));

test('npm start hands a link to the window and starts no server for it', closeAfter(async (closing) => {
  const [home, port, link] = [tempFolder(closing), await freePort(), `reach://192.0.2.7/?k=${'A'.repeat(43)}`];
  const env = { ...process.env, XDG_DATA_HOME: home, DISPLAY: (await startDisplay(closing)).name, WAYLAND_DISPLAY: '', REACH_NW: bundled() as string };
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs'), '--port', String(port), '--data', join(home, 'data'), link], { env, stdio: 'pipe' });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  closing.add(async () => {
    child.kill('SIGTERM');
    await waitFor(() => (child.exitCode ?? child.signalCode) !== null, 30_000, 'npm start ends');
  });
  await waitFor(() => /It opens the link\./.test(text), 60_000, 'the window opens');
  await waitFor(() => processTree(child.pid!).some((pid) => argumentsOf(pid).includes(link)), 15_000, 'the window has the link');
  assert.is(await whoListens(port), 'nothing');
}));

function argumentsOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return []; // It has ended since.
  }
}

test('a link that is opened while the key is asked for waits until somebody is in', closeAfter(async (closing) => {
  const [one, two] = [await startServer(closing), await startServer(closing)];
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const { page } = await openWindow(closing, { display, profile });
  await fillCard(page, { username: 'finn', server: `127.0.0.2:${one.port}` });
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  await card.waitFor();
  await startAgain({ display, profile, args: [elsewhere(two.link, '127.0.0.1')] });
  await card.getByRole('button', { name: 'Connect once' }).click();
  await createAccount(page);
  await page.getByRole('dialog', { name: `Join the server at 127.0.0.1:${two.port}?` }).waitFor();
}));

test('a link on the clipboard is offered once, at the start', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const link = elsewhere(server.link, '127.0.0.2');
  await page.getByTestId('connect-card').waitFor();
  assert.is(await page.getByTestId('join-offer').count(), 0);
  await page.evaluate((text) => nw.Clipboard.get().set(text, 'text'), link);
  await page.reload();
  const offer = page.getByTestId('join-offer');
  await offer.getByText(`Join the server at 127.0.0.2:${server.port}?`).waitFor();
  assert.equal(await lookAt(window, 'join-offer'), []);
  await offer.getByRole('button', { name: 'No, thanks' }).click();
  await offer.waitFor({ state: 'detached' });
  assert.ok(await page.getByLabel('Username').evaluate((field) => field === document.activeElement));
  await page.reload();
  await offer.getByRole('button', { name: 'Join' }).click();
  await offer.waitFor({ state: 'detached' });
  assert.is(await page.getByLabel('Server IP').inputValue(), link);
  assert.ok(await page.getByLabel('Username').evaluate((field) => field === document.activeElement));
  await page.reload();
  await offer.waitFor();
  await signUp(page, { username: 'gina', server: `127.0.0.1:${server.port}` });
  assert.is(await page.getByRole('dialog').count(), 0, 'whoever signs in elsewhere has answered');
  const rings = page.locator('.pulsing path').first();
  assert.is(await rings.evaluate((ring) => getComputedStyle(ring).animationIterationCount), '1', 'the rings are still afterwards');
}));

/** Xvfb has no voices: these say nothing, and note what they were given. */
async function giveVoices(page: Page, voices: { lang: string; localService: boolean }[]): Promise<void> {
  await page.evaluate(`{
    globalThis.heard = [];
    Object.defineProperty(globalThis, 'SpeechSynthesisUtterance', { configurable: true, value: class { constructor(text) { this.text = text; } } });
    Object.defineProperties(speechSynthesis, {
      getVoices: { configurable: true, value: () => (${JSON.stringify(voices)}) },
      speak: { configurable: true, value: ({ text, voice }) => void heard.push(voice.lang + ' ' + text) },
    });
    speechSynthesis.dispatchEvent(new Event('voiceschanged'));
  }`);
}

test('the words are read aloud by a voice of this computer only', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await fillCard(page, { username: 'hans', server: `127.0.0.2:${server.port}` });
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  await card.waitFor();
  await giveVoices(page, [{ lang: 'en-GB', localService: false }]);
  assert.is(await card.getByRole('button', { name: 'Read the words aloud' }).count(), 0, 'a voice from the network is none');
  await giveVoices(page, [{ lang: 'en-GB', localService: false }, { lang: 'de', localService: true }, { lang: 'en-US', localService: true }]);
  await card.getByRole('button', { name: 'Read the words aloud' }).click();
  await card.getByRole('button', { name: 'Stop reading' }).waitFor();
  assert.equal(await page.evaluate('heard'), [`en-US ${server.words.map((word, at) => `${at + 1}: ${word}.`).join(' ')}`]);
}));

test('a changed key is trusted by its last word alone', closeAfter(async (closing) => {
  const before = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const person = { username: 'ida', server: `127.0.0.1:${before.port}` };
  await signUp(page, person);
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByTestId('connect-card').waitFor();
  await before.stop();
  const after = await startServer(closing, { port: before.port });
  await fillCard(page, person);
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  const field = card.getByLabel('To trust the new key, type its last word');
  await card.getByRole('table', { name: 'The words of both keys' }).waitFor();
  const marked = await card.locator('tbody tr').evaluateAll((rows) => rows.map((row) => row.textContent?.includes('differs')));
  assert.equal(marked, after.words.map((word, at) => word !== before.words[at]), 'in words, not by colour alone');
  await field.fill(before.words.at(-1)!);
  await field.press('Enter');
  await card.getByText('That is not the last word of the new key').waitFor();
  assert.equal(await lookAt(window, 'key-changed-wrong-word'), []);
  await field.fill(after.words.at(-1)!);
  await card.getByRole('button', { name: 'Trust the new key' }).click();
  await createAccount(page);
  await page.getByTestId('composer').waitFor();
}));

test('the key in three ways, and the same again for whoever is in', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await fillCard(page, { username: 'ben', server: `127.0.0.2:${server.port}` });
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  await card.getByText(server.words[0]!, { exact: true }).waitFor();
  await card.getByRole('radio', { name: 'Icons' }).check({ force: true });
  const called = iconsOf(server.fingerprint).map(({ name }) => name);
  assert.equal(await card.getByRole('list', { name: "Icons of the server's key" }).locator('.called').allInnerTexts(), called);
  assert.equal(await lookAt(window, 'trust-icons'), []);
  await card.getByRole('radio', { name: 'QR code' }).check({ force: true });
  const bare = elsewhere(server.link, '127.0.0.2').replace(/&.*$/, '');
  const dark = encode(bare, { ecc: 'M', border: 4 }).data.flat().filter(Boolean).length;
  const drawn = await card.getByTestId('qr').locator('path').getAttribute('d');
  assert.is(drawn!.match(/M/g)!.length, dark, 'the code says what the link of this server says');
  assert.equal(await lookAt(window, 'trust-qr'), []);
  await card.getByRole('button', { name: 'It matches — trust' }).click();
  await createAccount(page);
  await page.getByTestId('server-head').click();
  const panel = page.getByRole('dialog', { name: 'Server key and encryption' });
  await panel.getByRole('radio', { name: 'Icons' }).check({ force: true });
  assert.equal(await panel.locator('.called').allInnerTexts(), called);
  await panel.getByRole('button', { name: 'Copy link to this server' }).click();
  assert.is(await page.evaluate(() => nw.Clipboard.get().get('text')), bare);
  assert.equal(await lookAt(window, 'server-panel'), []);
}));

test('servers used before: when, one press to take one, another to forget it', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  for (const username of ['cora', 'dana']) {
    await signUp(page, { username, server: `127.0.0.1:${server.port}` });
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByTestId('connect-card').waitFor();
  }
  await page.getByRole('button', { name: 'Recent servers' }).click();
  const list = page.getByRole('dialog', { name: 'Recent servers' });
  await list.getByText('dana, used today').waitFor();
  assert.equal(await lookAt(window, 'recent-servers'), []);
  await list.getByRole('button', { name: `Forget dana on 127.0.0.1:${server.port}` }).click();
  await list.getByText('dana').waitFor({ state: 'detached' });
  assert.match(await page.evaluate(() => document.activeElement?.textContent ?? ''), /cora/);
  await page.keyboard.press('Enter');
  assert.is(await page.getByLabel('Username').inputValue(), 'cora');
  await page.getByLabel('Server IP').press('ArrowDown');
  await list.getByText('cora, used today').waitFor();
  await page.keyboard.press('Delete');
  await list.waitFor({ state: 'detached' });
  assert.is(await page.getByRole('button', { name: 'Recent servers' }).count(), 0);
  assert.ok(await page.getByLabel('Server IP').evaluate((field) => field === document.activeElement));
}));

test.run();
