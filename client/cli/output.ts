// What the terminal shows. Text of other people can hold anything: control and bidi characters are made visible, so that
// nobody moves the cursor, rewrites a line or turns text around. JSON lines escape them by their own rules.
import type { Member, Paths, Protocol } from '../engine/types.ts';
import type { Problem } from './problem.ts';

export interface Streams {
  out(text: string): void;
  err(text: string): void;
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

/** Said where it is not TCP. */
export function byUdp(path: Protocol): string {
  return path === 'udp' ? ' by UDP' : '';
}

/** `Sending by UDP, receiving by UDP; round trip 12 ms, 0 % lost.` and why, where it is not as it was wished. */
export function pathsText({ sending, receiving, rtt, loss = 0, reason }: Omit<Paths, 'history'>): string {
  const measured = rtt === undefined ? '' : `; round trip ${rtt} ms, ${Math.round(loss * 100)} % lost`;
  return `Sending by ${sending.toUpperCase()}, receiving by ${receiving.toUpperCase()}${measured}.${reason === undefined ? '' : ` ${reason}`}`;
}

/** As JSON lines name it. */
export function withoutHistory({ history: _, tcpRtt, ...now }: Paths): object {
  return { ...now, ...(tcpRtt !== undefined && { tcp_rtt: tcpRtt }) };
}

export function clockTime(ts: number): string {
  const date = new Date(ts);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())} ${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** `ana (away: lunch)` */
export function memberText({ username, presence, status, lastSeen }: Member): string {
  const seen = presence === 'offline' ? `, last seen ${lastSeen === null ? 'never' : clockTime(lastSeen)}` : '';
  return `${line(username)} (${presence}${status === '' ? '' : `: ${line(status)}`}${seen})`;
}

export function memberJson({ username, presence, status, lastSeen }: Member): object {
  return { type: 'user', name: username, presence, status, last_seen: lastSeen };
}

export function printProblem(streams: Streams, problem: Problem, json: boolean): void {
  const { code, message, hint, more } = problem;
  if (json) return streams.out(jsonLine({ type: 'error', code, message, hint: hint ?? null, ...more }));
  streams.err(`reach-cli: ${neutralise(message)}\n${hint === undefined ? '' : `  ${neutralise(hint)}\n`}`);
}
