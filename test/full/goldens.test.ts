// Ten screens, pixel by pixel, beside the pictures in test/goldens. What is another one in every run (times, keys, ports,
// the colour of a person) is taken out of sight first; fonts are the bundled ones, nothing moves, no caret blinks.
// `npm run goldens` writes them anew: look at each before it is kept.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../helpers/folders.ts';
import { INSIDE, leave, moveIn, openHouse, OUTSIDE, resize, setTheme, type House } from '../helpers/states.ts';
import { closeAfter, sleep } from '../helpers/waiting.ts';

type Golden = readonly [state: string, theme: 'light' | 'dark', width: number, height: number];

const BEFORE: readonly Golden[] = [['connect', 'light', 1280, 800], ['connect', 'dark', 1280, 800], ['create', 'light', 1280, 800], ['trust', 'dark', 1280, 800]];
const AFTER: readonly Golden[] = [['main', 'light', 1280, 800], ['main', 'dark', 1280, 800], ['main', 'dark', 640, 700], ['settings', 'light', 1280, 800], ['palette', 'dark', 1280, 800], ['browse', 'light', 900, 700]];
const FOLDER = join(root, 'test/goldens');
const RENEW = process.env['REACH_GOLDENS'] === 'write';
/** Of the colour distance of pixelmatch; antialiasing is left out. */
const THRESHOLD = 0.1;
/** Pixels that may differ: 0.02 % of the largest screen. */
const DIFFERENT_MAX = 200;
const SETTLED_MS = 500;
const HIDDEN = `
  *, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }
  time { display: inline-block; width: 48px; overflow: hidden; }
  .early { --digit: 0px !important; }
  time, .avatar, .me .avatar, .word, code, .fingerprint, [data-testid="path"], [data-testid="picture"] img, .line > span, header p, .hint, .number, kbd { visibility: hidden !important; }
  [data-testid="trust-card"] header p { display: none; }
  ::-webkit-scrollbar { display: none; }
`;

async function shoot({ page }: House): Promise<PNG> {
  // The page takes no style from a tag; a sheet that is made in it is no tag.
  await page.evaluate((css) => {
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
    document.adoptedStyleSheets = [sheet];
  }, HIDDEN);
  await page.mouse.move(1, 1);
  await sleep(SETTLED_MS);
  const bytes = await page.screenshot();
  await page.evaluate(() => void (document.adoptedStyleSheets = []));
  return PNG.sync.read(bytes);
}

/** Undefined: they are the same. */
function difference(name: string, seen: PNG): string | undefined {
  const path = join(FOLDER, `${name}.png`);
  if (RENEW) return void writeFileSync(path, PNG.sync.write(seen));
  if (!existsSync(path)) return `${name}: there is no picture to compare with; npm run goldens writes it`;
  const kept = PNG.sync.read(readFileSync(path));
  if (kept.width !== seen.width || kept.height !== seen.height) return `${name}: ${seen.width} by ${seen.height}, not ${kept.width} by ${kept.height}`;
  const shown = new PNG({ width: seen.width, height: seen.height });
  const count = pixelmatch(kept.data, seen.data, shown.data, seen.width, seen.height, { threshold: THRESHOLD });
  if (count <= DIFFERENT_MAX) return undefined;
  for (const [kind, picture] of [['seen', seen], ['difference', shown]] as const) writeFileSync(join(root, 'test-results', `golden-${name}-${kind}.png`), PNG.sync.write(picture));
  return `${name}: ${count} pixels differ (test-results/golden-${name}-difference.png)`;
}

async function compareAll(house: House, goldens: readonly Golden[], different: string[]): Promise<void> {
  for (const [name, theme, width, height] of goldens) {
    const state = [...OUTSIDE, ...INSIDE].find((one) => one.name === name)!;
    await resize(house, width, height);
    await setTheme(house, theme);
    await state.open(house);
    const found = difference(`${name}-${width}-${theme}`, await shoot(house));
    if (found) different.push(found);
    await leave(house, state);
  }
}

test('ten screens are what they were', closeAfter(async (closing) => {
  mkdirSync(FOLDER, { recursive: true });
  mkdirSync(join(root, 'test-results'), { recursive: true });
  const house = await openHouse(closing);
  const different: string[] = [];
  await compareAll(house, BEFORE, different);
  await resize(house, 1280, 800);
  await moveIn(house);
  await compareAll(house, AFTER, different);
  assert.equal(different, []);
}));

test.run();
