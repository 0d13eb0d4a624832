// The command line as typed → what to do. Pure. Global options come before COMMAND, a command's own behind it.
import { fromBase64url, fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { parseUuid } from '../../shared/protocol/ids.ts';
import { isLink } from '../../shared/protocol/link.ts';
import { usage } from './problem.ts';

export type Command =
  | { name: 'chat'; room: string }
  | { name: 'send'; room: string; text: string; id?: Bytes }
  | { name: 'tail'; room: string; since?: number; count?: number }
  | { name: 'history'; room: string; limit: number }
  | { name: 'roster' };

export interface Globals {
  /** Address or link. */
  server: string;
  user: string;
  passwordFile?: string;
  register: boolean;
  /** Fingerprint, hex. */
  trust?: string;
  trustFirst: boolean;
  home?: string;
  /** Milliseconds. */
  timeout: number;
  json: boolean;
}

export type Request = { name: 'help' } | { name: 'version' } | { name: 'run'; globals: Globals; command: Command };

const VALUES = ['--server', '--link', '--user', '--password-file', '--trust', '--home', '--timeout'];
const FLAGS = ['--register', '--trust-first', '--json'];
const DEFAULT_TIMEOUT_S = 10;
const DEFAULT_LIMIT = 50;
const COMMANDS = 'chat, send, tail, history or roster';

/** Throws Problem `usage`. */
export function parseArguments(argv: readonly string[]): Request {
  const { values, flags, rest } = splitGlobals(argv);
  if (rest[0] === '--help' || rest[0] === '-h' || rest[0] === 'help') return { name: 'help' };
  if (rest[0] === '--version') return { name: 'version' };
  const [name, ...own] = rest;
  if (name === undefined) throw usage(`No command: ${COMMANDS}.`);
  const command = parseCommand(name, own);
  return { name: 'run', globals: globalsOf(values, flags), command };
}

function splitGlobals(argv: readonly string[]) {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  const rest = [...argv];
  while (rest[0]?.startsWith('--') && !['--help', '--version'].includes(rest[0])) {
    const [option, inline] = splitOption(rest.shift()!);
    if (FLAGS.includes(option) && inline === undefined) flags.add(option);
    else if (VALUES.includes(option)) values.set(option, inline ?? takeValue(option, rest));
    else throw usage(`Unknown option ${option}.`);
  }
  return { values, flags, rest };
}

function splitOption(text: string): [string, string?] {
  const at = text.indexOf('=');
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function takeValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined || value === '') throw usage(`${option} needs a value.`);
  return value;
}

function globalsOf(values: ReadonlyMap<string, string>, flags: ReadonlySet<string>): Globals {
  const user = values.get('--user');
  if (user === undefined) throw usage('--user NAME is missing.');
  if (values.has('--server') && values.has('--link')) throw usage('--server and --link exclude each other.');
  if (values.has('--trust') && flags.has('--trust-first')) throw usage('--trust and --trust-first exclude each other.');
  const trust = trustOf(values.get('--trust'));
  const passwordFile = values.get('--password-file');
  const home = values.get('--home');
  return {
    server: serverOf(values), user, register: flags.has('--register'), trustFirst: flags.has('--trust-first'), json: flags.has('--json'),
    timeout: secondsOf(values.get('--timeout')) * 1000,
    ...(trust !== undefined && { trust }), ...(passwordFile !== undefined && { passwordFile }), ...(home !== undefined && { home }),
  };
}

function serverOf(values: ReadonlyMap<string, string>): string {
  const link = values.get('--link');
  if (link !== undefined && !isLink(link)) throw usage('--link takes a link that begins with reach://.');
  return link ?? values.get('--server') ?? '127.0.0.1';
}

/** As hex (colons and spaces allowed) or as the base64url of a link. */
function trustOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const bytes = [fromHex(text.replaceAll(/[\s:]/g, '')), fromBase64url(text)].find((candidate) => candidate?.length === 32);
  if (!bytes) throw usage('--trust takes a fingerprint: 64 hex digits, or the 43 characters behind k= in a link.');
  return hex(bytes);
}

function secondsOf(text: string = String(DEFAULT_TIMEOUT_S)): number {
  const value = Number(text);
  if (!/^\d+(\.\d+)?$/.test(text) || value <= 0 || value > 86_400) throw usage('--timeout takes seconds, more than 0 and at most 86400.');
  return value;
}

function parseCommand(name: string, argv: readonly string[]): Command {
  switch (name) {
    case 'chat': {
      const { words } = splitOwn(name, argv, []);
      return { name, room: atMost(name, words, 1)[0] ?? 'lobby' };
    }
    case 'send':
      return sendOf(argv);
    case 'tail': {
      const { words, values } = splitOwn(name, argv, ['--since', '--count']);
      return { name, room: roomOf(name, words), ...numberOf(values, '--since', 0), ...numberOf(values, '--count', 1) };
    }
    case 'history': {
      const { words, values } = splitOwn(name, argv, ['--limit']);
      return { name, room: roomOf(name, words), limit: numberOf(values, '--limit', 1).limit ?? DEFAULT_LIMIT };
    }
    case 'roster':
      atMost(name, splitOwn(name, argv, []).words, 0);
      return { name };
    default:
      throw usage(`Unknown command ${name}: ${COMMANDS}.`);
  }
}

function sendOf(argv: readonly string[]): Command {
  const { words, values } = splitOwn('send', argv, ['--id']);
  const [room, text] = atMost('send', words, 2);
  if (room === undefined || text === undefined) throw usage('send needs ROOM and TEXT (TEXT in quotes).');
  if (text === '') throw usage('TEXT is empty.');
  const id = values.has('--id') ? parseUuid(values.get('--id')!) : undefined;
  if (values.has('--id') && !id) throw usage('--id takes a UUID, as an earlier "unknown" gave it.');
  return { name: 'send', room, text, ...(id && { id }) };
}

/** A command's words and options; behind `--` everything is a word. */
function splitOwn(command: string, argv: readonly string[], options: readonly string[]) {
  const words: string[] = [];
  const values = new Map<string, string>();
  const rest = [...argv];
  while (rest.length > 0) {
    const next = rest.shift()!;
    if (next === '--') return { words: [...words, ...rest], values };
    const [option, inline] = splitOption(next);
    if (options.includes(option)) values.set(option, inline ?? takeValue(option, rest));
    else if ([...VALUES, ...FLAGS].includes(option)) throw usage(`${option} comes before ${command}.`);
    else if (next.startsWith('--')) throw usage(`${command} has no option ${option}.`);
    else words.push(next);
  }
  return { words, values };
}

function atMost(command: string, words: string[], count: number): string[] {
  if (words.length > count) throw usage(`Too many words behind ${command}${count === 2 ? ' (put TEXT in quotes)' : ''}.`);
  return words;
}

function roomOf(command: string, words: string[]): string {
  const [room] = atMost(command, words, 1);
  if (room === undefined) throw usage(`${command} needs ROOM.`);
  return room;
}

function numberOf(values: ReadonlyMap<string, string>, option: string, least: number): Record<string, number> {
  const text = values.get(option);
  if (text === undefined) return {};
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) throw usage(`${option} takes a whole number from ${least}.`);
  return { [option.slice(2)]: value };
}
