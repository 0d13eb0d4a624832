// The one table of options. Flags, variables, the configuration file, --help, the table in docs/operating.md and the type of
// the result derive from it. REACH_PASSWORD is no option: it belongs to the terminal client.
import { readFileSync } from 'node:fs';
import {
  FILE_MAX, FRAME_BURST, FRAME_RATE, LOGIN_TRIES, LOGIN_TRIES_PER_NAME, SEND_BURST, SEND_RATE, SESSIONS_PER_USER, UNAUTHENTICATED_MAX, UNAUTHENTICATED_PER_ADDRESS,
} from '../shared/protocol/limits.ts';
import { DEFAULT_TCP_PORT, DEFAULT_UDP_PORT } from '../shared/protocol/link.ts';
import { inviteHelp, signOutHelp } from './ops/invite-options.ts';
import { LOG_LEVELS } from './ops/log.ts';
import {
  ConfigError, documentRows, flag, helpRows, oneOf, option, parseDays, parsePort, parseSize, parseText, readEnvironment, readFlags, readSettings, settle,
  type Environment, type Option, type Setting, type Values,
} from './ops/options.ts';
import { parseAdvertised, type Advertised } from './ops/places.ts';
import type { Rate } from './ops/token-bucket.ts';

/** Sessions. With full queues each may hold about 2 MiB; a busy house of 1,000 people with four devices fits. */
const SESSIONS_MAX = 4_096;

/** Bytes of one user's files: a hundred of the largest. */
const QUOTA = 5 * 1024 ** 3;
/** Bytes: room for the database, which must go on when files do not. */
const KEEP_FREE = 500 * 1024 ** 2;
const KEEP_DAYS = 30;

/** Limits that --limit may change; 0 = off. */
const LIMITS = {
  send: { value: SEND_RATE, help: 'messages a second of one session' },
  frames: { value: FRAME_RATE, help: 'frames a second of one session, of any kind' },
  sessions: { value: SESSIONS_MAX, help: 'signed-in connections; one more is told to try again' },
  devices: { value: SESSIONS_PER_USER, help: 'the same, of one account; one more signs out the one that came first' },
  unauthenticated: { value: UNAUTHENTICATED_MAX, help: 'connections that are not signed in' },
  'per-address': { value: UNAUTHENTICATED_PER_ADDRESS, help: 'the same, of one address' },
  tries: { value: LOGIN_TRIES, help: 'sign-in tries of one name from one address before a pause' },
  'tries-per-name': { value: LOGIN_TRIES_PER_NAME, help: 'the same, from anywhere' },
} as const;

export type LimitName = keyof typeof LIMITS;
export type Limits = Record<LimitName, number>;

/** Of the frames of a session, so much is told to its client for messages; the rest is for what else it asks. */
const SHARE_OF_SENDS = 0.8;

/**
 * The rules of one session, and `pace`: what its client is told to keep to, so that no message is ever refused. A burst
 * stays in the proportion to its rate that the protocol's own figures have; rate 0 = no limit.
 */
export function ratesOf(limit: Pick<Limits, 'send' | 'frames'>): Record<'send' | 'frames' | 'pace', Rate> {
  const send = { rate: limit.send, burst: (limit.send * SEND_BURST) / SEND_RATE };
  const frames = { rate: limit.frames, burst: (limit.frames * FRAME_BURST) / FRAME_RATE };
  const share = { rate: frames.rate * SHARE_OF_SENDS, burst: Math.floor(frames.burst * SHARE_OF_SENDS) };
  const byFrames = frames.rate > 0 && (send.rate === 0 || send.rate > share.rate);
  return { send, frames, pace: byFrames ? share : send };
}

const OPTIONS = {
  host: option('ADDRESS', 'address to listen on', '0.0.0.0' as string, parseText),
  port: option('PORT', 'TCP port; 0 takes a free one', DEFAULT_TCP_PORT as number, parsePort),
  'udp-port': option('PORT', 'UDP port of the relay, on the same address; 0 takes a free one. For tcp: where the relay will be, until it says so', DEFAULT_UDP_PORT as number, parsePort),
  'no-udp': flag('run without the UDP relay'),
  advertise: option('HOST[:TCP[:UDP]]', 'where others reach the server, for links and for UDP, if not by an address of this computer', undefined as Advertised | undefined, parseAdvertised),
  data: option('DIR', 'data directory, made if missing', './data' as string, parseText),
  secrets: option('DIR', 'directory of identity, OPAQUE setup and sealing key (default: the data directory)', undefined as string | undefined, parseText),
  registration: option('open|invite|closed', 'who may make an account: anybody, or who has an invite', 'open' as 'open' | 'invite' | 'closed', oneOf(['open', 'invite', 'closed'] as const)),
  'max-file': option('SIZE', 'bytes of one file, or 50MB, 4GiB', FILE_MAX as number, parseSize),
  quota: option('SIZE', 'bytes of all files of one user that are kept here; 0 = no limit', QUOTA as number, parseSize),
  'keep-free': option('SIZE', 'bytes of the disk that files leave free', KEEP_FREE as number, parseSize),
  'keep-files': option('DAYS', 'how long a file is kept; 0 = for ever', KEEP_DAYS as number, parseDays),
  limit: { ...option('NAME=VALUE[,…]', 'change limits, 0 = off; may be repeated', defaultLimits(), parseLimits), repeatable: true },
  metrics: option('PORT', 'answer GET /metrics (Prometheus) on this TCP port; 0 takes a free one', undefined as number | undefined, parsePort),
  'metrics-host': option('ADDRESS', 'address to answer it on', '127.0.0.1' as string, parseText),
  'log-level': option(LOG_LEVELS.join('|'), 'how much is logged to stderr', 'info' as (typeof LOG_LEVELS)[number], oneOf(LOG_LEVELS)),
  config: option('FILE', 'JSON file with options of these names', undefined as string | undefined, parseText),
  help: { ...flag('show this text and exit'), flagOnly: true },
} as const satisfies Record<string, Option<unknown>>;

/** What one process does: all of it, or one side of it with the other beside it. */
const MODES = { whole: 'reach-server', tcp: 'reach-server tcp', udp: 'reach-server udp' } as const;
export type Mode = keyof typeof MODES;

type OptionName = keyof typeof OPTIONS;

/** Options that say nothing to a process of that mode. Both may read the same file and the same variables: only a flag is a mistake. */
const FOREIGN: Readonly<Record<Mode, readonly OptionName[]>> = {
  whole: [],
  tcp: [],
  udp: ['port', 'advertise', 'registration', 'max-file', 'quota', 'keep-free', 'keep-files', 'limit'],
};

export type Config = Values<typeof OPTIONS> & { mode: Mode };

export interface Sources {
  environment?: Environment;
  readFile?: (path: string) => string;
}

/** Throws ConfigError. `args` is what follows the script's name: perhaps a mode, then flags. A flag wins over a variable, a variable over the file. */
export function parseConfig(args: readonly string[], { environment = {}, readFile = (path) => readFileSync(path, 'utf8') }: Sources = {}): Config {
  const mode: Mode = args[0] === 'tcp' || args[0] === 'udp' ? args[0] : 'whole';
  const flags = readFlags(OPTIONS, mode === 'whole' ? args : args.slice(1));
  const foreign = flags.find(({ name }) => FOREIGN[mode].some((one) => one === name));
  if (foreign) throw new ConfigError(`${foreign.origin} is for the server's own process: give it to ${MODES.tcp}, not to ${MODES[mode]}`);
  const said = [...readEnvironment(OPTIONS, environment), ...flags];
  const file = said.findLast(({ name }) => name === 'config');
  const settings = [...(file ? readSettings(OPTIONS, { path: file.text, origin: file.origin }, readFile) : []), ...said];
  const config = { ...settle(OPTIONS, settings), mode };
  refuseContradictions(config, settings);
  return config;
}

export function helpText(): string {
  const limits = Object.entries(LIMITS).map(([name, { value, help }]) => `  ${name.padEnd(34)} ${help} (default: ${value})`);
  return [
    'Usage: reach-server [OPTIONS]', '', 'With no options it listens on port 5000 and keeps its data in ./data.', '', ...modesHelp(), '', ...helpRows(OPTIONS),
    '', 'An option is also a variable: REACH_UDP_PORT for --udp-port, REACH_NO_UDP=1, REACH_LIMIT="send=0,frames=0".',
    'A flag wins over a variable, a variable over the file, the file over the default.', '', 'Limits:', ...limits, '', ...inviteHelp(), '', ...signOutHelp(), '',
  ].join('\n');
}

function modesHelp(): string[] {
  return [
    'As two processes on one data directory, started in any order:',
    `  ${`${MODES.tcp} [OPTIONS]`.padEnd(34)} everything but the UDP relay`,
    `  ${`${MODES.udp} [OPTIONS]`.padEnd(34)} the UDP relay alone`,
    `  It takes ${Object.keys(OPTIONS).filter((name) => !['no-udp', ...FOREIGN.udp].includes(name)).map((name) => `--${name}`).join(', ')}.`,
  ];
}

/** The rows of the table of options in docs/operating.md. */
export function optionTable(): string[] {
  return documentRows(OPTIONS);
}

/** The last word on an option, or that nobody has said anything. */
function originOf(name: OptionName, settings: readonly Setting[]): string {
  return settings.findLast((one) => one.name === name)?.origin ?? `the default of --${name}`;
}

function refuseContradictions(config: Config, settings: readonly Setting[]): void {
  const given = (name: OptionName) => settings.some((one) => one.name === name);
  const from = (name: OptionName) => originOf(name, settings);
  if (config['no-udp'] && config.mode !== 'whole') throw new ConfigError(`${from('no-udp')} and ${MODES[config.mode]} contradict each other; without UDP start ${MODES.whole}`);
  if (config['no-udp'] && given('udp-port')) throw new ConfigError(`${from('no-udp')} and ${from('udp-port')} contradict each other`);
  if (config['no-udp'] && config.advertise?.udpPort !== undefined) throw new ConfigError(`${from('no-udp')} and the UDP port of ${from('advertise')} contradict each other`);
  if (config.metrics === undefined && given('metrics-host')) throw new ConfigError(`${from('metrics-host')} says where to answer, but there is no port: --metrics PORT`);
  if (config.mode !== 'udp' && config.metrics !== undefined && config.metrics !== 0 && config.metrics === config.port) {
    throw new ConfigError(`${from('metrics')} and ${from('port')} are both ${config.port}`);
  }
}

function defaultLimits(): Limits {
  return Object.fromEntries(Object.entries(LIMITS).map(([name, { value }]) => [name, value])) as Limits;
}

function parseLimits(text: string, before: Limits): Limits {
  return text.split(',').reduce(parseLimit, before);
}

function parseLimit(before: Limits, text: string): Limits {
  const [, name, value] = /^\s*([a-z-]+)=(\d{1,9})\s*$/.exec(text) ?? [];
  if (name === undefined) throw new ConfigError('expected NAME=VALUE with a whole number');
  if (!Object.hasOwn(LIMITS, name)) throw new ConfigError(`there is no limit ${name}; there are ${Object.keys(LIMITS).join(', ')}`);
  return { ...before, [name]: Number(value) };
}
