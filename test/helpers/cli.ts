// The terminal client as a person runs it: the built bundle in a process of its own.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { root } from './folders.ts';

export interface CliRun {
  code: number | null;
  out: string;
  err: string;
  /** The lines of --json, parsed. */
  lines: Array<Record<string, unknown>>;
}

export interface CliOptions {
  /** Where it keeps its identity and pins. */
  home: string;
  password?: string;
  input?: string;
  /** Milliseconds until it is ended. */
  within?: number;
}

export function cli(args: string[], options: CliOptions): Promise<CliRun> {
  const env: NodeJS.ProcessEnv = { ...process.env };
  delete env['REACH_PASSWORD'];
  if (options.password !== undefined) env['REACH_PASSWORD'] = options.password;
  const child = spawn(process.execPath, [join(root, 'client/dist/cli.js'), '--home', options.home, ...args], { env, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  child.stdin.end(options.input ?? '');
  const timer = setTimeout(() => child.kill('SIGKILL'), options.within ?? 30_000);
  return new Promise((resolve) => {
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve({ code, out, err, lines: args.includes('--json') ? parseLines(out) : [] });
    });
  });
}

function parseLines(out: string): Array<Record<string, unknown>> {
  return out.split('\n').filter((line) => line.trim() !== '').map((line) => JSON.parse(line) as Record<string, unknown>);
}
