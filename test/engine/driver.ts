// Drives an engine as a window does, and waits for what it says.
import { createEngine } from '../../client/engine/engine.ts';
import type { EngineOptions } from '../../client/engine/options.ts';
import { runOpaqueJob } from '../../client/engine/opaque.ts';
import type { ChatMessage, EngineCalls, EngineEvent, Phase } from '../../client/engine/types.ts';
import { lastingFolder } from '../helpers/folders.ts';

export const CHEAP = { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } } as const;

export class Driver {
  readonly engine: EngineCalls;
  readonly home: string;
  readonly events: EngineEvent[] = [];
  readonly messages = new Map<string, ChatMessage>();
  phase: Phase = { name: 'signed_out' };

  constructor(options: Partial<EngineOptions> = {}) {
    this.home = options.home ?? lastingFolder();
    this.engine = createEngine({ passwordWorker: { run: runOpaqueJob, close() {} }, stretching: CHEAP, ...options, home: this.home });
    this.engine.start((event) => this.#take(structuredClone(event)));
  }

  connect(port: number, input: Partial<Parameters<EngineCalls['connect']>[0]> = {}): void {
    this.engine.connect({ username: 'dana', password: 'correct horse', server: `127.0.0.1:${port}`, remember: false, ...input });
  }

  /** Creates the account where it is asked. */
  async signIn(port: number, input: Partial<Parameters<EngineCalls['connect']>[0]> = {}): Promise<void> {
    this.connect(port, input);
    await this.until(() => this.phase.name === 'ask_register' || this.phase.name === 'online' || this.phase.name === 'signed_out', 'sign-in');
    if (this.phase.name === 'ask_register') this.engine.answerRegister(true);
    await this.until(() => this.phase.name === 'online', 'online');
  }

  until(test: () => boolean, what: string, ms = 8000): Promise<void> {
    if (test()) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const until = Date.now() + ms;
      const timer = setInterval(() => {
        if (!test() && Date.now() < until) return;
        clearInterval(timer);
        if (test()) resolve();
        else reject(new Error(`no ${what} within ${ms} ms; phase ${JSON.stringify(this.phase)}`));
      }, 15);
    });
  }

  become(name: Phase['name'], ms?: number): Promise<void> {
    return this.until(() => this.phase.name === name, name, ms);
  }

  get room(): string {
    const rooms = this.events.findLast((event) => event.type === 'rooms');
    return rooms?.type === 'rooms' ? rooms.rooms[0]!.id : '';
  }

  texts(): string[] {
    return [...this.messages.values()].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity)).map(({ text }) => text ?? '?');
  }

  notices(): string[] {
    return this.events.flatMap((event) => (event.type === 'notice' ? [event.failure.message] : []));
  }

  #take(event: EngineEvent): void {
    this.events.push(event);
    if (event.type === 'phase') this.phase = event.phase;
    if (event.type === 'reset') this.messages.clear();
    if (event.type === 'messages') for (const message of event.messages) this.messages.set(message.id, message);
    if (event.type === 'message_state') {
      const known = this.messages.get(event.id);
      if (known) this.messages.set(event.id, { ...known, state: event.state, ...(event.seq && { seq: event.seq }) });
    }
  }
}
