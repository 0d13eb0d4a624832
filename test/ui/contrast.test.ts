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
  ['focus', ['canvas', 'sidebar', 'raised', 'bubble-own']],
  ['presence-on', ['sidebar']],
  ['presence-away', ['sidebar']],
  ['warn-icon', ['raised', 'canvas', 'warn-bg']],
  ['accent-solid', ['canvas', 'bubble-own', 'bubble-other']],
];

for (const [theme, tokens] of Object.entries(THEMES)) {
  test(`${theme}: text reaches 4.5`, () => check(tokens, TEXT, 4.5));
  test(`${theme}: controls and marks reach 3`, () => check(tokens, MARKS, 3));
}

test('the measured table holds', () => {
  assert.is(contrast(THEMES.light.get('text-1')!, THEMES.light.get('canvas')!).toFixed(1), '18.0');
  assert.is(contrast(THEMES.dark.get('text-1')!, THEMES.dark.get('bubble-own')!).toFixed(1), '10.0');
});

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

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

test.run();
