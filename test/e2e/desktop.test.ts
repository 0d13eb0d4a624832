// The window on its desktop: who is elsewhere is told and led to the room, and closing asks whether Reach stays in the tray.
// A screen without a desktop shows neither notifications nor a tray: what is asked of the system is written down instead.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { encodeBody } from '../../shared/protocol/body.ts';
import { tempFolder } from '../helpers/folders.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { message, signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

interface Asked {
  notices: { title: string; body: string; press: () => void }[];
  shown: boolean[];
  attention: number;
}

/** Run in the page: notifications, calls for attention and the window's coming and going are written down from then on. */
const RECORDER = `
globalThis.asked = { notices: [], shown: [], attention: 0 };
globalThis.Notification = class extends EventTarget {
  constructor(title, { body }) {
    super();
    asked.notices.push({ title, body, press: () => this.dispatchEvent(new Event('click')) });
  }
  close() {
    this.dispatchEvent(new Event('close'));
  }
};
nw.Window.get().requestAttention = () => void (asked.attention += 1);
for (const [name, shown] of [['hide', false], ['show', true]]) {
  const window = nw.Window.get();
  const real = window[name].bind(window);
  window[name] = () => (asked.shown.push(shown), real());
}
`;

const notices = (page: Page) => page.evaluate(() => (globalThis as unknown as { asked: Asked }).asked.notices.map(({ title, body }) => [title, body]));
const shown = (page: Page) => page.evaluate(() => (globalThis as unknown as { asked: Asked }).asked.shown);
const attention = (page: Page) => page.evaluate(() => (globalThis as unknown as { asked: Asked }).asked.attention);
const post = (person: RawClient, text: string) => person.send({ room: lobbyId(person.opened.seen.serverId), kind: 'text', body: encodeBody({ text }) });
const leaveIt = (page: Page) => page.evaluate(() => dispatchEvent(new Event('blur')));

test('who is elsewhere is told, once, and led there; closing asks and is remembered', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  await page.evaluate(RECORDER);
  await post(ben, 'before your eyes');
  await message(page, 'before your eyes').waitFor();
  await leaveIt(page);
  await post(ben, 'the boats are in');
  await waitFor(async () => (await notices(page)).length > 0, 5_000, 'a notification');
  assert.equal(await notices(page), [['ben in #lobby', 'the boats are in']]);
  assert.is(await attention(page), 1);
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await leaveIt(page);
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').waitFor();
  await page.evaluate(() => (globalThis as unknown as { asked: Asked }).asked.notices[0]!.press());
  await message(page, 'the boats are in').waitFor();
  assert.ok((await shown(page)).includes(true));

  await page.keyboard.press('Control+Shift+M');
  await leaveIt(page);
  await post(ben, 'of a muted room');
  await message(page, 'of a muted room').waitFor();
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await page.keyboard.press('Control+Shift+M');
  await waitFor(async () => page.getByTestId('room').first().evaluate((one) => !one.classList.contains('muted')), 5_000, 'it is heard again');
  assert.equal([(await notices(page)).length, await attention(page)], [1, 1], 'a muted room calls nobody, and neither does going away');

  await page.keyboard.press('Control+w');
  const question = page.getByRole('dialog', { name: 'Keep running in the tray?' });
  await question.waitFor();
  assert.equal(await lookAt(window, 'close-asked'), []);
  await question.getByRole('button', { name: 'Keep running' }).click();
  await waitFor(async () => (await shown(page)).at(-1) === false, 5_000, 'the window is out of sight');
  await post(ben, 'and out again');
  await waitFor(async () => (await notices(page)).length === 2, 5_000, 'told in the tray, too');

  await page.evaluate(() => void setTimeout(() => nw.Window.get().show(), 0));
  await page.evaluate(() => dispatchEvent(new Event('focus')));
  await page.keyboard.press('Control+w');
  await waitFor(async () => (await shown(page)).at(-1) === false, 5_000, 'it is not asked again');
  await page.keyboard.press('Control+q');
  await waitFor(() => !existsSync(`/proc/${window.pid}`), 10_000, 'it has ended');
}));

test('files on their way: every way out asks first, and they can finish in the tray', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile, folder] = [await startDisplay(closing), tempFolder(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await page.evaluate(RECORDER);
  // Without a server it does not arrive, and does not end either.
  await server.stop();
  writeFileSync(join(folder, 'ridge.bin'), Buffer.alloc(200_000, 7));
  await page.getByTestId('pick-files').setInputFiles([join(folder, 'ridge.bin')]);
  await page.getByTestId('chips').locator('[data-chip]').waitFor();
  await page.getByTestId('composer').press('Enter');
  await page.getByTestId('transfers').getByText('1 transfer').waitFor();

  const asked = page.getByRole('dialog', { name: 'A file is still on its way' });
  await page.keyboard.down('Control');
  await page.keyboard.down('q');
  await asked.waitFor();
  await page.keyboard.down('q');
  await page.keyboard.up('q');
  await page.keyboard.up('Control');
  assert.ok(await asked.isVisible(), 'a key that is held is no answer');
  assert.equal(await lookAt(window, 'quit-asked'), []);
  await asked.getByRole('button', { name: 'Stay' }).click();
  await page.keyboard.press('Control+k');
  await page.getByTestId('palette').getByRole('combobox').fill('>quit');
  await page.keyboard.press('Enter');
  await asked.waitFor();
  await page.keyboard.press('Escape');
  await asked.waitFor({ state: 'detached' });

  await page.keyboard.press('Control+w');
  const closed = page.getByRole('dialog', { name: 'Keep running in the tray?' });
  assert.match(await closed.getByTestId('moving').innerText(), /still on its way/);
  assert.equal(await lookAt(window, 'close-asked-moving'), []);
  await closed.getByRole('button', { name: 'Keep running' }).click();
  await waitFor(async () => (await shown(page)).at(-1) === false, 5_000, 'the window is out of sight');

  await page.keyboard.press('Control+q');
  await waitFor(async () => (await shown(page)).at(-1) === true, 5_000, 'what is asked can be seen');
  await asked.getByRole('button', { name: 'Finish in the tray' }).click();
  await waitFor(async () => (await shown(page)).at(-1) === false, 5_000, 'it goes on in the tray');
  await page.keyboard.press('Control+q');
  await asked.getByRole('button', { name: 'Quit now' }).click();
  await waitFor(() => !existsSync(`/proc/${window.pid}`), 10_000, 'it has ended');
}));

test.run();
