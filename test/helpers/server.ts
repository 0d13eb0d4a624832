// A real server: its own process, the built bundle, real sockets and a real database in a folder of its own.
import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { fingerprintWords } from '../../shared/crypto/identity.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { parseLink } from '../../shared/protocol/link.ts';
import { root, tempFolder } from './folders.ts';
import { waitFor, type Closing } from './waiting.ts';

export interface ServerOptions {
  /** tcp: its relay is a process of its own. Else it runs without one. */
  mode?: 'tcp';
  port?: number;
  data?: string;
  /** Further options as on the command line. */
  args?: string[];
}

export interface RunningProcess {
  /** What it printed up to `ready`. */
  block: string;
  pid: number;
  /** Everything on stderr so far. */
  log(): string;
  /** kill -9: nothing is drained. */
  kill(): Promise<void>;
  /** SIGTERM; resolves with the exit code. */
  stop(): Promise<number | null>;
  /** After kill() or stop(): the same port, data and options again. */
  restart(): Promise<void>;
}

export interface RunningServer extends RunningProcess {
  port: number;
  data: string;
  link: string;
  /** SHA-256 of its key, lower-case hex. */
  fingerprint: string;
  words: string[];
}

/** A port that nothing listens on at this moment. */
export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '0.0.0.0', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** Resolves at `ready`. */
export async function startServer(closing: Closing, options: ServerOptions = {}): Promise<RunningServer> {
  const port = options.port ?? (await freePort());
  const data = options.data ?? join(tempFolder(closing), 'data');
  const started = await startProcess(closing, [...(options.mode ? [options.mode] : ['--no-udp']), '--port', String(port), '--data', data, ...(options.args ?? [])]);
  const link = /reachs?:\/\/\S+/.exec(started.block)?.[0] ?? '';
  const fingerprint = parseLink(link)?.fingerprint;
  if (!fingerprint) throw new Error(`the server printed no link:\n${started.block}`);
  return Object.assign(started, { port, data, link, fingerprint: hex(fingerprint), words: fingerprintWords(fingerprint) });
}

/** `main.js` with these arguments. Resolves at `ready`. */
export async function startProcess(closing: Closing, options: string[]): Promise<RunningProcess> {
  const args = [join(root, 'server/dist/main.js'), ...options];
  let life = await launch(args);
  closing.add(() => end(life.child, 'SIGKILL'));
  return {
    block: life.block,
    get pid() {
      return life.child.pid!;
    },
    log: () => life.output.err,
    kill: async () => void (await end(life.child, 'SIGKILL')),
    stop: () => end(life.child, 'SIGTERM'),
    restart: async () => void (life = await launch(args)),
  };
}

interface Life {
  child: ChildProcess;
  output: { out: string; err: string };
  block: string;
}

async function launch(args: string[]): Promise<Life> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'], cwd: root });
  const output = { out: '', err: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => (output.out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (output.err = (output.err + text).slice(-200_000)));
  const ready = () => {
    if (child.exitCode !== null) return 'gone';
    return /^ready$/m.test(output.out) && 'ready';
  };
  const state = await waitFor(ready, 20_000, 'the server says ready').catch((cause: unknown) => {
    child.kill('SIGKILL');
    throw cause;
  });
  if (state === 'gone') throw new Error(`the server stopped with code ${child.exitCode}: ${output.err}`);
  return { child, output, block: output.out };
}

async function end(child: ChildProcess, signal: 'SIGKILL' | 'SIGTERM'): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child.once('exit', resolve));
    child.kill(signal);
    await gone;
  }
  return child.exitCode;
}
