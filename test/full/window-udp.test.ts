// UDP in the window for real: a relay, datagrams, and a wall between the two that the test puts up and takes away.
import { spawn } from 'node:child_process';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root, tempFolder } from '../helpers/folders.ts';
import { freePort } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

interface Wall {
  port: number;
  /** Where the relay is; 0: not known yet. */
  relay: number;
  up: boolean;
}

/** What comes to its port goes on to the relay, and back to whom it came from, unless the wall is up. */
async function startWall(closing: Closing): Promise<Wall> {
  const wall: Wall = { port: 0, relay: 0, up: false };
  const near = createSocket('udp4');
  const far = new Map<number, Socket>();
  near.on('message', (datagram, { port }) => {
    if (wall.up || wall.relay === 0) return;
    const onward = far.get(port) ?? createSocket('udp4').on('message', (answer) => void (wall.up || near.send(answer, port, '127.0.0.1')));
    far.set(port, onward);
    onward.send(datagram, wall.relay, '127.0.0.1');
  });
  near.bind(0, '127.0.0.1');
  await once(near, 'listening');
  wall.port = (near.address() as AddressInfo).port;
  closing.add(() => [near, ...far.values()].forEach((socket) => socket.close()));
  return wall;
}

/** With a relay, whose address it gives as that of the wall. Returns its TCP port. */
async function startWithRelay(closing: Closing, wall: Wall): Promise<number> {
  const port = await freePort();
  const args = [join(root, 'server/dist/main.js'), '--port', String(port), '--udp-port', '0', '--advertise', `127.0.0.1:${port}:${wall.port}`, '--data', join(tempFolder(closing), 'data')];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'ignore'], cwd: root });
  closing.add(async () => {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  });
  let text = '';
  child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await waitFor(() => /^ready$/m.test(text), 20_000, 'the server says ready');
  wall.relay = Number(/UDP\s+port (\d+)/.exec(text)?.[1]);
  assert.ok(wall.relay > 0, text);
  return port;
}

/** What the chip is called. */
const says = (page: Page, words: RegExp, ms: number): Promise<unknown> =>
  waitFor(async () => words.test((await page.getByTestId('path').getAttribute('aria-label')) ?? ''), ms, `the chip says ${words}`)
    .catch(async (cause: Error) => assert.unreachable(`${cause.message}: ${await page.getByTestId('path').getAttribute('aria-label')}`));

const BY_UDP = /^Connection: Chat goes by UDP/;

async function sends(page: Page, text: string): Promise<void> {
  await say(page, text);
  await waitFor(() => message(page, text).getAttribute('data-state').then((state) => state === 'sent'), 15_000, `"${text}" is sent`);
}

test('chat goes by UDP; behind a wall it goes on by TCP and the chip says so; without it UDP comes back', closeAfter(async (closing) => {
  const wall = await startWall(closing);
  const port = await startWithRelay(closing, wall);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await page.getByTestId('connect-card').getByRole('radio', { name: 'UDP' }).check({ force: true });
  await fillCard(page, { username: 'eva', server: `127.0.0.1:${port}` });
  await pressConnect(page);
  await createAccount(page);
  await page.getByTestId('composer').waitFor();
  await says(page, BY_UDP, 20_000);
  await sends(page, 'by UDP');
  await waitFor(async () => /^UDP (\d+|under 1) ms$/.test((await page.getByTestId('path').innerText()).trim()), 10_000, 'the round trip is shown');
  await page.getByTestId('path').click();
  const panel = page.getByRole('dialog', { name: 'Connection' });
  assert.match(await panel.getByTestId('path-facts').innerText(), /You send by\s+UDP\s+You receive by\s+UDP[\s\S]*Server sees\s+127\.0\.0\.1:\d+/);
  await window.screenshot('udp-real');

  wall.up = true;
  await page.keyboard.press('Escape');
  await sends(page, 'into the wall');
  await says(page, /^Connection: Chat goes by TCP(, \d+ ms)?\. UDP \d+ stopped answering\./, 20_000);
  assert.is(await page.getByTestId('path').getAttribute('data-tone'), 'warn');
  await sends(page, 'behind the wall');
  assert.is(await message(page, 'into the wall').count(), 1, 'it is there once');
  await window.screenshot('udp-real-blocked');

  wall.up = false;
  await says(page, BY_UDP, 60_000);
  await page.getByTestId('path').click();
  await page.keyboard.press('ArrowLeft');
  await says(page, /^Connection: Chat goes by TCP(, \d+ ms round trip)?\.$/, 5_000);
  await page.keyboard.press('ArrowRight');
  await says(page, BY_UDP, 30_000);
  assert.ok(await panel.getByRole('radio', { name: 'UDP' }).evaluate((input) => input === document.activeElement), 'a connection made anew leaves the keyboard where it was');
  await window.screenshot('udp-real-again');
  await page.keyboard.press('Escape');
  await sends(page, 'by UDP again');
}));

test.run();
