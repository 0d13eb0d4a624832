// Whether one direction may carry messages. Only answers raise it; silence fells it.
//
//        ┌────────── three probes answered, 10 s after a fall ─────────┐
//        │                                                             ▼
//      down ◀── three probe timeouts and 1 s without answer, or 3 s ── up
//        │  ▲
//        └──┘ a probe: every 1 s to 30 s while nothing answers, at once while something does
export interface Probe {
  epoch: number;
  number: number;
  sentAt: number;
}

/** Answered probes that raise a direction. */
const GOOD = 3;
/** Milliseconds a direction stays down after a fall. */
const HOLD_MS = 10_000;
const PAUSE_MS = 1_000;
const PAUSE_MAX_MS = 30_000;
/** Probe timeouts and milliseconds of silence that fell a direction. */
const TIMEOUTS = 3;
const SILENCE_MS = 1_000;
/** Silence that fells it alone, unless so many round trips take longer: whoever looks at the chip is told within four seconds. */
const SILENCE_MAX_MS = 3_000;
const SILENT_TRIPS = 3;

export class Health {
  #up = false;
  #good = 0;
  #probe: Probe | undefined;
  #probedAt = -Infinity;
  #nextProbe: number;
  #pause = PAUSE_MS;
  #heldUntil = -Infinity;
  #timeouts = 0;
  #silentSince: number | undefined;

  constructor(now: number) {
    this.#nextProbe = now;
  }

  get up(): boolean {
    return this.#up;
  }

  /** Probe timeouts in a row; the next one takes twice as long for each. */
  get timeouts(): number {
    return this.#timeouts;
  }

  probeDue(now: number): boolean {
    return !this.#up && !this.#probe && now >= this.#nextProbe;
  }

  /** When probeDue() or probeMissed() tells something new. `timeout`: ms that an answer may take. */
  deadline(timeout: number): number | undefined {
    if (this.#up) return undefined;
    return this.#probe ? this.#probe.sentAt + Math.max(timeout, PAUSE_MS) : this.#nextProbe;
  }

  probed(probe: Probe): void {
    this.#probe = probe;
    this.#probedAt = probe.sentAt;
  }

  /** No answer in time: the next probe waits longer. */
  probeMissed(now: number, timeout: number): boolean {
    if (this.#up || !this.#probe || now < this.#probe.sentAt + Math.max(timeout, PAUSE_MS)) return false;
    this.#probe = undefined;
    this.#good = 0;
    this.#nextProbe = now + this.#pause;
    this.#pause = Math.min(2 * this.#pause, PAUSE_MAX_MS);
    return true;
  }

  /** Something that asked for it was answered. True where that raised the direction. */
  answered(now: number): boolean {
    this.#timeouts = 0;
    this.#silentSince = undefined;
    if (this.#up) return false;
    this.#probe = undefined;
    this.#good += 1;
    this.#pause = PAUSE_MS;
    this.#nextProbe = this.#good < GOOD ? now : Math.max(now, Math.min(this.#heldUntil, now + PAUSE_MS));
    if (this.#good < GOOD || now < this.#heldUntil) return false;
    this.#up = true;
    return true;
  }

  /** Something that asks for an answer has left. */
  asked(now: number): void {
    this.#silentSince ??= now;
  }

  /** When silence alone fells the direction; undefined: nothing is unanswered. */
  silenceEnd(roundTrip: number): number | undefined {
    return this.#silentSince === undefined ? undefined : this.#silentSince + Math.max(SILENCE_MAX_MS, SILENT_TRIPS * roundTrip);
  }

  /** An answer is overdue. True where that fells the direction. */
  timedOut(now: number, roundTrip: number): boolean {
    this.#timeouts += 1;
    const manyTimeouts = this.#timeouts >= TIMEOUTS && now - (this.#silentSince ?? now) >= SILENCE_MS;
    return this.#up && (manyTimeouts || now >= (this.silenceEnd(roundTrip) ?? Infinity));
  }

  fall(now: number): void {
    this.#up = false;
    this.#good = 0;
    this.#timeouts = 0;
    this.#silentSince = undefined;
    this.#probe = undefined;
    this.#pause = PAUSE_MS;
    this.#nextProbe = now + PAUSE_MS;
    this.#heldUntil = now + HOLD_MS;
  }

  /** Something came from there: the way back may be open too. */
  heard(now: number): void {
    if (!this.#up) this.#nextProbe = Math.min(this.#nextProbe, Math.max(now, this.#probedAt + PAUSE_MS));
  }

  /** After a wake or a change of network: a probe leaves at once. A fall still counts: the new way may be the old one. */
  hurry(now: number): void {
    // What slept has heard nothing, which is nobody's silence.
    if (this.#up) this.#silentSince = undefined;
    if (this.#up) return;
    this.#probe = undefined;
    this.#pause = PAUSE_MS;
    this.#nextProbe = now;
  }
}
