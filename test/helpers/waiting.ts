// Waiting that always ends: for a promise, for a condition, and for what must be cleaned up after a test.

export function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Rejects with `what` in its message where the promise takes longer. */
export async function withDeadline<T>(promise: Promise<T>, ms: number, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${ms} ms`)), ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

type Truthy<T> = Exclude<T, false | '' | 0 | null | undefined>;

/** Resolves with the first truthy answer. An exception of `condition` counts as "not yet" and is told at the end. */
export async function waitFor<T>(condition: () => T | Promise<T>, ms: number, what: string): Promise<Truthy<T>> {
  const end = Date.now() + ms;
  let last: unknown;
  while (Date.now() < end) {
    try {
      const value = await condition();
      if (value) return value as Truthy<T>;
      last = value;
    } catch (cause) {
      last = cause;
    }
    await sleep(25);
  }
  throw new Error(`${what}: not within ${ms} ms (last: ${last instanceof Error ? last.message : String(last)})`);
}

export interface Closing {
  /** Runs at the end, last registered first, even when the test failed. */
  add(close: () => unknown): void;
}

/** A test body with clean-up that always runs. */
export function closeAfter<C>(body: (closing: Closing, context: C) => Promise<void>): (context: C) => Promise<void> {
  return async (context) => {
    const closers: Array<() => unknown> = [];
    try {
      await body({ add: (close) => void closers.push(close) }, context);
    } finally {
      for (const close of closers.reverse()) await withDeadline(Promise.resolve(close()), 15_000, 'clean-up');
    }
  };
}
