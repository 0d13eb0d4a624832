// Markdown as a tree, colours as places, archives as rows, links of pages: nothing of a file becomes anything else.
import hljs from 'highlight.js/lib/common';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { PreviewError } from '../../client/preview/byte-source.ts';
import { languageOf } from '../../client/preview/languages.ts';
import { parseMarkdownFile, type Block, type Inline } from '../../client/preview/markdown-tree.ts';
import { namesLicensedCodec } from '../../client/preview/media.ts';
import { linksOf } from '../../client/preview/pdf-links.ts';
import { piecesOf, NO_FINDS } from '../../client/preview/pieces.ts';
import { tokensOf, type TokenTree } from '../../client/preview/tokens.ts';
import { listZip } from '../../client/preview/zip.ts';
import { archiveRows, warningsOf } from '../../client/preview/zip-rows.ts';
import { ascii, join, utf8, zip } from './builders.ts';

interface Seen {
  text: string;
  kinds: Set<string>;
  urls: string[];
}

function flatten(blocks: readonly Block[]): Seen {
  const seen: Seen = { text: '', kinds: new Set(), urls: [] };
  const inline = (one: Inline): void => {
    seen.kinds.add(one.kind);
    if ('text' in one) seen.text += one.text;
    if (one.kind === 'link') seen.urls.push(one.url);
    if ('children' in one) one.children.forEach(inline);
  };
  const block = (one: Block): void => {
    seen.kinds.add(one.kind);
    if ('text' in one) seen.text += one.text;
    if ('children' in one) one.children.forEach(inline);
    if ('blocks' in one) one.blocks.forEach(block);
    if (one.kind === 'list') one.items.forEach((item) => item.blocks.forEach(block));
    if (one.kind === 'table') [one.header, ...one.rows].flat().forEach((cell) => cell.children.forEach(inline));
  };
  blocks.forEach(block);
  return seen;
}

test('a document of every kind of block', () => {
  const { kinds } = flatten(parseMarkdownFile('# h\n\n**b** *i* ~~d~~ `c` [l](https://a.b) ![p](x.png)  \nx\n\n> q\n\n- [x] a\n\n1. b\n\n```ts\nx\n```\n\n---\n\n| a | b |\n|--|:-:|\n| 1 | 2 |\n\n<div>raw</div>'));
  for (const kind of ['heading', 'strong', 'em', 'del', 'code', 'link', 'picture', 'break', 'quote', 'list', 'rule', 'table', 'typed', 'paragraph']) assert.ok(kinds.has(kind), kind);
});

test('HTML named .md is shown as it was typed', () => {
  const page = '<!doctype html>\n<script>alert(1)</script>\n<img src=x onerror=alert(1)>';
  assert.is(flatten(parseMarkdownFile(page)).text, page.replaceAll('\n', ''));
  assert.is(flatten(parseMarkdownFile('a <b onclick=x>b</b> &lt;i&gt; &amp; &unknown;')).text, 'a <b onclick=x>b</b> <i> & &unknown;');
});

test('no address but those of the web, and no picture is loaded', () => {
  for (const href of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'chrome-extension://x/y', 'nw:x']) {
    assert.equal(flatten(parseMarkdownFile(`[x](${href})`)).urls, [], href);
  }
  assert.equal(flatten(parseMarkdownFile('[x](https://example.org/a) <https://b.org>')).urls, ['https://example.org/a', 'https://b.org/']);
  const picture = (text: string): unknown => (parseMarkdownFile(text)[0] as { children: Inline[] }).children[0];
  assert.equal(picture('![a](https://evil.example/p.png)'), { kind: 'picture', remote: true, address: 'https://evil.example/p.png', alt: 'a' });
  assert.is((picture('![a](//evil.example/p.png)') as { remote: boolean }).remote, true);
  assert.is((picture('![a](img/p.png)') as { remote: boolean }).remote, false);
});

test('a tree without end is refused, and the reader sees the source', () => {
  assert.throws(() => parseMarkdownFile('- a\n'.repeat(30_000)), (cause: unknown) => cause instanceof PreviewError);
  assert.throws(() => parseMarkdownFile(`${'> '.repeat(60)}x`), (cause: unknown) => cause instanceof PreviewError);
});

function coloured(text: string, language: string): [string, string][] {
  const { _emitter: emitter } = hljs.highlight(text, { language, ignoreIllegals: true });
  const tokens = tokensOf((emitter as unknown as { rootNode: TokenTree }).rootNode);
  const pieces = piecesOf(text, { start: 0, end: text.length }, tokens, NO_FINDS);
  assert.is(pieces.map((piece) => piece.text).join(''), text);
  return pieces.filter(({ kind }) => kind !== '').map((piece) => [piece.text, piece.kind]);
}

test('colours stand where the words are, and hold no markup', () => {
  assert.equal(coloured('const a = 1; // <b>', 'typescript'), [['const', 'keyword'], ['1', 'literal'], ['// <b>', 'comment']]);
  assert.equal(coloured('x = `a ${b} c`', 'javascript'), [['`a ', 'string'], [' c`', 'string']], 'what stands inside a string is not of its colour');
  assert.ok(coloured('<script>alert("x")</script>', 'xml').some(([part, kind]) => part.includes('"x"') && kind === 'string'));
  assert.is(languageOf('Makefile'), 'makefile');
  assert.is(languageOf('a.b.PY'), 'python');
  assert.is(languageOf('notes.txt'), undefined);
});

test('every grammar that a name can ask for is there', () => {
  for (const name of ['a.ts', 'a.js', 'a.py', 'a.rs', 'a.go', 'a.c', 'a.cpp', 'a.cs', 'a.java', 'a.kt', 'a.rb', 'a.php', 'a.sh', 'a.sql', 'a.css', 'a.html', 'a.json', 'a.yml', 'a.toml', 'a.diff', 'a.md', 'a.lua', 'a.swift', 'a.r', 'a.pl', 'a.wat', 'a.vb', 'a.m', 'a.graphql', 'a.less', 'a.scss']) {
    assert.ok(hljs.getLanguage(languageOf(name)!), name);
  }
});

test('an archive as a tree, with what is dangerous on top and said', async () => {
  const bytes = zip([{ name: 'b/c/deep.txt', body: utf8('x') }, { name: 'a10.txt' }, { name: 'a9.txt' }, { name: 'b/' }, { name: '../up.txt' }, { name: 'zeros', body: new Uint8Array(1_000_000) }, { name: 'locked', encrypted: true }]);
  const { entries } = await listZip(bytes.length, (offset, length) => Promise.resolve(bytes.subarray(offset, offset + length)));
  const rows = archiveRows(entries);
  assert.equal(rows.map(({ name, depth, folder }) => `${' '.repeat(depth)}${name}${folder ? '/' : ''}`), ['b/', ' c/', '  deep.txt', '../up.txt', 'locked', 'zeros', 'a9.txt', 'a10.txt']);
  assert.equal(rows.find(({ name }) => name === '../up.txt')!.marks, ['leaves the folder']);
  assert.is(warningsOf(entries).length, 3);
  assert.equal(warningsOf(entries.filter(({ name }) => name.startsWith('a'))), []);
  const deep = archiveRows([{ ...entries[0]!, name: `${'d/'.repeat(30_000)}x` }]);
  assert.ok(deep.length <= 41);
});

test('links of a page: the web and the document, nothing else', () => {
  const rect = [0, 0, 10, 10];
  const links = linksOf([
    { subtype: 'Link', rect, url: 'https://example.org/' }, { subtype: 'Link', rect, url: 'javascript:alert(1)' }, { subtype: 'Link', rect, url: 'file:///etc/passwd', dest: 'x' },
    { subtype: 'Link', rect, dest: 'chapter' }, { subtype: 'Link', rect: [0, 0, NaN, 1], dest: 'x' }, { subtype: 'Widget', rect, url: 'https://example.org/' }, { subtype: 'Link', rect },
  ]);
  assert.equal(links, [{ rect, address: 'https://example.org/' }, { rect, destination: 'chapter' }]);
  assert.is(linksOf(Array.from({ length: 9_000 }, () => ({ subtype: 'Link', rect, dest: 'x' }))).length, 300);
});

test('codecs that need a licence are seen in the index of an MP4', () => {
  const mp4 = (codec: string): Uint8Array => join(ascii('\0\0\0\x18ftypisom'), new Uint8Array(50), ascii('stsd'), new Uint8Array(12), ascii(codec), new Uint8Array(20));
  assert.ok(namesLicensedCodec(mp4('avc1')));
  assert.ok(namesLicensedCodec(mp4('mp4a')));
  assert.not.ok(namesLicensedCodec(mp4('vp09')));
  assert.not.ok(namesLicensedCodec(ascii('\0\0\0\x18ftypisomavc1mp41')));
});

test.run();
