// Own messages of this run: how long each took to reach the server, and by what path.
import { SvelteMap } from 'svelte/reactivity';
import type { Protocol } from '../engine/types.ts';

const KEPT = 500;

export interface Sent {
  /** Milliseconds from the key press to the server's answer. */
  took: number;
  /** It began by UDP and arrived by TCP. */
  moved: boolean;
}

export class SendingState {
  readonly #begun = new Map<string, { at: number; wanted: Protocol }>();
  readonly #sent = new SvelteMap<string, Sent>();

  begin(id: string, at: number, wanted: Protocol): void {
    if (this.#begun.size >= KEPT) this.#begun.delete(this.#begun.keys().next().value!);
    this.#begun.set(id, { at, wanted });
  }

  end(id: string, at: number, path: Protocol | undefined): void {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    this.#begun.delete(id);
    if (this.#sent.size >= KEPT) this.#sent.delete(this.#sent.keys().next().value!);
    this.#sent.set(id, { took: Math.max(0, at - begun.at), moved: begun.wanted === 'udp' && path === 'tcp' });
  }

  of(id: string): Sent | undefined {
    return this.#sent.get(id);
  }

  forget(): void {
    this.#begun.clear();
    this.#sent.clear();
  }
}
