// Options of a table, from a command line, from the environment and from a JSON file. Whatever is wrong throws
// ConfigError with one line that names where it was said; variables that no option has are nobody's business.
import { reasonOf } from './log.ts';

export class ConfigError extends Error {}

export interface Option<T> {
  /** What stands behind the flag in --help; absent: the flag takes no value. */
  value?: string;
  help: string;
  initial: T;
  repeatable?: boolean;
  /** Neither a variable nor an entry of a file. */
  flagOnly?: boolean;
  /** Throws ConfigError without the option's name, which the caller adds. */
  parse(text: string, before: T): T;
}

export type Table = Readonly<Record<string, Option<unknown>>>;
export type Values<T extends Table> = { -readonly [K in keyof T]: T[K]['initial'] };
export type Environment = Readonly<Record<string, string | undefined>>;

/** One option said once. */
export interface Setting {
  name: string;
  text: string;
  /** `--port`, `REACH_PORT` or `"port" in FILE`. */
  origin: string;
  /** The same with what was said. */
  said: string;
}

export function option<T>(value: string, help: string, initial: T, parse: (text: string, before: T) => T): Option<T> {
  return { value, help, initial, parse };
}

export function flag(help: string): Option<boolean> {
  return { help, initial: false, parse: parseFlag };
}

export function variableOf(name: string): string {
  return `REACH_${name.toUpperCase().replaceAll('-', '_')}`;
}

export function readFlags(table: Table, args: readonly string[]): Setting[] {
  const settings: Setting[] = [];
  for (let at = 0; at < args.length; at += 1) {
    const [, name = '', inline] = /^--([a-z-]+)(?:=(.*))?$/s.exec(args[at]!) ?? [];
    const found = optionOf(table, name);
    if (!found) throw new ConfigError(`unknown option ${args[at]} (--help lists them)`);
    const { value, repeatable } = found;
    if (!repeatable && settings.some((one) => one.name === name)) throw new ConfigError(`--${name} is given twice`);
    if (!value && inline !== undefined) throw new ConfigError(`--${name} takes no value`);
    const text = value ? (inline ?? args[(at += 1)]) : 'true';
    if (text === undefined) throw new ConfigError(`--${name} needs a value: ${value}`);
    settings.push({ name, text, origin: `--${name}`, said: value ? `--${name} ${text}` : `--${name}` });
  }
  return settings;
}

export function readEnvironment(table: Table, environment: Environment): Setting[] {
  return Object.keys(table).filter((name) => !table[name]!.flagOnly).flatMap((name) => {
    const origin = variableOf(name);
    const text = environment[origin];
    return text === undefined ? [] : [{ name, text, origin, said: `${origin}=${text}` }];
  });
}

/** `origin`: how the file was named, such as `--config`. */
export function readSettings(table: Table, file: { path: string; origin: string }, readFile: (path: string) => string): Setting[] {
  const place = `${file.origin} ${file.path}`;
  let content: unknown;
  try {
    content = JSON.parse(readFile(file.path));
  } catch (cause) {
    throw new ConfigError(`${place}: ${reasonOf(cause)}`);
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) throw new ConfigError(`${place}: not a JSON object`);
  return Object.entries(content).map(([name, value]) => fromFile(table, { name, value, path: file.path }, place));
}

/** Later settings win over earlier ones. */
export function settle<T extends Table>(table: T, settings: readonly Setting[]): Values<T> {
  const values = Object.fromEntries(Object.entries(table).map(([name, { initial }]) => [name, initial]));
  for (const { name, text, said } of settings) {
    try {
      values[name] = table[name]!.parse(text, values[name]);
    } catch (cause) {
      if (cause instanceof ConfigError) throw new ConfigError(`${said}: ${cause.message}`);
      throw cause;
    }
  }
  return values as Values<T>;
}

/** For --help: one line an option. */
export function helpRows(table: Table): string[] {
  return Object.entries(table).map(([name, one]) => `  ${flagText(name, one).padEnd(34)} ${one.help}${hasDefault(one) ? ` (default: ${one.initial})` : ''}`);
}

/** For documents: the same as the rows of a Markdown table. */
export function documentRows(table: Table): string[] {
  return Object.entries(table).map(([name, one]) => {
    const cells = [`\`${flagText(name, one).replaceAll('|', '\\|')}\``, one.flagOnly ? '' : `\`${variableOf(name)}\``, one.help, hasDefault(one) ? `\`${one.initial}\`` : ''];
    return `| ${cells.join(' | ')} |`;
  });
}

export function parseText(text: string): string {
  if (text === '') throw new ConfigError('an empty value');
  return text;
}

export function parsePort(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) throw new ConfigError('a port is a number from 0 to 65535');
  return Number(text);
}

/** Bytes: what the chunks of one file can be counted to (2^32 of 64 KiB). */
const SIZE_MAX = 2 ** 48;

/** KB is KiB: in steps of 1,024. */
export function parseSize(text: string): number {
  const [, number, unit] = /^(\d{1,15})(?:([KMGT])i?B)?$/i.exec(text) ?? [];
  if (number === undefined) throw new ConfigError('a size is a number of bytes, or one with KB, MB, GB or TB');
  const bytes = Number(number) * 1024 ** ['', 'K', 'M', 'G', 'T'].indexOf((unit ?? '').toUpperCase());
  if (bytes > SIZE_MAX) throw new ConfigError('a size is 256TB at most');
  return bytes;
}

export function parseDays(text: string): number {
  if (!/^\d{1,5}$/.test(text)) throw new ConfigError('expected a whole number of days; 0 = for ever');
  return Number(text);
}

export function oneOf<const T extends string>(choices: readonly T[]): (text: string) => T {
  return (text) => {
    const choice = choices.find((one) => one === text);
    if (choice === undefined) throw new ConfigError(`expected ${choices.join(', ')}`);
    return choice;
  };
}

function parseFlag(text: string): boolean {
  if (!/^(1|0|true|false)$/.test(text)) throw new ConfigError('expected 1, true, 0 or false');
  return text === '1' || text === 'true';
}

function optionOf(table: Table, name: string): Option<unknown> | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function fromFile(table: Table, { name, value, path }: { name: string; value: unknown; path: string }, place: string): Setting {
  const found = optionOf(table, name);
  if (!found || found.flagOnly || name === 'config') throw new ConfigError(`${place}: unknown option "${name}"`);
  const text = textOf(found, value);
  if (text === undefined) throw new ConfigError(`${place}: "${name}" has a value of the wrong type`);
  const origin = `"${name}" in ${path}`;
  return { name, text, origin, said: `${origin}: ${text}` };
}

/** {"limit": {"send": 0, "tries": 9}} is what --limit send=0,tries=9 says. */
function textOf({ value: takesValue, repeatable }: Option<unknown>, value: unknown): string | undefined {
  if (repeatable && typeof value === 'object' && value !== null) return Object.entries(value).map(([name, one]) => `${name}=${one}`).join(',');
  const fits = takesValue ? typeof value === 'string' || typeof value === 'number' : typeof value === 'boolean';
  return fits ? String(value) : undefined;
}

function flagText(name: string, { value }: Option<unknown>): string {
  return `--${name}${value ? ` ${value}` : ''}`;
}

function hasDefault({ initial }: Option<unknown>): boolean {
  return typeof initial === 'string' || typeof initial === 'number';
}
