// Composition root of `node server/dist/main.js`: options in, one block on stdout, logs on stderr, signals out. With `tcp` or `udp`
// it is one of two processes; with `invite`, one order to the server that runs.
import { writeSync } from 'node:fs';
import { Worker } from 'node:worker_threads';
import { banner, relayBanner } from './banner.ts';
import { helpText, parseConfig, type Config } from './config.ts';
import { startHost } from './host.ts';
import { inviteCommand, invitesCommand } from './ops/invite-command.ts';
import { createLog, reasonOf, type Log } from './ops/log.ts';
import { ConfigError } from './ops/options.ts';
import { signOutCommand } from './ops/sign-out.ts';
import { startRelayHost } from './relay-host.ts';

const VERSION = '0.1.0';
/** Words in place of options: to the server that runs here already. */
const ORDERS = new Map([['invite', inviteCommand], ['invites', invitesCommand], ['sign-out', signOutCommand]]);

// Beside the bundle lies the bundled worker. Run from source, the worker is TypeScript and needs tsx, which does not
// reach into threads by itself.
function startWorker(workerData: object): Worker {
  const here = import.meta.url;
  if (!here.endsWith('.ts')) return new Worker(new URL('opaque-worker.js', here), { workerData });
  const source = new URL('chat/opaque-worker.ts', here).href;
  const boot = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(source)}); });`;
  return new Worker(boot, { eval: true, workerData });
}

function fail(reason: string): never {
  writeSync(2, `reach-server: ${reason.replaceAll('\n', ' ')}\n`);
  process.exit(1);
}

function readConfig(args: readonly string[]): Config {
  try {
    return parseConfig(args, { environment: process.env });
  } catch (cause) {
    if (cause instanceof ConfigError) return fail(cause.message);
    throw cause;
  }
}

function stopOnSignal(host: { stop(): Promise<void> }, log: Log): void {
  let stopping = false;
  const stop = (signal: NodeJS.Signals): void => {
    if (stopping) return;
    stopping = true;
    log.info({ signal }, 'stopping');
    host.stop().then(() => process.exit(0), (cause: unknown) => fail(`stopping failed: ${reasonOf(cause)}`));
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  const order = ORDERS.get(command ?? '');
  if (order) return void process.stdout.write(await order(rest, { environment: process.env }));
  const config = readConfig(process.argv.slice(2));
  if (config.help) return void process.stdout.write(helpText());
  // Everything this process makes is its owner's alone, SQLite's side files included.
  process.umask(0o077);
  const log = createLog(config['log-level']);
  if (config.mode === 'udp') return runRelay(config, log);
  const host = await startHost(config, { startWorker, log, version: VERSION });
  stopOnSignal(host, log);
  process.stdout.write(banner(config.host, host));
  log.info({ port: host.port, udp: host.udpPort ?? 'off' }, 'listening');
}

async function runRelay(config: Config, log: Log): Promise<void> {
  const host = await startRelayHost(config, { log, version: VERSION });
  stopOnSignal(host, log);
  process.stdout.write(relayBanner(host));
  log.info({ udp: host.udpPort }, 'listening');
}

main().catch((cause: unknown) => fail(reasonOf(cause)));
