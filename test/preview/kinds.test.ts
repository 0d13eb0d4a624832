// What a file is comes from its bytes and its name together, never from what its sender says of it.
import { readFileSync } from 'node:fs';
import { join as path } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chooseView, sniff } from '../../client/preview/kinds.ts';
import { decodeText, firstBadByte } from '../../client/preview/text-check.ts';
import { root } from '../helpers/folders.ts';
import { ascii, join, pdf, png, utf8, wav, zip } from './builders.ts';

const view = (bytes: Uint8Array, name: string): string => chooseView(bytes, name, true).view;
/** The first page of an Opus stream (RFC 7845 §5.1). */
const OPUS = join(ascii('OggS\0\x02'), new Uint8Array(20), Uint8Array.of(1, 19), ascii('OpusHead\x01\x01'), new Uint8Array(9));
const sample = (name: string): Uint8Array => new Uint8Array(readFileSync(path(root, 'test/samples', name)));

test('real files of every kind are known by their bytes, whatever their names say', () => {
  const files: readonly (readonly [Uint8Array, string])[] = [
    [png(4, 4), 'png'], [sample('ridge.jpg'), 'jpeg'], [sample('turning.gif'), 'gif'], [sample('ridge.webp'), 'webp'], [sample('dots.bmp'), 'bmp'],
    [sample('ridge.avif'), 'avif'], [sample('clip.webm'), 'webm'], [OPUS, 'ogg'], [pdf(['x']), 'pdf'], [zip([{ name: 'a' }]), 'zip'], [zip([]), 'zip'], [wav(0.1), 'wav'],
    [ascii('fLaC\0\0\0'), 'flac'], [ascii('ID3\x04\0\0'), 'mp3'], [ascii('\0\0\0\x18ftypisom\0\0\0\0'), 'mp4'], [new Uint8Array(), 'empty'],
  ];
  for (const [bytes, magic] of files) assert.is(sniff(bytes.subarray(0, 65_536), 'anything.txt', true), magic, magic);
});

test('the name decides only among what the bytes can be', () => {
  assert.is(view(utf8('# Hello'), 'README.md'), 'markdown');
  assert.is(view(utf8('a,b\n1,2'), 'x.csv'), 'table');
  assert.is(view(utf8('let a;'), 'x.ts'), 'text');
  assert.is(view(utf8('no ending'), 'LICENSE'), 'text');
  assert.is(view(png(2, 2), 'readme.md'), 'image');
  assert.is(view(png(2, 2), 'page.pdf'), 'image');
  assert.is(view(zip([{ name: 'word/document.xml' }]), 'letter.docx'), 'facts');
  assert.is(view(zip([{ name: 'a' }]), 'field.zip'), 'archive');
  assert.is(view(Uint8Array.of(1, 2, 3, 0), 'tool.bin'), 'facts');
  assert.is(view(Uint8Array.of(0xff, 0xfb, 0x90, 0), 'song.mp3'), 'audio');
  assert.is(view(Uint8Array.of(0xff, 0xfb, 0x90, 0), 'song.txt'), 'text', 'whose viewer says that it is none');
  assert.is(view(Uint8Array.of(0xff, 0xfb, 0x90, 0), 'song'), 'facts');
  assert.is(view(Uint8Array.of(0x47, 0x72, 0xfc, 0xdf, 0x65), 'latin1.csv'), 'table');
  assert.is(chooseView(sample('clip.webm'), 'voice.weba', true).type, 'audio/webm');
  assert.is(view(OPUS, 'tone.png'), 'audio');
});

test('HTML is text under every name, and an SVG is one only with a root that says so', () => {
  const page = utf8('<!doctype html><script>alert(1)</script>');
  for (const name of ['x.html', 'x.svg', 'x.png', 'x.pdf', 'x']) assert.is(view(page, name), 'text', name);
  assert.is(view(page, 'x.md'), 'markdown');
  assert.is(view(utf8('<?xml version="1.0"?>\n<!-- a -->\n<svg xmlns="http://www.w3.org/2000/svg"/>'), 'x.svg'), 'image');
  assert.is(view(utf8('<svg onload="alert(1)"/>'), 'x.html'), 'text');
  assert.is(view(utf8('<html><svg/></html>'), 'x.svg'), 'text');
  assert.is(view(utf8('%PDF-1.7 text'), 'x.md'), 'pdf');
});

test('a GIF that is a script as well is a picture and nothing else', () => {
  const polyglot = join(ascii('GIF89a/*'), new Uint8Array(20), ascii('*/=1;alert(document.domain)'));
  for (const name of ['x.gif', 'x.js', 'x.html', 'x.svg']) assert.equal(chooseView(polyglot, name, true), { view: 'image', magic: 'gif', type: 'image/gif' });
});

test('UTF-8 is checked byte by byte', () => {
  const good = ['', 'a', 'ä', '€', '😀', '\u{10ffff}', '\u07ff\u0800\uffff'];
  for (const text of good) assert.is(firstBadByte(utf8(text)), undefined, text);
  const bad: readonly number[][] = [[0x80], [0xc0, 0xaf], [0xc1, 0x81], [0xe0, 0x80, 0xaf], [0xed, 0xa0, 0x80], [0xf0, 0x80, 0x80, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xf5, 0x80, 0x80, 0x80], [0xe2, 0x82], [0xff]];
  for (const bytes of bad) assert.is(firstBadByte(Uint8Array.from([0x61, ...bytes])), 1, bytes.join(' '));
  const reference = (bytes: Uint8Array): boolean => {
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes);
      return true;
    } catch (cause) {
      if (cause instanceof TypeError) return false;
      throw cause;
    }
  };
  for (let a = 0x78; a < 0x100; a += 1) {
    for (let b = 0x70; b < 0x100; b += 3) {
      for (const rest of [[0x80, 0x80], [0xbf, 0x20], [0x20, 0x20]]) {
        const bytes = Uint8Array.from([a, b, ...rest]);
        assert.is(firstBadByte(bytes) === undefined, reference(bytes), bytes.join(' '));
      }
    }
  }
});

test('text that ends inside a character is text only where more follows', () => {
  const cut = utf8('größe €').subarray(0, -1);
  assert.equal(decodeText(cut, false), { text: 'größe ', encoding: 'UTF-8' });
  assert.equal(decodeText(cut, true), { problem: 'encoding', at: cut.length - 2 });
  assert.equal(decodeText(Uint8Array.of(0xff, 0xfe, 0x61, 0, 0xe4, 0), true), { text: 'aä', encoding: 'UTF-16' });
  assert.equal(decodeText(Uint8Array.of(0x61, 0, 0x62), true), { problem: 'binary', at: 1 });
});

test.run();
