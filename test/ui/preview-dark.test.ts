// The lightbox is dark in both themes: its colours are the dark ones of the window, and its code can be read.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CLASSES } from '../../client/preview/tokens.ts';
import { root } from '../helpers/folders.ts';

const DARK = valuesOf('client/ui/tokens.css', ":root[data-theme='dark'] {");
const OWN = valuesOf('client/ui/preview/dark.css', '.lightbox {');

function valuesOf(path: string, selector: string): Map<string, string> {
  const css = readFileSync(join(root, path), 'utf8');
  // The plain values come first in the file, and count; those for more contrast come after them.
  const blocks = css.split(selector).slice(1).map((part) => part.slice(0, part.indexOf('\n}'))).reverse();
  return new Map(blocks.flatMap((block) => [...block.matchAll(/--([\w-]+): ([^;]+);/g)].map((found) => [found[1]!, found[2]!] as const)));
}

/** WCAG 2, relative luminance and contrast. */
function contrast(a: string, b: string): number {
  const luminance = (hex: string): number => {
    const [r, g, blue] = [1, 3, 5].map((at) => {
      const c = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
      return c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
    }) as [number, number, number];
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

test('every dark value of the window is the one of the lightbox', () => {
  assert.ok(DARK.size > 30);
  for (const [name, value] of DARK) {
    // Asked for more contrast, both say so after the plain values.
    if (['text-2', 'text-3', 'border-subtle'].includes(name)) continue;
    assert.is(OWN.get(name), value, name);
  }
});

test('words and colours of code can be read on its paper and its backdrop', () => {
  const paper = OWN.get('paper')!;
  const code = [...OWN].filter(([name]) => name.startsWith('code-') && name !== 'code-bg');
  assert.ok(code.length >= 10);
  for (const [name, value] of code) assert.ok(contrast(value, paper) >= 4.5, `${name} ${contrast(value, paper).toFixed(2)}`);
  for (const name of ['text-1', 'accent-text', 'warn-icon']) assert.ok(contrast(OWN.get(name)!, OWN.get('backdrop')!) >= 4.5, name);
});

test('words, marks and edges stand out from every ground of the lightbox', () => {
  for (const back of ['backdrop', 'paper', 'round']) {
    for (const name of ['text-1', 'text-2', 'text-3', 'accent-text', 'danger-text', 'warn-text']) assert.ok(contrast(OWN.get(name)!, OWN.get(back)!) >= 4.5, `${name} on ${back}`);
    for (const name of ['border-control', 'focus', 'accent-solid', 'warn-icon']) assert.ok(contrast(OWN.get(name)!, OWN.get(back)!) >= 3, `${name} on ${back}`);
  }
});

test('every colour that the highlighter names has a rule', () => {
  const row = readFileSync(join(root, 'client/ui/preview/SourceRow.svelte'), 'utf8');
  for (const name of CLASSES) assert.match(row, new RegExp(`\\.${name} \\{`), name);
});

test.run();
