// Message text → a small tree of known nodes. Rules: marked's lexer only splits the text; nothing it says is ever HTML
// here, and only the nodes below exist. What is not on the list is shown as it was typed, so nothing vanishes and
// nothing runs. Work is bounded before the lexer sees a byte, because its time grows with nesting and open marks.
import { Lexer, type Token, type Tokens } from 'marked';
import { splitControls } from './controls.ts';

export type Node =
  | { kind: 'text'; text: string }
  /** A direction control, shown by its name instead of obeyed. */
  | { kind: 'control'; name: string }
  | { kind: 'code'; text: string }
  | { kind: 'link'; url: string; children: Node[] }
  | { kind: 'strong' | 'em' | 'del'; children: Node[] }
  | { kind: 'break' }
  | { kind: 'paragraph' | 'quote'; children: Node[] }
  | { kind: 'heading'; level: number; children: Node[] }
  | { kind: 'block'; text: string; language: string }
  | { kind: 'list'; ordered: boolean; start: number; items: Node[][] }
  | { kind: 'rule' };

/** Longer text is shown plain: nobody writes that much markup by hand, and lexing must stay under a frame or two. */
export const MARKDOWN_CHARACTERS = 20_000;
/** Markup characters in one message, and of one kind in a row. */
const MARKS_MAX = 2_000;
const RUN_MAX = 60;
/** Characters without a space: the search for addresses in one word is quadratic. */
const WORD_MAX = 1_000;
/** Quotes and lists inside each other. */
const NESTING_MAX = 8;
const NODES_MAX = 3_000;
/** Those that Unicode recommends to everybody: keycaps and flags of regions are among them, © without its emoji form is not. */
const FEW_EMOJI = new RegExp(String.raw`^\s*(?:\p{RGI_Emoji}\s*){1,3}$`, 'v');
const LINK_SCHEMES: readonly string[] = ['http:', 'https:', 'mailto:'];

export function parseMarkdown(text: string): Node[] {
  if (!isModest(text)) return plain(text);
  const walk = new Walk();
  const nodes = walk.blocks(new Lexer({ gfm: true, breaks: true }).lex(text), 0);
  return walk.overflowed ? plain(text) : nodes;
}

/** An address that may be opened, or undefined. */
export function safeUrl(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  return LINK_SCHEMES.includes(url.protocol) ? url.href : undefined;
}

/** One to three emoji and nothing else: shown large, without a bubble. */
export function isEmojiOnly(text: string): boolean {
  return text.length <= 64 && FEW_EMOJI.test(text);
}

function plain(text: string): Node[] {
  return [{ kind: 'paragraph', children: splitControls(text) }];
}

function isModest(text: string): boolean {
  if (text.length > MARKDOWN_CHARACTERS) return false;
  if (new RegExp(`\\S{${WORD_MAX},}`).test(text)) return false;
  if ((text.match(/[*_~`[\]()<>!#|\\+-]/g)?.length ?? 0) > MARKS_MAX) return false;
  if (new RegExp(`([*_~\`<>\\[\\]()!|])(?:[ \\t]?\\1){${RUN_MAX},}`).test(text)) return false;
  return !/^(?:[ \t]*(?:>|[-*+]|\d{1,9}[.)])[ \t]*){10,}/m.test(text) && !/^[ \t]{40,}[-*+>\d]/m.test(text);
}

class Walk {
  overflowed = false;
  #count = 0;

  blocks(tokens: readonly Token[], depth: number): Node[] {
    return tokens.flatMap((token) => this.#block(token, depth));
  }

  #block(token: Token, depth: number): Node[] {
    if (!this.#admit(depth)) return [];
    switch (token.type) {
      case 'space':
        return [];
      case 'paragraph':
      case 'text':
        return [{ kind: 'paragraph', children: this.#inlineOf(token as Tokens.Paragraph, depth) }];
      case 'heading':
        return [{ kind: 'heading', level: (token as Tokens.Heading).depth, children: this.#inlineOf(token as Tokens.Heading, depth) }];
      case 'code':
        return [codeBlock(token as Tokens.Code)];
      case 'blockquote':
        return [{ kind: 'quote', children: this.blocks((token as Tokens.Blockquote).tokens, depth + 1) }];
      case 'list':
        return [this.#list(token as Tokens.List, depth)];
      case 'hr':
        return [{ kind: 'rule' }];
      default:
        return plain(token.raw.replace(/\n+$/, ''));
    }
  }

  #list(token: Tokens.List, depth: number): Node {
    const items = token.items.map((item) => {
      const box: Node[] = item.task ? [{ kind: 'text', text: item.checked ? '☑ ' : '☐ ' }] : [];
      return [...box, ...this.blocks(item.tokens.filter((part) => (part.type as string) !== 'checkbox'), depth + 1)];
    });
    return { kind: 'list', ordered: token.ordered, start: typeof token.start === 'number' ? token.start : 1, items };
  }

  #inlineOf(token: { tokens?: Token[]; text: string }, depth: number): Node[] {
    return token.tokens ? this.#inlines(token.tokens, depth + 1) : splitControls(token.text);
  }

  #inlines(tokens: readonly Token[], depth: number): Node[] {
    return tokens.flatMap((token) => this.#inline(token, depth));
  }

  #inline(token: Token, depth: number): Node[] {
    if (!this.#admit(depth)) return [];
    switch (token.type) {
      case 'text':
        return this.#text(token as Tokens.Text, depth);
      case 'escape':
        return splitControls((token as Tokens.Escape).text);
      case 'strong':
      case 'em':
      case 'del':
        return [{ kind: token.type, children: this.#inlineOf(token as Tokens.Strong, depth) }];
      case 'codespan':
        return [{ kind: 'code', text: (token as Tokens.Codespan).text }];
      case 'br':
        return [{ kind: 'break' }];
      case 'link':
        return this.#link(token as Tokens.Link, depth);
      default:
        return splitControls(token.raw);
    }
  }

  #text(token: Tokens.Text, depth: number): Node[] {
    return token.tokens ? this.#inlines(token.tokens, depth + 1) : splitControls(token.text);
  }

  /** Any other scheme stays the text it was typed as. */
  #link(token: Tokens.Link, depth: number): Node[] {
    const url = safeUrl(token.href);
    return url === undefined ? splitControls(token.raw) : [{ kind: 'link', url, children: this.#inlineOf(token, depth) }];
  }

  #admit(depth: number): boolean {
    this.#count += 1;
    if (this.#count > NODES_MAX || depth > NESTING_MAX * 2) this.overflowed = true;
    return !this.overflowed;
  }
}

function codeBlock(token: Tokens.Code): Node {
  return { kind: 'block', text: token.text, language: /^[\w+#.-]{1,24}/.exec(token.lang ?? '')?.[0] ?? '' };
}
