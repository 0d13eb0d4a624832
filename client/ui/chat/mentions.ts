// Mentions of people and rooms as the window shows and completes them. Pure.
import { findMentions } from '../../../shared/protocol/mentions.ts';
import type { Member } from '../../engine/types.ts';

export type MentionPiece = { text: string } | { mention: string; text: string } | { room: string; text: string };

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

/** Those whose name begins with, then those whose name contains, what was typed. */
export function suggestionsFor(query: string, members: readonly Member[], max: number): Member[] {
  const rank = ({ username, display }: Member): number => (username.startsWith(query) || display.toLowerCase().startsWith(query) ? 0 : username.includes(query) ? 1 : 2);
  return members.filter((member) => rank(member) < 2).sort((a, b) => rank(a) - rank(b) || a.username.localeCompare(b.username)).slice(0, max);
}

/** Rooms that somebody knows by name become pieces of their own; names are compared without case. */
export function splitRooms(pieces: readonly MentionPiece[], idOf: (name: string) => string | undefined): MentionPiece[] {
  return pieces.flatMap((piece) => ('mention' in piece ? [piece] : cutRooms(piece.text, idOf)));
}

function cutRooms(text: string, idOf: (name: string) => string | undefined): MentionPiece[] {
  const pieces: MentionPiece[] = [];
  let from = 0;
  for (const match of text.matchAll(/(?<![\p{L}\p{N}&/#])#([\p{L}\p{N}](?:[\p{L}\p{N}._-]*[\p{L}\p{N}])?)/gu)) {
    const room = idOf(match[1]!);
    if (room === undefined) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    from = match.index + match[0].length;
    pieces.push({ room, text: match[0] });
  }
  if (from < text.length) pieces.push({ text: text.slice(from) });
  return pieces;
}
