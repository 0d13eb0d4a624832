// Own messages of this run: how long each took to reach the server, and by what path.
import { SvelteMap } from 'svelte/reactivity';
import type { Protocol } from '../engine/types.ts';

const KEPT = 500;
/** By UDP an answer that takes longer than this means the way by TCP. */
const LATE_MS = 1_000;

export interface Sent {
  /** Milliseconds from the key press to the server's answer. */
  took: number;
  /** It began by UDP and arrived by TCP. */
  moved: boolean;
}

export class SendingState {
  readonly #begun = new Map<string, { at: number; by: Protocol | undefined }>();
  readonly #sent = new SvelteMap<string, Sent>();

  /** `by`: the path it took at once; undefined where it has to wait for a connection. */
  begin(id: string, at: number, by: Protocol | undefined): void {
    if (this.#begun.size >= KEPT) this.#begun.delete(this.#begun.keys().next().value!);
    this.#begun.set(id, { at, by });
  }

  /** It went out by UDP over the connection that there has been `since`, and no answer came in time. */
  isLate(id: string, { now, since }: { now: number; since: number }): boolean {
    const begun = this.#begun.get(id);
    return begun?.by === 'udp' && begun.at >= since && now - begun.at > LATE_MS;
  }

  end(id: string, at: number, path: Protocol | undefined): void {
    const begun = this.#begun.get(id);
    if (begun === undefined) return;
    this.#begun.delete(id);
    if (this.#sent.size >= KEPT) this.#sent.delete(this.#sent.keys().next().value!);
    this.#sent.set(id, { took: Math.max(0, at - begun.at), moved: begun.by === 'udp' && path === 'tcp' });
  }

  of(id: string): Sent | undefined {
    return this.#sent.get(id);
  }

  forget(): void {
    this.#begun.clear();
    this.#sent.clear();
  }
}
