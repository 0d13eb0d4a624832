// A message of `chat` as it is now, as JSON and as lines for people, and what is to be said where it has changed. Pure.
import type { ChatMessage, Reaction } from '../engine/types.ts';
import { entryHead, fileWords, textWords } from './entry.ts';
import { uuidOf } from './finding.ts';
import { line } from './output.ts';

export interface Naming {
  /** Of a user id. */
  nameOf(userId: string): string;
  /** A message's number where it is known, else its id. */
  numberOf(id: string): string;
}

/** `room`: as JSON names it. */
export function messageJson(message: ChatMessage, room: string, { nameOf }: Naming): object {
  const { id, seq, ts, sender, text, replyTo, mentions, reactions, edited, deleted, file } = message;
  return {
    room, seq: seq ?? null, ts, sender: nameOf(sender), id: uuidOf(id), kind: file ? 'file' : 'text', text: text ?? null,
    ...(file && { file_id: file.id, name: file.name, size: file.size }),
    ...(replyTo !== undefined && { reply_to: uuidOf(replyTo) }),
    ...(mentions.length > 0 && { mentions: mentions.map(nameOf) }),
    ...(reactions.length > 0 && { reactions: reactions.map(({ emoji, users }) => ({ emoji, users: users.map(nameOf) })) }),
    ...(edited !== undefined && { edited }),
    ...(deleted !== undefined && { deleted: true, deleted_by: nameOf(deleted) }),
  };
}

export function messageText(message: ChatMessage, { nameOf, numberOf }: Naming): string {
  const { seq = 0, ts, sender, text, replyTo, reactions, edited, deleted } = message;
  const answer = replyTo === undefined || deleted !== undefined ? '' : `↪ ${numberOf(replyTo)}: `;
  const words = message.file && deleted === undefined ? fileWords(message.file, text ?? '') : textWords(text, deleted !== undefined);
  const marks = `${edited === undefined || deleted !== undefined ? '' : ' (edited)'}${reactions.map(({ emoji, users }) => ` [${line(emoji)} ${users.length}]`).join('')}`;
  return `${entryHead({ seq, ts })} ${line(nameOf(sender))}: ${answer}${words}${marks}`;
}

export type News = { print: string } | { say: string };

/** What changed, for people. Empty where nothing did that is shown. */
export function newsOf(before: ChatMessage | undefined, now: ChatMessage, naming: Naming): News[] {
  const { nameOf, numberOf } = naming;
  if (!before || (before.deleted !== undefined && now.deleted === undefined)) return [{ print: messageText(now, naming) }];
  if (now.deleted !== undefined) return before.deleted === undefined ? [{ say: `${nameOf(now.deleted)} deleted ${numberOf(now.id)}.` }] : [];
  // An edit of one's own gets the server's time later: that alone is no news.
  const same = before.text === now.text && (before.edited === undefined) === (now.edited === undefined);
  const head = entryHead({ seq: now.seq ?? 0, ts: now.edited ?? now.ts });
  const edited = same ? [] : [{ print: `${head} ${line(nameOf(now.sender))} ✎ edited: ${textWords(now.text, false)}` }];
  const reacted = pairsOf(now.reactions).filter(absentFrom(before.reactions)).map(({ emoji, user }) => ({ say: `${nameOf(user)} reacted ${emoji} to ${numberOf(now.id)}.` }));
  const takenBack = pairsOf(before.reactions).filter(absentFrom(now.reactions)).map(({ emoji, user }) => ({ say: `${nameOf(user)} took back ${emoji} from ${numberOf(now.id)}.` }));
  return [...edited, ...reacted, ...takenBack];
}

interface Pair {
  emoji: string;
  user: string;
}

function pairsOf(reactions: readonly Reaction[]): Pair[] {
  return reactions.flatMap(({ emoji, users }) => users.map((user) => ({ emoji, user })));
}

function absentFrom(reactions: readonly Reaction[]): (pair: Pair) => boolean {
  return ({ emoji, user }) => !reactions.some((one) => one.emoji === emoji && one.users.includes(user));
}
