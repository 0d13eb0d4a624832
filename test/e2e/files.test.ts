// A file from window to window: chosen, sent, shown, looked at and saved. Every other way and state is in test/full.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { card, inState, png, press, withTwoWindows, type Scene } from '../helpers/file-windows.ts';
import { message, say } from '../helpers/steps.ts';
import { waitFor } from '../helpers/waiting.ts';

async function sendLookSave({ ana, ben, folder, look }: Scene): Promise<void> {
  const paths = ['ridge.png', 'survey.csv'].map((name) => join(folder, name));
  writeFileSync(paths[0]!, png(900, 600));
  writeFileSync(paths[1]!, 'day,depth\n'.repeat(9_000));
  await ana.page.getByTestId('pick-files').setInputFiles(paths);
  await waitFor(async () => (await ana.page.getByTestId('chips').locator('[data-chip]').count()) === 2, 10_000, 'the chips');
  assert.is(await ben.page.getByTestId('message').count(), 0, 'nothing leaves before Send');
  await say(ana.page, 'The north ridge this morning');
  const picture = message(ben.page, 'The north ridge this morning').getByTestId('picture');
  await waitFor(() => picture.locator('img.real').evaluate((image) => (image as HTMLImageElement).naturalWidth === 900), 15_000, 'the picture is drawn');
  await card(ben.page, 'survey.csv').waitFor();
  await press(ben.page, 'survey.csv', 'Download');
  await inState(ben.page, 'survey.csv', 'done');
  assert.is(readFileSync(join(ben.downloads, 'ana', 'survey.csv'), 'utf8'), 'day,depth\n'.repeat(9_000));
  await inState(ana.page, 'survey.csv', 'done');
  await look(ben, 'received');
  await press(ben.page, 'survey.csv', 'Preview');
  const preview = ben.page.getByTestId('preview');
  await preview.getByText('9,000 rows · 2 columns').or(preview.getByText('8,999 rows · 2 columns')).waitFor();
  await ben.page.keyboard.press('Escape');
  await preview.waitFor({ state: 'detached' });
}

test('a file goes from window to window', withTwoWindows([sendLookSave]));

test.run();
