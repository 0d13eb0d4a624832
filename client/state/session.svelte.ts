// Who is signed in, and how the connection is.
import type { Phase, SessionInfo } from '../engine/types.ts';

export class SessionState {
  phase = $state.raw<Phase>({ name: 'signed_out' });
  /** When the phase began: countdowns of a failure start there. */
  phaseAt = $state(0);
  info = $state.raw<SessionInfo>();
  /** All that the server has not acknowledged, and the own messages among it. */
  waiting = $state(0);
  messages = $state(0);
  /** Of the messages that waited when the connection came back: sent since, and still waiting. */
  sentSinceReconnect = $state(0);
  owed = $state(0);
  /** When the connection was lost and when it came back; both undefined before the first loss. */
  lostAt = $state<number>();
  backAt = $state<number>();
  /** There was a connection in this run. */
  reached = $state(false);

  become(phase: Phase, now: number): void {
    const before = this.phase;
    if (phase.name === 'reconnecting' && before.name !== 'reconnecting') this.#lose(before.name === 'connecting' ? this.phaseAt : now);
    if (phase.name === 'online' && this.lostAt !== undefined && this.backAt === undefined) this.backAt = now;
    if (phase.name === 'signed_out') this.#leave();
    if (phase.name === 'online') this.reached = true;
    // The stages of a sign-in are one wait.
    if (phase.name !== 'connecting' || before.name !== 'connecting') this.phaseAt = now;
    this.phase = phase;
  }

  #lose(at: number): void {
    this.lostAt = at;
    this.backAt = undefined;
  }

  #leave(): void {
    this.info = undefined;
    this.reached = false;
    this.waiting = 0;
    this.messages = 0;
    this.lostAt = undefined;
    this.backAt = undefined;
  }
}
