import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage } from '../../client/engine/types.ts';
import { changeState, headOf, mergeMessages } from '../../client/state/order.ts';
import { GROUP_GAP_MS, rowsOf, TOGETHER_MS } from '../../client/state/rows.ts';

const NOON = new Date(2026, 10, 22, 12).getTime();
function message(id: string, sender: string, ts: number, seq?: number): ChatMessage {
  const base: ChatMessage = { id, room: 'r', ts, sender, text: id, mentions: [], reactions: [], state: { name: 'sent' } };
  return seq === undefined ? base : { ...base, seq };
}
const isPicture = ({ file }: ChatMessage) => file?.name.endsWith('.png') === true;
const rows = (list: readonly ChatMessage[], more: Partial<Parameters<typeof rowsOf>[1]> = {}) => rowsOf(list, { newLine: undefined, isPicture, ...more });
const shape = (rows: ReturnType<typeof rowsOf>) => rows.map((row) => (row.kind === 'album' ? `[${row.messages.map(({ id }) => id).join('')}]` : row.kind === 'message' ? `${row.at.joined ? '-' : ''}${row.message.id}${row.at.first ? '<' : ''}${row.at.last ? '>' : ''}` : row.kind));

test('messages of one person within five minutes form a group', () => {
  const list = [message('a', 'x', NOON), message('b', 'x', NOON + GROUP_GAP_MS), message('c', 'x', NOON + 2 * GROUP_GAP_MS + 1), message('d', 'y', NOON + 2 * GROUP_GAP_MS + 2)];
  assert.equal(shape(rows(list)), ['day', 'a<', 'b>', 'c<>', 'd<>']);
});

test('a day and the New line end a group', () => {
  const day = 24 * 60 * 60_000;
  const list = [message('a', 'x', NOON), message('b', 'x', NOON + 1), message('c', 'x', NOON + day)];
  assert.equal(shape(rows(list, { newLine: 'x:b' })), ['day', 'a<>', 'new', 'b<>', 'day', 'c<>']);
});

test('what failed yesterday stands last and brings no older day; what waits since today brings today', () => {
  const day = 24 * 60 * 60_000;
  const failed = message('f', 'me', NOON - day);
  assert.equal(shape(rows([message('a', 'x', NOON - day, 1), message('b', 'x', NOON, 2), failed, message('q', 'me', NOON + 1)])), ['day', 'a<>', 'day', 'b<>', 'f<>', 'q<>']);
  assert.equal(shape(rows([message('a', 'x', NOON - day, 1), failed, message('q', 'me', NOON)])), ['day', 'a<>', 'f<>', 'day', 'q<>']);
  assert.equal(shape(rows([failed])), ['day', 'f<>'], 'one that stands alone');
});

test('the message above the mounted part decides how it begins', () => {
  assert.equal(shape(rows([message('b', 'x', NOON + 1)], { previous: message('a', 'x', NOON) })), ['b>']);
});

const sent = (id: string, name: string, ts: number, more: Partial<ChatMessage> = {}): ChatMessage => ({ ...message(id, 'x', ts), text: '', file: { id: `f-${id}`, name, size: 1, type: '' } as NonNullable<ChatMessage['file']>, ...more });

test('pictures sent together stand in albums of four, other files go on in one bubble', () => {
  const pictures = ['a', 'b', 'c', 'd', 'e'].map((id, at) => sent(id, `${id}.png`, NOON + at));
  assert.equal(shape(rows(pictures)), ['day', '[abcd]', '-e>']);
  assert.equal(shape(rows([sent('a', 'a.png', NOON), sent('b', 'b.zip', NOON), sent('c', 'c.pdf', NOON)])), ['day', 'a<', '-b', '-c>']);
});

test('what has words of its own, came later, was deleted or failed stands alone', () => {
  const first = sent('a', 'a.png', NOON);
  const alone = (second: ChatMessage) => assert.equal(shape(rows([first, second])), ['day', 'a<', 'b>']);
  alone(sent('b', 'b.png', NOON, { text: 'look at this' }));
  alone(sent('b', 'b.png', NOON, { replyTo: 'a' }));
  alone(sent('b', 'b.png', NOON + TOGETHER_MS + 1));
  alone(sent('b', 'b.png', NOON, { deleted: 'x' }));
  alone(sent('b', 'b.png', NOON, { state: { name: 'failed', failure: { code: 'too_large', message: '', hint: '' } } }));
  assert.equal(shape(rows([{ ...first, text: 'a caption' }, sent('b', 'b.png', NOON)])), ['day', '[ab]']);
});

test('an acknowledged message is not doubled by a late copy that says it is queued', () => {
  const list = mergeMessages([message('a', 'me', 1, 1)], [message('a', 'me', 1)]);
  assert.equal(list.map(({ seq }) => seq), [1]);
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

test('who came and went stands where it happened, in one line, and ends a group', () => {
  const list = [message('a', 'x', NOON, 1), message('b', 'x', NOON + 1, 2), message('c', 'x', NOON + 2, 3)];
  const coming = (userId: string, what: 'came' | 'went', after: number) => ({ userId, what, at: NOON, after });
  const comings = [coming('u', 'came', 1), coming('v', 'came', 1), coming('u', 'went', 1), coming('w', 'came', 3)];
  const found = rows(list, { comings });
  assert.equal(shape(found), ['day', 'a<>', 'comings', 'b<', 'c>', 'comings']);
  assert.equal(found.flatMap((row) => (row.kind === 'comings' ? [row.comings.map(({ userId, what }) => `${userId} ${what}`)] : [])), [['v came', 'u went'], ['w came']]);
  assert.equal(shape(rows(list, { comings, atEnd: false })), ['day', 'a<>', 'comings', 'b<', 'c>'], 'the last one stands behind messages that are not here');
  assert.equal(shape(rows(list.slice(1), { comings, previous: list[0] })).slice(0, 2), ['comings', 'b<'], 'above the first one that is mounted');
  assert.equal(shape(rows(list.slice(0, 1), { comings: [coming('u', 'came', 0)] })), ['day', 'comings', 'a<>'], 'above the first one there is');
  assert.equal(shape(rows([], { comings: [coming('u', 'came', 0)] })), ['comings'], 'where nobody has written');
  const waiting = [message('a', 'x', NOON, 1), message('b', 'x', NOON + 1), message('c', 'x', NOON + 2)];
  assert.equal(shape(rows(waiting, { comings: [coming('u', 'came', 1)] })), ['day', 'a<>', 'comings', 'b<', 'c>'], 'above what waits, once');
});

test.run();
