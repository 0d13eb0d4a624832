// A server of its own for one file of tests, and the terminal client signed up as dana.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cli, freePort, startServer, stop, type Finished, type Running } from './processes.ts';

export const run = (argv: string[], options = {}): Promise<Finished> => cli(argv, options).finished;
export const last = ({ lines }: Pick<Finished, 'lines'>): Record<string, unknown> => lines.at(-1) ?? {};

export interface House {
  root: string;
  home: string;
  port: number;
  /** --server and --home */
  local: string[];
  /** The same, as dana, with --json. */
  dana: string[];
  as(user: string): string[];
  /** Makes accounts, and dana's. */
  people(...users: string[]): Promise<void>;
  server(): Running;
  start(): Promise<void>;
  stop(signal?: NodeJS.Signals): Promise<void>;
  clear(): Promise<void>;
}

/** `args`: further options of the server. */
export async function newHouse(args: string[] = []): Promise<House> {
  const root = mkdtempSync(join(tmpdir(), 'reach-cli-'));
  const home = join(root, 'home');
  const port = await freePort();
  const local = ['--server', `127.0.0.1:${port}`, '--home', home];
  let server: Running | undefined;
  const as = (user: string) => [...local, '--user', user, '--json'];
  return {
    root, home, port, local,
    dana: as('dana'),
    as,
    async people(...users) {
      for (const user of ['dana', ...users]) {
        const made = await run([...as(user), '--register', 'roster']);
        if (made.code !== 0) throw new Error(`no account for ${user}: ${made.out}${made.err}`);
      }
    },
    server: () => server!,
    start: async () => void (server = await startServer(join(root, 'data'), port, ['--limit', 'send=0', ...args])),
    stop: (signal) => stop(server, signal),
    async clear() {
      await stop(server);
      rmSync(root, { recursive: true, force: true });
    },
  };
}
