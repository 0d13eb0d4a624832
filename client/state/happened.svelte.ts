// What became of the connection and what failed in this run: for whoever looks for the cause of a trouble. It stays in
// memory, and names nobody and nothing: kinds and codes only, so that it can be shown to somebody else as it is.
import type { Failure, Paths, Phase } from '../engine/types.ts';

interface Happening {
  /** Unix milliseconds. */
  at: number;
  what: Phase['name'] | 'path' | 'notice' | 'transfer';
  /** A stage, the code of a failure, or what carries chat out and in. */
  detail?: string;
}

/** The oldest leaves for a newer one. */
const KEPT = 200;

export class HappenedState {
  /** Newest last. */
  list = $state.raw<readonly Happening[]>([]);

  phase(phase: Phase, at: number): void {
    this.#add(at, phase.name, detailOf(phase));
  }

  path({ sending, receiving }: Paths, at: number): void {
    const detail = `${sending}/${receiving}`;
    if (this.list.findLast(({ what }) => what === 'path')?.detail !== detail) this.#add(at, 'path', detail);
  }

  failed(what: 'notice' | 'transfer', { code }: Failure, at: number): void {
    this.#add(at, what, code);
  }

  /** A countdown tells the same phase again and again. */
  #add(at: number, what: Happening['what'], detail: string | undefined): void {
    const last = this.list.at(-1);
    if (last?.what === what && last.detail === detail && what !== 'notice' && what !== 'transfer') return;
    this.list = [...this.list, { at, what, ...(detail !== undefined && { detail }) }].slice(-KEPT);
  }
}

function detailOf(phase: Phase): string | undefined {
  if (phase.name === 'connecting') return phase.stage;
  return phase.name === 'signed_out' || phase.name === 'reconnecting' ? phase.failure?.code : undefined;
}
