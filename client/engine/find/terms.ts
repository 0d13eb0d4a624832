// Words of a text as the index knows them: without capitals and accents. Scripts that put no spaces between words, and
// pictures, are taken sign by sign.
const SIGN = '\\p{sc=Han}\\p{sc=Hiragana}\\p{sc=Katakana}\\p{sc=Thai}\\p{sc=Lao}\\p{sc=Khmer}\\p{sc=Myanmar}\\p{Extended_Pictographic}';
const TERM = new RegExp(`(?![0-9])[${SIGN}]|(?:(?![${SIGN}])[\\p{L}\\p{N}\\p{M}_]|[0-9])+`, 'gu');
/** A longer run of letters is no word; its beginning is enough to find it by. */
const TERM_MAX = 64;
/** Characters around the first match that a result shows. */
const BEFORE = 40;
const EXCERPT = 180;
/** Line ends, and what would turn the direction of the line it is shown in: one space for each, so that places stay. */
const UNSHOWN = /[\s\u202a-\u202e\u2066-\u2069]/g;

export function termsOf(text: string): string[] {
  return text.match(TERM) ?? [];
}

export function plainTerm(term: string): string {
  const short = term.length > TERM_MAX ? term.slice(0, TERM_MAX) : term;
  return /^[\x20-\x7e]*$/.test(short) ? short.toLowerCase() : short.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
}

export interface Excerpt {
  excerpt: string;
  marks: [number, number][];
}

/** The part of the text around the first of these terms, and where they are in it. */
export function excerptOf(text: string, terms: ReadonlySet<string>): Excerpt {
  const found: [number, number][] = [];
  for (const match of text.matchAll(TERM)) {
    if (match.index > (found[0]?.[0] ?? match.index) + EXCERPT) break;
    if (terms.has(plainTerm(match[0]))) found.push([match.index, match.index + match[0].length]);
  }
  const from = startOf(text, found[0]?.[0] ?? 0);
  const to = endOf(text, from + EXCERPT);
  const lead = from > 0 ? '…' : '';
  const shift = lead.length - from;
  const marks = found.filter(([, end]) => end <= to).map(([start, end]): [number, number] => [start + shift, end + shift]);
  return { excerpt: `${lead}${text.slice(from, to).replace(UNSHOWN, ' ')}${to < text.length ? '…' : ''}`, marks };
}

/** A little before the first match, at the beginning of a word where one is near. */
function startOf(text: string, first: number): number {
  if (first <= BEFORE) return 0;
  const space = text.slice(first - BEFORE, first).search(/\s/);
  return whole(text, space < 0 ? first - BEFORE : first - BEFORE + space + 1);
}

function endOf(text: string, end: number): number {
  return end >= text.length ? text.length : whole(text, end);
}

/** Never between the two halves of one character. */
function whole(text: string, at: number): number {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff ? at + 1 : at;
}
