// What a room looks like follows from what is in its log alone: not from the order it came in, not from who tries what.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import fc from 'fast-check';
import { RoomView } from '../../client/engine/room-view.ts';
import { encodeBody, encodeReaction, EMPTY_BODY } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';

const id = (n: number) => new Uint8Array(16).fill(n);
const ROOM = id(200);
const [ANN, BEN, MOD] = [id(1), id(2), id(3)] as const;
const envelope = (seq: number, sender: Uint8Array, more: Pick<Envelope, 'kind' | 'body'> & { target?: Uint8Array }): Envelope => ({ room: ROOM, seq, ts: 1000 + seq, sender, client_msg_id: id(100 + seq), ...more });
const text = (seq: number, sender: Uint8Array, words: string): Envelope => envelope(seq, sender, { kind: 'text', body: encodeBody({ text: words }) });
const edit = (seq: number, sender: Uint8Array, target: number, words: string): Envelope => envelope(seq, sender, { kind: 'edit', target: id(100 + target), body: encodeBody({ text: words }) });
const gone = (seq: number, sender: Uint8Array, target: number): Envelope => envelope(seq, sender, { kind: 'delete', target: id(100 + target), body: EMPTY_BODY });
const react = (seq: number, sender: Uint8Array, target: number, emoji: string): Envelope => envelope(seq, sender, { kind: 'reaction', target: id(100 + target), body: encodeReaction({ emoji, on: true }) });
const unreact = (seq: number, sender: Uint8Array, target: number, emoji: string): Envelope => envelope(seq, sender, { kind: 'reaction', target: id(100 + target), body: encodeReaction({ emoji, on: false }) });

const viewOf = (log: readonly Envelope[], me = hex(ANN)) => {
  const view = new RoomView({ me, isModerator: (user) => user === hex(MOD) });
  for (const one of log) view.add(one);
  return view;
};
const shown = (view: RoomView, seq: number) => view.message(hex(ROOM), hex(id(100 + seq)))!;

test('the last edit of the author is the text; anybody else\'s counts for nothing', () => {
  const view = viewOf([text(1, ANN, 'one'), edit(2, ANN, 1, 'two'), edit(3, BEN, 1, 'forged'), edit(4, ANN, 1, 'three'), edit(5, MOD, 1, 'not even a moderator')]);
  assert.equal([shown(view, 1).text, shown(view, 1).edited], ['three', 1004]);
});

test('author and moderator delete, a member does not; nothing of the text is left', () => {
  const view = viewOf([text(1, ANN, 'one'), gone(2, BEN, 1), text(3, ANN, 'two'), gone(4, ANN, 3), text(5, ANN, 'three'), react(6, BEN, 5, '👍'), gone(7, MOD, 5)]);
  assert.is(shown(view, 1).text, 'one');
  assert.equal([shown(view, 3).text, shown(view, 3).deleted], [undefined, hex(ANN)]);
  assert.equal([shown(view, 5).text, shown(view, 5).deleted, shown(view, 5).reactions], [undefined, hex(MOD), []]);
});

test('a body the server blanked is a deleted message, whoever deleted it', () => {
  const view = viewOf([envelope(1, BEN, { kind: 'text', body: EMPTY_BODY })]);
  assert.equal([shown(view, 1).text, shown(view, 1).deleted], [undefined, hex(BEN)]);
});

test('a reaction is on or off by the last word of its person', () => {
  const view = viewOf([text(1, ANN, 'one'), react(2, ANN, 1, '👍'), react(3, BEN, 1, '👍'), unreact(4, ANN, 1, '👍'), react(5, BEN, 1, '🎉'), react(6, ANN, 1, '🎉')]);
  assert.equal(shown(view, 1).reactions, [{ emoji: '👍', users: [hex(BEN)] }, { emoji: '🎉', users: [hex(BEN), hex(ANN)] }]);
});

test('one\'s own changes show at once, take their place in the log, and come off again when refused', () => {
  const view = viewOf([text(1, ANN, 'one'), edit(3, ANN, 1, 'from another device')]);
  const mine = { id: 'cd'.repeat(16), room: hex(ROOM), ts: 5, kind: 'edit' as const, target: hex(id(101)), text: 'typed here' };
  view.addOwn(mine, { name: 'queued' });
  assert.is(shown(view, 1).text, 'typed here');
  assert.is(view.placed(mine.id, 2, 1002), hex(id(101)));
  assert.is(shown(view, 1).text, 'from another device', 'it came first in the log');
  view.addOwn({ ...mine, id: 'ef'.repeat(16), text: 'refused' }, { name: 'queued' });
  view.drop('ef'.repeat(16));
  assert.is(shown(view, 1).text, 'from another device');
});

test('a change that comes before its text waits for it', () => {
  const view = viewOf([react(3, BEN, 1, '👍'), edit(2, ANN, 1, 'edited')]);
  assert.is(view.message(hex(ROOM), hex(id(101))), undefined);
  view.add(text(1, ANN, 'one'));
  assert.equal([shown(view, 1).text, shown(view, 1).reactions.length], ['edited', 1]);
});

test('unread counts texts of others that are not deleted', () => {
  const view = viewOf([text(1, ANN, 'mine'), text(2, BEN, 'a'), text(3, BEN, 'b'), gone(4, BEN, 3), react(5, BEN, 1, '👍')]);
  assert.equal([view.unreadAfter(0), view.unreadAfter(2)], [1, 0]);
});

test('the same log gives the same view in any order', () => {
  const who = fc.constantFrom(ANN, BEN, MOD);
  const change = fc.record({ who, target: fc.integer({ min: 1, max: 4 }), what: fc.constantFrom('edit', 'delete', 'on', 'off'), emoji: fc.constantFrom('👍', '🎉') });
  fc.assert(fc.property(fc.array(change, { maxLength: 30 }), fc.array(fc.nat(), { minLength: 34, maxLength: 34 }), (changes, order) => {
    const log = [1, 2, 3, 4].map((seq) => text(seq, [ANN, BEN][seq % 2]!, `text ${seq}`));
    changes.forEach(({ who: user, target, what, emoji }, at) => {
      const seq = at + 5;
      log.push(what === 'edit' ? edit(seq, user, target, `edit ${seq}`) : what === 'delete' ? gone(seq, user, target) : (what === 'on' ? react : unreact)(seq, user, target, emoji));
    });
    const mixed = log.map((one, at) => ({ one, key: order[at]! })).sort((a, b) => a.key - b.key).map(({ one }) => one);
    const [straight, shuffled] = [viewOf(log), viewOf(mixed)];
    for (const seq of [1, 2, 3, 4]) assert.equal(shown(shuffled, seq), shown(straight, seq));
  }), { numRuns: 300 });
});

test('small files do not pile up without end: the oldest are forgotten', () => {
  const view = new RoomView({ me: hex(ANN), isModerator: () => false });
  const place = (seq: number) => Uint8Array.from({ length: 16 }, (_, at) => (at < 4 ? seq >>> (8 * at) : 9));
  const inline = new Uint8Array(50_000);
  for (let seq = 1; seq <= 1500; seq += 1) view.add({ room: ROOM, seq, ts: seq, sender: BEN, client_msg_id: place(seq), kind: 'file', body: encodeBody({ text: '', file: { id: place(seq), size: inline.length, name: 'a', type: '', inline } }) });
  assert.is(view.fileOf(hex(place(1))), undefined);
  assert.is(view.fileOf(hex(place(1500)))!.file.size, 50_000);
  let held = 0;
  for (let seq = 1; seq <= 1500; seq += 1) held += view.fileOf(hex(place(seq)))?.file.size ?? 0;
  assert.ok(held > 40e6 && held <= 70e6, `${held} bytes`);
});

test.run();
