// The emoji offered for a reaction, with their names for screen readers, and the ones used last.
import type { Memory } from '../../state/timeline.svelte.ts';

export const REACTIONS: readonly (readonly [emoji: string, name: string])[] = [
  ['👍', 'thumbs up'], ['👎', 'thumbs down'], ['❤️', 'heart'], ['😂', 'tears of joy'], ['😮', 'surprised'], ['😢', 'crying'],
  ['🎉', 'party popper'], ['🙏', 'folded hands'], ['👏', 'clapping'], ['🔥', 'fire'], ['👀', 'eyes'], ['💯', 'hundred points'],
  ['✅', 'check mark'], ['❌', 'cross mark'], ['❓', 'question mark'], ['⏳', 'hourglass'], ['🚀', 'rocket'], ['💡', 'light bulb'],
  ['🤔', 'thinking'], ['😅', 'nervous laugh'], ['🥳', 'partying'], ['😎', 'sunglasses'], ['🙌', 'raised hands'], ['☕', 'hot drink'],
];

const KEY = 'reach-reactions';
const LAST_MAX = 6;
const NAMES: ReadonlyMap<string, string> = new Map(REACTIONS);

export function nameOfEmoji(emoji: string): string {
  return NAMES.get(emoji) ?? emoji;
}

/** The ones used last, newest first, then the first of the list. */
export function quickReactions(memory: Memory): string[] {
  const last = (memory.getItem(KEY) ?? '').split(' ').filter((emoji) => NAMES.has(emoji));
  return [...new Set([...last, ...NAMES.keys()])].slice(0, LAST_MAX);
}

export function rememberReaction(memory: Memory, emoji: string): void {
  if (NAMES.has(emoji)) memory.setItem(KEY, [...new Set([emoji, ...quickReactions(memory)])].slice(0, LAST_MAX).join(' '));
}
