// Who is signed in, and how the connection is.
import type { Phase, SessionInfo } from '../engine/types.ts';

export class SessionState {
  phase = $state.raw<Phase>({ name: 'signed_out' });
  /** When the phase began: countdowns of a failure start there. */
  phaseAt = $state(0);
  info = $state.raw<SessionInfo>();
  /** Own messages that the server has not acknowledged. */
  waiting = $state(0);
  sentSinceReconnect = $state(0);
  /** When the connection was lost and when it came back; both undefined before the first loss. */
  lostAt = $state<number>();
  backAt = $state<number>();
  /** There was a connection in this run. */
  reached = $state(false);

  become(phase: Phase, now: number): void {
    const before = this.phase;
    if (phase.name === 'reconnecting' && before.name !== 'reconnecting') this.#lose(now);
    if (phase.name === 'online' && this.lostAt !== undefined && this.backAt === undefined) this.backAt = now;
    if (phase.name === 'signed_out') this.#leave();
    if (phase.name === 'online') this.reached = true;
    this.phase = phase;
    this.phaseAt = now;
  }

  #lose(now: number): void {
    this.lostAt = now;
    this.backAt = undefined;
  }

  #leave(): void {
    this.info = undefined;
    this.reached = false;
    this.waiting = 0;
    this.lostAt = undefined;
    this.backAt = undefined;
  }
}
