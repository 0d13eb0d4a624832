// A Markdown file → a tree of known nodes. The lexer only splits the text; nothing it says is ever HTML here. Raw HTML is
// shown as it was typed, a picture is named and never loaded. It runs in a worker with a time limit, so long files may be
// read whole; what is too large as a tree is refused, and the reader sees the source.
import { Lexer, type Token, type Tokens } from 'marked';
import { safeAddress } from './address.ts';
import { PreviewError } from './byte-source.ts';
import { words } from '../words/words.ts';

export type Inline =
  | { kind: 'text' | 'code'; text: string }
  | { kind: 'strong' | 'em' | 'del'; children: Inline[] }
  | { kind: 'link'; url: string; children: Inline[] }
  | { kind: 'picture'; remote: boolean; address: string; alt: string }
  | { kind: 'break' };

export type Block =
  | { kind: 'paragraph'; children: Inline[] }
  | { kind: 'heading'; level: number; children: Inline[] }
  | { kind: 'code'; text: string; language: string }
  | { kind: 'quote'; blocks: Block[] }
  | { kind: 'list'; ordered: boolean; start: number; items: { done: boolean | undefined; blocks: Block[] }[] }
  | { kind: 'table'; header: Cell[]; rows: Cell[][] }
  | { kind: 'typed'; text: string }
  | { kind: 'rule' };

export interface Cell {
  align: 'left' | 'center' | 'right' | null;
  children: Inline[];
}

const NODES_MAX = 20_000;
const NESTING_MAX = 24;

export function parseMarkdownFile(text: string): Block[] {
  return new Walk().blocks(new Lexer({ gfm: true }).lex(text), 0);
}

class Walk {
  #count = 0;

  blocks(tokens: readonly Token[], depth: number): Block[] {
    return tokens.flatMap((token) => this.#block(token, depth));
  }

  #block(token: Token, depth: number): Block[] {
    this.#admit(depth);
    switch (token.type) {
      case 'space':
      case 'def':
        return [];
      case 'paragraph':
      case 'text':
        return [{ kind: 'paragraph', children: this.#inlinesOf(token as Tokens.Paragraph, depth) }];
      case 'heading':
        return [{ kind: 'heading', level: (token as Tokens.Heading).depth, children: this.#inlinesOf(token as Tokens.Heading, depth) }];
      case 'code':
        return [{ kind: 'code', text: (token as Tokens.Code).text, language: /^[\w+#.-]{1,24}/.exec((token as Tokens.Code).lang ?? '')?.[0] ?? '' }];
      case 'blockquote':
        return [{ kind: 'quote', blocks: this.blocks((token as Tokens.Blockquote).tokens, depth + 1) }];
      case 'list':
        return [this.#list(token as Tokens.List, depth)];
      case 'table':
        return [this.#table(token as Tokens.Table, depth)];
      case 'hr':
        return [{ kind: 'rule' }];
      default:
        return [{ kind: 'typed', text: token.raw.replace(/\n+$/, '') }];
    }
  }

  #list(token: Tokens.List, depth: number): Block {
    const items = token.items.map((item) => ({
      done: item.task ? item.checked === true : undefined,
      blocks: this.blocks(item.tokens.filter((part) => (part.type as string) !== 'checkbox'), depth + 1),
    }));
    return { kind: 'list', ordered: token.ordered, start: typeof token.start === 'number' ? token.start : 1, items };
  }

  #table(token: Tokens.Table, depth: number): Block {
    const cell = ({ align, tokens }: Tokens.TableCell): Cell => ({ align, children: this.#inlines(tokens, depth + 1) });
    return { kind: 'table', header: token.header.map(cell), rows: token.rows.map((row) => row.map(cell)) };
  }

  #inlinesOf(token: { tokens?: Token[]; text: string }, depth: number): Inline[] {
    return token.tokens ? this.#inlines(token.tokens, depth + 1) : [{ kind: 'text', text: token.text }];
  }

  #inlines(tokens: readonly Token[], depth: number): Inline[] {
    return tokens.flatMap((token) => this.#inline(token, depth));
  }

  #inline(token: Token, depth: number): Inline[] {
    this.#admit(depth);
    switch (token.type) {
      case 'text':
        return (token as Tokens.Text).tokens ? this.#inlinesOf(token as Tokens.Text, depth) : [{ kind: 'text', text: withCharacters(token.raw) }];
      case 'escape':
        return [{ kind: 'text', text: (token as Tokens.Escape).text }];
      case 'strong':
      case 'em':
      case 'del':
        return [{ kind: token.type, children: this.#inlinesOf(token as Tokens.Strong, depth) }];
      case 'codespan':
        return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
      case 'br':
        return [{ kind: 'break' }];
      case 'link':
        return this.#link(token as Tokens.Link, depth);
      case 'image':
        return [pictureOf(token as Tokens.Image)];
      default:
        return [{ kind: 'text', text: token.raw }];
    }
  }

  /** Any other scheme, and an address inside the page, keeps only its words. */
  #link(token: Tokens.Link, depth: number): Inline[] {
    const url = safeAddress(token.href);
    if (url === undefined) return token.href.startsWith('#') ? this.#inlinesOf(token, depth) : [{ kind: 'text', text: token.raw }];
    return [{ kind: 'link', url, children: this.#inlinesOf(token, depth) }];
  }

  #admit(depth: number): void {
    this.#count += 1;
    if (this.#count > NODES_MAX || depth > NESTING_MAX) throw new PreviewError(words.refused.markdown);
  }
}

/** The named characters that people type; any other stays as it was typed. */
const CHARACTERS: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'", nbsp: '\u00a0', copy: '©', reg: '®', trade: '™', mdash: '—', ndash: '–', hellip: '…', times: '×', deg: '°' };

function withCharacters(text: string): string {
  return text.replace(/&([a-z]{2,6});/g, (typed, name: string) => CHARACTERS[name] ?? typed);
}

function pictureOf({ href, text }: Tokens.Image): Inline {
  return { kind: 'picture', remote: /^(?:[a-z][a-z\d+.-]*:|\/\/)/i.test(href) && !href.startsWith('data:'), address: href.slice(0, 200), alt: text };
}
