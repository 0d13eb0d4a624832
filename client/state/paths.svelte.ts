// What carries chat at present, as the engine last told it, and the round trips of the last minute for the chip's curve.
import type { Paths } from '../engine/types.ts';

/** Milliseconds that the curve shows. */
export const TRIPS_SHOWN_MS = 60_000;
/** The engine tells at most one in two seconds; changes of the path come between. */
const TRIPS_MAX = 120;

export interface Trip {
  at: number;
  ms: number;
}

export class PathsState {
  /** undefined: nobody is signed in, or nothing was told yet. */
  told = $state.raw<Paths>();
  /** Oldest first. A round trip holds until the next one. */
  trips = $state.raw<readonly Trip[]>([]);

  take(paths: Paths, now: number): void {
    const [was, before] = [this.told && tripBy(this.told), this.told?.sending];
    this.told = paths;
    const ms = tripBy(paths);
    if (ms === undefined) this.trips = [];
    else if (before !== paths.sending || was === undefined) this.trips = [{ at: now, ms }];
    else this.trips = [...recent(this.trips, now), { at: now, ms }].slice(-TRIPS_MAX);
  }

  forget(): void {
    this.told = undefined;
    this.trips = [];
  }
}

/** The round trip of what carries messages now, in milliseconds. */
export function tripBy({ sending, rtt, tcpRtt }: Paths): number | undefined {
  return sending === 'udp' ? rtt : tcpRtt;
}

/** Those of the last minute, and the one that held when it began. */
function recent(trips: readonly Trip[], now: number): readonly Trip[] {
  const first = trips.findIndex(({ at }) => at > now - TRIPS_SHOWN_MS);
  return first < 0 ? trips.slice(-1) : trips.slice(Math.max(0, first - 1));
}
