// Files of every kind looked at in a real window, by the keyboard, in both themes.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { message, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';
import { pdf, png, utf8, wav, zip } from '../preview/builders.ts';
import { LOADED_MS, withPreview, open, walk, close, sample, type Files, type Scene } from '../helpers/previews.ts';

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
  await waitFor(() => preview.getByTestId('preview-strip').getByRole('option', { name: 'ridge.webp' }).locator('canvas').evaluate((one) => (one as HTMLCanvasElement).getContext('2d')!.getImageData(44, 44, 1, 1).data[3] === 255), LOADED_MS, 'small pictures in the strip');
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
  assert.equal(await page.evaluate(async () => {
    const lightbox = document.querySelector('dialog.lightbox')!;
    lightbox.dispatchEvent(new Event('cancel', { cancelable: true }));
    await new Promise((resolve) => setTimeout(resolve));
    return lightbox.getAnimations().map(({ effect }) => effect!.getTiming().duration);
  }), [140], 'it fades when it is closed');
  await page.locator('dialog.lightbox').waitFor({ state: 'detached' });
  assert.ok(await message(page, 'ridge.png').first().evaluate((row) => row === document.activeElement), 'the focus is back on the row');
}

/** On a screen that is touched: from near each other to twice as far apart. */
async function twoFingers({ page, preview }: Scene): Promise<void> {
  await open(page, 'ridge.png');
  const zoom = preview.getByTestId('preview-zoom');
  await waitFor(async () => (await zoom.innerText()) === '100%', LOADED_MS, 'the picture');
  const box = (await preview.locator('[data-stage] .area').boundingBox())!;
  const fingers = (apart: number) => [-1, 1].map((side, id) => ({ x: box.x + box.width / 2 + side * apart, y: box.y + box.height / 2, id }));
  const session = await page.context().newCDPSession(page);
  await session.send('Input.dispatchTouchEvent', { type: 'touchStart', touchPoints: fingers(60) });
  for (const apart of [90, 120]) await session.send('Input.dispatchTouchEvent', { type: 'touchMove', touchPoints: fingers(apart) });
  await session.send('Input.dispatchTouchEvent', { type: 'touchEnd', touchPoints: [] });
  await session.detach();
  await waitFor(async () => (await zoom.innerText()) === '200%', 5_000, 'twice as large');
  await close(page);
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
  await preview.locator('[data-stage] canvas[data-drawn="true"]').first().waitFor({ timeout: LOADED_MS });
  await preview.getByText('Report page 1').waitFor();
  await look('pdf');
  await preview.getByText('Report page 1').click({ clickCount: 3, position: { x: 4, y: 40 } }).catch(() => preview.getByText('Report page 1').dblclick({ force: true }));
  await page.keyboard.press('PageDown');
  await preview.getByText('Report page 2').waitFor();
  await preview.getByTestId('preview-page').fill('9');
  await preview.getByTestId('preview-page').press('Enter');
  await preview.getByText('Report page 9').waitFor();
  assert.ok(await preview.locator('[data-stage] canvas').count() < 5, 'only pages in view exist');
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
  const row = preview.getByRole('row').filter({ hasText: 'readme.txt' });
  await row.hover();
  await row.getByRole('button', { name: 'Save readme.txt' }).click();
  const saved = preview.getByTestId('entry-saved');
  await saved.getByText(/^Saved as .*readme\.txt$/).waitFor();
  assert.is(readFileSync((await saved.locator('span').innerText()).slice('Saved as '.length), 'utf8'), 'hello '.repeat(50));
  await look('archive');
  await page.keyboard.press('Control+s');
  await preview.getByTestId('preview-saying').getByText('Saved', { exact: true }).waitFor();
  await preview.getByRole('toolbar').getByRole('button', { name: 'Show in folder' }).waitFor();
  await close(page);
}

/** What is not shown here is opened elsewhere, saved first; the ending of a long name stays in sight. */
async function elsewhere({ page, preview, send, look }: Scene): Promise<void> {
  const name = 'minutes of the meeting about the north ridge, with all the readings of november and the plan for december 2026.odt';
  await send([[name, Uint8Array.from({ length: 5_000 }, (_, at) => (at * 7) % 256)]]);
  await page.evaluate(() => {
    const opened: string[] = [];
    Object.assign(globalThis, { opened });
    nw.Shell.openItem = (path: string) => void opened.push(path);
  });
  const opened = () => page.evaluate(() => (globalThis as unknown as { opened: string[] }).opened);
  await open(page, name);
  await preview.getByRole('heading', { level: 2 }).getByText('2026.odt').waitFor();
  const [title, end] = [await preview.getByRole('heading', { level: 2 }).boundingBox(), await preview.getByRole('heading', { level: 2 }).locator('.end').boundingBox()];
  assert.ok(end!.x + end!.width <= title!.x + title!.width + 1 && end!.width > 40, 'the ending is in sight');
  await preview.getByRole('button', { name: 'Open', exact: true }).click();
  await waitFor(async () => (await opened()).length === 1, 10_000, 'it is opened');
  assert.ok((await opened())[0]!.endsWith('/ben/' + name));
  await preview.getByTestId('preview-saying').getByText('Saved', { exact: true }).waitFor();
  await look('facts');
  await close(page);
}

test('every kind of file is shown, by the keyboard, in both themes', withPreview([pictures, twoFingers, texts, pages, soundAndFilm, lists, elsewhere]));

test('left goes on through what was sent long before', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0'] });
  const here = `127.0.0.1:${server.port}`;
  const ben = startEngine(closing);
  await ben.signIn({ username: 'ben', server: here });
  const folder = tempFolder(closing);
  const sendPicture = async (name: string, width: number) => {
    writeFileSync(join(folder, name), png(width, 100));
    const [sent] = ben.calls.sendFiles(ben.room(), [{ path: join(folder, name) }]);
    await waitFor(() => ben.acked.has(sent!.message), 20_000, name);
  };
  await sendPicture('first.png', 320);
  for (let at = 0; at < 180; at += 1) ben.calls.send(ben.room(), `words ${at}`);
  await waitFor(() => ben.acked.size === 181, 20_000, 'the words');
  await sendPicture('last.png', 200);
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(page, { username: 'ana', server: here });
  await message(page, 'last.png').first().waitFor();
  await open(page, 'last.png');
  await page.getByTestId('preview-strip').getByRole('option', { name: 'first.png' }).waitFor();
  await walk(page, 'first.png');
  await waitFor(() => page.getByTestId('preview-image').evaluate((one) => (one as HTMLImageElement).naturalWidth === 320), LOADED_MS, 'the first picture');
  await close(page);
  assert.ok(await message(page, 'last.png').first().evaluate((row) => row === document.activeElement), 'the focus is back on the row');
}));

test.run();
