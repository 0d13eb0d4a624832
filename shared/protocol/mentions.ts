// `@name` in a text → the people it names. Only who has an account is mentioned; anything else stays text. Pure.
import { MENTIONS_MAX } from './limits.ts';
import { canonicalUsername } from './names.ts';

export interface Named {
  username: string;
  userId: string;
}

export interface Mention {
  userId: string;
  /** Where its @ stands, and how long it is with it, in UTF-16 units. */
  start: number;
  length: number;
}

/** Not inside a word or an address: `ana@example.org` mentions nobody. */
const WORD = /(?<![\p{L}\p{M}\p{N}._@-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)/gu;
/** Marks behind a name that are tried without; more of them belong to no sentence. */
const MARKS_MAX = 32;

/** In the order of the text. A name may be followed by a full stop or a dash of the sentence. */
export function findMentions(text: string, people: Iterable<Named>): Mention[] {
  const ids = new Map([...people].map(({ username, userId }) => [username, userId]));
  if (ids.size === 0) return [];
  return [...text.matchAll(WORD)].flatMap(({ 1: word, index }) => {
    const typed = spellings(word!).find((spelling) => ids.has(canonicalUsername(spelling) ?? ''));
    return typed === undefined ? [] : [{ userId: ids.get(canonicalUsername(typed)!)!, start: index, length: typed.length + 1 }];
  });
}

/** User ids, each once, at most MENTIONS_MAX. */
export function mentionsOf(text: string, people: Iterable<Named>): string[] {
  return [...new Set(findMentions(text, people).map(({ userId }) => userId))].slice(0, MENTIONS_MAX);
}

/** The word as it stands, then without the marks at its end, one by one. */
function spellings(word: string): string[] {
  const marks = /[._-]*$/.exec(word)![0].length;
  return Array.from({ length: Math.min(marks, MARKS_MAX) + 1 }, (_, at) => word.slice(0, word.length - at));
}
