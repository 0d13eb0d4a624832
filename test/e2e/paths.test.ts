// UDP chosen on the connect card of a server without it: chat goes by TCP, the chip says why, and the choice is remembered.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { chip, choice, panel, says } from '../helpers/paths.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

test('UDP chosen on the card: without UDP at the server chat goes by TCP and the chip says why; the choice is remembered', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  const found: string[] = [];
  const card = page.getByTestId('connect-card');
  await card.waitFor();
  assert.ok(await choice(card, 'TCP').isChecked(), 'TCP is what nobody has to choose');
  const height = (await card.boundingBox())!.height;
  await choice(card, 'TCP').focus();
  await page.keyboard.press('ArrowRight');
  assert.ok(await choice(card, 'UDP').isChecked());
  assert.match(await page.locator('#protocol-note').innerText(), /UDP: chat with less delay/);
  assert.is((await card.boundingBox())!.height, height, 'the card keeps its size');
  found.push(...(await lookAt(window, 'paths-card-udp')));

  await fillCard(page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await pressConnect(page);
  await createAccount(page);
  await page.getByTestId('composer').waitFor();
  await says(page, 'warn', 'TCP This server runs without UDP');
  await say(page, 'by TCP, all the same');
  await waitFor(() => message(page, 'by TCP, all the same').getAttribute('data-state').then((state) => state === 'sent'), 10_000, 'the message is sent');
  await chip(page).click();
  assert.ok(await choice(panel(page), 'UDP').isChecked());
  assert.is(await panel(page).getByTestId('path-reason').innerText(), 'This server runs without UDP. Using TCP.');
  found.push(...(await lookAt(window, 'paths-none-here')));
  await page.keyboard.press('Escape');
  await window.close();

  const again = await openWindow(closing, { display, profile });
  const known = again.page.getByTestId('connect-card');
  await known.waitFor();
  assert.ok(await choice(known, 'UDP').isChecked(), 'the card remembers it over a restart');
  await fillCard(again.page, { username: 'ana', server: `127.0.0.1:${server.port}` });
  await pressConnect(again.page);
  await again.page.getByTestId('composer').waitFor();
  await says(again.page, 'warn', 'TCP This server runs without UDP');
  await chip(again.page).click();
  await again.page.keyboard.press('ArrowLeft');
  await says(again.page, 'plain', 'TCP');
  await again.page.keyboard.press('Escape');
  await again.page.getByRole('button', { name: 'Sign out' }).click();
  assert.ok(await choice(again.page.getByTestId('connect-card'), 'TCP').isChecked(), 'the last choice stands on the card');
  assert.equal(found, []);
}));

test.run();
