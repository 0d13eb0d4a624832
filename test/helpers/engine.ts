// The engine of the window, without the window: real sockets to a real server, OPAQUE in this process.
import { createEngine } from '../../client/engine/engine.ts';
import { runOpaqueJob } from '../../client/engine/opaque.ts';
import type { KeyStretching } from '../../client/engine/password.ts';
import type { ChatMessage, ConnectInput, EngineCalls, EngineEvent, Phase, Room } from '../../client/engine/types.ts';
import { tempFolder } from './folders.ts';
import { waitFor, type Closing } from './waiting.ts';

/** The cheapest stretching: what is tested here is not the password. */
export const CHEAP: KeyStretching = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } };

export interface TestEngine {
  calls: EngineCalls;
  events: EngineEvent[];
  phase(): Phase;
  /** Everything seen of a room so far, by id; acknowledgements included. */
  messages: ReadonlyMap<string, ChatMessage>;
  /** Ids in the state sent. */
  acked: ReadonlySet<string>;
  /** The lobby. */
  room(): string;
  rooms(): readonly Room[];
  /** What is shown of a room, by seq. */
  shown(room: string): ChatMessage[];
  /** Loads the room back to its first message. */
  loadAll(room: string): Promise<void>;
  /** Signs in; makes the account where the name is new. */
  signIn(input: Partial<ConnectInput> & { username: string; server: string }): Promise<void>;
  waitForPhase(name: Phase['name'], ms?: number): Promise<Phase>;
}

/** `goOn` false: what an earlier process left on its way stays paused. */
export function startEngine(closing: Closing, home = tempFolder(closing), { goOn = true } = {}): TestEngine {
  const calls = createEngine({ home, goOn, passwordWorker: { run: runOpaqueJob, close: () => undefined }, stretching: CHEAP });
  closing.add(() => calls.stop());
  const seen = new EngineLog();
  calls.start((event) => seen.take(event));
  const waitForPhase = (name: Phase['name'], ms = 20_000) => waitFor(() => seen.phase.name === name && seen.phase, ms, `phase ${name} (now ${seen.phase.name})`);
  return {
    calls, waitForPhase,
    events: seen.events, messages: seen.messages, acked: seen.acked,
    phase: () => seen.phase,
    room: () => seen.rooms.find(({ kind }) => kind === 'lobby')?.id ?? '',
    rooms: () => seen.rooms,
    shown: (room) => seen.shown(room),
    async loadAll(room) {
      while (!seen.whole.has(room)) {
        const before = seen.ends;
        calls.loadOlder(room);
        await waitFor(() => seen.ends > before, 10_000, 'older messages');
      }
    },
    async signIn(input) {
      calls.connect({ password: 'correct horse battery', remember: false, ...input });
      for (;;) {
        const phase = await waitFor(() => seen.phase.name !== 'connecting' && seen.phase, 30_000, 'signing in');
        if (phase.name === 'ask_trust') calls.answerTrust('compared');
        else if (phase.name === 'ask_register') calls.answerRegister(true);
        else if (phase.name !== 'online') throw new Error(`sign-in ended as ${JSON.stringify(phase)}`);
        if (phase.name === 'online') break;
      }
      await waitFor(() => seen.rooms.length > 0, 10_000, 'the list of rooms');
    },
  };
}

/** What an engine's events add up to. */
export class EngineLog {
  readonly events: EngineEvent[] = [];
  readonly messages = new Map<string, ChatMessage>();
  readonly acked = new Set<string>();
  phase: Phase = { name: 'signed_out' };
  rooms: readonly Room[] = [];
  /** Rooms loaded back to their first message. */
  readonly whole = new Set<string>();
  /** How often a page came to its end. */
  ends = 0;

  /** What is shown of a room, by seq. */
  shown(room: string): ChatMessage[] {
    return [...this.messages.values()].filter((message) => message.room === room).sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity));
  }

  take(event: EngineEvent): void {
    this.events.push(event);
    if (event.type === 'phase') this.phase = event.phase;
    if (event.type === 'rooms') this.rooms = event.rooms;
    if (event.type === 'reset') this.#forget(event.room);
    if (event.type === 'history_end') this.#end(event);
    if (event.type === 'messages') for (const message of event.messages) this.messages.set(message.id, message);
    if (event.type === 'message_gone') this.messages.delete(event.id);
    if (event.type !== 'message_state') return;
    const known = this.messages.get(event.id);
    if (known) this.messages.set(event.id, { ...known, state: event.state, ...(event.seq !== undefined && { seq: event.seq }), ...(event.ts !== undefined && { ts: event.ts }) });
    if (event.state.name === 'sent') this.acked.add(event.id);
  }

  #forget(room: string): void {
    for (const [id, message] of this.messages) if (message.room === room) this.messages.delete(id);
    this.whole.delete(room);
  }

  #end({ room, more }: { room: string; more: boolean }): void {
    this.ends += 1;
    if (!more) this.whole.add(room);
  }
}
