// Which words of a message are looked up: prose, in letters. What is code, a link, a name or a sign for an emoji is none.
export interface Word {
  word: string;
  /** Place in the text, in UTF-16 units. */
  from: number;
  to: number;
}

const SHORTEST = 3;
/** Fenced and inline code, links and addresses, @names, #rooms, :emoji:. */
const NO_PROSE = /```[\s\S]*?(?:```|$)|`[^`\n]*`|\b[a-z][a-z0-9+.-]*:\/\/\S+|\bwww\.\S+|\S+@\S+\.\S+|[@#][\p{L}\p{N}._-]+|:[\w+-]+:/giu;
/** Letters with apostrophes inside; a digit, underscore or letter of another kind beside it makes it something else. */
const WORD = /(?<![\p{L}\p{N}_./\\-])\p{L}+(?:['’]\p{L}+)*(?![\p{L}\p{N}_]|[./\\][\p{L}\p{N}])/gu;

export function wordsIn(text: string): Word[] {
  const prose = text.replace(NO_PROSE, (found) => ' '.repeat(found.length));
  return [...prose.matchAll(WORD)].map(({ 0: word, index }) => ({ word, from: index, to: index + word.length })).filter(({ word }) => isProse(word));
}

/** Names of things have capitals inside, abbreviations nothing else; only Latin letters are in the dictionary. */
function isProse(word: string): boolean {
  return word.length >= SHORTEST && !/\p{L}\p{Lu}/u.test(word) && /^[\p{Script=Latin}'’]+$/u.test(word);
}

/** As the dictionary writes it. */
export function plain(word: string): string {
  return word.replaceAll('’', "'");
}
