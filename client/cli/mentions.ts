// `@name` in a text → the people it names. Only who has an account here is mentioned; anything else stays text.
import { MENTIONS_MAX } from '../../shared/protocol/limits.ts';
import { canonicalUsername } from '../../shared/protocol/names.ts';
import type { Member } from '../engine/types.ts';

/** Not inside a word or an address: `ana@example.org` mentions nobody. */
const WORD = /(?<![\p{L}\p{M}\p{N}._@-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*)/gu;

export function mayMention(text: string): boolean {
  return text.includes('@');
}

/** User ids, each once, at most MENTIONS_MAX. A name may be followed by a full stop or a dash of the sentence. */
export function mentionsOf(text: string, members: Iterable<Member>): string[] {
  const ids = new Map([...members].map(({ username, userId }) => [username, userId]));
  const found = new Set<string>();
  for (const [, word] of text.matchAll(WORD)) {
    const name = spellings(word!).find((spelling) => ids.has(spelling));
    if (name !== undefined && found.size < MENTIONS_MAX) found.add(ids.get(name)!);
  }
  return [...found];
}

/** The word as it stands, then without the marks at its end. */
function spellings(word: string): string[] {
  const marks = /[._-]*$/.exec(word)![0].length;
  const all = Array.from({ length: Math.min(marks, 32) + 1 }, (_, at) => canonicalUsername(word.slice(0, word.length - at)));
  return all.filter((name) => name !== undefined);
}
