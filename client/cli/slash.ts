// The commands inside `chat`: a line that begins with a slash. One table; /help and parsing derive from it.
import { STATUS_MAX } from '../../shared/protocol/limits.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import type { Answer, EngineCalls, Room } from '../engine/types.ts';
import type { ChatView } from './chat-view.ts';
import { memberNamed, NOT_YOURSELF, roomNamed } from './finding.ts';
import { memberText, pathsText, withoutHistory } from './output.ts';
import { PRESENCE, readEmoji, readPlace, STATUS_TEXT, USER, type Place } from './parameters.ts';
import { Problem, problemOf, usage } from './problem.ts';
import { inOrder, noPublicRoom, ownText } from './rooms.ts';

export interface Talk {
  engine: EngineCalls;
  view: ChatView;
  enter(room: Room): void;
}

interface Slash {
  name: string;
  /** Required ones first; the last one takes the rest of the line. */
  words: readonly string[];
  about: string;
  /** Throws Problem. */
  run(talk: Talk, words: string[]): void | Promise<void>;
}

const SLASHES: readonly Slash[] = [
  { name: 'reply', words: ['SEQ', 'TEXT'], about: 'answer message SEQ', run: answer },
  { name: 'edit', words: ['SEQ', 'TEXT'], about: 'give message SEQ of yours another text', run: edit },
  { name: 'delete', words: ['SEQ'], about: 'delete message SEQ for everybody', run: ({ engine, view }, [seq]) => engine.remove(here(view).id, view.message(seq!).id) },
  { name: 'react', words: ['SEQ', 'EMOJI', '[off]'], about: 'react to message SEQ, or take it back', run: react },
  { name: 'read', words: [], about: 'say that you have seen this room', run: read },
  { name: 'older', words: [], about: 'fifty messages before the first one shown', run: ({ engine, view }) => engine.loadOlder(here(view).id) },
  { name: 'join', words: ['ROOM'], about: 'show another room, entering it if need be; or @user', run: async (talk, [room]) => talk.enter(await roomAt(talk, readPlace(room!))) },
  { name: 'rooms', words: [], about: 'your rooms', run: rooms },
  { name: 'dm', words: ['USER', 'TEXT'], about: 'send a direct message from here', run: dm },
  { name: 'roster', words: [], about: 'who there is', run: ({ view }) => view.members.forEach((member) => view.say(memberText(member))) },
  { name: 'udp', words: [], about: 'chat by UDP from now on, with TCP beside it', run: ({ engine }) => engine.setProtocol('udp') },
  { name: 'tcp', words: [], about: 'chat by TCP alone from now on', run: ({ engine }) => engine.setProtocol('tcp') },
  { name: 'path', words: [], about: 'what carries this chat at present, and why', run: ({ view }) => path(view) },
  { name: 'status', words: ['[online|away|dnd]', '[TEXT]'], about: 'show or set what the roster says of you', run: status },
];

export function slashHelp(): string {
  const lines = [...SLASHES.map(({ name, words, about }) => [[`/${name}`, ...words].join(' '), about]), ['/quit', 'leave (or Ctrl+D)'], ['//text', 'send a line that begins with a slash']];
  return lines.map(([what, about]) => `${what!.padEnd(34)}${about}\n`).join('');
}

/** Throws Problem. */
export async function runSlash(talk: Talk, text: string): Promise<void> {
  const [, name, rest] = /^\/(\S*)\s*([\s\S]*)$/.exec(text)!;
  const slash = SLASHES.find((one) => one.name === name);
  if (!slash) throw usage(`/${name} is no command. /help lists them; //${text.slice(1)} sends it as text.`);
  await slash.run(talk, wordsOf(slash, rest!.trim()));
}

function wordsOf({ name, words, about }: Slash, rest: string): string[] {
  const given = splitWords(rest, words.length);
  const needed = words.filter((word) => !word.startsWith('[')).length;
  if (given.length < needed || given.length > words.length) throw usage(`It is written ${[`/${name}`, ...words].join(' ')}: ${about}.`);
  return given;
}

/** At most `most` words, the last one with all that follows; more only where none is wanted. */
function splitWords(rest: string, most: number): string[] {
  const words: string[] = [];
  let left = rest;
  while (left !== '' && words.length < most - 1) {
    const [, word, behind] = /^(\S+)\s*([\s\S]*)$/.exec(left)!;
    words.push(word!);
    left = behind!;
  }
  return left === '' ? words : [...words, left];
}

function here(view: ChatView): Room {
  if (!view.room) throw new Problem('no_such_room', { message: 'You are in no room here. /join ROOM enters one.' });
  return view.room;
}

function answer({ engine, view }: Talk, [seq, text]: string[]): void {
  engine.send(here(view).id, text!, { replyTo: view.message(seq!).id, mentions: mentionsOf(text!, view.members) });
}

function edit({ engine, view }: Talk, [seq, text]: string[]): void {
  const { id, sender } = view.message(seq!);
  if (sender !== undefined && sender !== view.me) throw new Problem('forbidden', { message: 'Only its author can edit a message.' });
  engine.edit(here(view).id, id, text!, mentionsOf(text!, view.members));
}

function react({ engine, view }: Talk, [seq, emoji, off]: string[]): void {
  if (off !== undefined && off !== 'off') throw usage('It is written /react SEQ EMOJI, or /react SEQ EMOJI off.');
  engine.react(here(view).id, view.message(seq!).id, readEmoji(emoji!), off === undefined);
}

function read({ engine, view }: Talk): void {
  const { id, head } = here(view);
  engine.markRead(id, head);
}

function rooms({ view }: Talk): void {
  const nameOf = (userId: string) => view.nameOf(userId);
  for (const room of inOrder(view.rooms.filter(({ kind, head }) => kind !== 'dm' || head > 0), nameOf)) view.say(ownText(room, nameOf));
}

async function dm(talk: Talk, [user, text]: string[]): Promise<void> {
  const room = await roomAt(talk, { user: USER.read(user!) });
  talk.engine.send(room.id, text!, { mentions: mentionsOf(text!, talk.view.members) });
}

function path(view: ChatView): void {
  if (view.paths && !view.json({ type: 'paths', ...withoutHistory(view.paths) })) view.say(pathsText(view.paths));
}

async function status({ engine, view }: Talk, [presence, text]: string[]): Promise<void> {
  const own = view.members.find(({ userId }) => userId === view.me);
  if (presence === undefined) {
    view.say(own ? memberText(own) : 'Nothing is known yet.');
    return path(view);
  }
  const words = text === undefined ? (own?.status ?? '').slice(0, STATUS_MAX) : STATUS_TEXT.read(text);
  done(await engine.setStatus(PRESENCE.read(presence), words));
  view.say(`You are ${presence}${words === '' ? '' : `: ${words}`}.`);
}

/** One of one's own rooms; else a public one is entered, or a direct message opened. Throws Problem. */
export async function roomAt({ engine, view }: Pick<Talk, 'engine' | 'view'>, place: Place): Promise<Room> {
  if ('user' in place) return dmAt({ engine, view }, place.user);
  try {
    return roomNamed(view.rooms, place.name);
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const listed = await engine.browse();
    if ('failure' in listed) throw problemOf(listed.failure);
    const room = listed.rooms.find(({ name }) => name === place.name);
    if (!room) throw noPublicRoom(place.name);
    return entered(view, done(await engine.joinRoom(room.id)));
  }
}

async function dmAt({ engine, view }: Pick<Talk, 'engine' | 'view'>, user: string): Promise<Room> {
  const { userId } = memberNamed(view.members, user);
  if (userId === view.me) throw new Problem('no_such_user', { message: NOT_YOURSELF });
  return view.rooms.find(({ peer }) => peer === userId) ?? entered(view, done(await engine.openDm(userId)));
}

function done(answered: Answer): string {
  if ('failure' in answered) throw problemOf(answered.failure);
  return answered.room ?? '';
}

/** The engine told of the room before it answered. */
function entered(view: ChatView, id: string): Room {
  const room = view.rooms.find((one) => one.id === id);
  if (!room) throw new Problem('no_such_room', { message: 'You are out of that room again.' });
  return room;
}
