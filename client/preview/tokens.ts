// The tree that the highlighter makes of a text → flat tokens in order. Of scopes inside each other the inner one colours.
import type { Tokens } from './pieces.ts';

export interface TokenTree {
  scope?: string;
  children: readonly (string | TokenTree)[];
}

/** Scopes of the highlighter → colours of the viewer; others have none. */
const COLOURS: Readonly<Record<string, string>> = {
  keyword: 'keyword', built_in: 'name', type: 'type', literal: 'literal', number: 'literal', regexp: 'string', string: 'string', subst: '', symbol: 'literal',
  class: 'type', function: 'title', title: 'title', params: '', comment: 'comment', doctag: 'doc', meta: 'meta', section: 'title', tag: 'tag', name: 'tag',
  attr: 'attribute', attribute: 'attribute', variable: 'name', bullet: 'literal', code: 'string', emphasis: 'emphasis', strong: 'strong', formula: 'string',
  link: 'string', quote: 'comment', 'selector-tag': 'tag', 'selector-id': 'title', 'selector-class': 'title', 'selector-attr': 'attribute', 'selector-pseudo': 'keyword',
  'template-tag': 'tag', 'template-variable': 'name', addition: 'addition', deletion: 'deletion', property: 'attribute', punctuation: '', operator: '', char: 'literal',
};
export const CLASSES: readonly string[] = [...new Set(Object.values(COLOURS).filter(Boolean))];

export function tokensOf(root: TokenTree): Tokens {
  const [starts, ends, kinds]: number[][] = [[], [], []];
  let place = 0;
  const stack: { node: TokenTree; at: number; colour: string }[] = [{ node: root, at: 0, colour: '' }];
  while (stack.length > 0) {
    const top = stack.at(-1)!;
    const child = top.node.children[top.at];
    top.at += 1;
    if (child === undefined) stack.pop();
    else if (typeof child !== 'string') stack.push({ node: child, at: 0, colour: colourOf(child.scope, top.colour) });
    else {
      if (top.colour !== '') {
        starts!.push(place);
        ends!.push(place + child.length);
        kinds!.push(CLASSES.indexOf(top.colour));
      }
      place += child.length;
    }
  }
  return { starts: Uint32Array.from(starts!), ends: Uint32Array.from(ends!), kinds: Uint8Array.from(kinds!), classes: [...CLASSES] };
}

function colourOf(scope: string | undefined, around: string): string {
  if (scope === undefined) return around;
  return COLOURS[scope] ?? COLOURS[scope.split('.')[0]!] ?? around;
}
