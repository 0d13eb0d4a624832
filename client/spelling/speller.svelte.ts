// Whether words are spelled as the dictionary does, asked of a worker and remembered. Everything stays on this computer; the
// dictionary is read when the first word is looked up.
import { SvelteMap } from 'svelte/reactivity';
import { WorkerDesk } from '../preview/worker-desk.ts';
import { plain } from './prose.ts';

const WITHIN_MS = 20_000;
const KEPT_MAX = 20_000;

export class Speller {
  /** By word as the dictionary writes it. */
  readonly #wrong = new SvelteMap<string, boolean>();
  readonly #asked = new Set<string>();
  #desk: Promise<WorkerDesk> | undefined;

  /** False too where nobody knows yet. */
  isWrong(word: string): boolean {
    return this.#wrong.get(plain(word)) === true;
  }

  /** Looks up those that are not known; isWrong() changes when it is done. A dictionary that cannot be read leaves all of them right. */
  async look(words: readonly string[]): Promise<void> {
    const unknown = [...new Set(words.map(plain))].filter((word) => !this.#wrong.has(word) && !this.#asked.has(word));
    if (unknown.length === 0) return;
    for (const word of unknown) this.#asked.add(word);
    const wrong = await this.#ask<string[]>({ check: unknown }, []);
    if (this.#wrong.size > KEPT_MAX) this.#wrong.clear();
    for (const word of unknown) {
      this.#asked.delete(word);
      this.#wrong.set(word, wrong.includes(word));
    }
  }

  /** At most five, the likeliest first. */
  suggest(word: string): Promise<string[]> {
    return this.#ask<string[]>({ suggest: plain(word) }, []);
  }

  async #ask<T>(question: object, otherwise: T): Promise<T> {
    this.#desk ??= open();
    try {
      return await (await this.#desk).ask<T>(question);
    } catch {
      // Spelling is a help: where it cannot be had the person writes without.
      return otherwise;
    }
  }
}

/** Anything else in its place would make every word wrong. */
async function part(name: 'aff' | 'dic'): Promise<string> {
  const answer = await fetch(`/spelling/en.${name}`);
  if (!answer.ok) throw new Error(`en.${name} is not there`);
  return answer.text();
}

async function open(): Promise<WorkerDesk> {
  const [aff, dic] = await Promise.all([part('aff'), part('dic')]);
  const desk = new WorkerDesk(new Worker(new URL('./speller.worker.ts', import.meta.url), { type: 'module' }), WITHIN_MS);
  await desk.ask({ load: { aff, dic } });
  return desk;
}
