// The project's own sources as the architecture test looks at them: imports of every kind, functions, text.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join, relative } from 'node:path';
import ts from 'typescript';
import { root } from './folders.ts';

export interface Source {
  /** From the top of the project, with forward slashes. */
  path: string;
  text: string;
  lines: number;
}

export interface Import {
  from: string;
  /** A path from the top of the project, or the name of a package. */
  to: string;
  own: boolean;
}

const LEFT_OUT = new Set(['node_modules', 'dist', '.git', 'data', 'test-results', '.dev', '.cache']);
const CODE = new Set(['.ts', '.mjs', '.js', '.svelte', '.css']);
const BINARY = new Set(['.png', '.ico', '.woff2', '.gz']);

function walk(folder: string): string[] {
  return readdirSync(join(root, folder))
    .filter((name) => !LEFT_OUT.has(name))
    .map((name) => (folder === '' ? name : `${folder}/${name}`))
    .flatMap((path) => (statSync(join(root, path)).isDirectory() ? walk(path) : [path]));
}

/** What belongs to the project: what git knows, or everything where there is no git. */
function tracked(): string[] {
  const listed = spawnSync('git', ['ls-files', '-z'], { cwd: root, encoding: 'utf8' });
  return listed.status === 0 ? listed.stdout.split('\0').filter((path) => path !== '' && existsSync(join(root, path))) : walk('');
}

export function textFiles(): Source[] {
  return tracked().filter((path) => !BINARY.has(extname(path))).map(read);
}

export function read(path: string): Source {
  const text = readFileSync(join(root, path), 'utf8');
  return { path, text, lines: text.replace(/\n$/, '').split('\n').length };
}

export function codeFiles(): Source[] {
  return ['client', 'server', 'shared', 'test', 'scripts'].flatMap(walk).filter((path) => CODE.has(extname(path))).concat('vite.config.ts').map(read);
}

/** The TypeScript of a file; of a component, what stands in its script blocks. */
function scriptOf({ path, text }: Source): string {
  if (!path.endsWith('.svelte')) return path.endsWith('.css') ? '' : text;
  return [...text.matchAll(/<script[^>]*>([\s\S]*?)<\/script>/g)].map((block) => block[1]).join('\n');
}

/** Static, dynamic, require, `new URL(…, import.meta.url)` of workers, and import() in the markup of a component. */
export function importsOf(source: Source): Import[] {
  const script = scriptOf(source);
  const found = ts.preProcessFile(script, true, true).importedFiles.map((file) => file.fileName);
  // Inside a string of a .ts file import() is text; what preProcessFile cannot see is the markup of components.
  const markup = source.path.endsWith('.svelte') ? source.text : '';
  found.push(...[...markup.matchAll(/\bimport\(\s*['"]([^'"]+)['"]/g)].map((match) => match[1]!));
  const others = [/new URL\(\s*['"]([^'"]+)['"]\s*,\s*import\.meta\.url/g, /@import\s+(?:url\()?['"]([^'"]+)['"]/g];
  for (const pattern of others) found.push(...[...source.text.matchAll(pattern)].map((match) => match[1]!));
  return [...new Set(found)].map((name) => {
    const own = name.startsWith('.');
    return { from: source.path, to: own ? relative(root, join(root, dirname(source.path), name)) : name, own };
  }).filter(({ to }) => to !== '');
}

export interface Syntax {
  functions: Array<{ name: string; lines: number; parameters: number; isTest: boolean }>;
  /** Those that do not even say why nothing is to be done. */
  emptyCatches: number;
  mutableVariables: string[];
  /** True where every statement hands on what another file exports. */
  barrel: boolean;
}

export function syntaxOf(source: Source): Syntax {
  const file = ts.createSourceFile(source.path, scriptOf(source), ts.ScriptTarget.Latest, true, source.path.endsWith('.mjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS);
  const syntax: Syntax = { functions: [], emptyCatches: 0, mutableVariables: topLevelLets(file), barrel: isBarrel(file) };
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && 'body' in node && node.body) syntax.functions.push(functionOf(node, file));
    if (ts.isCatchClause(node) && /^\{\s*\}$/.test(node.block.getText(file))) syntax.emptyCatches += 1;
    ts.forEachChild(node, visit);
  };
  visit(file);
  return syntax;
}

/** Told to logs and to other programs, not to people. */
const FOR_PROGRAMS = /^(Error|ReachError)\('(unexpected|malformed)'|^Error\(/;
/** Selectors and media queries. */
const SELECTOR = /^[a-z]+(, [a-z]+)+$|[[\].(]/;

/** Texts in the code that hold two words of a language. */
export function sentencesOf(source: Source): string[] {
  const file = ts.createSourceFile(source.path, scriptOf(source), ts.ScriptTarget.Latest, true, ts.ScriptKind.TS);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isNewExpression(node) && FOR_PROGRAMS.test(node.getText(file).slice('new '.length))) return;
    const text = ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node) ? node.text : '';
    if (/\p{L}{2,}[,:]? \p{L}{2,}/u.test(text) && !(SELECTOR.test(text) && text === text.toLowerCase())) found.push(text);
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function functionOf(node: ts.SignatureDeclaration, file: ts.SourceFile): Syntax['functions'][number] {
  const line = (at: number) => file.getLineAndCharacterOfPosition(at).line;
  const isTest = ts.isCallExpression(node.parent) && /^test\b/.test(node.parent.expression.getText(file));
  const name = node.name?.getText(file) ?? (ts.isVariableDeclaration(node.parent) ? node.parent.name.getText(file) : 'anonymous');
  return { name, lines: line(node.end) - line(node.getStart(file)) + 1, parameters: node.parameters.length, isTest };
}

function topLevelLets(file: ts.SourceFile): string[] {
  return file.statements
    .filter(ts.isVariableStatement)
    .filter((statement) => (statement.declarationList.flags & ts.NodeFlags.Const) === 0)
    .flatMap((statement) => statement.declarationList.declarations.map((one) => one.name.getText(file)));
}

function isBarrel(file: ts.SourceFile): boolean {
  return file.statements.length > 0 && file.statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined);
}
