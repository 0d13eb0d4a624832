// The rules of the house, checked: who may import whom, sizes, habits, and that documents say what the code does.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parse } from 'svelte/compiler';
// @ts-expect-error: plain JavaScript, because the build runs it before anything else
import { BUILT_IN } from '../scripts/licences.mjs';
import { helpText } from '../server/config.ts';
import { MESSAGES } from '../shared/protocol/messages.ts';
import { root } from './helpers/folders.ts';
import { codeFiles, importsOf, read, sentencesOf, syntaxOf, textFiles, type Import, type Source } from './helpers/sources.ts';

const FILE_LINES = 400;
const FUNCTION_LINES = 60;
const PARAMETERS = 4;

interface Layer {
  /** Paths that start with this belong to the layer; the first that fits counts. */
  at: string;
  /** Own paths it may import, by their start. */
  own: readonly string[];
  /** Packages; `node:` stands for every module of Node. */
  packages: readonly RegExp[];
}

const OWN_NAME = 'Reach';

/** Attributes that somebody reads or hears. */
const TOLD = new Set(['aria-label', 'aria-valuetext', 'aria-roledescription', 'title', 'placeholder', 'alt', 'label', 'legend', 'hint']);

type Node = Record<string, unknown>;

/** The texts that an expression may come to: neither what it compares nor names of its parts. */
function textsOf(node: Node): string[] {
  const among = (...parts: unknown[]): string[] => parts.flat().flatMap((part) => textsOf(part as Node));
  switch (node.type) {
    case 'Literal': return typeof node.value === 'string' ? [node.value] : [];
    case 'TemplateLiteral': return [...(node.quasis as { value: { cooked: string } }[]).map(({ value }) => value.cooked), ...among(node.expressions)];
    case 'ConditionalExpression': return among(node.consequent, node.alternate);
    case 'LogicalExpression': return among(node.left, node.right);
    case 'BinaryExpression': return node.operator === '+' ? among(node.left, node.right) : [];
    // What is printed on keys is named in the table of them.
    case 'CallExpression': return (node.callee as Node).name === 'printed' ? [] : among(node.arguments);
    default: return [];
  }
}

/** What is told by an attribute of an element, or of a component: of that, whatever reads like words. */
function told({ name, value }: Node, ofComponent: boolean): string[] {
  const reads = (text: string): boolean => (TOLD.has(name as string) ? /\p{L}{2}/u.test(text) : ofComponent && /\p{L}{2,} \p{L}{2,}/u.test(text));
  const parts = [value].flat().filter((part) => typeof part === 'object') as Node[];
  return parts.flatMap((part) => (part.type === 'Text' ? [part.data as string] : textsOf(part.expression as Node))).filter(reads).map((text) => `${name as string}="${text}"`);
}

/** Letters between the tags of a component, and in what its elements are called. Names of keys are the same in every language. */
function wordsIn(source: string): string[] {
  const found: string[] = [];
  const visit = (node: unknown): void => {
    if (Array.isArray(node)) return node.forEach(visit);
    if (node === null || typeof node !== 'object') return;
    const { type, data, expression, attributes, fragment, nodes, body, consequent, alternate, fallback } = node as Node;
    if (type === 'Text' && /\p{L}{2}/u.test(data as string)) found.push((data as string).trim());
    if (type === 'ExpressionTag') found.push(...textsOf(expression as Node).filter((text) => /\p{L}{2}/u.test(text) && text !== OWN_NAME));
    for (const one of (attributes ?? []) as Node[]) if (one.type === 'Attribute') found.push(...told(one, type === 'Component'));
    for (const inside of [fragment, nodes, body, consequent, alternate, fallback]) visit(inside);
  };
  visit(parse(source, { modern: true }).fragment);
  return found;
}

/** Lists of file endings, commands of a system, names of a cipher's purposes. */
const TERMS = ['client/ui/files/kinds.ts', 'client/engine/cache/keychain.ts', 'client/engine/cache/seal.ts'];

const SCREEN = [/^svelte(\/|$)/, /^@lucide\/svelte\/icons\//];
const LAYERS: readonly Layer[] = [
  { at: 'shared/protocol/', own: ['shared/protocol/'], packages: [/^cborg$/, /^valibot$/] },
  { at: 'shared/crypto/', own: ['shared/crypto/', 'shared/protocol/'], packages: [/^node:crypto$/, /^@scure\/bip39/] },
  { at: 'shared/udp/', own: ['shared/'], packages: [] },
  { at: 'server/', own: ['server/', 'shared/'], packages: [/^node:/, /^(pino|libsql|valibot|cborg|@serenity-kit\/opaque)$/] },
  { at: 'client/engine/', own: ['client/engine/', 'client/words/words.ts', 'client/words/en/failures.ts', 'shared/'], packages: [/^node:/, /^(minisearch|valibot|@serenity-kit\/opaque|@zip\.js\/zip\.js)$/] },
  { at: 'client/cli/', own: ['client/cli/', 'client/engine/', 'shared/'], packages: [/^node:/, /^(valibot|@serenity-kit\/opaque)$/] },
  { at: 'client/state/', own: ['client/state/', 'client/words/', 'shared/protocol/', 'client/engine/types.ts'], packages: [/^svelte(\/|$)/] },
  { at: 'client/words/', own: ['client/words/', 'shared/protocol/limits.ts'], packages: [] },
  { at: 'client/preview/', own: ['client/preview/', 'client/words/', 'shared/protocol/'], packages: [/^marked$/, /^highlight\.js\//, /^pdfjs-dist\//] },
  { at: 'client/spelling/', own: ['client/spelling/', 'client/preview/worker-desk.ts'], packages: [/^svelte\/reactivity$/, /^nspell$/] },
  { at: 'client/ui/parts/', own: ['client/ui/parts/', 'client/ui/keys/', 'client/words/'], packages: SCREEN },
  { at: 'client/ui/context.ts', own: ['client/preview/', 'client/spelling/', 'client/state/', 'client/ui/chat/', 'client/engine/types.ts', 'client/platform/platform.ts'], packages: SCREEN },
  { at: 'client/ui/App.svelte', own: ['client/preview/', 'client/spelling/', 'client/ui/', 'client/state/', 'client/words/', 'shared/protocol/', 'client/engine/types.ts', 'client/platform/platform.ts'], packages: SCREEN },
  { at: 'client/ui/', own: ['client/ui/', 'client/spelling/', 'client/state/', 'client/words/', 'client/preview/', 'shared/protocol/', 'client/engine/types.ts'], packages: [...SCREEN, /^(marked|minisearch|thumbhash|uqr)$/] },
  { at: 'client/platform/', own: ['client/platform/'], packages: [] },
  { at: 'client/', own: ['client/', 'shared/'], packages: [/^svelte$/, /^@fontsource-variable\//, /^@serenity-kit\/opaque$/] },
  { at: 'scripts/', own: ['scripts/', 'vite.config.ts', 'shared/'], packages: [/./] },
  { at: 'bench/', own: [''], packages: [/./] },
  { at: 'test/', own: [''], packages: [/./] },
  { at: 'vite.config.ts', own: [''], packages: [/./] },
];

const sources = codeFiles();
const imports = sources.flatMap(importsOf);
const isCode = ({ path }: Source) => /\.(ts|mjs|svelte)$/.test(path);
const product = sources.filter(({ path }) => !path.startsWith('test/'));

function none(found: readonly string[], rule: string): void {
  assert.equal(found, [], `${rule}:\n  ${found.join('\n  ')}\n`);
}

function broken({ from, to, own }: Import): boolean {
  const layer = LAYERS.find(({ at }) => from.startsWith(at));
  if (!layer) return true;
  return own ? !layer.own.some((start) => to.startsWith(start)) : !layer.packages.some((pattern) => pattern.test(to));
}

test('there is something to look at', () => {
  assert.ok(sources.length > 30, `${sources.length} files`);
  assert.ok(imports.length > 100, `${imports.length} imports`);
});

test('every import is one that its layer may make', () => {
  none(imports.filter(broken).map(({ from, to }) => `${from} → ${to}`), 'imports against the rules');
});

test('nothing imports the tests, and nothing imports the composition roots', () => {
  const roots = ['client/main.ts', 'client/cli/main.ts', 'server/main.ts'];
  const found = imports.filter(({ from, to, own }) => own && ((to.startsWith('test/') && !from.startsWith('test/')) || roots.includes(to)));
  none(found.map(({ from, to }) => `${from} → ${to}`), 'imports of tests or of composition roots');
});

test('sockets of the client live in two files, those that go out and the one this computer plays from, and what the window runs knows no Node', () => {
  const network = /^node:(net|dgram|tls|https?|http2)$/;
  const sockets = imports.filter(({ from, to }) => from.startsWith('client/') && network.test(to) && !['client/engine/sockets.ts', 'client/engine/media-port.ts'].includes(from));
  const windowed = imports.filter(({ from, to }) => /^(shared\/protocol|client\/state|client\/preview|client\/ui|client\/platform)\//.test(from) && to.startsWith('node:'));
  none([...sockets, ...windowed].map(({ from, to }) => `${from} → ${to}`), 'modules of Node in the wrong place');
});

test('About names the terms of every package that is built in', () => {
  const packages = imports.filter(({ from, to, own }) => !own && /^(client|server|shared)\//.test(from) && !to.startsWith('node:')).map(({ to }) => to.split('/').slice(0, to.startsWith('@') ? 2 : 1).join('/'));
  none([...new Set(packages)].filter((name) => !BUILT_IN.includes(name)), 'packages without their terms');
});

test('imports of own files name the extension', () => {
  none(imports.filter(({ to, own }) => own && !/\.\w+$/.test(to)).map(({ from, to }) => `${from} → ${to}`), 'imports without extension');
});

test('no barrels, no folders and files for odds and ends', () => {
  none(sources.filter((source) => /(^|\/)index\.(ts|js|mjs)$/.test(source.path) || (isCode(source) && syntaxOf(source).barrel)).map(({ path }) => path), 'barrels');
  none(product.filter(({ path }) => /(^|\/)(utils?|helpers?|common|misc)(\/|\.\w+$)/i.test(path)).map(({ path }) => path), 'odds and ends');
});

test(`files of at most ${FILE_LINES} lines, functions of at most ${FUNCTION_LINES}, ${PARAMETERS} parameters`, () => {
  none(sources.filter(({ lines }) => lines > FILE_LINES).map(({ path, lines }) => `${path}: ${lines} lines`), 'long files');
  const functions = sources.filter(isCode).flatMap((source) => syntaxOf(source).functions.map((one) => ({ ...one, path: source.path })));
  none(functions.filter(({ lines, isTest }) => !isTest && lines > FUNCTION_LINES).map(({ path, name, lines }) => `${path} ${name}: ${lines} lines`), 'long functions');
  none(functions.filter(({ parameters }) => parameters > PARAMETERS).map(({ path, name, parameters }) => `${path} ${name}: ${parameters}`), 'parameters');
});

test('no mutable module variables, no empty catch, nothing left to do', () => {
  const modules = product.filter(({ path }) => /^(client|server|shared)\/.*\.ts$/.test(path));
  none(modules.flatMap((source) => syntaxOf(source).mutableVariables.map((name) => `${source.path}: ${name}`)), 'mutable module variables');
  none(sources.filter((source) => isCode(source) && syntaxOf(source).emptyCatches > 0).map(({ path }) => path), 'empty catches');
  const unfinished = new RegExp(['TO' + 'DO', 'FIX' + 'ME', 'X' + 'XX', '@ts-' + 'ignore'].map((word) => `\\b${word}\\b`).join('|').replace('\\b@', '@'));
  none(sources.filter(({ text }) => unfinished.test(text)).map(({ path }) => path), 'unfinished');
});

test('nothing of a message ever becomes markup', () => {
  const raw = /\{@html|\binnerHTML\b|\bouterHTML\b|\binsertAdjacentHTML\b|\bdocument\.write\b|\bsrcdoc\b|<iframe|<webview/;
  none(sources.filter(({ path, text }) => path.startsWith('client/') && raw.test(text)).map(({ path }) => path), 'raw markup');
  const parsed = sources.filter(({ path, text }) => path.startsWith('client/') && text.includes('DOMParser')).map(({ path }) => path);
  assert.equal(parsed, ['client/ui/files/html-table.ts'], 'one place reads pasted markup, for its text alone');
});

test('every suite is run, and no test of it is left out', () => {
  const suites = sources.filter(({ path }) => path.startsWith('test/') && path.endsWith('.test.ts'));
  none(suites.filter(({ text }) => !/^\w+\.run\(\);$/m.test(text)).map(({ path }) => path), 'suites that are not run');
  none(suites.filter(({ text }) => /^\s*\w+\.(skip|only)\(/m.test(text)).map(({ path }) => path), 'suites with tests left out');
});

test('the table of frames in docs/protocol.md is the table in the code', () => {
  const rows = [...read('docs/protocol.md').text.matchAll(/^\| (\d+) \| `(\w+)` \| (client|server|both) \| (\w+) \|/gm)];
  const documented = rows.map(([, ...cells]) => cells.join(' '));
  const coded = Object.entries(MESSAGES).map(([name, { id, from, phase }]) => `${id} ${name} ${from} ${phase}`);
  assert.equal(documented, coded);
});

test('every option of the server that a document names is in --help', () => {
  const options = new Set([...helpText().matchAll(/--([a-z-]+)/g)].map((match) => match[1]!));
  const documents = ['docs/operating.md'].filter((path) => existsSync(join(root, path)));
  const named = documents.flatMap((path) => [...read(path).text.matchAll(/main\.js(?: [^\n`]*)?|`(--[a-z-]+)[^`]*`/g)].flatMap(([text]) => [...text.matchAll(/--([a-z-]+)/g)].map((match) => match[1]!)));
  none(named.filter((name) => !options.has(name)), 'options that --help does not know');
});

test('no text names the place where it was written, nor a download address', () => {
  const files = textFiles();
  const places = new RegExp(['/wo' + 'rk/(main|shared|\\.)', '/tmp/br' + 'ief', 'regis' + 'try\\.\\w+\\.\\w+', 'codel' + 'oad\\.'].join('|'));
  none(files.filter(({ text }) => places.test(text)).map(({ path }) => path), 'places and registries');
  assert.not.match(read('package-lock.json').text, /"resolved"/);
  const numbered = /\b[Ii]ssue #?\d+\b/;
  none(files.filter(({ path, text }) => path !== 'package-lock.json' && numbered.test(text)).map(({ path }) => path), 'numbers of issues');
});

test('no component says anything in words of its own', () => {
  const said = textFiles().filter(({ path }) => path.startsWith('client/ui/') && path.endsWith('.svelte')).flatMap(({ path, text }) => wordsIn(text).map((words) => `${path}: ${words}`));
  none(said, 'texts that belong to client/words');
});

test('no module of the window has sentences of its own', () => {
  const modules = sources.filter(({ path }) => /^client\/(engine|state|preview|ui|platform)\//.test(path) && /\.(ts|svelte)$/.test(path) && !TERMS.includes(path));
  none(modules.flatMap((source) => sentencesOf(source).map((text) => `${source.path}: ${text}`)), 'texts that belong to client/words');
});

test.run();
