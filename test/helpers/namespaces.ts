// Networks of this machine's own: namespaces of Linux, joined by pairs of virtual cards. They need root, `ip` and `nft`.
import { randomBytes } from 'node:crypto';
import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';
import { install, installLine, isRoot, missingPrograms } from '../../scripts/debian.mjs';
import { root } from './folders.ts';
import { waitFor, type Closing } from './waiting.ts';

export interface Namespace {
  readonly name: string;
  /** Runs to its end; what it printed. Throws with what went wrong. */
  run(program: string, ...args: string[]): string;
  /** Loads a script of nftables. */
  nft(script: string): void;
  /** A process inside; it ends with the test. */
  spawn(program: string, args: readonly string[], stdio?: StdioOptions): ChildProcess;
}

export interface Card {
  namespace: Namespace;
  /** With its prefix: 10.0.0.1/24. */
  address: string;
}

/** Throws with the one line to type where something is missing that cannot be installed here. */
export function requireNetworks(...more: 'gcc'[]): void {
  if (!isRoot()) throw new Error('Networks of their own need root: run these tests as root.');
  const missing = missingPrograms(['ip', 'nft', 'conntrack', ...more]);
  if (missing.length > 0 && !install(missing)) throw new Error(`These tests need packages that could not be installed. Run: ${installLine(missing)}`);
}

export function namespace(closing: Closing): Namespace {
  const name = newName();
  const inside = (program: string, args: readonly string[]): string[] => ['netns', 'exec', name, program, ...args];
  system('ip', ['netns', 'add', name]);
  closing.add(() => system('ip', ['netns', 'delete', name]));
  const made: Namespace = {
    name,
    run: (program, ...args) => system('ip', inside(program, args)),
    nft: (script) => void system('ip', inside('nft', ['-f', '-']), script),
    spawn(program, args, stdio = ['ignore', 'pipe', 'inherit']) {
      const child = spawn('ip', inside(program, args), { stdio, cwd: root });
      closing.add(() => ended(child));
      return child;
    },
  };
  made.run('ip', 'link', 'set', 'lo', 'up');
  return made;
}

/** A cable between two of them; resolves with the names of its ends. */
export function join(one: Card, other: Card): [string, string] {
  const names: [string, string] = [newName(), newName()];
  system('ip', ['link', 'add', names[0], 'netns', one.namespace.name, 'type', 'veth', 'peer', 'name', names[1], 'netns', other.namespace.name]);
  for (const [at, { namespace: within, address }] of [one, other].entries()) {
    within.run('ip', 'address', 'add', address, 'dev', names[at]!);
    within.run('ip', 'link', 'set', names[at]!, 'up');
  }
  return names;
}

/** The built server inside, at `ready`; kill() ends it without a word. */
export async function startServerIn(inside: Namespace, args: readonly string[]): Promise<{ child: ChildProcess; printed(): string }> {
  const child = inside.spawn(process.execPath, ['server/dist/main.js', ...args]);
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  await waitFor(() => {
    if (child.exitCode !== null) throw new Error(`the server ended with ${child.exitCode}`);
    return /^ready$/m.test(text);
  }, 20_000, 'the server is ready');
  return { child, printed: () => text };
}

/** SIGKILL, and gone. */
export async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
}

/** Of at most 15 characters, as cards must have. */
function newName(): string {
  return `reach${randomBytes(4).toString('hex')}`;
}

function system(program: string, args: readonly string[], input?: string): string {
  const { status, stdout, stderr, error } = spawnSync(program, args, { encoding: 'utf8', ...(input !== undefined && { input }) });
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${error?.message ?? stderr.trim()}`);
  return stdout;
}
