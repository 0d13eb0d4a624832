// What a person's system asks for: more contrast, its own colours, less motion, larger everything. Each as the window shows it.
import type { CDPSession, Locator, Page } from 'playwright-core';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { violations } from '../helpers/screens.ts';
import { message, say } from '../helpers/steps.ts';
import { moveIn, openHouse, resize, setTheme, type House } from '../helpers/states.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';

const colour = (page: Page, selector: string, property: 'color' | 'borderTopColor' | 'backgroundColor') => page.locator(selector).first().evaluate((element, name) => getComputedStyle(element)[name as 'color'], property);
const textOf = (page: Page) => page.evaluate(() => getComputedStyle(document.documentElement).color);

interface Wished extends House {
  /** One for all wishes: what another one has set stays. */
  session: CDPSession;
}

/** The system's wish, until the next one. */
async function wish({ session }: Wished, features: readonly { name: string; value: string }[]): Promise<void> {
  await session.send('Emulation.setEmulatedMedia', { features: [...features] });
}

async function moreContrast(house: Wished): Promise<string[]> {
  const { page } = house;
  const weak = await colour(page, '[data-testid="typing"]', 'color');
  assert.not.equal(weak, await textOf(page));
  await wish(house, [{ name: 'prefers-contrast', value: 'more' }]);
  await waitFor(async () => (await colour(page, '[data-testid="typing"]', 'color')) === (await textOf(page)), 5_000, 'weak text is as strong as any other');
  return violations(page, 'more contrast');
}

/** Where the system takes the colour away, a frame tells it from the others. */
async function framed(one: Locator, what: string): Promise<void> {
  await one.waitFor();
  assert.is(await one.evaluate((element) => getComputedStyle(element).outlineStyle), 'solid', what);
}

/** By Reach's own setting, without a wish of the system. */
async function ownLessMotion({ page }: Wished): Promise<void> {
  /** The colour of a text and of the root before a change of theme, in the middle of it and after it; how many colours fade. */
  const fading = () => page.evaluate(async () => {
    const root = document.documentElement;
    const text = document.querySelector('[data-testid="message"] .body p')!;
    const changed = new Promise((resolve) => new MutationObserver(resolve).observe(root, { attributeFilter: ['data-theme'] }));
    const before = [text, root].map((one) => getComputedStyle(one).color);
    dispatchEvent(new KeyboardEvent('keydown', { key: 'L', ctrlKey: true, shiftKey: true, bubbles: true }));
    await changed;
    const fades = root.getAnimations();
    for (const fade of fades) fade.pause();
    for (const fade of fades) fade.currentTime = 60;
    const middle = [text, root].map((one) => getComputedStyle(one).color);
    for (const fade of fades) fade.finish();
    while (root.classList.contains('theme-changing')) await new Promise((resolve) => requestAnimationFrame(resolve));
    return { count: fades.length, before, middle, after: [text, root].map((one) => getComputedStyle(one).color) };
  });
  const { count, before, middle, after } = await fading();
  assert.ok(count > 20, `a change of theme fades ${count} colours`);
  assert.ok(middle[0] === middle[1] && middle[0] !== before[0] && middle[0] !== after[0], `the text of a message with all the rest: ${before.join(', ')} / ${middle.join(', ')} / ${after.join(', ')}`);
  await page.keyboard.press('Control+,');
  await page.locator('[data-key="motion"]').getByRole('radio', { name: 'Reduced' }).check({ force: true });
  await page.keyboard.press('Escape');
  assert.is((await fading()).count, 0, 'and does not where motion is reduced');
  await page.keyboard.press('Control+,');
  await page.locator('[data-key="motion"]').getByRole('radio', { name: 'System' }).check({ force: true });
  await page.keyboard.press('Escape');
}

async function systemColours(house: Wished): Promise<string[]> {
  const { page } = house;
  await wish(house, [{ name: 'forced-colors', value: 'active' }]);
  const link = page.locator('[data-testid="room"][aria-current="page"]');
  await waitFor(() => link.evaluate((one) => getComputedStyle(one).outlineStyle === 'solid'), 5_000, 'the room that is open is framed: its colour is gone');
  await framed(page.getByTestId('message').locator('.chips [aria-pressed="true"]'), 'a reaction of one\'s own');
  await framed(page.getByRole('button', { name: 'People', exact: true }), 'a button that is on');
  await page.getByTestId('composer').click();
  await page.keyboard.type('and :smil');
  await framed(page.getByRole('option', { selected: true }), 'the suggestion that Enter takes');
  await page.keyboard.press('Escape');
  await page.getByTestId('composer').fill('');
  await page.keyboard.press('Control+,');
  await page.getByTestId('settings').getByRole('button', { name: 'Appearance', exact: true }).click();
  await page.getByLabel('Find a setting').focus();
  await framed(page.getByTestId('settings').locator('[aria-current="page"]'), 'the section that is open');
  const [chosen, other] = await page.getByTestId('settings').locator('fieldset label').evaluateAll((labels) => [labels.find((label) => label.querySelector('input:checked'))!, labels.find((label) => label.querySelector('input:not(:checked)'))!].map((label) => getComputedStyle(label).backgroundColor));
  assert.is.not(chosen, other, 'what is chosen is still to be told from what is not');
  await page.keyboard.press('Escape');
  await house.window.screenshot(`system-colours-${await page.evaluate(() => document.documentElement.dataset['theme'])}`);
  // In the dark theme axe reads backgrounds that are not painted then.
  return (await page.evaluate(() => document.documentElement.dataset['theme'])) === 'light' ? violations(page, 'system colours') : [];
}

async function lessMotion(house: Wished): Promise<string[]> {
  const { page } = house;
  const longest = () => page.evaluate(() => Math.max(0, ...document.getAnimations().map((one) => (one.effect?.getComputedTiming().endTime as number) ?? 0).filter(Number.isFinite)));
  /** Where an animation begins, its element stands where it will stay. */
  const moves = () => page.evaluate(() => document.getAnimations().some((one) => {
    const target = (one.effect as KeyframeEffect | null)?.target;
    if (!target || (one.effect?.getComputedTiming().duration ?? 0) === 0) return false;
    one.pause();
    one.currentTime = 0;
    const place = getComputedStyle(target).transform;
    one.finish();
    return place !== 'none' && place !== 'matrix(1, 0, 0, 1, 0, 0)';
  }));
  await wish(house, [{ name: 'prefers-reduced-motion', value: 'reduce' }]);
  for (const chord of ['Control+K', 'Control+Shift+T', 'Control+,']) {
    await page.keyboard.press(chord);
    assert.ok((await longest()) <= 100, `${chord}: ${await longest()} ms`);
    assert.not(await moves(), `${chord}: something moves`);
    await page.keyboard.press('Escape');
  }
  await say(page, 'without a jump');
  assert.not(await moves(), 'a message that is sent moves');
  await message(page, 'without a jump').waitFor();
  return [];
}

async function larger(house: Wished): Promise<string[]> {
  const { page } = house;
  const found: string[] = [];
  for (const [width, height, zoom] of [[1280, 800, 2], [640, 700, 1]] as const) {
    await page.evaluate(() => void (nw.Window.get().zoomLevel = 0));
    await resize(house, width, height);
    await page.evaluate((level) => void (nw.Window.get().zoomLevel = Math.log(level) / Math.log(1.2)), zoom);
    await page.waitForFunction((expected) => Math.abs(innerWidth - expected) <= 2, width / zoom);
    await page.evaluate(() => document.documentElement.style.setProperty('--message-size', '20px'));
    await page.getByTestId('composer').fill('large enough to read');
    for (const part of ['composer', 'timeline', 'path']) assert.ok(await page.getByTestId(part).first().isVisible(), `${part} at ${width} and ${zoom * 100} %`);
    assert.not(await page.evaluate(() => document.documentElement.scrollWidth > innerWidth), `nothing is beyond the edge at ${width} and ${zoom * 100} %`);
    const send = await page.getByRole('button', { name: 'Send', exact: true }).boundingBox();
    assert.ok(send !== null && send.x >= 0, 'Send can be pressed');
    found.push(...(await violations(page, `${width} at ${zoom * 100} %`)));
  }
  return found;
}

test('more contrast, the colours of the system, less motion, twice as large', closeAfter(async (closing) => {
  const opened = await openHouse(closing);
  const house: Wished = { ...opened, session: await opened.page.context().newCDPSession(opened.page) };
  await moveIn(house);
  await message(house.page, 'Who takes the boats').focus();
  await house.page.keyboard.press('e');
  await house.page.getByTestId('emoji-picker').getByRole('button', { name: 'thumbs up', exact: true }).click();
  const found: string[] = [];
  // Before anything else: the first change of theme after a start fades, too.
  await ownLessMotion(house);
  for (const theme of ['light', 'dark'] as const) {
    await wish(house, []);
    await setTheme(house, theme);
    found.push(...(await moreContrast(house)));
    await wish(house, []);
    found.push(...(await systemColours(house)));
  }
  await wish(house, []);
  found.push(...(await lessMotion(house)));
  await wish(house, []);
  found.push(...(await larger(house)));
  assert.equal(found, []);
}));

test.run();
