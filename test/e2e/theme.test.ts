// Dark stays dark: after a restart the first frame that reaches the screen is dark already, and the window stands
// where it was left. The frames are read from the X server's own memory, not from the page.
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { tempFolder } from '../helpers/folders.ts';
import { startServer } from '../helpers/server.ts';
import { chooseTheme, signUp } from '../helpers/steps.ts';
import { closeAfter, sleep, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';

const SAMPLE_MS = 4;
const ROWS = 12;
const POINTS = 60;

interface Frames {
  /** Share of bright points in every sample, from the start. */
  bright: number[];
  stop(): void;
}

/** The screen as an XWD file that Xvfb keeps in step with its memory: header, colour map, pixels of four bytes. */
function watchScreen(folder: string): Frames {
  const file = openSync(join(folder, 'Xvfb_screen0'), 'r');
  const head = Buffer.alloc(100);
  readSync(file, head, 0, 100, 0);
  const word = (at: number) => head.readUInt32BE(at * 4);
  const [start, width, height, stride] = [word(0) + word(19) * 12, word(4), word(5), word(12)];
  const row = Buffer.alloc(stride);
  const bright: number[] = [];
  const sample = () => {
    let count = 0;
    for (let y = 1; y <= ROWS; y += 1) {
      readSync(file, row, 0, stride, start + Math.floor((height * y) / (ROWS + 1)) * stride);
      for (let x = 1; x <= POINTS; x += 1) if (row[Math.floor((width * x) / (POINTS + 1)) * 4 + 1]! > 0x80) count += 1;
    }
    bright.push(count / (ROWS * POINTS));
  };
  const timer = setInterval(sample, SAMPLE_MS);
  return {
    bright,
    stop() {
      clearInterval(timer);
      closeSync(file);
    },
  };
}

async function brightestWhileOpening(closing: Closing, profile: string): Promise<{ brightest: number; samples: number }> {
  const folder = tempFolder(closing);
  const display = await startDisplay(closing, '1280x800', ['-fbdir', folder]);
  const frames = watchScreen(folder);
  const window = await openWindow(closing, { display, profile });
  await window.page.getByTestId('connect-card').waitFor();
  await sleep(1_500);
  frames.stop();
  await window.close();
  return { brightest: Math.max(...frames.bright), samples: frames.bright.length };
}

test('dark from the first frame after a restart', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const profile = tempFolder(closing);
  const display = await startDisplay(closing);
  const first = await openWindow(closing, { display, profile });
  await signUp(first.page, { username: 'dana', server: `127.0.0.1:${server.port}` });
  await chooseTheme(first.page, 'Dark');
  assert.is(await first.page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
  await first.screenshot('main-dark');
  await first.page.getByRole('button', { name: 'Sign out' }).click();
  await first.page.getByTestId('connect-card').waitFor();
  await first.screenshot('connect-dark');
  await first.close();
  const dark = await brightestWhileOpening(closing, profile);
  assert.ok(dark.samples > 100, `${dark.samples} samples`);
  assert.ok(dark.brightest < 0.15, `${dark.brightest} of the screen was bright`);
  // The same look at a window with the light theme sees it: the measurement can tell the two apart.
  const light = await brightestWhileOpening(closing, tempFolder(closing));
  assert.ok(light.brightest > 0.5, `${light.brightest} of the screen was bright`);
  const again = await openWindow(closing, { display, profile });
  await again.page.getByTestId('connect-card').waitFor();
  assert.is(await again.page.evaluate(() => document.documentElement.dataset['theme']), 'dark');
  assert.not.ok(await again.page.evaluate(() => matchMedia('(prefers-color-scheme: dark)').matches), 'the theme System still follows the system');
}));

test('the window comes back where it was left', closeAfter(async (closing) => {
  const profile = tempFolder(closing);
  const display = await startDisplay(closing);
  const first = await openWindow(closing, { display, profile });
  await first.page.getByTestId('connect-card').waitFor();
  await first.page.evaluate(() => {
    nw.Window.get().moveTo(60, 40);
    nw.Window.get().resizeTo(900, 700);
  });
  await sleep(800);
  const bounds = () => ({ x: nw.Window.get().x, y: nw.Window.get().y, width: nw.Window.get().width, height: nw.Window.get().height });
  const left = await first.page.evaluate(bounds);
  await first.close();
  const second = await openWindow(closing, { display, profile });
  await second.page.getByTestId('connect-card').waitFor();
  await sleep(800);
  assert.equal(await second.page.evaluate(bounds), left);
  assert.equal(left, { x: 60, y: 40, width: 900, height: 700 });
}));

test.run();
