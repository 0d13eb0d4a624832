// The window of RFC 6479 against the slow obvious one: a set of everything that came.
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ReplayWindow } from '../../../shared/crypto/replay-window.ts';
import { REPLAY_WINDOW } from '../../../shared/protocol/limits.ts';

const LAST = 2 ** 48 - 1;

class EverythingSeen {
  readonly seen = new Set<number>();
  highest = -1;

  fresh(n: number): boolean {
    return n > this.highest - REPLAY_WINDOW && !this.seen.has(n);
  }

  accept(n: number): void {
    this.seen.add(n);
    this.highest = Math.max(this.highest, n);
  }
}

/** Where numbers lie: near the borders of words, of the window, of 32 bits, and of what 48 bits can say. */
const base = fc.constantFrom(0, 31, 4_000, 2 ** 31 - 40, 2 ** 32 - 40, 2 ** 40, LAST - 20_000);
const step = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.integer({ min: -70, max: 70 }),
  fc.integer({ min: -REPLAY_WINDOW - 2, max: -REPLAY_WINDOW + 40 }),
  fc.integer({ min: REPLAY_WINDOW - 40, max: REPLAY_WINDOW + 200 }),
  fc.integer({ min: -10_000, max: 10_000 }),
);

test('it tells the same as a set of everything that came', () => {
  const run = fc.tuple(base, fc.array(fc.tuple(step, fc.boolean()), { maxLength: 120 }));
  fc.assert(fc.property(run, ([start, steps]) => {
    const window = new ReplayWindow();
    const reference = new EverythingSeen();
    let n = start;
    for (const [by, asksOnly] of steps) {
      n = Math.min(LAST, Math.max(0, n + by));
      const fresh = reference.fresh(n);
      assert.is(window.fresh(n), fresh, `${n} after ${reference.highest}`);
      if (fresh && !asksOnly) {
        window.accept(n);
        reference.accept(n);
      }
      assert.is(window.highest, reference.highest);
    }
    for (let back = 0; back < REPLAY_WINDOW + 64; back += 1) {
      const old = reference.highest - back;
      if (old >= 0) assert.is(window.fresh(old), reference.fresh(old), `${old} of ${reference.highest}`);
    }
  }), { numRuns: 300 });
});

test('of a stream in any order that stays within the window every number is taken once', () => {
  fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: REPLAY_WINDOW - 1 }), { maxLength: 500 }), (numbers) => {
    const window = new ReplayWindow();
    const taken = numbers.filter((n) => {
      const fresh = window.fresh(n);
      window.accept(n);
      return fresh;
    });
    assert.equal(taken, [...new Set(numbers)]);
  }), { numRuns: 200 });
});

test('its borders', () => {
  const window = new ReplayWindow();
  assert.is(window.highest, -1);
  window.accept(10_000);
  assert.ok(window.fresh(10_000 - REPLAY_WINDOW + 1), 'the oldest that is still told apart');
  assert.not(window.fresh(10_000 - REPLAY_WINDOW), 'one below it');
  assert.not(window.fresh(10_000));
  window.accept(LAST);
  assert.is(window.highest, LAST);
  assert.not(window.fresh(LAST));
  assert.ok(window.fresh(LAST - 1));
  assert.not(window.fresh(10_001), 'everything of before has left the window');
});

test('after a leap, however far, nothing of before is left in the ring', () => {
  for (const leap of [1, 31, 32, 4_064, 4_095, 4_096, 4_097, 4_127, 4_128, 4_129, 8_256, 2 ** 32, 2 ** 40]) {
    const window = new ReplayWindow();
    for (let n = 0; n < 5_000; n += 1) window.accept(n);
    window.accept(4_999 + leap);
    for (let n = Math.max(5_000, 4_999 + leap - REPLAY_WINDOW + 1); n < 4_999 + leap; n += 1) assert.ok(window.fresh(n), `${n} after ${leap}`);
    assert.not(window.fresh(4_999 + leap));
  }
});

test('accepting what is not fresh changes nothing', () => {
  const window = new ReplayWindow();
  window.accept(9_000);
  for (const old of [9_000, 4_000, 0]) window.accept(old);
  assert.is(window.highest, 9_000);
  for (let n = 9_000 - REPLAY_WINDOW + 1; n < 9_000; n += 1) assert.ok(window.fresh(n), String(n));
});

test.run();
