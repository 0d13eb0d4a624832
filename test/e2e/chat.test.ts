// Two people in two real windows: trust, register, chat both ways, the server dies and comes back in between.
import { readlinkSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { dirname } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
// @ts-expect-error: plain JavaScript, because npm start runs it before anything is built
import { bundled } from '../../scripts/runtime.mjs';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, processTree, startDisplay, type AppWindow } from '../helpers/window.ts';

/** Through 127.0.0.2, which is asked about like any other computer. */
async function registerWithTrust(window: AppWindow, username: string, port: number, words: string[]): Promise<void> {
  const { page } = window;
  await fillCard(page, { username, server: `127.0.0.2:${port}` });
  await pressConnect(page);
  const card = page.getByTestId('trust-card');
  await card.waitFor();
  for (const word of words) assert.match((await card.innerText()).toLowerCase(), word);
  await window.screenshot(`trust-${username}`);
  await card.getByRole('button', { name: /It matches/ }).click();
  await page.getByLabel('Repeat password').waitFor();
  await window.screenshot(`create-${username}`);
  await createAccount(page);
  await page.getByTestId('composer').waitFor();
}

/** Process ids at this computer's client end of the connections to `port`. */
function clientsOf(port: number): number[] {
  const { stdout } = spawnSync('ss', ['-tnpH', 'state', 'established', `( dport = :${port} )`], { encoding: 'utf8' });
  return [...stdout.matchAll(/pid=(\d+)/g)].map((match) => Number(match[1]));
}

function assertOwnSockets(window: AppWindow, port: number): void {
  const tree = processTree(window.pid);
  assert.ok(clientsOf(port).some((pid) => tree.includes(pid)), `connection of ${clientsOf(port).join(' ')} in the tree ${tree.join(' ')}`);
  const runtime = dirname(bundled() as string);
  for (const pid of tree) assert.ok(readlinkSync(`/proc/${pid}/exe`).startsWith(runtime), `${pid} is ${readlinkSync(`/proc/${pid}/exe`)}`);
}

async function texts(window: AppWindow): Promise<string[]> {
  const bodies = await window.page.getByTestId('message').locator('.body').allInnerTexts();
  return bodies.map((body) => body.trim());
}

test('two windows chat through a server that is killed and restarted', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const display = await startDisplay(closing);
  const ana = await openWindow(closing, { display, profile: tempFolder(closing) });
  const ben = await openWindow(closing, { display, profile: tempFolder(closing) });
  assert.match(await ana.page.evaluate(() => process.versions.nw as string), /^0\.\d+/);
  await ana.screenshot('connect');
  await registerWithTrust(ana, 'ana', server.port, server.words);
  await registerWithTrust(ben, 'ben', server.port, server.words);
  await ana.page.getByTestId('roster').getByText('ben').waitFor();
  assertOwnSockets(ana, server.port);
  assertOwnSockets(ben, server.port);

  await say(ana.page, 'Good morning Ben');
  await message(ben.page, 'Good morning Ben').waitFor();
  await say(ben.page, 'Good morning Ana');
  await message(ana.page, 'Good morning Ana').waitFor();
  await ana.screenshot('chat-ana');
  await ben.screenshot('chat-ben');

  await server.kill();
  await ana.page.getByTestId('banner').waitFor();
  const offline = ['typed while it was down, one', 'typed while it was down, two', 'typed while it was down, three'];
  for (const text of offline) await say(ana.page, text);
  await say(ben.page, 'and one from me');
  assert.is(await message(ana.page, offline[0]!).getAttribute('data-state'), 'queued');
  await ana.screenshot('reconnecting');
  await server.restart();

  const all = ['Good morning Ben', 'Good morning Ana', ...offline, 'and one from me'].sort();
  for (const window of [ana, ben]) {
    const arrived = async () => (await texts(window)).length >= all.length && (await window.page.locator('[data-testid="message"]:not([data-state="sent"])').count()) === 0;
    await waitFor(arrived, 45_000, 'every message arrives');
    assert.equal((await texts(window)).sort(), all);
  }
  const seqs = await ben.page.getByTestId('message').evaluateAll((rows) => rows.map((row) => Number((row as HTMLElement).dataset['seq'])));
  assert.equal(seqs, [1, 2, 3, 4, 5, 6]);
  assert.equal((await texts(ben)).filter((text) => offline.includes(text)), offline);
  await ben.screenshot('chat-after-restart');
}));

test.run();
