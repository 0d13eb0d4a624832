// Loads a `.svelte.ts` module as the window's build does: types off, then Svelte's compiler for the runes. The result
// is a data: URL, so its imports are made absolute first; those that have runes themselves become data: URLs too, each
// once, so that all share one.
import { compileModule } from 'svelte/compiler';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export async function loadRunes<T>(file: URL): Promise<T> {
  return (await import(compiled(file, new Map()))) as T;
}

function compiled(file: URL, known: Map<string, string>): string {
  const before = known.get(file.href);
  if (before !== undefined) return before;
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const { js } = compileModule(outputText, { filename: file.pathname, generate: 'client', dev: false });
  const code = js.code.replace(/(from |import )(['"])([^'"]+)\2/g, (_, word: string, quote: string, name: string) => `${word}${quote}${absolute(name, file, known)}${quote}`);
  const url = `data:text/javascript;base64,${Buffer.from(code).toString('base64')}`;
  known.set(file.href, url);
  return url;
}

function absolute(name: string, file: URL, known: Map<string, string>): string {
  if (!name.startsWith('.')) return import.meta.resolve(name);
  const at = new URL(name, file);
  return at.pathname.endsWith('.svelte.ts') ? compiled(at, known) : at.href;
}
