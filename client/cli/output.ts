// What the terminal shows. Text of other people can hold anything: control and bidi characters are made visible, so that
// nobody moves the cursor, rewrites a line or turns text around. JSON lines escape them by their own rules.
import { hex } from '../../shared/protocol/bytes.ts';
import { formatUuid } from '../../shared/protocol/ids.ts';
import { decodeBody } from '../../shared/protocol/body.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import type { Member } from '../engine/types.ts';
import type { Problem } from './problem.ts';

export interface Streams {
  out(text: string): void;
  err(text: string): void;
}

export interface Shown {
  room: string;
  seq: number;
  ts: number;
  sender: string;
  id: string;
  kind: 'text';
  /** null: a body this version cannot read. */
  text: string | null;
}

/** C0, DEL, C1, line separators, bidi controls and marks, zero-width and tag characters. */
const DANGEROUS = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** Keeps line breaks; a tab becomes a space. */
export function neutralise(text: string): string {
  return text.replaceAll('\r\n', '\n').replaceAll('\t', ' ').replace(DANGEROUS, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

export function line(text: string): string {
  return neutralise(text).replaceAll('\n', '⏎');
}

/** JSON text with every character that a terminal may obey escaped; it parses to the same value. */
export function jsonLine(value: object): string {
  const escaped = JSON.stringify(value).replace(DANGEROUS, (character) => [...Array(character.length).keys()].map((at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`).join(''));
  return `${escaped}\n`;
}

export function shownOf(envelope: Envelope, room: string, nameOf: (userId: string) => string): Shown {
  const { seq, ts, sender, client_msg_id, kind, body } = envelope;
  return { room, seq, ts, sender: nameOf(hex(sender)), id: formatUuid(client_msg_id), kind, text: decodeBody(body)?.text ?? null };
}

export function clockTime(ts: number): string {
  const date = new Date(ts);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** One message; its further lines are indented, so that none can pass for a message of its own. */
export function messageText({ ts, sender, text }: { ts: number; sender: string; text: string | null }): string {
  const words = text === null ? '(a message this version cannot read)' : neutralise(text).replaceAll('\n', '\n    ');
  return `${clockTime(ts)} ${line(sender)}: ${words}`;
}

export function memberText({ username, presence, lastSeen }: Member): string {
  const seen = presence === 'offline' ? `, last seen ${lastSeen === null ? 'never' : clockTime(lastSeen)}` : '';
  return `${line(username)} (${presence}${seen})`;
}

export function printProblem(streams: Streams, problem: Problem, json: boolean): void {
  const { code, message, hint, more } = problem;
  if (json) return streams.out(jsonLine({ type: 'error', code, message, hint: hint ?? null, ...more }));
  streams.err(`reach-cli: ${neutralise(message)}\n${hint === undefined ? '' : `  ${neutralise(hint)}\n`}`);
}
