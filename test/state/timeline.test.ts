import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage } from '../../client/engine/types.ts';
import type * as Timeline from '../../client/state/timeline.svelte.ts';
import { loadRunes } from './runes.ts';

const { TimelineState, MOUNTED_ROWS } = await loadRunes<typeof Timeline>(new URL('../../client/state/timeline.svelte.ts', import.meta.url));

function message(seq: number | undefined, sender = 'other', id = `id${seq}`): ChatMessage {
  const base = { id, room: 'r', ts: seq ?? 9_999, sender, text: `text ${seq}`, state: { name: seq === undefined ? 'queued' : 'sent' } } as ChatMessage;
  return seq === undefined ? base : { ...base, seq };
}
function range(from: number, to: number): ChatMessage[] {
  return Array.from({ length: to - from + 1 }, (_, at) => message(from + at));
}
function marks(): { stored: Map<string, string>; getItem(key: string): string | null; setItem(key: string, value: string): void } {
  const stored = new Map<string, string>();
  return { stored, getItem: (key) => stored.get(key) ?? null, setItem: (key, value) => void stored.set(key, value) };
}
const make = (saved = marks()) => new TimelineState('r', () => 'me', saved);

test('a newcomer sees no New line over the history, and nothing counts as unseen', () => {
  const timeline = make();
  timeline.receive(range(1, 40), 'catch_up', false);
  assert.is(timeline.unseen, 0);
  assert.is(timeline.newLine, undefined);
});

test('what arrives while nobody looks is unseen, under one New line', () => {
  const timeline = make();
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

test('reading survives a restart', () => {
  const saved = marks();
  const before = make(saved);
  before.receive(range(1, 3), 'catch_up', false);
  before.markRead();
  const after = make(saved);
  after.receive(range(1, 5), 'catch_up', false);
  assert.is(after.unseen, 2);
  assert.is(after.newLine, 'other:id4');
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
  timeline.receive(range(801, 1000), 'older', false);
  assert.is(timeline.start, 150, 'one page of the older ones is mounted above');
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

test.run();
