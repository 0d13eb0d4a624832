// The stage that the button names: one that is over at once is never seen, one that is seen can be read.
import type { Stage } from '../../engine/types.ts';

/** A whole sign-in shorter than this says one word only. */
export const QUICK_MS = 300;
/** A word that is shown stays for this long. */
export const LEAST_MS = 150;

/** Milliseconds until the next stage is named. */
export function stageAfter({ now, since, named }: { now: number; since: number; named: number }): number {
  return Math.max(0, since + QUICK_MS - now, named + LEAST_MS - now);
}

export class ShownStage {
  current = $state<Stage>();
  #since = 0;
  #named = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** undefined: nothing is under way. */
  become(stage: Stage | undefined, now: number): void {
    clearTimeout(this.#timer);
    if (stage === undefined || this.current === undefined) return this.#name(stage, now, true);
    this.#timer = setTimeout(() => this.#name(stage, Date.now(), false), stageAfter({ now, since: this.#since, named: this.#named }));
  }

  #name(stage: Stage | undefined, now: number, first: boolean): void {
    if (first) this.#since = now;
    this.#named = now;
    this.current = stage;
  }
}
