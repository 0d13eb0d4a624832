// The timeline between two real windows: what was sent together stands together, a message far back is found again, and
// somebody who comes back is told what they missed.
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { uuidv7 } from '../../shared/protocol/ids.ts';
import { pick, png, withTwoWindows, type Scene } from '../helpers/file-windows.ts';
import { randomFile } from '../helpers/files.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, say, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const SIZES = [[900, 600], [400, 700], [1200, 300], [640, 480], [500, 500]] as const;

async function album({ ana, ben, folder, look }: Scene): Promise<void> {
  const pictures = SIZES.map(([width, height], at) => {
    const path = join(folder, `walk-${at}.png`);
    writeFileSync(path, png(width, height));
    return path;
  });
  await pick(ana, [...pictures.slice(0, 3), randomFile(folder, 'route.gpx', 4_000), randomFile(folder, 'notes.zip', 9_000)], 'The walk on Sunday');
  const shown = ben.page.getByTestId('album');
  await waitFor(async () => (await shown.locator('img.real.drawn').count()) === 3, 15_000, 'three pictures in one bubble');
  await shown.getByText('The walk on Sunday').waitFor();
  assert.is(await shown.getByTestId('message').count(), 3, 'each is a message');
  const [zip, gpx] = [await message(ben.page, 'notes.zip').boundingBox(), await message(ben.page, 'route.gpx').boundingBox()];
  assert.ok(Math.abs(gpx!.y + gpx!.height - zip!.y) <= 1, 'the two cards lie in one bubble');
  await look(ben, 'album');
  await look(ana, 'album-own');
  await pick(ana, pictures.slice(1));
  await waitFor(async () => (await shown.nth(1).locator('img.real.drawn').count()) === 4, 15_000, 'four in a square');
  await look(ben, 'album-four');
}

async function eachTile({ ana, ben }: Scene): Promise<void> {
  const tiles = ben.page.getByTestId('album').first().getByTestId('message');
  await tiles.nth(1).focus();
  await ben.page.keyboard.press('ArrowDown');
  assert.ok(await tiles.nth(2).evaluate((tile) => tile === document.activeElement), 'arrows go from one to the next');
  await ben.page.keyboard.press('Enter');
  await ben.page.getByTestId('preview').getByText('walk-2.png').first().waitFor();
  await ben.page.keyboard.press('Escape');
  await ben.page.getByTestId('preview').waitFor({ state: 'detached' });
  await tiles.nth(2).focus();
  await ben.page.keyboard.press('e');
  await ben.page.getByRole('dialog', { name: 'React' }).getByRole('button', { name: 'party popper' }).first().click();
  await ana.page.getByTestId('album').first().getByTestId('message').nth(2).getByRole('button', { name: /party popper, 1: ben/ }).waitFor();
}

async function backAgain({ ana, ben, look }: Scene): Promise<void> {
  await ben.page.keyboard.press('Control+End');
    await ben.page.evaluate(() => void dispatchEvent(new Event('blur')));
  for (let line = 0; line < 40; line += 1) await say(ana.page, `news ${line}`);
  await message(ben.page, 'news 39').waitFor();
  await ben.page.evaluate(() => void dispatchEvent(new Event('focus')));
  const away = ben.page.getByTestId('away');
  await away.getByText('You were away: 40 new').waitFor();
  await look(ben, 'away');
  await away.getByRole('button', { name: 'Jump' }).click();
  await waitFor(() => ben.page.locator('[data-new-line]').evaluate((line) => line.getBoundingClientRect().top > 0), 5_000, 'the New line is in view');
  await away.waitFor({ state: 'detached' });
}

test('albums, each tile of them, and what came while nobody looked', withTwoWindows([album, eachTile, backAgain]));

test('a quote leads to its message, however far back that is; one that is gone is said to be gone', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0,frames=0'] });
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  const room = lobbyId(ben.opened.seen.serverId);
  const post = (text: string, reply_to?: Uint8Array, client_msg_id = uuidv7(Date.now(), randomBytes)) => ben.send({ room, kind: 'text', body: encodeBody({ text, ...(reply_to && { reply_to }) }), client_msg_id });
  const key = uuidv7(Date.now(), randomBytes);
  await post('The key is under the third stone', undefined, key);
  for (let line = 0; line < 300; line += 1) await post(`line ${line}`);
  await post('Which third?', key);
  await post('What about this one?', uuidv7(Date.now(), randomBytes));
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await message(page, 'Which third?').waitFor();
  assert.is(await message(page, 'The key is under').count(), 0);
  await message(page, 'Which third?').getByRole('button', { name: 'An earlier message: go to it' }).click();
  const found = message(page, 'The key is under the third stone');
  await found.waitFor();
  await waitFor(() => found.evaluate((row) => row === document.activeElement && row.hasAttribute('data-found')), 5_000, 'it has the focus and stands out');
  assert.equal(await lookAt(window, 'timeline-found'), []);
  await page.keyboard.press('Control+End');
  await message(page, 'What about this one?').getByRole('button', { name: 'An earlier message: go to it' }).click();
  await page.getByText('That message is not there any more.').waitFor();
}));

test.run();
