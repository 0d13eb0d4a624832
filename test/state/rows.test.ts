import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage } from '../../client/engine/types.ts';
import { changeState, headOf, mergeMessages } from '../../client/state/order.ts';
import { GROUP_GAP_MS, rowsOf } from '../../client/state/rows.ts';

const NOON = new Date(2026, 10, 22, 12).getTime();
function message(id: string, sender: string, ts: number, seq?: number): ChatMessage {
  const base: ChatMessage = { id, room: 'r', ts, sender, text: id, mentions: [], reactions: [], state: { name: 'sent' } };
  return seq === undefined ? base : { ...base, seq };
}
const shape = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => (row.kind === 'message' ? `${row.message.id}${row.first ? '<' : ''}${row.last ? '>' : ''}` : row.kind));

test('messages of one person within five minutes form a group', () => {
  const list = [message('a', 'x', NOON), message('b', 'x', NOON + GROUP_GAP_MS), message('c', 'x', NOON + 2 * GROUP_GAP_MS + 1), message('d', 'y', NOON + 2 * GROUP_GAP_MS + 2)];
  assert.equal(shape(rowsOf(list, undefined)), ['day', 'a<', 'b>', 'c<>', 'd<>']);
});

test('a day and the New line end a group', () => {
  const day = 24 * 60 * 60_000;
  const list = [message('a', 'x', NOON), message('b', 'x', NOON + 1), message('c', 'x', NOON + day)];
  assert.equal(shape(rowsOf(list, 'x:b')), ['day', 'a<>', 'new', 'b<>', 'day', 'c<>']);
});

test('the message above the mounted part decides how it begins', () => {
  assert.equal(shape(rowsOf([message('b', 'x', NOON + 1)], undefined, message('a', 'x', NOON))), ['b>']);
});

test('batches merge by sequence number, repeat harmlessly, and keep the unacknowledged last', () => {
  const queued = message('q', 'me', NOON);
  const list = mergeMessages([message('c', 'x', 3, 3), queued], [message('a', 'x', 1, 1), message('b', 'x', 2, 2), message('c', 'x', 3, 3)]);
  assert.equal(list.map((m) => m.id), ['a', 'b', 'c', 'q']);
  assert.is(headOf(list), 3);
});

test('two people may use the same id', () => {
  const list = mergeMessages([message('same', 'x', 1, 1)], [message('same', 'y', 2, 2)]);
  assert.is(list.length, 2);
  assert.is(changeState(list, { id: 'same', sender: 'z', state: { name: 'sent' } }), list);
});

test.run();
