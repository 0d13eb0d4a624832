// Emoji with their names for screen readers: those offered at once, all of them once they are read, and the ones used last.
import { words } from '../../words/words.ts';
import type { Memory } from '../../state/timeline.svelte.ts';

export const REACTIONS: readonly (readonly [emoji: string, name: string])[] = words.compose.reactions;

export interface Emoji {
  emoji: string;
  name: string;
  group: number;
  /** What else people call it, in lower case. */
  words: string;
  /** From light to dark, where it has them. */
  tones: readonly string[];
}

/** As the build has put them there; empty where it has not. Throws TypeError or SyntaxError where they cannot be read. */
export async function allEmoji(): Promise<readonly Emoji[]> {
  const answer = await fetch('/emoji.json');
  if (!answer.ok) return [];
  return ((await answer.json()) as [string, string, number, string, string[]][]).map(([emoji, name, group, words, tones]) => ({ emoji, name, group, tones, words: `${name} ${words}`.toLowerCase() }));
}

/** What shows a tone by itself. */
export const HAND: Pick<Emoji, 'emoji' | 'tones'> = { emoji: '✋', tones: ['✋🏻', '✋🏼', '✋🏽', '✋🏾', '✋🏿'] };

/** `tone`: 0 none, 1 light to 5 dark. */
export function toned({ emoji, tones }: Pick<Emoji, 'emoji' | 'tones'>, tone: number): string {
  return tones[tone - 1] ?? emoji;
}

/** Those that begin so before those in which it stands somewhere; every word that was typed must be there. */
export function emojiMatching(all: readonly Emoji[], typed: string): readonly Emoji[] {
  const wanted = typed.toLowerCase().split(/[\s:_]+/).filter(Boolean);
  if (wanted.length === 0) return [];
  const found = all.filter(({ words }) => wanted.every((word) => words.includes(word)));
  const rank = ({ name, words }: Emoji): number => (name.toLowerCase().startsWith(wanted[0]!) ? 0 : words.split(/[ _]/).includes(wanted[0]!) ? 1 : 2);
  return found.map((one) => ({ one, at: rank(one) })).sort((a, b) => a.at - b.at).map(({ one }) => one);
}

const KEY = 'reach-reactions';
const LAST_MAX = 8;
const NAMES: ReadonlyMap<string, string> = new Map(REACTIONS);

export function nameOfEmoji(emoji: string): string {
  return NAMES.get(emoji) ?? emoji;
}

/** The ones used last, newest first, then the first of the list. */
export function quickReactions(memory: Memory): string[] {
  const last = (memory.getItem(KEY) ?? '').split(' ').filter(isEmoji);
  return [...new Set([...last, ...NAMES.keys()])].slice(0, LAST_MAX);
}

export function rememberReaction(memory: Memory, emoji: string): void {
  if (isEmoji(emoji)) memory.setItem(KEY, [...new Set([emoji, ...quickReactions(memory)])].slice(0, LAST_MAX).join(' '));
}

/** Nothing else that may have come to lie there. */
function isEmoji(text: string): boolean {
  return /^(\p{Extended_Pictographic}|\p{Regional_Indicator}|[0-9#*])/u.test(text) && text.length <= 32;
}
