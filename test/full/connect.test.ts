// The ways to a server: an invite link from the command line, from a second start and from the clipboard; its key as words,
// icons and a QR code; the servers used before.
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join, resolve } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from 'uqr';
import { iconsOf } from '../../client/ui/connect/key-icons.ts';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { whoListens } from '../../scripts/hosting.mjs';
// @ts-expect-error: the same
import { bundled } from '../../scripts/runtime.mjs';
import { startEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { freePort, startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, processTree, startAgain, startDisplay, type Display } from '../helpers/window.ts';

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

/** Accepts, and does what `answer` says with each that comes. */
async function listen(closing: Closing, port: number, answer: (socket: Socket) => void): Promise<{ dials: number }> {
  const seen = { dials: 0 };
  const server = createServer((socket) => {
    seen.dials += 1;
    socket.on('error', () => socket.destroy());
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  closing.add(() => server.close());
  return seen;
}

const hasFocus = (field: Locator): Promise<boolean> => field.evaluate((input) => input === document.activeElement);

/** Signed in with "Remember me", then the window and the server are gone. */
async function remembered(closing: Closing, username: string): Promise<{ display: Display; profile: string; port: number }> {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  await window.page.getByText('Advanced: ports, remember me, folder').click();
  await window.page.getByLabel('Remember me on this computer').check();
  await signUp(window.page, { username, server: `127.0.0.1:${server.port}` });
  await say(window.page, 'said before');
  await waitFor(async () => (await message(window.page, 'said before').getAttribute('data-state')) === 'sent', 15_000, 'it is sent');
  await window.close();
  await server.stop();
  return { display, profile, port: server.port };
}

test('while a saved sign-in waits, dial after dial, the focus stays where somebody types', closeAfter(async (closing) => {
  const { display, profile, port } = await remembered(closing, 'jill');
  rmSync(join(profile, 'Default', 'cache'), { recursive: true });
  const seen = await listen(closing, port, (socket) => socket.destroy());
  const { page, screenshot } = await openWindow(closing, { display, profile });
  await page.getByText('Signs in by itself as soon as the server answers.').waitFor();
  const [password, server] = [page.getByLabel('Password', { exact: true }), page.getByLabel('Server IP')];
  await waitFor(() => hasFocus(server), 5_000, 'the first failure leads to its field');
  await password.click();
  await password.pressSequentially('half of');
  for (const more of [1, 2, 3]) {
    const before = seen.dials;
    await waitFor(() => seen.dials > before, 20_000, `dial ${more}`);
    await page.getByText('That port hung up at once.').waitFor();
    assert.ok(await hasFocus(password), `the focus after dial ${more}`);
  }
  await page.keyboard.type(' a password');
  assert.is(await password.inputValue(), 'half of a password');
  await server.fill('127.0.0.1');
  assert.is(await page.getByText('That port hung up at once.').count(), 0, 'what was said of another address is gone');
  await screenshot('saved-sign-in-on-the-card');
}));

test('a start on saved data claims no connection before there is one, and no beginning of what is not here', closeAfter(async (closing) => {
  const { display, profile, port } = await remembered(closing, 'lara');
  await listen(closing, port, () => undefined);
  const first = await openWindow(closing, { display, profile });
  await message(first.page, 'said before').waitFor();
  assert.match(await first.page.locator('main header p').first().innerText(), /not connected/);
  await first.page.getByTestId('banner').getByText('Connecting…').waitFor();
  assert.is(await first.page.getByText('encrypted to server').count(), 0);
  assert.equal(await lookAt(first, 'saved-connecting'), []);
  await first.kill();
  const cache = join(profile, 'Default', 'cache');
  for (const file of readdirSync(cache, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.log'))) rmSync(join(cache, file));
  const second = await openWindow(closing, { display, profile });
  await second.page.getByText('The messages of this room are not on this computer.').waitFor();
  assert.is(await second.page.getByText('This is the start of').count(), 0);
  assert.equal(await lookAt(second, 'room-not-here'), []);
}));

test('a pause after wrong passwords is of that name on that server; the words of Caps Lock stand beside the problem', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'tries=1'] });
  const here = `127.0.0.1:${server.port}`;
  const known = startEngine(closing);
  await known.signIn({ username: 'mona', server: here });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const button = page.locator('button[type=submit]');
  const says = (words: RegExp, what: string) => waitFor(async () => words.test(await button.innerText()), 10_000, what);
  await fillCard(page, { username: 'mona', password: 'not her password', server: here });
  await pressConnect(page);
  await page.getByText('That was the last try before a 60 s pause.').waitFor();
  await says(/^Try again in \d+ s$/, 'it counts at once');
  const password = page.getByLabel('Password', { exact: true });
  await password.evaluate((input) => input.dispatchEvent(new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: true, bubbles: true })));
  await page.getByText('Caps Lock is on.').waitFor();
  assert.is(await password.getAttribute('aria-describedby'), 'password-problem password-hint');
  assert.equal(await lookAt(window, 'error-last-try'), []);
  await page.getByLabel('Username').fill('nora');
  await says(/^Connect$/, 'another name need not wait');
  await page.getByLabel('Username').fill('Mona');
  await says(/^Try again in/, 'the name that was refused waits');
  await page.getByLabel('Server IP').fill('127.0.0.2');
  await says(/^Connect$/, 'nor does another server make anybody wait');
  await password.fill('another');
  assert.is(await page.getByText('That was the last try').count(), 0, 'a problem goes once its field is edited');
}));

test('what leads on: a port that is folded away, another try, and the command that starts the server', closeAfter(async (closing) => {
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const [port, nobody] = [page.getByLabel('TCP port'), await freePort()];
  await page.getByText('Advanced: ports, remember me, folder').click();
  await port.fill('70000');
  await page.getByText('Advanced: ports, remember me, folder').click();
  await fillCard(page, { username: 'olga', server: '127.0.0.2' });
  await pressConnect(page);
  await waitFor(() => hasFocus(port), 5_000, 'the port is shown and has the focus');
  await port.fill(String(nobody));
  await pressConnect(page);
  await page.getByText(`Nothing is listening on 127.0.0.2:${nobody}.`).waitFor();
  const again = page.getByRole('button', { name: 'Try again' });
  assert.equal([await again.count(), await page.getByRole('button', { name: 'Copy start command' }).count()], [1, 0]);
  await page.getByLabel('Server IP').fill('127.0.0.1');
  await pressConnect(page);
  await page.getByRole('button', { name: 'Copy start command' }).click();
  assert.is(await page.evaluate(() => nw.Clipboard.get().get('text')), `npm --prefix "${resolve(root)}" start -- --port ${nobody}`);
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  await page.getByRole('button', { name: 'Copy start command' }).waitFor();
  assert.equal(await lookAt(window, 'error-refused'), []);
  const seen = await listen(closing, nobody, (socket) => socket.destroy());
  await again.click();
  await page.getByText('That port hung up at once.').waitFor();
  assert.is(seen.dials > 0, true);
  assert.is(await again.count(), 0, 'what answers, and is no server, will be none in a moment');
}));

test.run();
