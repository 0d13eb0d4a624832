// Time as an argument: cores never ask the system themselves, so that a test or a simulator can hold the clock.

export type Cancel = () => void;

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  /** `ms` 0: at the end of this turn of the event loop, after all input that is already there. */
  after(ms: number, call: () => void): Cancel;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    if (ms <= 0) {
      const immediate = setImmediate(call);
      return () => clearImmediate(immediate);
    }
    const timer = setTimeout(call, ms);
    return () => clearTimeout(timer);
  },
};

/** Whoever sets the computer's clock moves nothing here: for what measures and waits and names no date. Fractions of a millisecond. */
export const steadyClock: Clock = { ...systemClock, now: () => performance.timeOrigin + performance.now() };
