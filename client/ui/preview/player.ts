// A film or sound over what is held in memory: the engine gives it an address that plays, until it is left.
import type { EngineCalls } from '../../engine/types.ts';
import { PreviewError, Stopped, type Words } from '../../preview/byte-source.ts';

export class Player {
  readonly #engine: Pick<EngineCalls, 'playFile' | 'readFile' | 'stopPlaying'>;
  readonly #file: { room: string; message: string };
  #url: string | undefined;
  #stopped = false;

  constructor(engine: Pick<EngineCalls, 'playFile' | 'readFile' | 'stopPlaying'>, file: { room: string; message: string }) {
    this.#engine = engine;
    this.#file = file;
  }

  /** Throws PreviewError, or Stopped where it was left meanwhile. */
  async open(type: string): Promise<string> {
    const answer = await this.#engine.playFile(this.#file.room, this.#file.message, type);
    if ('failure' in answer) throw new PreviewError(answer.failure.message, answer.failure.hint, true);
    this.#url = answer.url;
    if (!this.#stopped) return answer.url;
    this.stop();
    throw new Stopped();
  }

  /** Why it broke off, where that was not the file: its bytes cannot be had. */
  async reason(): Promise<Words | undefined> {
    if (this.#url === undefined) return undefined;
    const answer = await this.#engine.readFile(this.#file.room, this.#file.message, 0, 1);
    if (!('failure' in answer)) return undefined;
    const { message, hint } = answer.failure;
    return { message, again: true, ...(hint !== undefined && { hint }) };
  }

  stop(): void {
    this.#stopped = true;
    if (this.#url !== undefined) this.#engine.stopPlaying(this.#url);
    this.#url = undefined;
  }
}
