// What the terminal client makes of words, without a server: mentions, numbers of messages, names of rooms, entries as text.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBody, encodeReaction } from '../../shared/protocol/body.ts';
import { fromHex } from '../../shared/protocol/bytes.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import { MENTIONS_MAX } from '../../shared/protocol/limits.ts';
import { entryOf, entryText } from '../../client/cli/entry.ts';
import { roomNamed } from '../../client/cli/finding.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import { newsOf } from '../../client/cli/message-text.ts';
import { readEmoji, readMessage, readPlace } from '../../client/cli/parameters.ts';
import { Problem } from '../../client/cli/problem.ts';
import type { ChatMessage, Member, Room } from '../../client/engine/types.ts';
import { withoutHistory } from '../../client/cli/output.ts';

const id = (digit: number) => digit.toString(16).padStart(32, '0');
const member = (username: string, digit: number): Member => ({ userId: id(digit), username, display: username, presence: 'online', status: '', lastSeen: null });
const PEOPLE = [member('ana', 1), member('jo.v', 2), member('łukasz', 3)];
const nameOf = (userId: string) => PEOPLE.find((one) => one.userId === userId)?.username ?? userId.slice(0, 8);

const codeOf = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    if (error instanceof Problem) return error.code;
    throw error;
  }
  return 'none';
};

test('@name mentions who has an account, each once, in any spelling, with the full stop of the sentence behind it', () => {
  assert.equal(mentionsOf('@ana, @ANA and @jo.v. And (@Łukasz)!', PEOPLE), [id(1), id(2), id(3)]);
  assert.equal(mentionsOf('ana@ana.example @nobody @@ana x@ana', PEOPLE), []);
  const crowd = Array.from({ length: MENTIONS_MAX + 5 }, (_, at) => member(`p${at}`, at + 10));
  assert.is(mentionsOf(crowd.map(({ username }) => `@${username}`).join(' '), crowd).length, MENTIONS_MAX);
});

test('ROOM and MESSAGE as people write them', () => {
  assert.equal(['LOBBY', '#Ops', 'ops', '@Ana'].map(readPlace), [{ name: 'lobby' }, { name: 'ops' }, { name: 'ops' }, { user: 'ana' }]);
  assert.equal([codeOf(() => readPlace('#a b')), codeOf(() => readPlace('@')), codeOf(() => readMessage('0')), codeOf(() => readMessage('x'))], ['bad_room_name', 'bad_name', 'usage', 'usage']);
  assert.equal(readMessage('12'), { seq: 12 });
  assert.equal(readMessage('019f3f10-7fbd-7e42-aea2-4938c3fa0bee'), { id: fromHex('019f3f107fbd7e42aea24938c3fa0bee') });
});

test('one emoji is one emoji', () => {
  for (const emoji of ['👍', '👨‍👩‍👧', '🇵🇱', '1️⃣', '❤️']) assert.is(readEmoji(emoji), emoji);
  for (const other of ['', 'x', '+1', '👍👍', '👍 ', '7']) assert.is(codeOf(() => readEmoji(other)), 'usage', other);
});

test('of two rooms of one name the public one is meant; of two private ones none, but their ids say which', () => {
  const room = (kind: Room['kind'], digit: number): Room => ({ id: id(digit), kind, name: 'ops', topic: '', role: 'member', head: 0, floor: 0, read: 0, unread: 0 });
  assert.is(roomNamed([room('private', 1), room('public', 2)], 'ops').id, id(2));
  const two = [room('private', 1), room('private', 3)];
  assert.is(codeOf(() => roomNamed(two, 'ops')), 'no_such_room');
  assert.is(roomNamed(two, '00000000-0000-0000-0000-000000000003').id, id(3));
  assert.is(codeOf(() => roomNamed([], 'ops')), 'no_such_room');
});

test('an entry of the log as a line; nothing in it can move the cursor or pass for another entry', () => {
  const envelope = (kind: Envelope['kind'], body: Uint8Array, more: Partial<Envelope> = {}): Envelope => ({ room: fromHex(id(9))!, seq: 5, ts: 0, sender: fromHex(id(1))!, client_msg_id: fromHex(id(5))!, kind, body, ...more });
  const about = { target: fromHex(id(4))! };
  const shown = (one: Envelope) => entryText(entryOf(one, 'ops', nameOf), () => '4').replace(/^5 [\d-]+ [\d:]+ /, '');
  assert.is(shown(envelope('text', encodeBody({ text: 'a\n6 2026-01-01 10:00 ana: b\u001b[2J' }))), 'ana: a\n    6 2026-01-01 10:00 ana: b\\u{1b}[2J');
  assert.is(shown(envelope('text', encodeBody({ text: 'yes', reply_to: fromHex(id(4))! }))), 'ana: ↪ 4: yes');
  assert.is(shown(envelope('edit', encodeBody({ text: 'no' }), about)), 'ana ✎ edited 4: no');
  assert.is(shown(envelope('reaction', encodeReaction({ emoji: '👍', on: true }), about)), 'ana reacted 👍 to 4');
  assert.is(shown(envelope('reaction', encodeReaction({ emoji: 'a\u202eb', on: false }), about)), 'ana took back a\\u{202e}b from 4');
  assert.is(shown(envelope('delete', new Uint8Array(), about)), 'ana deleted 4');
  assert.is(shown(envelope('text', new Uint8Array())), 'ana: (deleted)');
  assert.is(shown(envelope('text', Uint8Array.of(0xff))), 'ana: (a message this version cannot read)');
  assert.equal(entryOf(envelope('text', new Uint8Array()), 'ops', nameOf).deleted, true);
});

test('what a change changed is said once, and not again when its place in the log is known', () => {
  const before: ChatMessage = { id: id(5), room: id(9), seq: 5, ts: 0, sender: id(1), text: 'one', state: { name: 'sent' }, mentions: [], reactions: [{ emoji: '👍', users: [id(2)] }] };
  const edited = { ...before, text: 'two', edited: 1, reactions: [{ emoji: '👍', users: [id(1)] }] };
  const naming = { nameOf, numberOf: () => '5' };
  assert.equal(newsOf(before, edited, naming).map((one) => ('say' in one ? one.say : one.print.replace(/^.*ana/, 'ana'))), ['ana ✎ edited: two', 'ana reacted 👍 to 5.', 'jo.v took back 👍 from 5.']);
  assert.equal(newsOf(edited, { ...edited, edited: 2 }, naming), []);
  const { text: _, ...gone } = edited;
  assert.equal(newsOf(edited, { ...gone, reactions: [], deleted: id(2) }, naming), [{ say: 'jo.v deleted 5.' }]);
});

test('paths as JSON: names as in every line, what was not measured left out, no history', () => {
  const paths = { wanted: 'udp', sending: 'tcp', receiving: 'tcp', history: [{ at: 1, text: 'Trying UDP.' }] } as const;
  assert.equal(withoutHistory({ ...paths, history: [...paths.history], tcpRtt: 4 }), { wanted: 'udp', sending: 'tcp', receiving: 'tcp', tcp_rtt: 4 });
  assert.equal(withoutHistory({ ...paths, history: [] }), { wanted: 'udp', sending: 'tcp', receiving: 'tcp' });
});

test.run();
