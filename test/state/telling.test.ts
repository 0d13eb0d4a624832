// What is told to somebody who may be elsewhere, when, and in which words.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ChatMessage, Room, Settings } from '../../client/engine/types.ts';
import { defaultSettings } from '../../client/engine/settings.ts';
import type * as App from '../../client/state/app.svelte.ts';
import { apply } from '../../client/state/apply.ts';
import type { Told } from '../../client/state/attention.svelte.ts';
import { isQuiet, verdictOn, type Circumstances } from '../../client/state/telling.ts';
import { announcementsOf } from '../../client/ui/desktop/announcing.ts';
import { loadRunes } from './runes.ts';

const { AppState } = await loadRunes<typeof App>(new URL('../../client/state/app.svelte.ts', import.meta.url));

const NOON = new Date(2026, 10, 23, 12, 0).getTime();
const usual: Circumstances = { own: false, blocked: false, personal: false, notify: 'all', watched: false, presence: 'online', now: NOON, mutedUntil: 0, quiet: null };
const verdict = (change: Partial<Circumstances>) => verdictOn({ ...usual, ...change });

test('who is told of what', () => {
  assert.is(verdict({}), 'tell');
  assert.is(verdict({ watched: true }), 'seen', 'nobody is told of what stands before their eyes');
  assert.is(verdict({ own: true }), 'nothing');
  assert.is(verdict({ blocked: true, personal: true }), 'nothing');
  assert.is(verdict({ notify: 'none', personal: true }), 'nothing', 'a muted room is muted');
  assert.equal([verdict({ notify: 'mentions' }), verdict({ notify: 'mentions', personal: true })], ['nothing', 'tell']);
  assert.is(verdict({ presence: 'dnd', personal: true }), 'nothing');
  assert.equal([verdict({ mutedUntil: NOON + 1 }), verdict({ mutedUntil: NOON })], ['nothing', 'tell']);
});

test('quiet hours go over midnight, begin at their minute and end before theirs', () => {
  const at = (hours: number, minutes = 0): number => new Date(2026, 10, 23, hours, minutes).getTime();
  const night = { from: 22 * 60, to: 7 * 60 };
  assert.equal([at(21, 59), at(22), at(3), at(6, 59), at(7)].map((now) => isQuiet(now, night)), [false, true, true, true, false]);
  assert.equal([at(12, 59), at(13), at(14)].map((now) => isQuiet(now, { from: 13 * 60, to: 14 * 60 })), [false, true, false]);
  assert.not(isQuiet(at(13), { from: 13 * 60, to: 13 * 60 }));
});

const room = (id: string, head: number, more: Partial<Room> = {}): Room => ({ id, kind: 'public', name: id, topic: '', role: 'member', head, floor: 0, read: 0, unread: 0, ...more });
const message = (id: string, seq: number, more: Partial<ChatMessage> = {}): ChatMessage => ({ id, room: 'a', seq, ts: NOON, sender: 'ben', text: id, state: { name: 'sent' }, mentions: [], reactions: [], ...more });

function scene(settings: Partial<Settings> = {}) {
  const state = new AppState({ now: () => NOON, memory: { getItem: () => null, setItem: () => undefined } });
  const all = { ...defaultSettings(), ...settings };
  apply(state, { type: 'settings', settings: all, defaults: all });
  apply(state, { type: 'rooms', rooms: [room('a', 5), room('b', 0, { kind: 'dm', peer: 'ben' })] });
  state.focused = false;
  const come = (messages: ChatMessage[], reason: 'live' | 'catch_up' | 'older' | 'change' = 'live') => apply(state, { type: 'messages', room: messages[0]!.room, messages, reason });
  return { state, come, told: () => state.attention.pending.map(({ message: id }) => id) };
}

test('history is not news, however it comes; what came during a cut is', () => {
  const { come, told } = scene();
  come([message('old', 3), message('last', 5)], 'catch_up');
  come([message('older', 1)], 'older');
  assert.equal(told(), []);
  come([message('missed', 6)], 'catch_up');
  come([message('new', 7)]);
  come([message('new', 7)]);
  assert.equal(told(), ['missed', 'new']);
});

test('what lies over the conversation hides what comes: it is told, counted, and under a New line later', () => {
  const { state, come } = scene();
  apply(state, { type: 'rooms', rooms: [room('a', 5, { read: 5 })] });
  state.focused = true;
  const seen = () => state.attention.pending.map((told) => told.seen);
  come([message('before', 6)]);
  state.timeline('a').markRead();
  state.preview = { room: 'a', message: 'before' };
  come([message('behind a picture', 7)]);
  assert.is(state.timeline('a').newLine, 'ben:behind a picture');
  state.preview = undefined;
  state.screen = 'settings';
  come([message('behind the settings', 8)]);
  assert.equal(seen(), [true, false, false]);
  apply(state, { type: 'rooms', rooms: [room('a', 8, { read: 5, unread: 3 })] });
  assert.is(state.unseen, 3);
  state.screen = 'main';
  assert.is(state.unseen, 0);
});

test('edits and deleted messages are not told; nor is the own word', () => {
  const { state, come, told } = scene();
  state.session.info = { userId: 'me' } as never;
  come([message('gone', 6, { deleted: 'ben' }), message('mine', 7, { sender: 'me' })]);
  come([message('changed', 5)], 'change');
  assert.equal(told(), []);
});

test('a room of its own policy; a muted one is not counted in the title either', () => {
  const { state, come, told } = scene({ rooms: { a: { notify: 'none' } } });
  come([message('hush', 6)]);
  come([message('psst', 1, { room: 'b' })]);
  assert.equal(told(), ['psst']);
  apply(state, { type: 'rooms', rooms: [room('a', 6, { unread: 4 }), room('b', 1, { kind: 'dm', peer: 'ben', unread: 1 })] });
  assert.is(state.unseen, 1);
});

const names = { person: (user: string) => user.toUpperCase(), room: (id: string) => (id === 'dm' ? undefined : `#${id}`) };
const told = (id: string, more: Partial<Told> = {}): Told => ({ room: 'a', message: id, sender: 'ben', text: id, file: undefined, seen: false, ...more });

test('the words of a notification: who, where, what; without the text where that is wanted', () => {
  const some = { told: [told('one'), told('two', { room: 'dm' }), told('x', { text: undefined, file: 'plan.pdf' })], count: 3 };
  assert.equal(announcementsOf(some, names, true).map(({ title, body }) => [title, body]), [['BEN in #a', 'one'], ['BEN', 'two'], ['BEN in #a', 'sent a file']]);
  assert.equal(announcementsOf(some, names, false).map(({ body }) => body), ['wrote a message', 'wrote a message', 'sent a file']);
  assert.equal(announcementsOf({ told: [told('seen', { seen: true })], count: 1 }, names, true), []);
});

test('many are one', () => {
  const many = { told: ['a', 'b', 'c', 'd'].map((id) => told(id, { room: id })), count: 70 };
  assert.equal(announcementsOf(many, names, true), [{ key: 'many', title: '70 new messages', body: 'In #a, #b and 2 more rooms', room: 'd', message: 'd' }], 'a press leads to the newest');
  const [one] = announcementsOf({ told: Array.from({ length: 5 }, () => told('x')), count: 5 }, names, true);
  assert.equal([one!.room, one!.message, one!.body], ['a', 'x', 'In #a']);
});

test.run();
