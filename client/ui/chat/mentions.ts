// Who a text names: `@username` of somebody in the room. Pure.
import type { Member } from '../../engine/types.ts';

/** A word that begins with @, not in the middle of another one (an address of mail is no mention). */
const MENTION = /(?<![\p{L}\p{N}._-])@([\p{L}\p{N}][\p{L}\p{M}\p{N}._-]{0,31})/gu;

/** User ids of everybody a text names. */
export function mentionsIn(text: string, members: Iterable<Member>): string[] {
  const byName = new Map([...members].map((member) => [member.username, member.userId]));
  const found = [...text.matchAll(MENTION)].map(([, name]) => idOf(name!, byName)).filter((id) => id !== undefined);
  return [...new Set(found)];
}

export type MentionPiece = { text: string } | { mention: string; text: string };

/** A text cut at the mentions of these users. */
export function splitMentions(text: string, named: readonly Member[]): MentionPiece[] {
  const byName = new Map(named.map((member) => [member.username, member.userId]));
  const pieces: MentionPiece[] = [];
  let from = 0;
  for (const match of byName.size === 0 ? [] : text.matchAll(MENTION)) {
    const name = nameOf(match[1]!, byName);
    if (name === undefined) continue;
    if (match.index > from) pieces.push({ text: text.slice(from, match.index) });
    pieces.push({ mention: byName.get(name)!, text: `@${name}` });
    from = match.index + 1 + name.length;
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

function idOf(name: string, byName: ReadonlyMap<string, string>): string | undefined {
  const known = nameOf(name, byName);
  return known === undefined ? undefined : byName.get(known);
}

/** A sentence may end behind a name: its dot is not part of it. */
function nameOf(typed: string, byName: ReadonlyMap<string, string>): string | undefined {
  const name = typed.toLowerCase();
  const bare = name.replace(/[._-]+$/, '');
  return byName.has(name) ? name : byName.has(bare) ? bare : undefined;
}
