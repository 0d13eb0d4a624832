// Every pair of colours that a screen puts together, against WCAG 2: 4.5 for text, 3 for controls and marks.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readFileSync } from 'node:fs';

const css = readFileSync(new URL('../../client/ui/tokens.css', import.meta.url), 'utf8');
const THEMES = { light: tokensOf("data-theme='light'"), dark: tokensOf("data-theme='dark'") };

const TEXT: readonly (readonly [string, readonly string[]])[] = [
  ['text-1', ['canvas', 'sidebar', 'raised', 'sunken', 'hover', 'selected', 'bubble-other', 'bubble-own', 'code-bg']],
  ['text-2', ['canvas', 'sidebar', 'raised', 'sunken', 'hover', 'bubble-other', 'bubble-own', 'selected', 'code-bg']],
  ['text-3', ['canvas', 'sidebar', 'raised', 'sunken', 'bubble-other', 'bubble-own', 'selected', 'hover']],
  ['on-accent', ['accent-solid', 'accent-solid-hover']],
  ['on-danger', ['danger-solid']],
  ['accent-text', ['canvas', 'sidebar', 'raised', 'bubble-other', 'bubble-own', 'selected', 'hover']],
  ['danger-text', ['canvas', 'raised', 'danger-bg', 'bubble-own', 'bubble-other', 'hover']],
  ['warn-text', ['warn-bg', 'mention-bg', 'canvas', 'raised', 'bubble-other', 'bubble-own']],
  ['ok-text', ['ok-bg', 'canvas', 'code-bg']],
  ...['keyword', 'string', 'literal', 'comment', 'title', 'type', 'name', 'tag', 'attribute', 'meta', 'deletion'].map((name) => [`code-${name}`, ['code-bg']] as const),
  ...Array.from({ length: 8 }, (_, n) => [`hue-${n}`, ['canvas', 'sidebar', 'bubble-other', 'bubble-own', 'hover', 'selected']] as const),
];
const MARKS: readonly (readonly [string, readonly string[]])[] = [
  ['border-control', ['canvas', 'sidebar', 'raised', 'sunken']],
  ['text-3', ['bubble-other', 'bubble-own']],
  ['focus', ['canvas', 'sidebar', 'raised', 'bubble-own']],
  ['presence-on', ['sidebar']],
  ['presence-away', ['sidebar']],
  ['warn-icon', ['raised', 'canvas', 'warn-bg']],
  ['accent-solid', ['canvas', 'bubble-own', 'bubble-other']],
];

/** [front, its colour in the mix, its share, what it lies on, what is needed] */
const MIXES: readonly (readonly [string, string, number, string, number])[] = [
  ...Array.from({ length: 8 }, (_, n) => [`hue-${n}`, `hue-${n}`, 0.16, 'canvas', 4.5] as const),
  ...['canvas', 'raised', 'bubble-other', 'bubble-own'].map((back) => ['accent-text', 'accent-solid', 0.14, back, 3] as const),
  ['text-3', 'text-3', 0.14, 'canvas', 3],
];

/** What was measured when the colours were chosen: front, backs, and the figure of each in the light and in the dark theme. */
const MEASURED: readonly (readonly [front: string, backs: readonly string[], light: readonly number[], dark: readonly number[]])[] = [
  ['text-1', ['canvas', 'bubble-other', 'bubble-own'], [18.0, 16.2, 14.9], [15.9, 13.4, 10.0]],
  ['text-2', ['canvas', 'sidebar', 'bubble-own', 'selected'], [7.6, 7.1, 6.3, 6.2], [9.4, 8.9, 5.9, 6.6]],
  ['text-3', ['canvas', 'bubble-other', 'bubble-own', 'selected'], [5.8, 5.2, 4.75, 4.7], [7.5, 6.4, 4.71, 5.2]],
  ['on-accent', ['accent-solid', 'accent-solid-hover'], [6.1, 7.7], [8.2, 9.7]],
  ['accent-text', ['canvas', 'bubble-own', 'selected'], [7.4, 6.1, 6.0], [10.2, 6.4, 7.2]],
  ['danger-text', ['canvas', 'danger-bg', 'bubble-own'], [6.8, 6.0, 5.7], [8.5, 7.3, 5.3]],
  ['on-danger', ['danger-solid'], [5.9], [5.07]],
  ['warn-text', ['warn-bg'], [6.6], [8.3]],
  ['ok-text', ['ok-bg'], [6.0], [8.1]],
  ['border-control', ['canvas', 'sidebar', 'raised', 'sunken'], [3.7, 3.4, 3.7, 3.2], [4.1, 3.9, 3.5, 4.2]],
  ['focus', ['canvas', 'sidebar', 'bubble-own'], [6.1, 5.7, 5.0], [10.2, 9.7, 6.4]],
  ['presence-on', ['sidebar'], [4.1], [7.4]],
  ['presence-away', ['sidebar'], [4.3], [8.1]],
  // The bar of a file: on a card in the list of transfers, in a bubble.
  ['accent-solid', ['raised', 'bubble-own'], [6.1, 5.0], [7.9, 5.8]],
];
/** The least of each hue over canvas, sidebar and the bubble of others. */
const HUES = { light: [6.5, 6.3, 6.0, 5.8, 5.5, 6.1, 6.4, 6.5], dark: [7.5, 7.7, 7.9, 8.2, 8.1, 7.9, 7.7, 7.5] };

for (const [theme, tokens] of Object.entries(THEMES)) {
  test(`${theme}: initials and icons of files stand out from the tint they lie on`, () => {
    for (const [front, tint, share, back, need] of MIXES) {
      const ratio = contrast(tokens.get(front)!, mixed(tokens.get(tint)!, tokens.get(back)!, share));
      assert.ok(ratio >= need, `${front} on ${share} of ${tint} over ${back}: ${ratio.toFixed(2)}`);
    }
  });
  test(`${theme}: the name of somebody who is mentioned can be read on the tint it lies on`, () => {
    for (const back of ['canvas', 'bubble-other', 'bubble-own', 'hover']) {
      const ratio = contrast(tokens.get('accent-text')!, laid(tokens.get('accent-solid')!, tokens.get(back)!, 0.14));
      assert.ok(ratio >= 4.5, `a mention over ${back}: ${ratio.toFixed(2)}`);
    }
  });
  test(`${theme}: text reaches 4.5`, () => check(tokens, TEXT, 4.5));
  test(`${theme}: controls and marks reach 3`, () => check(tokens, MARKS, 3));
}

for (const theme of ['light', 'dark'] as const) {
  test(`${theme}: every figure that was measured holds within 0.1`, () => {
    const ratio = (front: string, back: string): number => contrast(THEMES[theme].get(front)!, THEMES[theme].get(back)!);
    const apart: string[] = [];
    const compare = (what: string, is: number, was: number): void => void (Math.abs(is - was) > 0.1 && apart.push(`${what}: ${is.toFixed(2)}, not ${was}`));
    for (const [front, backs, light, dark] of MEASURED) backs.forEach((back, at) => compare(`${front} on ${back}`, ratio(front, back), { light, dark }[theme][at]!));
    HUES[theme].forEach((was, hue) => compare(`hue-${hue}`, Math.min(...['canvas', 'sidebar', 'bubble-other'].map((back) => ratio(`hue-${hue}`, back))), was));
    assert.equal(apart, []);
  });
}

test('the mixes are those that the components paint', () => {
  assert.match(component('parts/Avatar'), /color-mix\(in oklab, var\(--hue\) 16%, var\(--canvas\)\)/);
  assert.match(component('files/FileIcon'), /color-mix\(in oklab, var\(--accent-solid\) 14%, var\(--well, var\(--canvas\)\)\)/);
  assert.match(component('chat/Nodes'), /color-mix\(in oklab, var\(--accent-solid\) 14%, transparent\)/);
  assert.match(component('files/FileIcon'), /color-mix\(in oklab, var\(--text-3\) 14%, var\(--canvas\)\)/);
});

test('buttons inside a bubble have an edge that can be seen on it', () => {
  assert.match(component('files/FileActions'), /border: 1px solid var\(--text-3\)/);
});

function component(name: string): string {
  return readFileSync(new URL(`../../client/ui/${name}.svelte`, import.meta.url), 'utf8');
}

function check(tokens: Map<string, string>, pairs: readonly (readonly [string, readonly string[]])[], need: number): void {
  for (const [front, backs] of pairs) {
    for (const back of backs) {
      const ratio = contrast(tokens.get(front)!, tokens.get(back)!);
      assert.ok(ratio >= need, `${front} on ${back}: ${ratio.toFixed(2)}`);
    }
  }
}

function tokensOf(selector: string): Map<string, string> {
  const start = css.indexOf('{', css.indexOf(selector));
  const block = css.slice(start, css.indexOf('\n}', start));
  return new Map([...block.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map((found) => [found[1]!, found[2]!]));
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

type Three = [number, number, number];

function luminance(hex: string): number {
  const [r, g, b] = linear(hex);
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function linear(hex: string): Three {
  return [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as Three;
}

// CSS Color 4, section 9.2: sRGB to Oklab and back; what falls outside of sRGB is cut off.
const TO_LMS: readonly Three[] = [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]];
const TO_LAB: readonly Three[] = [[0.2104542553, 0.793617785, -0.0040720468], [1.9779984951, -2.428592205, 0.4505937099], [0.0259040371, 0.7827717662, -0.808675766]];
const FROM_LAB: readonly Three[] = [[1, 0.3963377774, 0.2158037573], [1, -0.1055613458, -0.0638541728], [1, -0.0894841775, -1.291485548]];
const FROM_LMS: readonly Three[] = [[4.0767416621, -3.3077115913, 0.2309699292], [-1.2684380046, 2.6097574011, -0.3413193965], [-0.0041960863, -0.7034186147, 1.707614701]];

function times(rows: readonly Three[], [x, y, z]: Three): Three {
  return rows.map(([a, b, c]) => a * x + b * y + c * z) as Three;
}

function mixed(tint: string, back: string, share: number): string {
  const [a, b] = [tint, back].map((hex) => times(TO_LAB, times(TO_LMS, linear(hex)).map(Math.cbrt) as Three)) as [Three, Three];
  const lab = a.map((value, at) => value * share + b[at]! * (1 - share)) as Three;
  const rgb = times(FROM_LMS, times(FROM_LAB, lab).map((value) => value ** 3) as Three);
  return `#${rgb.map((value) => byteOf(value).toString(16).padStart(2, '0')).join('')}`;
}

/** A see-through colour over another: painted in sRGB as it is encoded. */
function laid(tint: string, back: string, alpha: number): string {
  const [a, b] = [tint, back].map((hex) => [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16))) as [number[], number[]];
  return `#${a.map((value, at) => Math.round(value * alpha + b[at]! * (1 - alpha)).toString(16).padStart(2, '0')).join('')}`;
}

function byteOf(light: number): number {
  const value = light <= 0.0031308 ? light * 12.92 : 1.055 * light ** (1 / 2.4) - 0.055;
  return Math.round(Math.min(1, Math.max(0, value)) * 255);
}

test.run();
