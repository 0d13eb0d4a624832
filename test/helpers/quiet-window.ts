// A window that is used in every way, as a program of its own: run in a network that somebody watches. Prints `used`, then waits.
import { tempFolder } from './folders.ts';
import { message, say, signUp } from './steps.ts';
import { closeAfter, sleep } from './waiting.ts';
import { openWindow, startDisplay } from './window.ts';

await closeAfter(async (closing) => {
  const { page } = await openWindow(closing, { display: await startDisplay(closing), profile: tempFolder(closing) });
  await signUp(page, { username: 'iris', server: '127.0.0.1:5055' });
  const composer = page.getByTestId('composer');
  await composer.click();
  await page.keyboard.type('a sentense with a mistake and https://tide.example.org/thursday ');
  await page.keyboard.press('Enter');
  await message(page, 'sentense').waitFor();
  await say(page, '```js\nconst boats = 4;\n```');
  await page.getByTestId('pick-files').setInputFiles([{ name: 'notes.md', mimeType: 'text/markdown', buffer: Buffer.from('# Notes\n\n![far](https://tide.example.org/far.png)\n') }]);
  await page.getByTestId('chips').locator('[data-chip]').waitFor();
  await say(page, 'notes');
  await message(page, 'notes.md').waitFor();
  await message(page, 'notes.md').focus();
  await page.keyboard.press('Enter');
  await page.getByTestId('preview').getByText('Notes').first().waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+Shift+E');
  await page.getByTestId('emoji-picker').getByRole('button').nth(60).waitFor();
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+F');
  await page.getByRole('combobox').fill('boats');
  await page.keyboard.press('Escape');
  await page.keyboard.press('Control+,');
  for (const section of ['Connection', 'Notifications', 'About']) await page.getByTestId('settings').getByRole('button', { name: section, exact: true }).click();
  await page.keyboard.press('Escape');
  console.log('used');
  await sleep(10 * 60_000);
})(undefined);
