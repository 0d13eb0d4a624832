// What stands behind a command's name: words in their order and options by name, each read and checked before anything
// is sent. How it is parsed, its line in --help and the usage it complains with come from one entry.
import type { Desk } from './desk.ts';
import { usage } from './problem.ts';

/** One word, or the value of one option. */
export interface Parameter<T> {
  readonly label: string;
  readonly optional?: boolean;
  /** Throws Problem `usage`. */
  read(text: string): T;
}

/** An option without a value. */
export interface Switch {
  readonly label: '';
}

type Words = Record<string, Parameter<unknown>>;
type Options = Record<string, Parameter<unknown> | Switch>;
type Given<W, O> = { [K in keyof W]: W[K] extends Parameter<infer T> ? T : never } & { [K in keyof O]: O[K] extends Parameter<infer T> ? T | undefined : boolean };

/** The exit code. */
export type Run = (desk: Desk) => Promise<number>;

export interface Command {
  readonly name: string;
  /** As a person writes it: `send ROOM TEXT [--id ID]`. */
  readonly usage: string;
  readonly about: string;
  /** Throws Problem `usage`. */
  parse(argv: readonly string[]): Run;
}

export interface Entry<W extends Words, O extends Options> {
  name: string;
  words: W;
  options: O;
  /** Words behind the others, at least one of them. */
  rest?: string;
  about: string;
  run(desk: Desk, given: Given<W, O>, rest: readonly string[]): Promise<number>;
}

export const flag: Switch = { label: '' };

export function optional<T>(parameter: Parameter<T>): Parameter<T | undefined> {
  return { ...parameter, optional: true };
}

export function command<W extends Words, O extends Options>({ name, words, options, rest, about, run }: Entry<W, O>): Command {
  const shown = usageOf(name, { words, rest }, options);
  return {
    name, about, usage: shown,
    parse(argv) {
      const split = splitOwn(argv, options, shown);
      const fixed = rest === undefined ? split.words : split.words.slice(0, Object.keys(words).length);
      const behind = split.words.slice(fixed.length);
      const given = { ...split.values, ...readWords(fixed, words, shown) } as Given<W, O>;
      if (rest !== undefined && behind.length === 0) throw usage(`${rest} is missing: ${shown}.`);
      return (desk) => run(desk, given, behind);
    },
  };
}

function usageOf(name: string, { words, rest }: { words: Words; rest: string | undefined }, options: Options): string {
  const shown = Object.values(words).map(({ label, optional: mayMiss }) => (mayMiss ? `[${label}]` : label));
  return [name, ...shown, ...(rest === undefined ? [] : [`${rest}…`]), ...Object.entries(options).map(([key, { label }]) => (label === '' ? `[--${key}]` : `[--${key} ${label}]`))].join(' ');
}

/** Behind `--` everything is a word. */
function splitOwn(argv: readonly string[], options: Options, shown: string) {
  const words: string[] = [];
  const values: Record<string, unknown> = Object.fromEntries(Object.entries(options).map(([key, option]) => [key, 'read' in option ? undefined : false]));
  const rest = [...argv];
  while (rest.length > 0) {
    const next = rest.shift()!;
    if (next === '--') return { words: [...words, ...rest], values };
    const [name, inline] = splitOption(next);
    const option = Object.hasOwn(options, name.slice(2)) ? options[name.slice(2)] : undefined;
    if (!name.startsWith('--')) words.push(next);
    else if (!option) throw usage(`${name} is no option here: ${shown}. Global options come before the command.`);
    else if ('read' in option) values[name.slice(2)] = option.read(inline ?? takeValue(name, rest));
    else if (inline === undefined) values[name.slice(2)] = true;
    else throw usage(`${name} takes no value.`);
  }
  return { words, values };
}

function readWords(given: readonly string[], words: Words, shown: string): Record<string, unknown> {
  const wanted = Object.entries(words);
  if (given.length > wanted.length) throw usage(`Too many words: ${shown}${'text' in words ? ' (TEXT in quotes)' : ''}.`);
  const missing = wanted.find(([, { optional: mayMiss }], at) => !mayMiss && given[at] === undefined);
  if (missing) throw usage(`${missing[1].label} is missing: ${shown}.`);
  return Object.fromEntries(wanted.map(([key, word], at) => [key, given[at] === undefined ? undefined : word.read(given[at])]));
}

/** `--option=value` or `--option`. */
export function splitOption(text: string): [string, string?] {
  const at = text.startsWith('--') ? text.indexOf('=') : -1;
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

export function takeValue(option: string, rest: string[]): string {
  const value = rest.shift();
  if (value === undefined || value === '') throw usage(`${option} needs a value.`);
  return value;
}
