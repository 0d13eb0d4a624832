// A film and a sound over what is held in memory, in a real window: they play from any place in them, nothing is saved for it,
// and memory stays what it was.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { film, licensedFilm, tone } from '../helpers/films.ts';
import { tempFolder } from '../helpers/folders.ts';
import { memoryOf } from '../helpers/memory.ts';
import { close, LOADED_MS, MB, open, walk, withPreview, type Scene } from '../helpers/previews.ts';
import { message } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';

const MORE_MAX = 100 * MB;

async function sendPaths({ ben, page }: Scene, paths: readonly string[]): Promise<void> {
  ben.calls.sendFiles(ben.room(), paths.map((path) => ({ path })));
  for (const path of paths) await message(page, path.split('/').at(-1)!).first().waitFor({ timeout: 60_000 });
  await waitFor(async () => (await page.getByText(/uploading, \d+%/).count()) === 0, 120_000, 'all of them are on the server');
}

async function played(scene: Scene): Promise<void> {
  const { window, page, preview, closing, look } = scene;
  const folder = tempFolder(closing);
  const [long, sound] = [film(folder, 'long.webm', 90), tone(folder, 'long.wav', 60)];
  await sendPaths(scene, [long.path, sound.path, licensedFilm(folder, 'long.mp4', 60)]);
  const before = memoryOf(window.pid);
  let most = before;
  const place = (kind: 'video' | 'audio') => preview.locator(kind).evaluate((one) => (one as HTMLMediaElement).currentTime);
  const plays = (kind: 'video' | 'audio', from: number) => waitFor(async () => {
    most = Math.max(most, memoryOf(window.pid));
    return (await place(kind)) > from + 0.5;
  }, LOADED_MS, `${kind} plays on from ${from}`);
  const jump = (kind: 'video' | 'audio', to: number) => preview.locator(kind).evaluate((one, at) => void ((one as HTMLMediaElement).currentTime = at), to);
  await open(page, 'long.webm');
  await preview.getByText('320 × 180 · 3:00').waitFor({ timeout: LOADED_MS });
  await page.keyboard.press('k');
  await plays('video', 0);
  for (const to of [long.seconds - 20, 60, long.seconds - 10]) {
    await jump('video', to);
    await plays('video', to);
  }
  await look('film-long');
  const address = await preview.locator('video').evaluate((one) => (one as HTMLVideoElement).src);
  assert.is((await fetch(address, { headers: { range: 'bytes=0-3' } })).status, 206);
  assert.is((await fetch(address.replace(/\/[^/]*$/, '/0123456789abcdef0123456789abcdef'))).status, 404, 'nobody gets anything by guessing');
  await walk(page, 'long.wav');
  await waitFor(() => fetch(address).then(({ status }) => status === 404, () => true), LOADED_MS, 'the film that was left is not to be had any more');
  await preview.getByText('65:32').or(preview.getByText('1:05:32')).first().waitFor({ timeout: LOADED_MS });
  await page.keyboard.press('Space');
  await plays('audio', 0);
  await jump('audio', sound.seconds - 20);
  await plays('audio', sound.seconds - 20);
  await walk(page, 'long.mp4');
  await preview.getByText('This window cannot play H.264 or AAC video. Save it and open it with your player.').waitFor({ timeout: LOADED_MS });
  await preview.getByTestId('preview-failure').getByRole('button', { name: 'Download' }).waitFor();
  await close(page);
  console.log(`      a film of ${Math.round(90 + 90 * 0.02)} MB and a sound of 60 MB: ${Math.round((most - before) / MB)} MiB more memory at most`);
  assert.ok(most - before < MORE_MAX, `${Math.round((most - before) / MB)} MiB more`);
}

test('a long film and a long sound play from any place, in little memory', withPreview([played], ['--max-file', '200MB']));

test.run();
