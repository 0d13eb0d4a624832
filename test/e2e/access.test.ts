// axe-core over the screens in both themes: no violation.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { violations } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { chooseTheme, fillCard, message, pressConnect, say, signUp } from '../helpers/steps.ts';
import { closeAfter } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

test('no screen breaks a rule of accessibility in either theme', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const window = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  const { page } = window;
  const found: string[] = [];
  const check = async (screen: string) => {
    await window.screenshot(`access-${screen}`);
    found.push(...(await violations(page, screen)));
  };
  await page.getByTestId('connect-card').waitFor();
  await check('connect-light');
  await fillCard(page, { username: 'iris', server: `127.0.0.2:${server.port}` });
  await pressConnect(page);
  await page.getByTestId('trust-card').waitFor();
  await check('trust-light');
  await page.getByRole('button', { name: 'Cancel' }).click();
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await say(page, 'Some *text*, `code` and https://example.org');
  await message(page, 'Some text').waitFor();
  await check('main-light');
  await chooseTheme(page, 'Dark');
  await check('main-dark');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByTestId('connect-card').waitFor();
  await check('connect-dark');
  assert.equal(found, []);
}));

test.run();
