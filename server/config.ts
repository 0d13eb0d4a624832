// The one table of options. Parsing, the configuration file, --help and the type of the result derive from it.
// What is wrong throws ConfigError with one line a person can act on; unknown environment variables are nobody's business.
import { readFileSync } from 'node:fs';
import {
  FILE_MAX, FRAME_BURST, FRAME_RATE, LOGIN_TRIES, LOGIN_TRIES_PER_NAME, SEND_BURST, SEND_RATE, UNAUTHENTICATED_MAX, UNAUTHENTICATED_PER_ADDRESS,
} from '../shared/protocol/limits.ts';
import { DEFAULT_TCP_PORT, DEFAULT_UDP_PORT } from '../shared/protocol/link.ts';
import { reasonOf, LOG_LEVELS } from './ops/log.ts';
import type { Rate } from './ops/token-bucket.ts';

export class ConfigError extends Error {}

/** Sessions. With full queues each may hold about 2 MiB; a busy house of 1,000 people with four devices fits. */
const SESSIONS_MAX = 4_096;

/** Limits that --limit may change; 0 = off. */
const LIMITS = {
  send: { value: SEND_RATE, help: 'messages a second of one session' },
  frames: { value: FRAME_RATE, help: 'frames a second of one session, of any kind' },
  sessions: { value: SESSIONS_MAX, help: 'signed-in connections; one more is told to try again' },
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

interface Option<T> {
  /** What stands behind the flag in --help; absent: the flag takes no value. */
  value?: string;
  help: string;
  initial: T;
  repeatable?: boolean;
  /** Throws ConfigError without the option's name, which the caller adds. */
  parse(text: string, before: T): T;
}

const OPTIONS = {
  host: option('ADDRESS', 'address to listen on', '0.0.0.0' as string, parseText),
  port: option('PORT', 'TCP port; 0 takes a free one', DEFAULT_TCP_PORT as number, parsePort),
  'udp-port': option('PORT', 'UDP port (accepted; the UDP relay is not part of this version)', DEFAULT_UDP_PORT as number, parsePort),
  'no-udp': flag('run without the UDP relay'),
  data: option('DIR', 'data directory, made if missing', './data' as string, parseText),
  secrets: option('DIR', 'directory of identity and OPAQUE setup (default: the data directory)', undefined as string | undefined, parseText),
  registration: option('open|invite|closed', 'who may make an account', 'open' as 'open' | 'invite' | 'closed', oneOf(['open', 'invite', 'closed'] as const)),
  'max-file': option('SIZE', 'bytes of one file, or 50MB, 1GB (accepted; files are not part of this version)', FILE_MAX as number, parseSize),
  limit: { ...option('NAME=VALUE', 'change a limit, 0 = off; may be repeated', defaultLimits(), parseLimit), repeatable: true },
  metrics: option('PORT', 'port for metrics (accepted; metrics are not part of this version)', undefined as number | undefined, parsePort),
  'log-level': option(LOG_LEVELS.join('|'), 'how much is logged to stderr', 'info' as (typeof LOG_LEVELS)[number], oneOf(LOG_LEVELS)),
  config: option('FILE', 'JSON file with options of these names; flags win over it', undefined as string | undefined, parseText),
  help: flag('show this text and exit'),
} as const satisfies Record<string, Option<unknown>>;

type OptionName = keyof typeof OPTIONS;
export type Config = { -readonly [K in OptionName]: (typeof OPTIONS)[K]['initial'] };

/** Throws ConfigError. `args` is what follows the script's name. */
export function parseConfig(args: readonly string[], readFile: (path: string) => string = (path) => readFileSync(path, 'utf8')): Config {
  const flags = readFlags(args);
  const file = flags.find(([name]) => name === 'config')?.[1];
  const settings = file === undefined ? [] : readSettings(file, readFile);
  const config = Object.fromEntries(Object.entries(OPTIONS).map(([name, { initial }]) => [name, initial])) as Config;
  for (const [name, text] of [...settings, ...flags]) apply(config, name, text);
  refuseContradictions(config, new Set([...settings, ...flags].map(([name]) => name)));
  return config;
}

export function helpText(): string {
  const rows = Object.entries(OPTIONS).map(([name, { value, help, initial }]: [string, Option<unknown>]) => {
    const shown = typeof initial === 'string' || typeof initial === 'number' ? ` (default: ${initial})` : '';
    return `  ${`--${name}${value ? ` ${value}` : ''}`.padEnd(34)} ${help}${shown}`;
  });
  const limits = Object.entries(LIMITS).map(([name, { value, help }]) => `  ${name.padEnd(34)} ${help} (default: ${value})`);
  return ['Usage: reach-server [OPTIONS]', '', 'With no options it listens on port 5000 and keeps its data in ./data.', '', ...rows, '', 'Limits:', ...limits, ''].join('\n');
}

function option<T>(value: string, help: string, initial: T, parse: (text: string, before: T) => T): Option<T> {
  return { value, help, initial, parse };
}

function flag(help: string): Option<boolean> {
  return { help, initial: false, parse: (text) => text === 'true' };
}

type Setting = [name: OptionName, text: string];

function readFlags(args: readonly string[]): Setting[] {
  const settings: Setting[] = [];
  const seen = new Set<string>();
  for (let at = 0; at < args.length; at += 1) {
    const [, name, inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[at]!) ?? [];
    if (!isOption(name)) throw new ConfigError(`unknown option ${args[at]} (--help lists them)`);
    const { value, repeatable }: Option<unknown> = OPTIONS[name];
    if (seen.has(name) && !repeatable) throw new ConfigError(`--${name} is given twice`);
    seen.add(name);
    if (!value && inline !== undefined) throw new ConfigError(`--${name} takes no value`);
    const text = value ? (inline ?? args[(at += 1)]) : 'true';
    if (text === undefined) throw new ConfigError(`--${name} needs a value: ${value}`);
    settings.push([name, text]);
  }
  return settings;
}

function readSettings(path: string, readFile: (path: string) => string): Setting[] {
  let content: unknown;
  try {
    content = JSON.parse(readFile(path));
  } catch (cause) {
    throw new ConfigError(`--config ${path}: ${reasonOf(cause)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new ConfigError(`--config ${path}: not a JSON object`);
  return Object.entries(content).flatMap(([name, value]) => fromFile(path, name, value));
}

function fromFile(path: string, name: string, value: unknown): Setting[] {
  if (!isOption(name) || name === 'config' || name === 'help') throw new ConfigError(`--config ${path}: unknown option "${name}"`);
  if (name === 'limit' && typeof value === 'object' && value !== null) return Object.entries(value).map(([limit, number]) => [name, `${limit}=${number}`]);
  const takesValue = (OPTIONS[name] as Option<unknown>).value !== undefined;
  const fits = takesValue ? typeof value === 'string' || typeof value === 'number' : typeof value === 'boolean';
  if (!fits) throw new ConfigError(`--config ${path}: "${name}" has a value of the wrong type`);
  return value === false ? [] : [[name, String(value)]];
}

function apply(config: Config, name: OptionName, text: string): void {
  const { parse } = OPTIONS[name] as Option<unknown>;
  try {
    Object.assign(config, { [name]: parse(text, config[name]) });
  } catch (cause) {
    if (cause instanceof ConfigError) throw new ConfigError(`--${name} ${text}: ${cause.message}`);
    throw cause;
  }
}

function refuseContradictions(config: Config, given: ReadonlySet<OptionName>): void {
  if (config['no-udp'] && given.has('udp-port')) throw new ConfigError('--no-udp and --udp-port contradict each other');
  if (config.metrics !== undefined && config.metrics !== 0 && config.metrics === config.port) throw new ConfigError(`--metrics and --port are both ${config.port}`);
}

function isOption(name: string | undefined): name is OptionName {
  return name !== undefined && Object.hasOwn(OPTIONS, name);
}

function defaultLimits(): Limits {
  return Object.fromEntries(Object.entries(LIMITS).map(([name, { value }]) => [name, value])) as Limits;
}

function parseText(text: string): string {
  if (text === '') throw new ConfigError('an empty value');
  return text;
}

function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new ConfigError('a port is a number from 0 to 65535');
  return Number(text);
}

function parseSize(text: string): number {
  const [, number, unit] = /^(\d{1,12})(KB|MB|GB)?$/i.exec(text) ?? [];
  if (number === undefined) throw new ConfigError('a size is a number of bytes, or one with KB, MB or GB');
  return Number(number) * 1024 ** ['', 'KB', 'MB', 'GB'].indexOf((unit ?? '').toUpperCase());
}

function parseLimit(text: string, before: Limits): Limits {
  const [, name, value] = /^([a-z-]+)=(\d{1,9})$/.exec(text) ?? [];
  if (name === undefined) throw new ConfigError('expected NAME=VALUE with a whole number');
  if (!Object.hasOwn(LIMITS, name)) throw new ConfigError(`there is no such limit; there are ${Object.keys(LIMITS).join(', ')}`);
  return { ...before, [name]: Number(value) };
}

function oneOf<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new ConfigError(`expected ${choices.join(', ')}`);
    return choice;
  };
}
