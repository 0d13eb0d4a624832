// The built programs where there are some, else their sources; every process started here is ended here.
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const commandOf = (built: string, source: string) => (existsSync(at(built)) ? [at(built)] : ['--import', 'tsx', at(source)]);

/** The terminal client as words of a shell. */
export const cliCommand: readonly string[] = [process.execPath, ...commandOf('client/dist/cli.js', 'client/cli/main.ts')];

export interface Finished { code: number | null; out: string; err: string; lines: Record<string, unknown>[] }

export class Running {
  out = '';
  err = '';
  readonly child: ChildProcess;
  readonly finished: Promise<Finished>;

  constructor(argv: string[], env: NodeJS.ProcessEnv = {}, limit = 60_000) {
    this.child = spawn(process.execPath, argv, { env: { ...process.env, ...env }, stdio: 'pipe', cwd: at('.') });
    this.child.stdout!.on('data', (piece) => (this.out += piece));
    this.child.stderr!.on('data', (piece) => (this.err += piece));
    const timer = setTimeout(() => this.child.kill('SIGKILL'), limit);
    this.finished = new Promise((resolve) => {
      this.child.on('close', (code) => {
        clearTimeout(timer);
        resolve({ code, out: this.out, err: this.err, lines: this.out.split('\n').filter((text) => text.startsWith('{')).map((text) => JSON.parse(text)) });
      });
    });
  }

  async until(test: () => boolean, what: string, ms = 20_000): Promise<void> {
    for (const end = Date.now() + ms; !test(); ) {
      if (Date.now() > end || this.child.exitCode !== null) throw new Error(`no ${what}: ${this.out}\n${this.err}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }
}

export function cli(argv: string[], { password = 'correct horse 1', input = '' }: { password?: string; input?: string | null } = {}): Running {
  const running = new Running([...commandOf('client/dist/cli.js', 'client/cli/main.ts'), ...argv], { REACH_PASSWORD: password });
  // A program may end before it has read everything.
  running.child.stdin!.on('error', (error) => (running.err += `stdin: ${error.message}\n`));
  if (input !== null) running.child.stdin!.end(input);
  return running;
}

export async function startServer(data: string, port: number, more: string[] = []): Promise<Running> {
  const server = new Running([...commandOf('server/dist/main.js', 'server/main.ts'), '--host', '0.0.0.0', '--port', String(port), ...(more.includes('--udp-port') ? [] : ['--no-udp']), '--data', data, ...more], {}, 600_000);
  await server.until(() => /^ready$/m.test(server.out), 'ready server');
  return server;
}

export async function stop(running: Running | undefined, signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
  if (running?.child.exitCode === null) running.child.kill(signal);
  await running?.finished;
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
