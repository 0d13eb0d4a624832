import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { bareTime, countdownWords, dayWords, lastSeenWords, timeOfDay } from '../../client/state/dates.ts';
import { HUES, hueOf, initialsOf, plainName } from '../../client/state/names.ts';

const NOW = new Date(2026, 10, 22, 12, 30).getTime();
const MINUTE = 60_000;

test('days are named as people name them', () => {
  assert.is(dayWords(NOW, NOW), 'Today');
  assert.is(dayWords(new Date(2026, 10, 21, 23, 59).getTime(), NOW), 'Yesterday');
  assert.match(dayWords(new Date(2026, 10, 16).getTime(), NOW), /Monday,? 16 November/);
  assert.is(dayWords(new Date(2025, 2, 3).getTime(), NOW), '3 March 2025');
});

test('times and last seen', () => {
  assert.is(timeOfDay(new Date(2026, 1, 1, 9, 5).getTime(), 24), '9:05');
  assert.equal([0, 9, 12, 21].map((hour) => timeOfDay(new Date(2026, 1, 1, hour, 5).getTime(), 12)), ['12:05 am', '9:05 am', '12:05 pm', '9:05 pm']);
  assert.equal(([24, 12] as const).map((hours) => bareTime(new Date(2026, 1, 1, 21, 5).getTime(), hours)), ['21:05', '9:05']);
  assert.is(lastSeenWords(null, NOW, 24), 'never seen online');
  assert.is(lastSeenWords(NOW - 1_000, NOW, 24), 'seen just now');
  assert.is(lastSeenWords(NOW + 5 * MINUTE, NOW, 24), 'seen just now', 'a server whose clock is ahead');
  assert.is(lastSeenWords(NOW - 5 * MINUTE, NOW, 24), 'seen 5 min ago');
  assert.is(lastSeenWords(NOW - 120 * MINUTE, NOW, 24), 'seen at 10:30');
});

test('a countdown never shows 0 while something is left', () => {
  assert.is(countdownWords(1), '1 s');
  assert.is(countdownWords(8_000), '8 s');
  assert.is(countdownWords(65_000), '1 min 5 s');
});

test('hues are stable and within the eight; initials are two at most', () => {
  for (let n = 0; n < 500; n += 1) assert.ok(hueOf(String(n)) >= 0 && hueOf(String(n)) < HUES);
  assert.is(hueOf('abc'), hueOf('abc'));
  assert.is(initialsOf('Maya Okafor Lee'), 'MO');
  assert.is(initialsOf('dana'), 'D');
  assert.is(initialsOf(''), '?');
  assert.is(plainName('a\u202eb\u2066c'), 'abc');
});

test.run();
