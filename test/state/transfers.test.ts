import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Transfer } from '../../client/engine/types.ts';
import { leftWords, ordinal, partWords, percentOf, playWords, sizeBeside, sizeWords, speedWords, spokenLeft } from '../../client/state/amounts.ts';
import { paceAfter, speedOf, startPace, type Pace } from '../../client/state/pace.ts';
import type * as Transfers from '../../client/state/transfers.svelte.ts';
import { Turns } from '../../client/state/turns.ts';
import { loadRunes } from './runes.ts';

const { TransfersState } = await loadRunes<typeof Transfers>(new URL('../../client/state/transfers.svelte.ts', import.meta.url));

const MB = 1024 * 1024;
const SIZE = 100 * MB;

/** Reports every 250 ms, of as many bytes each. */
function reports(steps: readonly number[], size = SIZE, from = 0): { pace: Pace; now: number } {
  let pace = startPace(from, 0);
  let [done, now] = [from, 0];
  for (const step of steps) {
    now += 250;
    done += step;
    pace = paceAfter(pace, { done, size }, now);
  }
  return { pace, now };
}

function transfer(file: string, state: Transfer['state'], more: Partial<Transfer> = {}): Transfer {
  return { file, room: 'r', message: `m${file}`, direction: 'down', name: `${file}.zip`, size: 10 * MB, done: 0, state, ...more };
}

test('sizes, speeds and times are written as people read them', () => {
  assert.equal([0, 1, 812, 1023, 1024, 1.8 * MB, 42.6 * MB, 50 * MB, 4 * 1024 * MB, 1024 * MB - 1].map(sizeWords), ['0 B', '1 B', '812 B', '1023 B', '1 KB', '1.8 MB', '42.6 MB', '50 MB', '4 GB', '1 GB']);
  assert.equal([51_201, 51_199, 60_000, 900].map((bytes) => sizeBeside(bytes, 51_200)), ['50 KB (51,201 bytes)', '50 KB (51,199 bytes)', '58.6 KB', '900 B']);
  assert.equal([partWords(17.4 * MB, 42.6 * MB), partWords(0, 42.6 * MB), partWords(300 * 1024, 42.6 * MB)], ['17.4 of 42.6 MB', '0 of 42.6 MB', '300 KB of 42.6 MB']);
  assert.is(speedWords(8.2 * MB), '8.2 MB/s');
  assert.equal([leftWords(12_000, false), leftWords(200, false), leftWords(754_000, false), leftWords(72 * 60_000, false), leftWords(99 * 3_600_000, false)], ['0:12 left', '0:01 left', '12:34 left', '1 h 12 min left', 'more than a day left']);
  assert.equal([leftWords(61_000, true), leftWords(5_000, true), leftWords(300_000, true), leftWords(3_600_000, true)], ['about a minute', 'under a minute', 'about 5 minutes', 'about an hour']);
  assert.equal([spokenLeft(12_000, false), spokenLeft(1_000, false), spokenLeft(120_000, false)], ['12 seconds left', '1 second left', '2 minutes left']);
  assert.equal([1, 2, 3, 4, 11, 12, 13, 21, 112].map(ordinal), ['1st', '2nd', '3rd', '4th', '11th', '12th', '13th', '21st', '112th']);
  assert.equal([playWords(7_000), playWords(3_729_000)], ['0:07', '1:02:09']);
  assert.equal([percentOf(0, 0), percentOf(999, 1000), percentOf(1000, 1000)], [100, 99, 100]);
});

test('a speed is shown after 512 KB or a second, not before', () => {
  const few = reports([10_000, 10_000, 10_000]);
  assert.is(speedOf(few.pace, few.now), undefined);
  const second = reports([10_000, 10_000, 10_000, 10_000]);
  assert.is(Math.round(speedOf(second.pace, second.now)!.speed), 40_000);
  const many = reports([512 * 1024]);
  assert.is(speedOf(many.pace, many.now)!.speed, 2 * MB);
});

test('the speed is a mean over three seconds: one slow report hardly moves it, a lasting change does', () => {
  const steady = Array<number>(16).fill(MB);
  const one = reports([...steady, 0]);
  const slowed = speedOf(one.pace, one.now)!.speed / MB;
  assert.ok(slowed > 3.6 && slowed < 3.8, `${slowed}`);
  const lasting = reports([...steady, ...Array<number>(36).fill(MB / 4)]);
  const settled = speedOf(lasting.pace, lasting.now)!.speed / MB;
  assert.ok(settled > 1 && settled < 1.2, `${settled}`);
});

test('time left changes at most once a second, and becomes "about" where the speed varies over 4×', () => {
  const steady = reports(Array<number>(13).fill(MB));
  const left = speedOf(steady.pace, steady.now)!;
  assert.is(left.about, false);
  assert.ok(Math.abs(left.left! - 22_000) < 1_500, `${left.left}`);
  const sooner = paceAfter(steady.pace, { done: 14 * MB, size: SIZE }, steady.now + 250);
  assert.is(speedOf(sooner, steady.now + 250)!.left, left.left);
  const uneven = reports([...Array<number>(4).fill(MB), ...Array<number>(4).fill(MB / 8), ...Array<number>(4).fill(MB)]);
  assert.is(speedOf(uneven.pace, uneven.now)!.about, true);
});

/** What is shown each second, and the seconds that would be true. */
function shownLeft(steps: readonly number[]): { words: string; ms: number }[] {
  const shown: { words: string; ms: number }[] = [];
  let pace = startPace(0, 0);
  let done = 0;
  for (const [at, step] of steps.entries()) {
    done += step;
    pace = paceAfter(pace, { done, size: 2 * SIZE }, (at + 1) * 250);
    const speed = speedOf(pace, (at + 1) * 250);
    if (at % 4 === 3 && speed?.left !== undefined) shown.push({ words: leftWords(speed.left, speed.about), ms: speed.left });
  }
  return shown;
}

test('time left never jumps up: a little more comes second by second, much more is told in steps of a minute, as about', () => {
  const slower = shownLeft([...Array<number>(24).fill(4 * MB), ...Array<number>(56).fill(MB / 4)]);
  const exact = slower.map(({ words }) => /^(\d+):(\d\d) left$/.exec(words)).map((found) => found && Number(found[1]) * 60 + Number(found[2]));
  for (const [at, seconds] of exact.entries()) if (at > 0 && seconds && exact[at - 1]) assert.ok(seconds <= exact[at - 1]! + 1, `${slower[at - 1]!.words} → ${slower[at]!.words}`);
  assert.match(slower.map(({ words }) => words).join(), /0:08 left,under a minute,.*,about a minute/);
  const stalled = shownLeft([...Array<number>(24).fill(4 * MB), ...Array<number>(80).fill(4 * 1024)]);
  for (const [at, { ms }] of stalled.entries()) if (at > 0) assert.ok(ms <= stalled[at - 1]!.ms + 60_000, `${ms} after ${stalled[at - 1]!.ms}`);
  assert.match(stalled.at(-1)!.words, /^about \d+ minutes$/);
  const faster = shownLeft([...Array<number>(24).fill(MB / 2), ...Array<number>(12).fill(8 * MB)]);
  assert.ok(faster.at(-1)!.ms < 10_000, 'it falls as it may');
});

test('after silence nothing is claimed; a transfer that begins again is measured anew', () => {
  const { pace, now } = reports(Array<number>(8).fill(MB));
  assert.ok(speedOf(pace, now + 4_000));
  assert.is(speedOf(pace, now + 6_000), undefined);
  const again = paceAfter(pace, { done: MB, size: SIZE }, now + 250);
  assert.is(speedOf(again, now + 250), undefined);
});

test('one file of each direction; the sum counts what is on its way, and a finished one keeps the bar where it was', () => {
  const transfers = new TransfersState();
  transfers.take(transfer('a', { name: 'active' }, { done: 5 * MB }), 0);
  transfers.take(transfer('a', { name: 'active' }, { direction: 'up', done: 0 }), 0);
  assert.is(transfers.list.length, 2);
  assert.equal([transfers.sum(0).count, transfers.sum(0).fraction], [2, 0.25]);
  transfers.take(transfer('a', { name: 'done', path: '/a', at: 1 }, { done: 10 * MB }), 250);
  assert.equal([transfers.sum(250).count, transfers.sum(250).fraction], [1, 0.5]);
  transfers.take(transfer('a', { name: 'done', path: '/a', at: 1 }, { direction: 'up', done: 10 * MB }), 500);
  assert.is(transfers.sum(500).count, 0);
  transfers.take(transfer('b', { name: 'active' }, { done: MB }), 750);
  assert.is(transfers.sum(750).fraction, 0.1, 'a new batch begins at its own beginning');
  transfers.remove({ file: 'a', direction: 'up' });
  assert.equal(transfers.list.map(({ file, direction }) => `${direction}:${file}`), ['down:a', 'down:b']);
});

test('what an earlier run left half done counts as resumed, and not what nobody goes on with; what it left at its end is not listed', () => {
  const transfers = new TransfersState();
  const lost = { name: 'interrupted', failure: { code: 'unreachable', message: 'x' } } as const;
  transfers.take(transfer('a', lost, { done: MB }), 0);
  transfers.take(transfer('b', lost, { direction: 'up', done: 2 * MB }), 0);
  transfers.take(transfer('c', { name: 'paused' }, { done: MB }), 0);
  transfers.take(transfer('d', lost), 0);
  transfers.take(transfer('e', { name: 'done', path: '/e', at: 1, away: true }, { done: 10 * MB }), 0);
  transfers.take(transfer('a', { name: 'active' }, { done: 3 * MB }), 0);
  assert.is(transfers.resumed, 2);
  assert.equal(transfers.listed.map(({ file }) => file), ['a', 'b', 'c', 'd']);
  assert.is(transfers.of('e', 'down')!.state.name, 'done', 'its message knows where it is');
});

test('the sum of speeds, and the time left with those that wait', () => {
  const transfers = new TransfersState();
  for (let turn = 0; turn <= 8; turn += 1) for (const file of ['a', 'b']) transfers.take(transfer(file, { name: 'active' }, { size: SIZE, done: turn * MB }), turn * 250);
  transfers.take(transfer('c', { name: 'queued', place: 1 }, { size: SIZE }), 2_000);
  transfers.take(transfer('d', { name: 'paused' }, { size: SIZE }), 2_000);
  const { speed, count, paused } = transfers.sum(2_000);
  assert.equal([count, paused], [4, 1]);
  assert.is(Math.round(speed!.speed / MB), 8);
  assert.is(Math.round(speed!.left! / 1000), Math.round(284 / 8));
  transfers.take(transfer('a', { name: 'paused' }, { size: SIZE, done: 8 * MB }), 2_250);
  transfers.take(transfer('a', { name: 'active' }, { size: SIZE, done: 8 * MB }), 60_000);
  assert.is(transfers.speed({ file: 'a', direction: 'down' }, 60_000), undefined, 'the pause is not measured');
});

test('the time left of all is held for a second, and is another one where another file joins', () => {
  const transfers = new TransfersState();
  const moved = (turn: number, by = MB) => ['a', 'b'].forEach((file) => transfers.take(transfer(file, { name: 'active' }, { size: SIZE, done: turn * by }), turn * 250));
  for (let turn = 0; turn <= 9; turn += 1) moved(turn);
  const before = transfers.sum(2_250).speed!.left;
  for (let turn = 10; turn <= 12; turn += 1) moved(turn);
  assert.is(transfers.sum(3_000).speed!.left, before);
  moved(13);
  assert.ok(transfers.sum(3_250).speed!.left! < before!);
  transfers.take(transfer('c', { name: 'queued', place: 1 }, { size: 10 * SIZE }), 3_300);
  assert.ok(transfers.sum(3_300).speed!.left! > 2 * before!);
});

test('begun, half, done and failed are said once each: not again after a pause or a lost connection, but after another try', () => {
  const transfers = new TransfersState();
  const said: string[] = [];
  const take = (state: Transfer['state'], percent: number, file = 'a') => {
    transfers.spoken = '';
    transfers.take(transfer(file, state, { done: (percent / 100) * 10 * MB }), 0);
    if (transfers.spoken !== '') said.push(transfers.spoken);
  };
  const active = { name: 'active' } as const;
  const failure = { code: 'local', message: 'The disk is full.' } as const;
  for (const percent of [0, 20, 40]) take(active, percent);
  for (const state of [{ name: 'paused' }, active, { name: 'interrupted', failure }, active] as const) take(state, 40);
  for (const percent of [55, 70]) take(active, percent);
  take({ name: 'paused' }, 70);
  take(active, 48);
  take(active, 70);
  take({ name: 'failed', failure }, 70);
  take(active, 70);
  take({ name: 'checking' }, 100);
  take({ name: 'done', path: '/a', at: 1 }, 100);
  take(active, 41, 'b');
  assert.equal(said, ['a.zip: 0%', 'a.zip: 55%', 'a.zip: The disk is full.', 'a.zip: 70%', 'a.zip: 100%, done', 'b.zip: 41%']);
});

test('a few at a time, in order; one that is not wanted any more is not begun', async () => {
  const turns = new Turns(2);
  const begun: number[] = [];
  const ends: Array<() => void> = [];
  const work = (number: number) => () => {
    begun.push(number);
    return new Promise<void>((resolve) => ends.push(resolve));
  };
  const gone = new AbortController();
  const wanted = new AbortController().signal;
  const all = [turns.take(wanted, work(1)), turns.take(wanted, work(2)), turns.take(gone.signal, work(3)), turns.take(wanted, work(4))];
  await Promise.resolve();
  assert.equal(begun, [1, 2]);
  gone.abort();
  ends[0]!();
  await all[2];
  assert.equal(begun, [1, 2, 4]);
  ends[1]!();
  ends[2]!();
  await Promise.all(all);
});

test.run();
