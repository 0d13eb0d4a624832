// Sizes come from headers, before any decoder sees a picture.
import { readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { imageSize, isTooLarge } from '../../client/preview/image-size.ts';
import type { Magic } from '../../client/preview/kinds.ts';
import { isComplete } from '../../client/preview/picture-end.ts';
import { checkSvg, declaredSize } from '../../client/preview/svg-check.ts';
import { root } from '../helpers/folders.ts';
import { ascii, big, join, png, u16, u32 } from './builders.ts';

const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(path(root, 'test/samples', name)));
const RIDGE = { width: 480, height: 270 };

test('the header of a real file of every format gives its size', () => {
  assert.equal(imageSize(png(30, 20), 'png'), { width: 30, height: 20 });
  assert.equal(imageSize(sample('ridge.jpg'), 'jpeg'), RIDGE);
  assert.equal(imageSize(sample('ridge.webp'), 'webp'), RIDGE);
  assert.equal(imageSize(sample('lossless.webp'), 'webp'), { width: 40, height: 30 });
  assert.equal(imageSize(sample('alpha.webp'), 'webp'), { width: 40, height: 30 });
  assert.equal(imageSize(sample('ridge.avif'), 'avif'), RIDGE);
  assert.equal(imageSize(sample('turning.gif'), 'gif'), { width: 64, height: 48 });
  assert.equal(imageSize(sample('dots.bmp'), 'bmp'), { width: 8, height: 6 });
});

test('a header that is cut anywhere asks for more, and never gives a wrong size', () => {
  const files: readonly (readonly [Magic, Uint8Array])[] = [['png', png(30, 20)], ['jpeg', sample('ridge.jpg')], ['webp', sample('ridge.webp')], ['avif', sample('ridge.avif')], ['gif', sample('turning.gif')], ['bmp', sample('dots.bmp')]];
  for (const [magic, bytes] of files) {
    const whole = imageSize(bytes, magic);
    let seen = false;
    for (let end = 12; end < Math.min(bytes.length, 2_000); end += 1) {
      const size = imageSize(bytes.subarray(0, end), magic);
      if (size !== 'more') seen = true;
      assert.equal(size, seen ? whole : 'more', `${magic} at ${end}`);
    }
  }
});

test('30,000 × 30,000 is too large, 10,000 × 10,000 is not', () => {
  const bomb = imageSize(png(1, 1, { width: 30_000, height: 30_000 }), 'png');
  assert.equal(bomb, { width: 30_000, height: 30_000 });
  assert.ok(typeof bomb === 'object' && isTooLarge(bomb));
  assert.not.ok(isTooLarge({ width: 10_000, height: 10_000 }));
  assert.ok(isTooLarge({ width: 10_000, height: 10_001 }));
});

test('a frame of a GIF that lies outside of its screen counts', () => {
  const gif = join(ascii('GIF89a'), u16(1), u16(1), Uint8Array.of(0, 0, 0), Uint8Array.of(0x21, 0xf9, 4, 0, 0, 0, 0, 0), Uint8Array.of(0x2c), u16(0), u16(0), u16(60_000), u16(50_000));
  assert.equal(imageSize(gif, 'gif'), { width: 60_000, height: 50_000 });
});

test('the size of a JPEG is the one of its frame, not of the small picture inside its metadata', () => {
  const thumb = join(Uint8Array.of(0xff, 0xd8, 0xff, 0xc0), big(u16(17)), Uint8Array.of(8), big(u16(10)), big(u16(10)));
  const exif = join(Uint8Array.of(0xff, 0xe1), big(u16(2 + thumb.length)), thumb);
  const frame = join(Uint8Array.of(0xff, 0xff, 0xc2), big(u16(17)), Uint8Array.of(8), big(u16(2_000)), big(u16(3_000)));
  assert.equal(imageSize(join(Uint8Array.of(0xff, 0xd8), exif, frame), 'jpeg'), { width: 3_000, height: 2_000 });
});

test('nonsense after the first bytes is unknown, not a size', () => {
  assert.is(imageSize(join(Uint8Array.of(0xff, 0xd8, 0xff), ascii('hello hello hello')), 'jpeg'), 'unknown');
  assert.is(imageSize(join(ascii('RIFF'), u32(9), ascii('WEBPJUNK'), new Uint8Array(30)), 'webp'), 'unknown');
  assert.is(imageSize(join(png(1, 1).subarray(0, 12), ascii('JUNKJUNKJUNKJUNK')), 'png'), 'unknown');
  assert.is(imageSize(ascii('text'), 'text'), 'unknown');
});

test('every byte of a header may be anything: an answer comes, and nothing is thrown', () => {
  const files: readonly (readonly [Magic, Uint8Array])[] = [['jpeg', sample('ridge.jpg')], ['avif', sample('ridge.avif')], ['gif', sample('turning.gif')], ['webp', sample('alpha.webp')]];
  for (const [magic, bytes] of files) {
    const head = bytes.slice(0, 600);
    for (let at = 0; at < head.length; at += 1) {
      for (const value of [0, 1, 127, 255]) {
        const before = head[at]!;
        head[at] = value;
        assert.ok(imageSize(head, magic) !== undefined);
        head[at] = before;
      }
    }
  }
});

test('a picture that was cut off is told from a whole one', () => {
  const files: readonly (readonly [Magic, Uint8Array])[] = [['png', png(30, 20)], ['jpeg', sample('ridge.jpg')], ['gif', sample('turning.gif')], ['webp', sample('ridge.webp')]];
  for (const [magic, bytes] of files) {
    assert.ok(isComplete(magic, bytes, bytes, bytes.length), magic);
    const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
    assert.not.ok(isComplete(magic, cut, cut, cut.length), `${magic}, cut`);
  }
  assert.ok(isComplete('jpeg', new Uint8Array(), join(Uint8Array.of(0xff, 0xd9), new Uint8Array(200)), 202), 'with something behind its end');
});

test('the size an SVG declares, in every unit it may use', () => {
  assert.equal(declaredSize('<svg width="300" height="200px">'), { width: 300, height: 200 });
  assert.equal(declaredSize("<?xml?><svg xmlns='x' viewBox='0 0 24 12'/>"), { width: 24, height: 12 });
  assert.equal(declaredSize('<svg viewBox="0 0 100 50" width="1in">'), { width: 96, height: 48 });
  assert.is(declaredSize('<svg width="100%" height="100%">'), undefined);
  assert.match((checkSvg('<svg width="50000" height="50000"/>') as { refused: string }).refused, /50,000 × 50,000.*100 megapixels/);
});

test('an SVG that unfolds without end is refused before it is drawn', () => {
  const uses = (level: number): string => `<g id="g${level}">${`<use href="#g${level + 1}"/>`.repeat(10)}</g>`;
  const bomb = `<svg xmlns="http://www.w3.org/2000/svg">${[0, 1, 2, 3, 4, 5, 6, 7].map(uses).join('')}<g id="g8"><rect/></g></svg>`;
  assert.match((checkSvg(bomb) as { refused: string }).refused, /repeats itself/);
  const masks = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((level) => `<mask id="m${level}">${`<rect mask="url(#m${level + 1})"/>`.repeat(10)}</mask>`).join('');
  assert.ok('refused' in checkSvg(`<svg><defs>${masks}</defs><rect mask="url('#m0')"/></svg>`));
  assert.ok('refused' in checkSvg('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'));
  assert.ok('size' in checkSvg('<svg width="10" height="10"><g id="a"><use href="#a"/><use href="#b"/></g><g id="b"><use href="#a"/></g></svg>'));
  assert.ok('size' in checkSvg(`<svg width="10" height="10">${'<g>'.repeat(100_000)}`));
});

test('an ordinary drawing with a script in it may be shown: an <img> runs nothing', () => {
  assert.equal(checkSvg('<svg width="64" height="32" onload="alert(1)"><script>alert(1)</script><rect width="9" height="9"/></svg>'), { size: { width: 64, height: 32 } });
});

test.run();
