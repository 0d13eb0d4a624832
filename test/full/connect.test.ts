// The ways to a server: an invite link from the command line, from a second start and from the clipboard; its key as words,
// icons and a QR code; the servers used before.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encode } from 'uqr';
import { iconsOf } from '../../client/ui/connect/key-icons.ts';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter } from '../helpers/waiting.ts';
import { openWindow, startAgain, startDisplay } from '../helpers/window.ts';

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
  await offer.getByRole('button', { name: 'Join' }).click();
  await offer.waitFor({ state: 'detached' });
  assert.is(await page.getByLabel('Server IP').inputValue(), link);
  assert.ok(await page.getByLabel('Username').evaluate((field) => field === document.activeElement));
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
  await page.getByTitle('Server key and encryption').click();
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
}));

test.run();
