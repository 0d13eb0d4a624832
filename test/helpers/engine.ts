// The engine of the window, without the window: real sockets to a real server, OPAQUE in this process.
import { createEngine } from '../../client/engine/engine.ts';
import { runOpaqueJob } from '../../client/engine/opaque.ts';
import type { KeyStretching } from '../../client/engine/password.ts';
import type { ChatMessage, ConnectInput, EngineCalls, EngineEvent, Phase } from '../../client/engine/types.ts';
import { tempFolder } from './folders.ts';
import { waitFor, type Closing } from './waiting.ts';

/** The cheapest stretching: what is tested here is not the password. */
const CHEAP: KeyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

export interface TestEngine {
  calls: EngineCalls;
  events: EngineEvent[];
  phase(): Phase;
  /** Everything seen of a room so far, by id; acknowledgements included. */
  messages: ReadonlyMap<string, ChatMessage>;
  /** Ids in the state sent. */
  acked: ReadonlySet<string>;
  room(): string;
  /** Signs in; makes the account where the name is new. */
  signIn(input: Partial<ConnectInput> & { username: string; server: string }): Promise<void>;
  waitForPhase(name: Phase['name'], ms?: number): Promise<Phase>;
}

export function startEngine(closing: Closing, home = tempFolder(closing)): TestEngine {
  const calls = createEngine({ home, passwordWorker: { run: runOpaqueJob, close: () => undefined }, stretching: CHEAP });
  closing.add(() => calls.stop());
  const seen = new Seen();
  calls.start((event) => seen.take(event));
  const waitForPhase = (name: Phase['name'], ms = 20_000) => waitFor(() => seen.phase.name === name && seen.phase, ms, `phase ${name} (now ${seen.phase.name})`);
  return {
    calls, waitForPhase,
    events: seen.events, messages: seen.messages, acked: seen.acked,
    phase: () => seen.phase,
    room: () => seen.room,
    async signIn(input) {
      calls.connect({ password: 'correct horse battery', remember: false, ...input });
      for (;;) {
        const phase = await waitFor(() => seen.phase.name !== 'connecting' && seen.phase, 30_000, 'signing in');
        if (phase.name === 'ask_trust') calls.answerTrust('compared');
        else if (phase.name === 'ask_register') calls.answerRegister(true);
        else if (phase.name !== 'online') throw new Error(`sign-in ended as ${JSON.stringify(phase)}`);
        if (phase.name === 'online') break;
      }
      await waitFor(() => seen.room, 10_000, 'the list of rooms');
    },
  };
}

class Seen {
  readonly events: EngineEvent[] = [];
  readonly messages = new Map<string, ChatMessage>();
  readonly acked = new Set<string>();
  phase: Phase = { name: 'signed_out' };
  room = '';

  take(event: EngineEvent): void {
    this.events.push(event);
    if (event.type === 'phase') this.phase = event.phase;
    if (event.type === 'rooms') this.room = event.rooms[0]?.id ?? '';
    if (event.type === 'messages') for (const message of event.messages) this.messages.set(message.id, message);
    if (event.type === 'message_state' && event.state.name === 'sent') this.acked.add(event.id);
  }
}
