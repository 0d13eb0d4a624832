// A real window that starts while its server is away: the last room and what was said in it are there, and what is typed waits.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { createAccount, fillCard, message, pressConnect, say } from '../helpers/steps.ts';
import { closeAfter } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

/** Files below a folder that hold these words. */
function holding(folder: string, words: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name)).filter((path) => readFileSync(path).includes(words));
}

test('a start without the server shows the last conversation; what is typed waits; on disk none of it can be read', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const first = await openWindow(closing, { display, profile });
  await fillCard(first.page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await first.page.getByText('Advanced: ports, remember me, folder').click();
  await first.page.getByLabel('Remember me on this computer').check();
  await pressConnect(first.page);
  await createAccount(first.page);
  await first.page.getByTestId('composer').waitFor();
  await say(first.page, 'somebody counts the boats');
  await message(first.page, 'somebody counts the boats').waitFor();
  await first.close();
  await server.stop();

  const again = await openWindow(closing, { display, profile });
  await message(again.page, 'somebody counts the boats').waitFor();
  await again.page.getByTestId('banner').waitFor();
  await say(again.page, 'written alone');
  await message(again.page, 'written alone').waitFor();
  await again.page.getByText('The server does not answer.').first().waitFor();
  assert.equal(await lookAt(again, 'start-without-server'), []);
  await again.page.keyboard.press('Control+,');
  const settings = again.page.getByTestId('settings');
  await settings.getByRole('button', { name: 'Privacy', exact: true }).click();
  await settings.getByText('lies in a file beside them').waitFor();
  for (const words of ['counts the boats', 'written alone']) assert.equal(holding(profile, words), [], words);
  await settings.getByRole('button', { name: 'Clear local data' }).click();
  await again.page.getByRole('dialog').getByRole('button', { name: 'Clear local data' }).click();
  await again.page.getByLabel('Password').first().waitFor();
  await again.close();
  for (const words of ['counts the boats', 'written alone']) assert.equal(holding(profile, words), [], words);
}));

test.run();
