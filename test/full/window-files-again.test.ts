// Files whose sending or saving does not go straight through: given up before their turn, gone on with and sent again after a
// restart of the window, shown before their first byte.
import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hashOf, randomFile } from '../helpers/files.ts';
import { message, say } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';
import { card, inState, KB, LARGE, pick, png, press, SLOW, wav, withTwoWindows, type Scene, type Side } from '../helpers/file-windows.ts';

async function rowsOf({ page }: Side): Promise<number> {
  return page.getByTestId('message').count();
}

async function givenUpBeforeItsTurn({ ana, ben, folder }: Scene): Promise<void> {
  ana.line.rate = SLOW;
  await pick(ana, ['long.zip', 'second.zip', 'third.zip', 'in-line.zip'].map((name) => randomFile(folder, name, LARGE)));
  await card(ana.page, 'in-line.zip').getByText('Waiting (1st in line)').waitFor();
  const before = await rowsOf(ana);
  await press(ana.page, 'in-line.zip', 'Cancel');
  await message(ana.page, 'in-line.zip').waitFor({ state: 'detached' });
  for (const name of ['second.zip', 'third.zip']) {
    await card(ben.page, name).waitFor();
    await press(ana.page, name, 'Cancel');
    await card(ben.page, name).waitFor({ state: 'detached' });
  }
  ana.line.down = true;
  ana.line.cut();
  await card(ana.page, 'long.zip').getByText(/^Connection lost at \d+%/).waitFor();
  await pick(ana, [randomFile(folder, 'written-offline.zip', 300 * KB)]);
  assert.is(await rowsOf(ana), before);
  await press(ana.page, 'written-offline.zip', 'Cancel');
  await message(ana.page, 'written-offline.zip').waitFor({ state: 'detached' });
  assert.is(await rowsOf(ana), before - 1);
  ana.line.down = false;
  await inState(ana.page, 'long.zip', 'active', 60_000);
  assert.is(await message(ben.page, 'written-offline.zip').count() + (await message(ben.page, 'in-line.zip').count()), 0);
}

/** The whole way of a half-sent file over a restart: as far as it was, and said. */
async function goesOnAfterRestart(scene: Scene): Promise<void> {
  const { ana, ben, look } = scene;
  await card(ana.page, 'long.zip').getByText(/^[1-9][\d.]* of 24 MB/).waitFor({ timeout: 60_000 });
  await press(ana.page, 'long.zip', 'Pause');
  const paused = await card(ana.page, 'long.zip').getByText(/^Paused at \d+%$/).innerText();
  await ana.restart();
  await card(ana.page, 'long.zip').getByText(paused, { exact: true }).waitFor();
  assert.is(await ana.page.getByText(/resumed where/).count(), 0, 'nobody resumed it');
  const bar = card(ana.page, 'long.zip').getByRole('progressbar');
  assert.ok(Number(await bar.getAttribute('aria-valuenow')) > 0);
  await look(ana, 'paused-before');
  await press(ana.page, 'long.zip', 'Resume');
  await card(ana.page, 'long.zip').getByText(/ of 24 MB/).waitFor();
  await ana.restart();
  await ana.page.getByTestId('toast').getByText('A transfer resumed where it stopped.').waitFor();
  ana.line.rate = Infinity;
  await inState(ana.page, 'long.zip', 'done', 60_000);
  await card(ben.page, 'long.zip').waitFor();
}

async function sentAgainAfterRestart({ ana, ben, server, folder, look }: Scene): Promise<void> {
  await ana.restart();
  const sent = card(ana.page, 'long.zip');
  await sent.getByRole('button', { name: 'More of long.zip' }).waitFor();
  assert.is(await sent.getByRole('button', { name: /^Download/ }).count(), 0);
  assert.is(await sent.getAttribute('draggable'), 'true', 'it can be dragged out');
  assert.is(await ana.page.getByTestId('transfers').getByRole('button').count(), 0, 'what an earlier run sent is not on the list');
  await say(ben.page, 'are you back?');
  await message(ana.page, 'are you back?').waitFor();
  const cache = join(server.data, 'cache');
  for (const name of readdirSync(cache)) rmSync(join(cache, name));
  await press(ben.page, 'long.zip', 'Download');
  await sent.getByText(/^24 MB · expired \d+:\d\d( [ap]m)?, no longer on the server$/).waitFor();
  await card(ben.page, 'long.zip').getByText(/expired/).waitFor();
  await look(ana, 'expired');
  await press(ana.page, 'long.zip', 'Send again');
  await waitFor(async () => (await message(ben.page, 'long.zip').count()) === 2, 10_000, 'it comes again');
  await press(ben.page, 'long.zip', 'Download');
  await inState(ben.page, 'long.zip', 'done', 30_000);
  assert.is(await hashOf(join(ben.downloads, 'ana', 'long.zip')), await hashOf(join(folder, 'long.zip')));
}

async function pictureBeforeItsFirstByte({ ana, ben, folder, look }: Scene): Promise<void> {
  writeFileSync(join(folder, 'north.png'), png(900, 600, true));
  writeFileSync(join(folder, 'noise.png'), png(1_800, 1_700, true));
  // The session stays; no data connection comes through.
  ana.line.down = true;
  await pick(ana, [join(folder, 'north.png')]);
  const picture = message(ben.page, 'north.png').getByTestId('picture');
  await picture.locator('xpath=self::*[@data-file-state="offered"]').waitFor();
  await picture.getByText(/uploading, 0%/).waitFor();
  const box = await picture.locator('.box').boundingBox();
  assert.equal([Math.round(box!.width), Math.round(box!.height)], [360, 240]);
  assert.is(await picture.locator('img.likeness').count(), 1);
  assert.ok(await picture.getByRole('button', { name: 'Preview north.png' }).isDisabled(), 'there is nothing to be looked at yet');
  await look(ben, 'offered');
  ana.line.down = false;
  await waitFor(() => picture.locator('img.real').evaluate((image) => (image as HTMLImageElement).naturalWidth === 900), 60_000, 'the picture is drawn');
  const after = await picture.locator('.box').boundingBox();
  assert.equal([after!.width, after!.height], [box!.width, box!.height], 'nothing moved');
  await pick(ana, [join(folder, 'noise.png')]);
  const well = card(ben.page, 'noise.png').locator('.well img');
  await well.waitFor();
  assert.ok(await well.evaluate((image) => (image as HTMLImageElement).naturalWidth > 8), 'its likeness is in the well');
}

async function soundByItsWave({ ana, ben, folder, look }: Scene): Promise<void> {
  writeFileSync(join(folder, 'swell.wav'), wav());
  await pick(ana, [join(folder, 'swell.wav')]);
  const sound = message(ben.page, 'swell.wav').getByTestId('sound');
  const wave = sound.getByRole('slider');
  const { width } = (await wave.boundingBox())!;
  await wave.click({ position: { x: width * 0.9, y: 10 } });
  await waitFor(async () => (await wave.getAttribute('aria-valuenow')) === '1', 10_000, 'it stands where it was pressed');
  await sound.getByRole('button', { name: 'Play swell.wav' }).waitFor();
  await sound.getByRole('button', { name: 'Download swell.wav' }).click();
  await sound.getByRole('button', { name: 'More of swell.wav' }).waitFor();
  assert.is(await sound.getByRole('button', { name: /^Open/ }).count(), 0);
  assert.ok((await wave.boundingBox())!.width >= 280, `${(await wave.boundingBox())!.width}`);
  await look(ben, 'likenesses');
}
test('what waits, is given up, goes on after a restart, and is sent again', withTwoWindows([
  givenUpBeforeItsTurn, goesOnAfterRestart, sentAgainAfterRestart, pictureBeforeItsFirstByte, soundByItsWave,
]));

test.run();
