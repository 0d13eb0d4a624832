// What a hostile member can write reaches the screen as text. A canary listens: no request, no navigation, no new
// window, no call of Node. In NW.js an injected script would be a program on this computer.
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine } from '../helpers/engine.ts';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, sleep, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

/** Counts connections: even one that never becomes a request is one too many. */
async function startCanary(closing: Closing): Promise<{ address: string; touched(): number }> {
  let touched = 0;
  const server = createServer((socket) => {
    touched += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closing.add(() => new Promise((resolve) => server.close(resolve)));
  return { address: `127.0.0.1:${(server.address() as AddressInfo).port}`, touched: () => touched };
}

function hostileTexts(address: string, file: string): string[] {
  const steal = `nw.require('fs').writeFileSync(${JSON.stringify(file)}, 'x')`;
  return [
    `script <script>${steal}; globalThis.struck = 1</script>`,
    `onerror <img src=x onerror="${steal}"> <img src="http://${address}/a.png">`,
    `link [press me](javascript:${encodeURIComponent(steal)}) and javascript:${steal}`,
    `frame <iframe src="http://${address}/b"></iframe><webview src="http://${address}/c"></webview>`,
    `picture ![tracker](http://${address}/d.png) <style>@import "http://${address}/e.css";</style>`,
    `svg <svg onload="${steal}"><use href="data:image/svg+xml,<svg onload=${steal}>"></use></svg>`,
    `data [open](data:text/html,<script>${steal}</script>) [file](file:///etc/passwd)`,
    'override invoice_\u202Egnp.exe is no picture',
    `long ${'M'.repeat(60 * 1024)}`,
  ];
}

test('hostile messages are shown as text and nothing happens', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const canary = await startCanary(closing);
  const struck = join(tempFolder(closing), 'struck');
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await signUp(page, { username: 'victim', server: `127.0.0.1:${server.port}` });
  const moves: string[] = [];
  page.on('framenavigated', (frame) => moves.push(frame.url()));
  page.context().on('page', (opened) => moves.push(`new window ${opened.url()}`));
  page.on('request', (request) => !request.url().startsWith('chrome-extension://reachchat/') && moves.push(`request ${request.url()}`));
  const url = page.url();

  const mallory = startEngine(closing);
  await mallory.signIn({ username: 'mallory', server: `127.0.0.1:${server.port}` });
  const texts = hostileTexts(canary.address, struck).map((text, at) => `case${at} ${text}`);
  for (const text of texts) mallory.calls.send(mallory.room(), text);
  await message(page, 'case8 long MMM').waitFor({ timeout: 30_000 });
  for (const text of texts) assert.is(await message(page, `${text.split(' ')[0]} `).count(), 1, text.slice(0, 40));

  const tags = await page.getByTestId('timeline').evaluate((view) => [...view.querySelectorAll('*')].map((node) => node.localName));
  for (const tag of ['script', 'img', 'iframe', 'webview', 'style', 'object', 'embed', 'form']) assert.not.ok(tags.includes(tag), tag);
  const links = await page.getByTestId('timeline').evaluate((view) => [...view.querySelectorAll('[href]')].map((node) => node.getAttribute('href') ?? ''));
  for (const href of links) assert.match(href, /^(https?|mailto):/);
  assert.not.match(await page.getByTestId('timeline').innerText(), /\u202e/);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth && document.body.scrollWidth <= innerWidth), 'no sideways scrolling');
  await message(page, 'press me').getByText('press me').click();
  await message(page, 'override').scrollIntoViewIfNeeded();
  await window.screenshot('hostile');

  await say(page, 'still here');
  await message(page, 'still here').waitFor();
  await sleep(500);
  assert.equal(moves, []);
  assert.is(page.url(), url);
  assert.is(canary.touched(), 0);
  assert.not.ok(existsSync(struck), 'Node was called');
  assert.is(await page.evaluate(() => 'struck' in globalThis), false);
}));

test('the policy of the page itself stops what would slip through', closeAfter(async (closing) => {
  const canary = await startCanary(closing);
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await page.getByTestId('connect-card').waitFor();
  await page.evaluate((address) => {
    const script = document.createElement('script');
    script.textContent = 'globalThis.struck = 1';
    const image = document.createElement('img');
    image.setAttribute('onerror', 'globalThis.struck = 1');
    image.src = `http://${address}/x.png`;
    const frame = document.createElement('iframe');
    frame.src = `http://${address}/y`;
    document.body.append(script, image, frame);
  }, canary.address);
  await sleep(500);
  assert.is(await page.evaluate(() => 'struck' in globalThis), false);
  assert.is(canary.touched(), 0);
}));

test.run();
