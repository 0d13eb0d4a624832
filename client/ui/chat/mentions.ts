// Mentions as the window shows and completes them. Pure.
import { findMentions } from '../../../shared/protocol/mentions.ts';
import type { Member } from '../../engine/types.ts';

export type MentionPiece = { text: string } | { mention: string; text: string };

/** A text cut at the mentions of these users. */
export function splitMentions(text: string, named: readonly Member[]): MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let from = 0;
  for (const { userId, start, length } of findMentions(text, named)) {
    if (start > from) pieces.push({ text: text.slice(from, start) });
    from = start + length;
    pieces.push({ mention: userId, text: text.slice(start, from) });
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}

/** What is being named at the caret: the letters behind @ and where the @ stands. */
export function mentionAt(text: string, caret: number): { start: number; query: string } | undefined {
  const match = /(?<![\p{L}\p{N}._-])@([\p{L}\p{M}\p{N}._-]{0,32})$/u.exec(text.slice(0, caret));
  return match ? { start: match.index, query: match[1]!.toLowerCase() } : undefined;
}

/** Those whose name begins with, then those whose name contains, what was typed. */
export function suggestionsFor(query: string, members: readonly Member[], max: number): Member[] {
  const rank = ({ username, display }: Member): number => (username.startsWith(query) || display.toLowerCase().startsWith(query) ? 0 : username.includes(query) ? 1 : 2);
  return members.filter((member) => rank(member) < 2).sort((a, b) => rank(a) - rank(b) || a.username.localeCompare(b.username)).slice(0, max);
}
