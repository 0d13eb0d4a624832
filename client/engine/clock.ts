// Time as an argument: the engine never asks the system itself, so that a test or a simulator can hold the clock.

export interface Timer {
  cancel(): void;
}

export interface Clock {
  /** Unix milliseconds. */
  now(): number;
  after(ms: number, call: () => void): Timer;
  /** When the current turn's work is done. */
  soon(call: () => void): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms);
    return { cancel: () => clearTimeout(timer) };
  },
  soon: (call) => queueMicrotask(call),
};
