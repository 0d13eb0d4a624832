// Hostile files in a real window. What somebody else sends is shown, or refused in words: nothing of it runs, nothing
// leaves the window, nothing hangs, and little of it stays in memory.
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { memoryOf } from '../helpers/memory.ts';
import { message } from '../helpers/steps.ts';
import { sleep, waitFor, type Closing } from '../helpers/waiting.ts';
import { ascii, join as bytes, pdf, png, utf8, zip } from '../preview/builders.ts';
import { MB, MEMORY_MAX, LOADED_MS, withPreview, open, walk, close, sample, type Files, type Scene } from '../helpers/previews.ts';

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

function hostile(address: string, file: string): Files {
  const steal = `globalThis.struck = 1; nw.require('fs').writeFileSync('${file}', 'x')`;
  const call = `app.launchURL\\("http://${address}/p"\\); this.submitForm\\("http://${address}/q"\\)`;
  const nested = zip([{ name: 'inner.zip', body: zip([{ name: 'zeros', body: new Uint8Array(20 * MB) }]) }, { name: 'zeros.bin', body: new Uint8Array(20 * MB) }, { name: 'claims', size: 4_000_000_000, packed: 1_000 }]);
  const level = (at: number): string => `<g id="g${at}">${`<use href="#g${at + 1}"/>`.repeat(12)}</g>`;
  return [
    ['script.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" onload="${steal}"><script>${steal}</script><image href="http://${address}/a.png" width="9" height="9"/><foreignObject width="99" height="99"><body xmlns="http://www.w3.org/1999/xhtml"><iframe src="http://${address}/f"/></body></foreignObject><rect width="300" height="200" fill="#246"/></svg>`],
    ['page.md', `<!doctype html><script>${steal}</script><img src=x onerror="${steal}"><iframe src="http://${address}/b"></iframe>\n\n[a](javascript:${encodeURIComponent(steal)}) ![b](http://${address}/c.png)`],
    ['polyglot.gif', bytes(ascii('GIF89a/*'), new Uint8Array(40), ascii(`*/=1;${steal}`))],
    ['script.pdf', pdf(['Nothing runs here'], { catalog: `/OpenAction << /S /JavaScript /JS (${call}) >> /AA << /WC << /S /JavaScript /JS (${call}) >> >>`, page: `/AA << /O << /S /URI /URI (http://${address}/o) >> >>` })],
    ['huge.png', png(1, 1, { width: 30_000, height: 30_000 })],
    ['bomb.zip', nested],
    ['up.zip', zip([{ name: '../../autostart/x', body: utf8('x') }, { name: 'locked', encrypted: true }])],
    ['endless.svg', `<svg xmlns="http://www.w3.org/2000/svg" width="99" height="99">${[0, 1, 2, 3, 4, 5, 6, 7, 8].map(level).join('')}<g id="g9"><rect/></g></svg>`],
    ['one-line.ts', `var a = "${'x"+"'.repeat(400_000)}";`],
    ['open.csv', `"${'a,'.repeat(800_000)}`],
    ['film.mp4', bytes(ascii('\0\0\0\x18ftypisom\0\0\x02\0isomavc1\0\0\x10\0moov'), ascii('stsd\0\0\0\0\0\0\0\x01\0\0\0\x10avc1'), new Uint8Array(5_000))],
    ['truncated.webp', sample('ridge.webp').subarray(0, 100)],
    ['last.txt', 'still here'],
  ];
}

const SAID: readonly (readonly [name: string, words: RegExp])[] = [
  ['polyglot.gif', /damaged|\d+ × \d+/], ['page.md', /blocked: remote image/], ['script.pdf', /Nothing runs here/], ['huge.png', /30,000 × 30,000 pixels\. More than 100 megapixels/],
  ['bomb.zip', /would grow more than 100 times/], ['up.zip', /would be written outside/], ['endless.svg', /repeats itself too often/], ['one-line.ts', /1 line/],
  ['open.csv', /rows?/], ['film.mp4', /This window cannot play H\.264 or AAC video\. Save it and open it with your player\./], ['truncated.webp', /This picture is damaged\. What is left of it is shown\./], ['last.txt', /still here/],
];

async function shownWithoutHarm({ window, page, preview, closing, send }: Scene): Promise<void> {
  const canary = await startCanary(closing);
  const struck = join(tempFolder(closing), 'struck');
  const moves: string[] = [];
  page.on('framenavigated', (frame) => moves.push(frame.url()));
  page.context().on('page', (opened) => moves.push(`new window ${opened.url()}`));
  page.on('request', (request) => !/^(chrome-extension:\/\/reachchat\/|blob:chrome-extension:\/\/reachchat\/|data:)/.test(request.url()) && moves.push(`request ${request.url()}`));
  await send(hostile(canary.address, struck));
  const before = memoryOf(window.pid);
  let most = before;
  await open(page, 'script.svg');
  await waitFor(() => preview.getByTestId('preview-image').evaluate((one) => (one as HTMLImageElement).naturalWidth === 300), LOADED_MS, 'the drawing without its script');
  for (const [name, words] of SAID) {
    await walk(page, name);
    await waitFor(async () => words.test(await preview.innerText()), LOADED_MS, `${name}: ${words}`);
    most = Math.max(most, memoryOf(window.pid));
  }
  const tags = await preview.evaluate((view) => [...view.querySelectorAll('*')].map((node) => node.localName));
  for (const tag of ['script', 'iframe', 'webview', 'object', 'embed', 'form', 'style']) assert.not.ok(tags.includes(tag), tag);
  await close(page);
  await sleep(500);
  assert.equal(moves, []);
  assert.is(canary.touched(), 0);
  assert.not.ok(existsSync(struck), 'Node was called');
  assert.is(await page.evaluate(() => 'struck' in globalThis), false);
  assert.ok(most - before < MEMORY_MAX, `${Math.round((most - before) / MB)} MiB more`);
  console.log(`hostile files: ${Math.round((most - before) / MB)} MiB more memory at most`);
}

async function goneMeanwhile({ page, preview, ben, send }: Scene): Promise<void> {
  await send([['stays.txt', 'first'], ['goes.txt', 'x'.repeat(200_000)]]);
  await open(page, 'stays.txt');
  await preview.getByTestId('preview-text').getByText('first').waitFor({ timeout: LOADED_MS });
  const gone = ben.shown(ben.room()).find(({ file }) => file?.name === 'goes.txt')!;
  ben.calls.remove(gone.room, gone.id);
  await waitFor(async () => (await page.getByTestId('message').filter({ hasText: 'Message deleted' }).count()) > 0, 10_000, 'it is deleted');
  await walk(page, 'goes.txt');
  await preview.getByTestId('preview-failure').getByRole('button', { name: 'Try again' }).waitFor({ timeout: LOADED_MS });
  await close(page);
}

test('hostile files are shown or refused, and nothing happens', withPreview([shownWithoutHarm]));
test('a file that is deleted while others are looked at says so', withPreview([goneMeanwhile]));

test.run();
