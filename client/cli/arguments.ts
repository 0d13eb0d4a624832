// The command line as typed → what to do. Pure. Global options come before COMMAND, a command's own behind it.
import { fromBase64url, fromHex, hex } from '../../shared/protocol/bytes.ts';
import { isLink } from '../../shared/protocol/link.ts';
import type { Protocol } from '../engine/types.ts';
import { splitOption, takeValue, type Command, type Run } from './command.ts';
import { usage } from './problem.ts';

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
  /** Absent: the one chosen last for this server and name, or TCP. */
  protocol?: Protocol;
}

export type Request = { name: 'help' } | { name: 'version' } | { name: 'run'; globals: Globals; run: Run };

const VALUES = ['--server', '--link', '--user', '--password-file', '--trust', '--home', '--timeout'];
const FLAGS = ['--register', '--trust-first', '--json', '--udp', '--tcp'];
const DEFAULT_TIMEOUT_S = 10;

/** Throws Problem `usage`. */
export function parseArguments(argv: readonly string[], commands: readonly Command[]): Request {
  const { values, flags, rest } = splitGlobals(argv);
  if (rest[0] === '--help' || rest[0] === '-h' || rest[0] === 'help') return { name: 'help' };
  if (rest[0] === '--version') return { name: 'version' };
  const [name, ...own] = rest;
  const names = commands.map((command) => command.name).join(', ');
  if (name === undefined) throw usage(`No command: ${names}.`);
  const command = commands.find((one) => one.name === name);
  if (!command) throw usage(`Unknown command ${name}: ${names}.`);
  const run = command.parse(own);
  return { name: 'run', globals: globalsOf(values, flags), run };
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

function globalsOf(values: ReadonlyMap<string, string>, flags: ReadonlySet<string>): Globals {
  const user = values.get('--user');
  if (user === undefined) throw usage('--user NAME is missing.');
  if (values.has('--server') && values.has('--link')) throw usage('--server and --link exclude each other.');
  if (values.has('--trust') && flags.has('--trust-first')) throw usage('--trust and --trust-first exclude each other.');
  if (flags.has('--udp') && flags.has('--tcp')) throw usage('--udp and --tcp exclude each other.');
  const protocol = (['udp', 'tcp'] as const).find((one) => flags.has(`--${one}`));
  const trust = trustOf(values.get('--trust'));
  const passwordFile = values.get('--password-file');
  const home = values.get('--home');
  return {
    server: serverOf(values), user, register: flags.has('--register'), trustFirst: flags.has('--trust-first'), json: flags.has('--json'),
    timeout: secondsOf(values.get('--timeout')) * 1000,
    ...(trust !== undefined && { trust }), ...(passwordFile !== undefined && { passwordFile }), ...(home !== undefined && { home }), ...(protocol && { protocol }),
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
