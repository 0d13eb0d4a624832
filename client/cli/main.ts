// The terminal client: arguments in, exit code out. Everything real (process, files, sockets) is chosen here.
import { join } from 'node:path';
import { requireCipher } from '../../shared/crypto/gcm.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import { canonicalUsername } from '../../shared/protocol/names.ts';
import { openDisk } from '../engine/disk.ts';
import { deviceNameOf } from '../engine/device-name.ts';
import { realEffects } from '../engine/options.ts';
import { failureOf } from '../engine/failures.ts';
import type { PasswordWorker } from '../engine/password.ts';
import { waysOf } from '../engine/target.ts';
import { Vault } from '../engine/vault.ts';
import { parseArguments, type Globals } from './arguments.ts';
import { COMMANDS } from './commands.ts';
import type { Desk } from './desk.ts';
import { helpText } from './help.ts';
import { Interrupted } from './interrupted.ts';
import { terminalKeyboard } from './keyboard.ts';
import { neutralise, printProblem, type Streams } from './output.ts';
import { threadPasswordWorker } from './password-worker.ts';
import { defaultHome, placeFor } from './place.ts';
import { EXIT, Problem, problemOf } from './problem.ts';
import { passwordOf } from './secrets.ts';

const VERSION = '0.1.0';

const streams: Streams = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};

async function main(argv: readonly string[]): Promise<number> {
  const worker = threadPasswordWorker();
  try {
    const request = parseArguments(argv, COMMANDS);
    if (request.name === 'help') streams.out(helpText(COMMANDS));
    if (request.name === 'version') streams.out(`reach-cli ${VERSION}\n`);
    if (request.name !== 'run') return EXIT.done;
    requireCipher();
    const desk = await openDesk(request.globals, worker);
    return await Promise.race([request.run(desk), desk.interrupted]);
  } catch (error) {
    return ended(error, argv.includes('--json'));
  } finally {
    worker.close();
  }
}

async function openDesk(globals: Globals, passwordWorker: PasswordWorker): Promise<Desk> {
  const place = placeFor(globals);
  const username = canonicalUsername(globals.user);
  if (username === undefined) throw problemOf(failureOf('bad_name'));
  const password = await passwordOf(globals, process.env, terminalKeyboard);
  const home = globals.home ?? defaultHome(process.env, process.platform);
  const interrupted = new Promise<never>((_, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => reject(new Interrupted()));
  });
  interrupted.catch(() => {}); // whoever races with it hears of it
  const vault = new Vault(openDisk(home), ({ message }) => streams.err(`reach-cli: ${neutralise(message)}\n`));
  const known = vault.waysOf(formatAddress(place.address), username);
  return {
    globals, home, interrupted, streams, vault,
    target: { ...place, username, password, register: globals.register, remember: false, ...waysOf({ ...known, ...(globals.protocol && { protocol: globals.protocol }) }) },
    effects: realEffects({ passwordWorker, connectWithin: globals.timeout }),
    deviceName: deviceNameOf(),
    pins: join(home, 'pins.json'),
    keyboard: terminalKeyboard,
  };
}

function ended(error: unknown, json: boolean): number {
  if (error instanceof Interrupted) return EXIT.interrupted;
  const problem = error instanceof Problem ? error : error instanceof ReachError ? problemOf(failureOf(error.code, { detail: error.message })) : undefined;
  if (!problem) throw error;
  printProblem(streams, problem, json);
  return problem.exit;
}

/** A reader that went away (`| head`) is no error. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.local));

main(process.argv.slice(2)).then(
  // What was written leaves first; nothing that is still open may hold the terminal.
  (exit) => process.stdout.write('', () => process.stderr.write('', () => process.exit(exit))),
  (error: unknown) => {
    streams.err(`reach-cli: ${error instanceof Error ? error.stack : String(error)}\n`);
    process.exit(EXIT.local);
  },
);
