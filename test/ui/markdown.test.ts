import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nameControls, splitControls } from '../../client/ui/chat/controls.ts';
import { mayBeLong } from '../../client/ui/chat/folding.ts';
import { isEmojiOnly, parseMarkdown, safeUrl, type Node } from '../../client/ui/chat/markdown.ts';

/** Everything a reader would see, and every kind of node used. */
function flatten(nodes: readonly Node[]): { text: string; kinds: Set<string>; urls: string[] } {
  const all = { text: '', kinds: new Set<string>(), urls: [] as string[] };
  const walk = (node: Node): void => {
    all.kinds.add(node.kind);
    if ('text' in node) all.text += node.text;
    if (node.kind === 'link') all.urls.push(node.url);
    if ('children' in node) node.children.forEach(walk);
    if (node.kind === 'list') node.items.flat().forEach(walk);
  };
  nodes.forEach(walk);
  return all;
}

test('markup becomes nodes', () => {
  const { kinds } = flatten(parseMarkdown('# h\n**b** *i* ~~d~~ `c` [l](https://a.b)\nx\n\n> q\n\n- a\n- b\n\n```ts\nx\n```\n\n---'));
  for (const kind of ['heading', 'strong', 'em', 'del', 'code', 'link', 'break', 'quote', 'list', 'block', 'rule']) assert.ok(kinds.has(kind), kind);
});

test('HTML, images, tables and definitions are shown as they were typed', () => {
  for (const text of ['<img src=x onerror=alert(1)>', '<script>alert(1)</script>', '![a](http://evil/x.png)', '| a | b |\n|-|-|\n| 1 | 2 |', '[r]: http://x', 'a <b onclick=x>b</b>']) {
    assert.is(flatten(parseMarkdown(text)).text, text);
  }
});

test('only http, https and mailto become links', () => {
  for (const href of ['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'chrome-extension://reachchat/x', 'vbscript:x', '/relative', 'nw:x']) {
    assert.is(safeUrl(href), undefined, href);
    assert.is(flatten(parseMarkdown(`[x](${href})`)).urls.length, 0, href);
  }
  assert.equal(flatten(parseMarkdown('https://example.org/a?b=1 mailto:a@b.org')).urls[0], 'https://example.org/a?b=1');
});

test('direction controls are named instead of obeyed', () => {
  const { kinds, text } = flatten(parseMarkdown('invoice\u202egpj.exe'));
  assert.ok(kinds.has('control'));
  assert.not.match(text, /[\u202a-\u202e\u2066-\u2069]/);
  assert.is(nameControls('a\u2066b'), 'a⟦LRI⟧b');
  assert.is(splitControls('\u202e'.repeat(5_000)).length, 50);
});

const HOSTILE: Record<string, string> = {
  'one line of 60 KB': 'x'.repeat(60_000),
  'a word with an at': `${'a'.repeat(19_000)}@`,
  'open brackets': '[a'.repeat(990),
  'open links': '[a]('.repeat(490),
  stars: '**a'.repeat(660),
  underscores: '_a_b'.repeat(490),
  quotes: `${'> '.repeat(5_000)}x`,
  'many deep quotes': `${'> '.repeat(9)}x\n`.repeat(100),
  'deep list': Array.from({ length: 30 }, (_, at) => `${' '.repeat(at * 2)}- a`).join('\n'),
  ticks: '`a'.repeat(990),
  tags: '<a '.repeat(990),
  comments: '<!--'.repeat(480),
  mails: 'a@'.repeat(9_000),
  urls: 'http://a. '.repeat(1_900),
  setext: `${'a\n'.repeat(9_000)}=`,
  table: `${'|a'.repeat(300)}\n${'|-'.repeat(300)}\n${'|b'.repeat(300)}`,
};

for (const [name, text] of Object.entries(HOSTILE)) {
  test(`bounded: ${name}`, () => {
    const before = performance.now();
    const seen = flatten(parseMarkdown(text)).text.length;
    assert.ok(performance.now() - before < 500, `${Math.round(performance.now() - before)} ms`);
    assert.ok(seen > 0);
  });
}

test('text outside the bounds is shown plain and whole', () => {
  const text = `**a** ${'x'.repeat(25_000)}`;
  assert.equal(parseMarkdown(text), [{ kind: 'paragraph', children: [{ kind: 'text', text }] }]);
});

test('only a text that could take more than 24 lines in a narrow window is measured', () => {
  for (const text of ['a\n'.repeat(25), 'x'.repeat(60_000), '漢'.repeat(24 * 12 + 1)]) assert.ok(mayBeLong(text));
  for (const text of ['a\n'.repeat(14), 'Who takes the boats on Thursday, and who brings the long rope?']) assert.not.ok(mayBeLong(text));
});

test('one to three emoji grow, of every kind that there is', () => {
  for (const text of ['👍🏽 🎉', '👨‍👩‍👧', '1️⃣', '#️⃣*️⃣', '🏴󠁧󠁢󠁳󠁣󠁴󠁿', '🇵🇹 🇯🇵', '❤️', '©️']) assert.ok(isEmojiOnly(text), text);
  for (const text of ['12', '#', '©', '™', '™ ©', 'ok 👍', '👍👍👍👍', '🇵', '']) assert.not.ok(isEmojiOnly(text), text);
});

test.run();
