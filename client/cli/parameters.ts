// The words and values that commands take, each with the one way it is read. Every `read` throws Problem `usage`.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { decodeReaction, encodeReaction } from '../../shared/protocol/body.ts';
import { parseUuid } from '../../shared/protocol/ids.ts';
import { FILE_NAME_MAX, STATUS_MAX, TOPIC_MAX } from '../../shared/protocol/limits.ts';
import { canonicalRoomName, canonicalUsername } from '../../shared/protocol/names.ts';
import { failureOf } from '../engine/failures.ts';
import type { Parameter } from './command.ts';
import { problemOf, usage } from './problem.ts';

/** A message by its number in the room or by its id. */
export type MessageRef = { seq: number } | { id: Bytes };

/** Where somebody wants to be: a room of that name (canonical), or the direct message with somebody. */
export type Place = { name: string } | { user: string };

export type OwnPresence = 'online' | 'away' | 'dnd';

const ROOM_WORDS = 'ROOM is lobby, #name, name, or @user for the direct message with somebody';

export const ROOM: Parameter<Place> = { label: 'ROOM', read: readPlace };

/** The name of a room that is nobody's direct message. */
export const NAME: Parameter<string> = {
  label: 'NAME',
  read: (text) => canonicalRoomName(text) ?? refuse(() => problemOf(failureOf('bad_room_name'))),
};

/** Canonical, with or without @. */
export const USER: Parameter<string> = {
  label: 'USER',
  read: (text) => canonicalUsername(text.replace(/^@/, '')) ?? refuse(() => problemOf(failureOf('bad_name'))),
};

export const TEXT: Parameter<string> = { label: 'TEXT', read: (text) => (text === '' ? refuse(() => usage('TEXT is empty.')) : text) };

export const TOPIC: Parameter<string> = { label: 'TEXT', read: (text) => atMost(text, TOPIC_MAX, 'A topic') };
export const STATUS_TEXT: Parameter<string> = { label: 'TEXT', read: (text) => atMost(text, STATUS_MAX, 'A status') };

export const MESSAGE: Parameter<MessageRef> = { label: 'MESSAGE', read: readMessage };
export const ID: Parameter<Bytes> = { label: 'ID', read: (text) => parseUuid(text) ?? refuse(() => usage('--id takes a UUID, as an earlier "unknown" gave it.')) };
export const EMOJI: Parameter<string> = { label: 'EMOJI', read: readEmoji };

/** A file by the message that carries it, or by its id (hex). */
export type FileRef = { room: Place; seq: number } | { id: string };

export const FILE: Parameter<FileRef> = { label: 'ROOM:SEQ|FILE_ID', read: readFileRef };
export const PATH: Parameter<string> = { label: 'DIR', read: (text) => text };
export const FILE_NAME: Parameter<string> = { label: 'NAME', read: (text) => atMost(text, FILE_NAME_MAX, 'A name') };

export const PRESENCE: Parameter<OwnPresence> = {
  label: 'online|away|dnd',
  read: (text) => (['online', 'away', 'dnd'] as const).find((presence) => presence === text) ?? refuse(() => usage(`"${text}" is none of online, away and dnd.`)),
};

/** A whole number from `least`. */
export function number(label: string, least: number): Parameter<number> {
  return {
    label,
    read(text) {
      const value = Number(text);
      if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw usage(`${label} is a whole number from ${least}.`);
      return value;
    },
  };
}

export function readPlace(text: string): Place {
  if (!text.startsWith('@')) return { name: canonicalRoomName(text) ?? refuse(() => problemOf({ ...failureOf('bad_room_name'), hint: `${ROOM_WORDS}.` })) };
  return { user: USER.read(text) };
}

export function readMessage(text: string): MessageRef {
  const id = parseUuid(text);
  if (id) return { id };
  if (!/^[1-9]\d*$/.test(text) || !Number.isSafeInteger(Number(text))) throw usage(`MESSAGE is the number of a message or its id; "${text}" is neither.`);
  return { seq: Number(text) };
}

function readFileRef(text: string): FileRef {
  if (/^[0-9a-f]{32}$/i.test(text)) return { id: text.toLowerCase() };
  const parts = /^(.+):([1-9]\d*)$/.exec(text);
  if (!parts || !Number.isSafeInteger(Number(parts[2]))) throw usage(`A file is named as ROOM:SEQ, like lobby:12, or by its id; "${text}" is neither.`);
  return { room: readPlace(parts[1]!), seq: Number(parts[2]) };
}

const EMOJI_SIGN = /\p{Extended_Pictographic}|\p{Regional_Indicator}|\u20e3/u;

export function readEmoji(text: string): string {
  const signs = [...new Intl.Segmenter().segment(text)].length;
  const fits = signs === 1 && EMOJI_SIGN.test(text) && decodeReaction(encodeReaction({ emoji: text, on: true })) !== undefined;
  return fits ? text : refuse(() => usage('EMOJI is one emoji, like 👍.'));
}

function atMost(text: string, most: number, what: string): string {
  return text.length <= most ? text : refuse(() => usage(`${what} has at most ${most} characters; this one has ${text.length}.`));
}

function refuse(problem: () => Error): never {
  throw problem();
}
