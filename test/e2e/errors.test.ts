// Everything that goes wrong on the connect card says so in its own words, beside its cause, and keeps what was typed.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine } from '../helpers/engine.ts';
import { tempFolder } from '../helpers/folders.ts';
import { freePort, startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

async function problem(page: Page, field: string, words: RegExp): Promise<void> {
  const input = page.getByLabel(field, { exact: true });
  await waitFor(async () => (await input.getAttribute('aria-invalid')) === 'true', 15_000, `a problem at ${field}`);
  const ids = ((await input.getAttribute('aria-describedby')) ?? '').split(' ').filter(Boolean);
  const told = await Promise.all(ids.map((id) => page.locator(`[id="${id}"]`).innerText()));
  assert.match(told.join(' '), words);
}

async function startWebServer(closing: Closing): Promise<number> {
  const server = createServer((_request, response) => void response.end('hello'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.add(() => server.close());
  return (server.address() as AddressInfo).port;
}

test('each error of the connect card has its own words', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const here = `127.0.0.1:${server.port}`;
  const known = startEngine(closing);
  await known.signIn({ username: 'eve', server: here });
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;

  await fillCard(page, { username: 'eve', password: 'not her password', server: here });
  await pressConnect(page);
  await problem(page, 'Password', /Wrong password for 'eve'/);
  await window.screenshot('error-wrong-password');

  await fillCard(page, { username: 'frank', server: `127.0.0.1:${await freePort()}` });
  await pressConnect(page);
  await problem(page, 'Server IP', /Nothing is listening on/);
  assert.is(await page.getByLabel('Username').inputValue(), 'frank');
  await window.screenshot('error-wrong-port');

  await fillCard(page, { username: 'frank', server: `127.0.0.1:${await startWebServer(closing)}` });
  await pressConnect(page);
  await problem(page, 'Server IP', /not a Reach server/);
  await window.screenshot('error-not-reach');

  const link = server.link.replace(/\/\/[^/]+\//, `//${here}/`).replace(/k=[^&]+/, `k=${Buffer.alloc(32, 7).toString('base64url')}`);
  await fillCard(page, { username: 'frank', server: link });
  await pressConnect(page);
  await problem(page, 'Server IP', /not the one that the link names/);
  assert.is(await page.getByTestId('trust-card').count(), 0, 'nobody is asked to overrule a link');
  await window.screenshot('error-link-of-another');

  await fillCard(page, { username: 'grace', server: here });
  await pressConnect(page);
  await page.getByRole('heading', { name: /Create account .grace.\?/ }).waitFor();
  await window.screenshot('unknown-name');
  const faster = startEngine(closing);
  await faster.signIn({ username: 'grace', server: here, password: 'somebody else took it' });
  await createAccount(page);
  await problem(page, 'Username', /'grace' is taken/);
  await window.screenshot('error-name-taken');
}));

test('a saved sign-in waits for its server, says so, and goes on by itself', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const display = await startDisplay(closing);
  const profile = tempFolder(closing);
  const first = await openWindow(closing, { display, profile });
  await first.page.getByText('Advanced: ports, remember me, folder').click();
  await first.page.getByLabel('Remember me on this computer').check();
  await signUp(first.page, { username: 'kim', server: `127.0.0.1:${server.port}` });
  await first.close();
  await server.stop();
  const { page, screenshot } = await openWindow(closing, { display, profile });
  const banner = page.getByTestId('banner');
  await banner.getByText('The server does not answer.').waitFor();
  await page.getByTestId('composer').waitFor();
  await screenshot('saved-sign-in-waits');
  await server.restart();
  await say(page, 'here again');
  await waitFor(async () => (await message(page, 'here again').getAttribute('data-state')) === 'sent', 45_000, 'it goes on by itself');
  await banner.waitFor({ state: 'detached' });
  await server.stop();
  await banner.getByText('The server was shut down.').waitFor();
}));

test('a server that takes new people by invite says so before anything else is typed', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--registration', 'invite'] });
  const here = `127.0.0.1:${server.port}`;
  const display = await startDisplay(closing);
  const profile = tempFolder(closing);
  const first = await openWindow(closing, { display, profile });
  const invite = /First admin\s+(\S+)/.exec(server.block)![1]!.replace(/\/\/[^/]+\//, `//${here}/`);
  await first.page.getByLabel('Server IP').fill(here);
  await first.page.getByLabel('Server IP').press('Tab');
  await first.page.getByText('New here? Ask the admin for an invite.').waitFor();
  await signUp(first.page, { username: 'lena', server: invite });
  await first.page.getByRole('button', { name: 'Sign out' }).click();
  await first.page.getByText('New here? Ask the admin for an invite.').waitFor();
  await first.page.getByLabel('Server IP').fill(invite);
  await first.page.getByText('New here? You can create an account.').waitFor();
  await first.close();
  const { page, screenshot } = await openWindow(closing, { display, profile });
  await page.getByText('New here? Ask the admin for an invite.').waitFor();
  assert.is(await page.getByLabel('Username').inputValue(), 'lena');
  await screenshot('connect-by-invite');
}));

test('a server whose key has changed is a full stop', closeAfter(async (closing) => {
  const before = await startServer(closing);
  const here = `127.0.0.1:${before.port}`;
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await fillCard(page, { username: 'henry', server: here });
  await pressConnect(page);
  await createAccount(page);
  await page.getByTestId('composer').waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByTestId('connect-card').waitFor();
  await before.stop();
  const after = await startServer(closing, { port: before.port });
  await fillCard(page, { username: 'henry', server: here });
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  await card.waitFor();
  assert.match(await card.innerText(), /key has changed/);
  for (const word of [...before.words, ...after.words]) assert.match((await card.innerText()).toLowerCase(), word);
  await page.keyboard.press('Enter');
  await page.getByTestId('connect-card').waitFor();
  await pressConnect(page);
  await card.waitFor();
  await window.screenshot('error-key-changed');
  assert.is(await page.evaluate(() => document.activeElement?.textContent?.trim()), 'Disconnect');
}));

test.run();
