// Paths as events: each change at once, round trip and loss now and then. Outlives connections, for the history.
import type { Clock } from '../clock.ts';
import type { EngineEvent, Paths } from '../types.ts';
import { differ, pathsOf, remember, type Known } from './paths.ts';

/** Milliseconds between two events that tell only of round trip and loss. */
export const MEASURED_EVERY_MS = 2_000;

export class PathsTeller {
  readonly #clock: Clock;
  readonly #push: (event: Extract<EngineEvent, { type: 'paths' }>) => void;
  #told: Paths | undefined;
  #toldAt = -Infinity;

  constructor(clock: Clock, push: (event: Extract<EngineEvent, { type: 'paths' }>) => void) {
    this.#clock = clock;
    this.#push = push;
  }

  /** `anew`: whoever listens has just come, or come back. */
  look(known: Known, anew = false): void {
    const now = this.#clock.now();
    const paths = pathsOf(known);
    const told = this.#told;
    const first = told?.tcpRtt === undefined && paths.tcpRtt !== undefined;
    const changed = anew || first || !told || differ(told, paths);
    const measured = told?.rtt !== paths.rtt || told?.tcpRtt !== paths.tcpRtt || told?.loss !== paths.loss;
    if (!changed && !(measured && now - this.#toldAt >= MEASURED_EVERY_MS)) return;
    this.#told = { ...paths, history: remember(told?.history ?? [], paths, now) };
    this.#toldAt = now;
    this.#push({ type: 'paths', paths: this.#told });
  }

  /** Another account, perhaps another server: what was is no business of it. */
  forget(): void {
    this.#told = undefined;
  }
}
