// An engine in a process of its own, perhaps in another network: calls go in and events come out as lines of JSON.
// As a program: engine-process.ts HOME
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { createEngine } from '../../client/engine/engine.ts';
import { runOpaqueJob } from '../../client/engine/opaque.ts';
import type { ConnectInput, EngineCalls, EngineEvent, Paths, Protocol } from '../../client/engine/types.ts';
import { CHEAP, EngineLog } from './engine.ts';
import { tempFolder } from './folders.ts';
import type { Namespace } from './namespaces.ts';
import { waitFor, type Closing } from './waiting.ts';

/** What one of these has said, with when (milliseconds of this machine, the same in all of its processes). */
export interface RemoteEngine {
  readonly log: EngineLog;
  /** At which moment each event was said, by the event's place in log.events. */
  readonly times: readonly number[];
  call<K extends keyof EngineCalls>(name: K, ...args: Parameters<EngineCalls[K]>): void;
  paths(): Paths | undefined;
  /** Signs in; makes the account where the name is new. */
  signIn(input: Partial<ConnectInput> & { username: string; server: string }): Promise<void>;
}

export interface Acknowledged {
  text: string;
  /** Milliseconds from the moment it was shown. */
  took: number;
  path: Protocol | undefined;
}

/** Own messages that are acknowledged, in that order. */
export function acknowledged({ log, times }: Pick<RemoteEngine, 'log' | 'times'>): Acknowledged[] {
  const shown = new Map<string, { text: string; at: number }>();
  return log.events.flatMap((event, at) => {
    if (event.type === 'messages') for (const { id, text = '', state } of event.messages) if (state.name === 'queued') shown.set(id, { text, at: times[at]! });
    const message = event.type === 'message_state' && event.state.name === 'sent' ? shown.get(event.id) : undefined;
    return message && event.type === 'message_state' ? [{ text: message.text, took: times[at]! - message.at, path: event.path }] : [];
  });
}

interface Line {
  at: number;
  event: EngineEvent;
}

const THIS = fileURLToPath(import.meta.url);

export function startEngineIn(closing: Closing, inside: Namespace, home = tempFolder(closing)): RemoteEngine {
  const child = inside.spawn(process.execPath, ['--import', 'tsx', THIS, home], ['pipe', 'pipe', 'inherit']);
  const log = new EngineLog();
  const times: number[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const { at, event } = JSON.parse(line) as Line;
    times.push(at);
    log.take(event);
  });
  const call: RemoteEngine['call'] = (name, ...args) => void child.stdin!.write(`${JSON.stringify([name, ...args])}\n`);
  return {
    log, times, call,
    paths: () => log.events.findLast((event) => event.type === 'paths')?.paths,
    async signIn(input) {
      call('connect', { password: 'correct horse battery', remember: false, ...input });
      await waitFor(() => {
        if (log.phase.name === 'ask_trust') call('answerTrust', 'compared');
        if (log.phase.name === 'ask_register') call('answerRegister', true);
        return log.phase.name === 'online' && log.rooms.length > 0;
      }, 60_000, `signing in (now ${JSON.stringify(log.phase)})`);
    },
  };
}

function main(home: string): void {
  const engine = createEngine({ home, passwordWorker: { run: runOpaqueJob, close: () => undefined }, stretching: CHEAP });
  engine.start((event) => process.stdout.write(`${JSON.stringify({ at: performance.timeOrigin + performance.now(), event })}\n`));
  createInterface({ input: process.stdin }).on('line', (line) => {
    const [name, ...args] = JSON.parse(line) as [keyof EngineCalls, ...unknown[]];
    (engine[name] as (...given: unknown[]) => unknown)(...args);
  }).on('close', () => process.exit());
}

if (process.argv[1] === THIS) main(process.argv[2]!);
