// Somebody who is blocked: nothing of them is told, counted or shown, in one account and until they are unblocked.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage, Room, Settings } from '../../client/engine/types.ts';
import { defaultSettings } from '../../client/engine/settings.ts';
import type * as App from '../../client/state/app.svelte.ts';
import { apply } from '../../client/state/apply.ts';
import { blockedBy, withBlocked } from '../../client/state/blocking.ts';
import { rowsOf } from '../../client/state/rows.ts';
import { loadRunes } from './runes.ts';

const { AppState } = await loadRunes<typeof App>(new URL('../../client/state/app.svelte.ts', import.meta.url));

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const room = (id: string, more: Partial<Room> = {}): Room => ({ id, kind: 'public', name: id, topic: '', role: 'member', head: 5, floor: 0, read: 5, unread: 0, ...more });
const message = (seq: number, sender: string, more: Partial<ChatMessage> = {}): ChatMessage => ({ id: `m${seq}`, room: 'a', seq, ts: NOON + seq, sender, text: `text ${seq}`, state: { name: 'sent' }, mentions: [], reactions: [], ...more });

function scene() {
  const state = new AppState({ now: () => NOON, memory: { getItem: () => null, setItem: () => undefined } });
  const choose = (blocked: Settings['blocked']) => apply(state, { type: 'settings', settings: { ...defaultSettings(), blocked }, defaults: defaultSettings() });
  choose({ me: ['ben'] });
  state.session.info = { userId: 'me' } as never;
  const rooms = (a: Partial<Room>, b: Partial<Room>) => apply(state, { type: 'rooms', rooms: [room('lobby', { kind: 'lobby' }), room('a', a), room('b', { kind: 'dm', peer: 'ben', ...b })] });
  rooms({}, {});
  state.focused = false;
  const come = (...messages: ChatMessage[]) => apply(state, { type: 'messages', room: messages[0]!.room, messages, reason: 'live' });
  return { state, choose, rooms, come, told: () => state.attention.pending.map(({ message: id }) => id) };
}

test('nothing is told of them, however much it is about the person', () => {
  const { come, told } = scene();
  come(message(6, 'ben', { mentions: ['me'] }), message(7, 'ana'));
  come(message(6, 'ben', { room: 'b' }));
  assert.equal(told(), ['m7']);
});

test('what they send is not saved by itself', () => {
  const { state, come } = scene();
  const file = { id: 'f', name: 'a.txt', type: '', size: 1 };
  come(message(6, 'ben', { file }), message(7, 'ana', { file }));
  assert.equal(state.attention.takeFiles().map(({ id }) => id), ['m7']);
});

test('what they write is not unread and mentions nobody; a direct message with them counts nothing', () => {
  const { state, choose, rooms, come } = scene();
  come(message(6, 'ben', { mentions: ['me'] }), message(7, 'ana'), message(8, 'ben'));
  rooms({ head: 8, unread: 3 }, { head: 9, unread: 4 });
  const counts = () => [state.unreadOf(state.rooms.find('a')!), state.timelines.get('a')!.mentions, state.unreadOf(state.rooms.find('b')!), state.unseen];
  assert.equal(counts(), [1, 0, 0, 1]);
  assert.is(state.rooms.beside(1, true)?.id, 'a');
  assert.is(state.rooms.beside(-1, true)?.id, 'a', 'the direct message is no news');
  assert.is(state.timelines.get('a')!.newLine, 'ana:m7', 'the New line stands above what somebody wants to read');
  choose({});
  assert.equal(counts(), [3, 1, 4, 7], 'unblocked');
  choose({ other: ['ben'] });
  assert.equal(counts(), [3, 1, 4, 7], 'another account of this computer blocked them');
});

test('a reader of the screen does not speak what they write', () => {
  const { state, come } = scene();
  state.rooms.open('a');
  come(message(6, 'ben'), message(7, 'ana'));
  assert.equal(state.spoken.map(({ key }) => key), ['ana:m7']);
});

test('their messages that follow each other are one line; what is opened stands among the others as usual', () => {
  const open = new Set<string>();
  const isFolded = ({ sender, id }: ChatMessage): boolean => sender === 'ben' && !open.has(id);
  const list = [message(1, 'ana'), message(2, 'ben'), message(3, 'ben'), message(4, 'ana'), message(5, 'ben')];
  const shape = () => rowsOf(list, { newLine: undefined, isPicture: () => false, isFolded }).map((row) => (row.kind === 'folded' ? row.messages.map(({ id }) => id) : row.kind === 'message' ? `${row.message.id}${row.at.first ? '<' : ''}${row.at.last ? '>' : ''}` : row.kind));
  assert.equal(shape(), ['day', 'm1<>', ['m2', 'm3'], 'm4<>', ['m5']]);
  open.add('m2');
  assert.equal(shape(), ['day', 'm1<>', 'm2<>', ['m3'], 'm4<>', ['m5']]);
});

test('blocking by account: added once, taken away without a trace', () => {
  const once = withBlocked({ blocked: { other: ['x'] } }, { me: 'me', userId: 'ben', on: true });
  const twice = withBlocked({ blocked: once }, { me: 'me', userId: 'ben', on: true });
  assert.equal([once, twice], [{ other: ['x'], me: ['ben'] }, { other: ['x'], me: ['ben'] }]);
  assert.equal([blockedBy({ blocked: once }, 'me'), blockedBy({ blocked: once }, 'nobody')], [['ben'], []]);
  assert.equal(withBlocked({ blocked: once }, { me: 'me', userId: 'ben', on: false }), { other: ['x'] });
});

test.run();
