// How fast a transfer goes and how long it still takes, from the bytes that were there at each report.
// Speed is an exponentially weighted mean over three seconds; single reports jump too much to be read.

const MEAN_OVER_MS = 3_000;
/** Before one of these has passed, a speed would be a guess. */
const KNOWN_AFTER_MS = 1_000;
const KNOWN_AFTER_BYTES = 512 * 1024;
/** Time left changes at most this often, and rises at most by as much each time. */
const LEFT_EVERY_MS = 1_000;
/** What is behind by more than this part is no longer exact: it is said in minutes, or hours, and rises by one of these until it has come up. */
const ROUGH_OVER = 0.1;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** From here on it is said in hours where it is not exact. */
const HOURS_FROM = 50 * MINUTE;
/** Speeds of whole seconds: those of the last ones are compared. */
const SECONDS_KEPT = 6;
const VARIES_OVER = 4;
/** Without a report for this long nothing is known of the speed. */
const SILENT_AFTER_MS = 5_000;

export interface Pace {
  began: { at: number; done: number };
  last: { at: number; done: number };
  /** Bytes per second. */
  mean: number | undefined;
  /** Where the second that is measured began. */
  second: { at: number; done: number };
  seconds: readonly number[];
  left: Left | undefined;
}

/** Time left as it is shown, since when. */
export interface Left {
  at: number;
  ms: number;
  about: boolean;
}

export interface Speed {
  /** Bytes per second. */
  speed: number;
  /** Milliseconds; `about`: the speed varies too much to be exact. */
  left: number | undefined;
  about: boolean;
}

export function startPace(done: number, now: number): Pace {
  const here = { at: now, done };
  return { began: here, last: here, mean: undefined, second: here, seconds: [], left: undefined };
}

/** `done` bytes of `size` are there now. */
export function paceAfter(pace: Pace, { done, size }: { done: number; size: number }, now: number): Pace {
  const passed = now - pace.last.at;
  if (passed <= 0 || done < pace.last.done) return done < pace.last.done ? startPace(done, now) : pace;
  const here = { at: now, done };
  const speed = ((done - pace.last.done) / passed) * 1000;
  const weight = 1 - Math.exp(-passed / MEAN_OVER_MS);
  const mean = pace.mean === undefined ? speed : pace.mean + weight * (speed - pace.mean);
  const next = { ...pace, last: here, mean, ...secondAfter(pace, here) };
  return { ...next, left: leftAfter(next, size - done, now) };
}

/** undefined while it is not known. */
export function speedOf(pace: Pace | undefined, now: number): Speed | undefined {
  if (pace?.mean === undefined || now - pace.last.at > SILENT_AFTER_MS) return undefined;
  return isKnown(pace) ? { speed: pace.mean, left: pace.left?.ms, about: pace.left?.about ?? false } : undefined;
}

/** The next one to show: it falls as it may, and never jumps up. `about`: it is not exact. */
export function steadyLeft(shown: Left | undefined, wanted: { ms: number; about: boolean }, now: number): Left {
  if (!shown) return { at: now, ...wanted };
  if (now - shown.at < LEFT_EVERY_MS) return shown;
  const next = shown.ms + LEFT_EVERY_MS;
  if (!wanted.about && wanted.ms <= (shown.about ? next : next * (1 + ROUGH_OVER))) return { at: now, ms: Math.min(wanted.ms, next), about: false };
  return { at: now, ms: Math.min(wanted.ms, shown.ms + (shown.ms < HOURS_FROM ? MINUTE : HOUR)), about: true };
}

function isKnown({ began, last }: Pace): boolean {
  return last.at - began.at >= KNOWN_AFTER_MS || last.done - began.done >= KNOWN_AFTER_BYTES;
}

function secondAfter(pace: Pace, here: Pace['last']): Pick<Pace, 'second' | 'seconds'> {
  const passed = here.at - pace.second.at;
  if (passed < 1_000) return { second: pace.second, seconds: pace.seconds };
  const speed = ((here.done - pace.second.done) / passed) * 1000;
  return { second: here, seconds: [...pace.seconds, speed].slice(-SECONDS_KEPT) };
}

function leftAfter(pace: Pace, missing: number, now: number): Left | undefined {
  if (!pace.mean || !isKnown(pace)) return pace.left;
  const about = pace.seconds.length > 1 && Math.max(...pace.seconds) > VARIES_OVER * Math.min(...pace.seconds);
  return steadyLeft(pace.left, { ms: (missing / pace.mean) * 1000, about }, now);
}
