// Files of every kind looked at in a real window, honest ones and hostile ones. What somebody else sends is shown, or
// refused in words: nothing of it runs, nothing leaves the window, nothing hangs, and little of it stays in memory.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, signUp } from '../helpers/steps.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, processTree, startDisplay, type AppWindow } from '../helpers/window.ts';
import { ascii, join as bytes, pdf, png, utf8, wav, zip } from '../preview/builders.ts';

const MB = 1024 * 1024;
const MEMORY_MAX = 300 * MB;
/** Longer than any file here takes, with two cores for everything. */
const LOADED_MS = 20_000;

type Files = readonly (readonly [name: string, content: Uint8Array | string])[];

interface Scene {
  window: AppWindow;
  page: Page;
  preview: Locator;
  ben: TestEngine;
  closing: Closing;
  /** Sends them as ben, and waits until ana's window has all of them. */
  send(files: Files): Promise<void>;
  look(screen: string): Promise<void>;
}

/** Ana in a window, ben in an engine. */
function withPreview(steps: readonly ((scene: Scene) => Promise<void>)[]): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const server = await startServer(closing, { args: ['--limit', 'send=0'] });
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
async function open(page: Page, name: string): Promise<void> {
  await message(page, name).first().focus();
  await message(page, name).first().press('Enter');
  await title(page, name);
}

/** With the arrow keys: large files come after small ones, so the way may be long and in either direction. */
async function walk(page: Page, name: string): Promise<void> {
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

async function close(page: Page): Promise<void> {
  await page.keyboard.press('Escape');
  await page.getByTestId('preview').waitFor({ state: 'detached' });
}

const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(join(root, 'test/samples', name)));
const CODE = readFileSync(join(root, 'client/preview/zip.ts'));
const NOTES = '# Field notes\n\nThe **north ridge**, see [the paper](https://example.org/paper).\n\n![map](https://example.org/map.png)\n\n| Station | °C |\n|:--|--:|\n| Ridge | 12.4 |\n\n- [x] packed\n- [ ] sent\n\n```ts\nconst answer = 42;\n```\n';
const READINGS = `Station,Temperature,Note\n${Array.from({ length: 50_100 }, (_, at) => `${['Ridge', 'Valley'][at % 2]},${(at * 7919) % 401},${at % 5 ? '' : '"said ""fine"", twice"'}`).join('\r\n')}`;

const HONEST: Files = [
  ['ridge.png', png(640, 400)], ['ridge.jpg', sample('ridge.jpg')], ['ridge.webp', sample('ridge.webp')], ['ridge.avif', sample('ridge.avif')], ['turning.gif', sample('turning.gif')],
  ['drawing.svg', '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 60 40" width="600" height="400"><circle cx="30" cy="20" r="12" fill="#5cc4e4"/></svg>'],
  ['zip.ts', CODE], ['latin1.txt', Uint8Array.from(Buffer.from('Grüße aus Köln', 'latin1'))], ['notes.md', NOTES],
  ['report.pdf', pdf(Array.from({ length: 9 }, (_, at) => `Report page ${at + 1}\nThe readings of the week.`), { page: '/Annots [22 0 R]', objects: ['<< /Type /Annot /Subtype /Link /Rect [72 680 400 740] /A << /S /URI /URI (https://example.org/paper) >> >>'] })],
  ['tone.wav', wav(12)], ['clip.webm', sample('clip.webm')], ['readings.csv', READINGS],
  ['fieldwork.zip', zip([{ name: 'notes/readme.txt', body: utf8('hello '.repeat(50)) }, { name: 'photos/ridge.jpg', body: sample('ridge.jpg') }])],
];

async function pictures({ page, preview, send, look }: Scene): Promise<void> {
  await send(HONEST);
  await open(page, 'ridge.png');
  const image = preview.getByTestId('preview-image');
  const drawn = (width: number, height: number) => waitFor(() => image.evaluate((one, size) => (one as HTMLImageElement).naturalWidth === size[0] && (one as HTMLImageElement).naturalHeight === size[1], [width, height]), LOADED_MS, `${width} × ${height}`);
  await drawn(640, 400);
  await preview.getByText('640 × 400').waitFor();
  const zoom = preview.getByTestId('preview-zoom');
  await page.keyboard.press('+');
  assert.is(await zoom.innerText(), '125%');
  await page.keyboard.press('1');
  assert.is(await zoom.innerText(), '100%');
  for (let turn = 0; turn < 12; turn += 1) await page.keyboard.press('+');
  assert.is(await zoom.innerText(), '800%');
  await page.keyboard.press('0');
  await page.keyboard.press('r');
  await look('picture');
  const url = await image.getAttribute('src');
  for (const [name, width, height] of [['ridge.jpg', 480, 270], ['ridge.webp', 480, 270], ['ridge.avif', 480, 270], ['turning.gif', 64, 48], ['drawing.svg', 600, 400]] as const) {
    await walk(page, name);
    await drawn(width, height);
  }
  assert.is(await page.evaluate((gone) => new Promise((resolve) => {
    const probe = new Image();
    probe.onload = () => resolve('still there');
    probe.onerror = () => resolve('revoked');
    probe.src = gone!;
  }), url), 'revoked', 'the blob of a picture that was left');
  await close(page);
  assert.ok(await message(page, 'ridge.png').first().evaluate((row) => row === document.activeElement), 'the focus is back on the row');
}

async function texts({ page, preview, look }: Scene): Promise<void> {
  await open(page, 'zip.ts');
  await preview.locator('[data-coloured="true"]').waitFor({ timeout: LOADED_MS });
  await page.keyboard.press('Control+f');
  await page.keyboard.type('entries_max');
  await preview.getByText(/^1 of \d+$/).waitFor();
  await look('code');
  await page.keyboard.press('Escape');
  await preview.getByTestId('preview-find').waitFor({ state: 'detached' });
  await page.getByTestId('preview-text').evaluate((view) => (view.scrollTop = view.scrollHeight));
  await preview.getByText('function viewOf').waitFor();
  assert.ok(await preview.locator('.row').count() < 80, 'only what is in view exists');
  await walk(page, 'latin1.txt');
  await preview.getByText('This text is not UTF-8: byte 3 belongs to no character.').waitFor();
  await preview.getByRole('button', { name: 'Show the first 4 KB as hex' }).click();
  await preview.getByText('47 72 fc df 65').waitFor();
  await walk(page, 'notes.md');
  await preview.getByText('blocked: remote image “map”').waitFor();
  await look('markdown');
  await preview.getByRole('link', { name: 'the paper' }).click();
  await page.getByRole('dialog', { name: 'Leave for example.org?' }).getByText('https://example.org/paper').waitFor();
  await page.keyboard.press('Escape');
  await preview.getByRole('button', { name: 'Show the source' }).click();
  await preview.getByText('![map](https://example.org/map.png)').waitFor();
  await close(page);
}

async function pages({ page, preview, look }: Scene): Promise<void> {
  await open(page, 'report.pdf');
  await preview.locator('canvas[data-drawn="true"]').first().waitFor({ timeout: LOADED_MS });
  await preview.getByText('Report page 1').waitFor();
  await look('pdf');
  await preview.getByText('Report page 1').click({ clickCount: 3, position: { x: 4, y: 40 } }).catch(() => preview.getByText('Report page 1').dblclick({ force: true }));
  await page.keyboard.press('PageDown');
  await preview.getByText('Report page 2').waitFor();
  await preview.getByTestId('preview-page').fill('9');
  await preview.getByTestId('preview-page').press('Enter');
  await preview.getByText('Report page 9').waitFor();
  assert.ok(await preview.locator('canvas').count() < 5, 'only pages in view exist');
  assert.ok(await preview.locator('canvas').evaluateAll((all) => all.every((one) => (one as HTMLCanvasElement).width * (one as HTMLCanvasElement).height <= 16_000_000)));
  await preview.getByRole('button', { name: 'https://example.org/paper' }).last().click({ force: true });
  await page.getByRole('dialog', { name: 'Leave for example.org?' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog', { name: 'Leave for example.org?' }).waitFor({ state: 'detached' });
  await close(page);
}

async function soundAndFilm({ page, preview, look }: Scene): Promise<void> {
  await open(page, 'tone.wav');
  await preview.getByText('0:12').first().waitFor({ timeout: LOADED_MS });
  await page.keyboard.press('Space');
  const place = () => preview.locator('audio').evaluate((audio) => (audio as HTMLAudioElement).currentTime);
  await waitFor(async () => (await place()) > 0, 10_000, 'it plays');
  await page.keyboard.press('ArrowRight');
  await waitFor(async () => (await place()) >= 5, 5_000, 'five seconds on');
  await page.keyboard.press('Space');
  await look('sound');
  await close(page);
  await open(page, 'clip.webm');
  await preview.getByText('320 × 180').waitFor({ timeout: LOADED_MS });
  await page.keyboard.press('k');
  await waitFor(() => preview.locator('video').evaluate((video) => (video as HTMLVideoElement).currentTime > 0), 10_000, 'the film plays');
  await page.keyboard.press('k');
  await look('film');
}

async function lists({ page, preview, look }: Scene): Promise<void> {
  await walk(page, 'readings.csv');
  await preview.getByText('First 50,000 rows · 3 columns').waitFor({ timeout: LOADED_MS });
  const first = preview.locator('[aria-rowindex="2"]');
  await first.getByText('said "fine", twice').waitFor();
  const sort = preview.getByRole('button', { name: 'Temperature' });
  await sort.click();
  await waitFor(async () => /\b0\b/.test(await first.innerText()), 10_000, 'the least on top');
  await sort.click();
  await first.getByText('400').waitFor();
  assert.ok(await preview.getByRole('row').count() < 80, 'only rows in view exist');
  await look('table');
  await walk(page, 'fieldwork.zip');
  await preview.getByText('ridge.jpg').waitFor();
  await preview.getByText('2 entries').waitFor();
  await look('archive');
  await page.keyboard.press('Control+s');
  await preview.getByRole('button', { name: 'Show in folder' }).waitFor();
  await close(page);
}

test('every kind of file is shown, by the keyboard, in both themes', withPreview([pictures, texts, pages, soundAndFilm, lists]));

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

/** Proportional set size of the window and everything below it, in bytes. */
function memoryOf({ pid }: AppWindow): number {
  const rollups = processTree(pid).map((one) => `/proc/${one}/smaps_rollup`).filter(existsSync);
  return rollups.reduce((sum, path) => sum + Number(/^Pss:\s+(\d+) kB/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) * 1024, 0);
}

async function shownWithoutHarm({ window, page, preview, closing, send }: Scene): Promise<void> {
  const canary = await startCanary(closing);
  const struck = join(tempFolder(closing), 'struck');
  const moves: string[] = [];
  page.on('framenavigated', (frame) => moves.push(frame.url()));
  page.context().on('page', (opened) => moves.push(`new window ${opened.url()}`));
  page.on('request', (request) => !/^(chrome-extension:\/\/reachchat\/|blob:chrome-extension:\/\/reachchat\/|data:)/.test(request.url()) && moves.push(`request ${request.url()}`));
  await send(hostile(canary.address, struck));
  const before = memoryOf(window);
  let most = before;
  await open(page, 'script.svg');
  await waitFor(() => preview.getByTestId('preview-image').evaluate((one) => (one as HTMLImageElement).naturalWidth === 300), LOADED_MS, 'the drawing without its script');
  for (const [name, words] of SAID) {
    await walk(page, name);
    await waitFor(async () => words.test(await preview.innerText()), LOADED_MS, `${name}: ${words}`);
    most = Math.max(most, memoryOf(window));
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
