// Loads a `.svelte.ts` module as the window's build does: types off, then Svelte's compiler for the runes. The result
// is a data: URL, so its imports are made absolute first.
import { compileModule } from 'svelte/compiler';
import { readFileSync } from 'node:fs';
import ts from 'typescript';

export async function loadRunes<T>(file: URL): Promise<T> {
  const { outputText } = ts.transpileModule(readFileSync(file, 'utf8'), {
    compilerOptions: { target: ts.ScriptTarget.ES2022, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
  });
  const { js } = compileModule(outputText, { filename: file.pathname, generate: 'client', dev: false });
  const code = js.code.replace(/(from |import )'([^']+)'/g, (_, word: string, name: string) => `${word}'${name.startsWith('.') ? new URL(name, file).href : import.meta.resolve(name)}'`);
  return (await import(`data:text/javascript;base64,${Buffer.from(code.replace(/(from |import )"([^"]+)"/g, (_, word: string, name: string) => `${word}"${import.meta.resolve(name)}"`)).toString('base64')}`)) as T;
}
