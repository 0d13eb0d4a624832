// Spelling in a real window: what is wrong is underlined where it stands, a suggestion takes its place and can be taken back,
// added words stay, and off means off.
import type { Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { lookAt } from '../helpers/screens.ts';
import { startServer } from '../helpers/server.ts';
import { signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const marked = (page: Page) => page.getByTestId('spelling').locator('[data-from]').allInnerTexts();
const becomes = (page: Page, wanted: string[]) => waitFor(async () => JSON.stringify(await marked(page)) === JSON.stringify(wanted), 20_000, `marks ${wanted.join(', ')}`);

test('words that are not in the dictionary: underlined in their place, corrected, learned, or left alone', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const [display, profile] = [await startDisplay(closing), tempFolder(closing)];
  const window = await openWindow(closing, { display, profile });
  const { page } = window;
  await signUp(page, { username: 'iris', server: `127.0.0.1:${server.port}` });
  await page.keyboard.press('Control+,');
  await page.getByLabel('Find a setting').fill('check spelling');
  await page.getByText('English', { exact: true }).click();
  await page.getByRole('button', { name: 'Back to the conversation' }).click();
  const composer = page.getByTestId('composer');
  await composer.click();
  await page.keyboard.type('Thiss sentense has `cdoe` and Rechtsanwalt. ');
  await becomes(page, ['Thiss', 'sentense', 'Rechtsanwalt']);
  assert.equal(await lookAt(window, 'spelling'), []);

  const [text, mark] = [await composer.boundingBox(), await page.getByTestId('spelling').locator('[data-from]').nth(1).boundingBox()];
  assert.ok(mark!.y >= text!.y && mark!.y + mark!.height <= text!.y + text!.height && mark!.x > text!.x + 20, 'over the text itself');
  await composer.click({ button: 'right', position: { x: mark!.x - text!.x + 8, y: mark!.y - text!.y + 6 } });
  await page.getByRole('menuitem', { name: 'sentence', exact: true }).waitFor();
  assert.equal(await lookAt(window, 'spelling-menu'), []);
  await page.getByRole('menuitem', { name: 'sentence', exact: true }).click();
  await becomes(page, ['Thiss', 'Rechtsanwalt']);
  assert.is(await composer.inputValue(), 'Thiss sentence has `cdoe` and Rechtsanwalt. ');
  await page.keyboard.press('Control+z');
  await becomes(page, ['Thiss', 'sentense', 'Rechtsanwalt']);

  await composer.evaluate((area) => (area as HTMLTextAreaElement).setSelectionRange(32, 32));
  await composer.press('Shift+F10');
  await page.getByRole('menuitem', { name: 'Add “Rechtsanwalt” to the dictionary' }).click();
  await becomes(page, ['Thiss', 'sentense']);
  await window.close();

  const again = await openWindow(closing, { display, profile });
  await again.page.getByTestId('connect-card').waitFor();
  await again.page.getByLabel('Password', { exact: true }).fill('correct horse battery');
  await again.page.getByRole('button', { name: 'Connect', exact: true }).click();
  await again.page.getByTestId('composer').waitFor();
  await becomes(again.page, ['Thiss', 'sentense']);
  await again.page.keyboard.press('Control+,');
  await again.page.getByLabel('Find a setting').fill('check spelling');
  await again.page.getByText('Off', { exact: true }).click();
  await again.page.getByRole('button', { name: 'Back to the conversation' }).click();
  await again.page.getByTestId('composer').waitFor();
  assert.is(await again.page.getByTestId('spelling').count(), 0);
}));

test.run();
