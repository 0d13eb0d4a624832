import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage } from '../../client/engine/types.ts';
import type * as Timeline from '../../client/state/timeline.svelte.ts';
import { loadRunes } from './runes.ts';

const { TimelineState, MOUNTED_ROWS } = await loadRunes<typeof Timeline>(new URL('../../client/state/timeline.svelte.ts', import.meta.url));

function message(seq: number | undefined, sender = 'other', id = `id${seq}`): ChatMessage {
  const base = { id, room: 'r', ts: seq ?? 9_999, sender, text: `text ${seq}`, mentions: [], reactions: [], state: { name: seq === undefined ? 'queued' : 'sent' } } as ChatMessage;
  return seq === undefined ? base : { ...base, seq };
}
function range(from: number, to: number): ChatMessage[] {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}
const make = (read = 0) => {
  const timeline = new TimelineState('r', () => 'me');
  timeline.readUpTo(read);
  return timeline;
};

test('a newcomer sees no New line over the history', () => {
  const timeline = make();
  timeline.receive(range(1, 40), 'catch_up', false);
  assert.is(timeline.unseen, 40);
  assert.is(timeline.newLine, undefined);
});

test('what arrives while nobody looks is unseen, under one New line', () => {
  const timeline = make(3);
  timeline.receive(range(1, 3), 'catch_up', false);
  timeline.receive([message(4)], 'live', false);
  timeline.receive([message(5)], 'live', false);
  assert.is(timeline.unseen, 2);
  assert.is(timeline.newLine, 'other:id4');
  timeline.markRead();
  assert.is(timeline.unseen, 0);
  timeline.receive([message(6)], 'live', false);
  assert.is(timeline.newLine, 'other:id6');
});

test('what was read on another device is read here', () => {
  const timeline = make(3);
  timeline.receive(range(1, 5), 'catch_up', false);
  assert.equal([timeline.unseen, timeline.newLine], [2, 'other:id4']);
  timeline.readUpTo(5);
  timeline.readUpTo(2);
  assert.is(timeline.unseen, 0);
});

test('what was in view is read and the rest is not; the next visit begins where this one stopped', () => {
  const timeline = make(2);
  timeline.receive(range(1, 400), 'catch_up', false);
  assert.equal([timeline.unseen, timeline.newLine], [398, 'other:id3']);
  assert.is(timeline.markRead(10), 10);
  assert.is(timeline.markRead(5), 10, 'it only rises');
  timeline.leave();
  assert.equal([timeline.unseen, timeline.newLine, timeline.atBottom], [390, 'other:id11', true]);
  timeline.enter(20);
  assert.equal([timeline.mounted[0]!.seq, timeline.mounted.length], [11, 20], 'a view of rows, from where it stopped');
  timeline.markRead(390);
  timeline.leave();
  timeline.enter(20);
  assert.equal([timeline.newLine, timeline.mounted[0]!.seq, timeline.mounted.at(-1)!.seq], ['other:id391', 381, 400], 'less than a view of news: the end');
  assert.is(timeline.markRead(), 400);
  timeline.leave();
  assert.is(timeline.newLine, undefined);
  timeline.enter(20);
  assert.is(timeline.mounted.at(-1)?.seq, 400);
});

test('a changed message takes its place; one that is not shown stays out; deleted and unnamed ones do not count', () => {
  const timeline = make(1);
  timeline.receive([message(1), message(2), { ...message(3), mentions: ['me'] }], 'catch_up', false);
  assert.equal([timeline.unseen, timeline.mentions], [2, 1]);
  timeline.receive([{ ...message(2), text: 'edited' }, { ...message(9), text: 'elsewhere' }], 'change', false);
  assert.equal(timeline.messages.map(({ text }) => text), ['text 1', 'edited', 'text 3']);
  const { text: _, ...gone } = message(3);
  timeline.receive([{ ...gone, deleted: 'other', mentions: [] }], 'change', false);
  assert.equal([timeline.unseen, timeline.mentions], [1, 0]);
});

test('an own message is never unseen and moves from the end to its place', () => {
  const timeline = make();
  timeline.receive([message(1)], 'catch_up', true);
  timeline.receive([message(undefined, 'me', 'own')], 'live', true);
  timeline.receive([message(2)], 'live', true);
  assert.equal(timeline.messages.map((m) => m.id), ['id1', 'id2', 'own']);
  timeline.change({ id: 'own', sender: 'me', state: { name: 'sent' }, seq: 3 });
  timeline.receive([message(4)], 'live', true);
  assert.equal(timeline.messages.map((m) => m.id), ['id1', 'id2', 'own', 'id4']);
});

test('the mounted part is bounded, whatever arrives', () => {
  const timeline = make();
  timeline.receive(range(1001, 2000), 'catch_up', true);
  assert.ok(timeline.end - timeline.start <= MOUNTED_ROWS);
  assert.is(timeline.end, 1000);
  timeline.atBottom = false;
  const first = timeline.mounted[0]!.id;
  timeline.receive(range(2001, 2600), 'live', false);
  assert.is(timeline.mounted[0]!.id, first, 'somebody who reads above is not moved');
  assert.ok(timeline.end - timeline.start <= MOUNTED_ROWS);
  for (let page = 0; page < 30; page += 1) timeline.showOlder();
  assert.is(timeline.start, 0);
  assert.is(timeline.end, MOUNTED_ROWS);
  timeline.loadingOlder = true;
  timeline.receive(range(801, 1000), 'older', false);
  assert.is(timeline.start, 150, 'one page of the older ones is mounted above');
  timeline.receive(range(701, 800), 'older', false);
  assert.is(timeline.start, 250, 'what nobody here asked for stays out of sight');
  while (timeline.showNewer()) assert.ok(timeline.end - timeline.start <= MOUNTED_ROWS);
  assert.ok(timeline.atEnd);
});

test('only an own message without a place can be removed; a reset forgets all', () => {
  const timeline = make();
  timeline.receive([message(1), message(undefined, 'me', 'own')], 'catch_up', true);
  timeline.remove('id1');
  timeline.remove('own');
  assert.equal(timeline.messages.map((m) => m.id), ['id1']);
  timeline.reset();
  assert.is(timeline.messages.length, 0);
});

test('memory is bounded: the oldest leave, and the timeline says so', () => {
  const timeline = make();
  timeline.receive(range(1, 20_100), 'catch_up', true);
  assert.is(timeline.messages.length, 20_000);
  assert.is(timeline.messages[0]!.seq, 101);
  assert.ok(timeline.trimmed);
});

test('of several that wait, the one that gets its place first stays in sight, in an empty room too', () => {
  const timeline = make();
  for (const id of ['large', 'small']) timeline.receive([message(undefined, 'me', id)], 'live', true);
  timeline.change({ id: 'small', sender: 'me', state: { name: 'sent' }, seq: 1 });
  assert.equal(timeline.mounted.map(({ id }) => id), ['small', 'large']);
  timeline.change({ id: 'large', sender: 'me', state: { name: 'sent' }, seq: 2 });
  assert.equal(timeline.mounted.map(({ id }) => id), ['small', 'large']);
});

test.run();
