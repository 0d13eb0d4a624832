// Rooms as their members and everybody else find them: rights, history, changes, receipts, typing, status.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodeBody, encodeReaction, EMPTY_BODY } from '../../shared/protocol/body.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { MARKS_MEMBERS_MAX, ROOMS_MAX } from '../../shared/protocol/limits.ts';
import type { Content, RoomHead } from '../../shared/protocol/messages.ts';
import { accountOf, random } from './fixtures.ts';
import { house, lobby } from './house.ts';

type Guest = ReturnType<ReturnType<typeof house>['enter']>;

const text = (room: Bytes, words: string) => ({ room, kind: 'text' as const, body: encodeBody({ text: words }) });
const edit = (room: Bytes, target: Bytes, words: string) => ({ room, kind: 'edit' as const, target, body: encodeBody({ text: words }) });
const gone = (room: Bytes, target: Bytes) => ({ room, kind: 'delete' as const, target, body: EMPTY_BODY });
const create = (guest: Guest, name: string, isPrivate = false): Bytes => {
  const { name: answer, content } = guest.ask('room_create', { name, topic: `about ${name}`, private: isPrivate });
  assert.is(answer, 'room');
  return (content as Content<'room'>).room.room;
};
const bodies = (guest: Guest, room: Bytes) => (guest.ask('history', { room, limit: 200 }).content as Content<'page'>).msgs.map(({ body }) => body.length);
const heads = (guest: Guest): RoomHead[] => (guest.ask('sync', { rooms: [] }).content as Content<'heads'>).rooms;
const people = (guest: Guest, room: Bytes) => (guest.ask('room_members', { room }).content as Content<'room_people'>).people;

test('a public room: made, listed, joined, with its whole history; its name is taken from then on', () => {
  const { enter } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const room = create(ann, 'general');
  ann.send(text(room, 'one'));
  assert.is(ben.ask('room_create', { name: 'general', topic: '', private: false }).name, 'room_taken');
  assert.is(ben.ask('room_create', { name: 'lobby', topic: '', private: true }).name, 'room_taken');
  for (const name of ['Général', 'a b', '', '#x']) assert.is(ben.ask('room_create', { name, topic: '', private: false }).name, 'bad_room_name', name);
  const { content } = ben.ask('room_list', { after: '' });
  assert.equal((content as Content<'room_page'>).rooms.map(({ name, topic, members, joined }) => [name, topic, members, joined]), [['general', 'about general', 1, false]]);
  assert.is(ben.send(text(room, 'not yet')).name, 'forbidden');
  assert.is(ben.ask('history', { room, limit: 1 }).name, 'forbidden');
  const joined = ben.ask('room_join', { room }).content as Content<'room'>;
  assert.equal([joined.room.role, joined.room.head, joined.room.floor, joined.room.unread], ['member', 1, 0, 1]);
  assert.is(bodies(ben, room).length, 1);
  assert.is(ben.ask('room_join', { room }).name, 'room', 'twice is fine');
  assert.equal(people(ben, room).map(({ role }) => role).sort(), ['member', 'moderator']);
});

test('a private room shows what came after the join, and nothing at all to anybody else', () => {
  const { enter } = house();
  const [ann, ben, cleo] = [enter('ann'), enter('ben'), enter('cleo')];
  const room = create(ann, 'board', true);
  ann.send(text(room, 'before'));
  assert.is(ann.ask('room_invite', { room, user_id: ben.session.userId }).name, 'done');
  assert.is(ben.got('room')[0]!.room.floor, 1, 'told at once');
  ann.send(text(room, 'after'));
  const page = ben.ask('history', { room, limit: 200 }).content as Content<'page'>;
  assert.equal([page.msgs.map(({ seq }) => seq), page.more], [[2], false]);
  assert.equal((ben.ask('history', { room, after: 0, limit: 200 }).content as Content<'page'>).msgs.map(({ seq }) => seq), [2]);
  assert.is(ben.got('msg').length, 1);
  assert.is(cleo.got('msg').length, 0);
  assert.is(ben.ask('room_invite', { room, user_id: cleo.session.userId }).name, 'forbidden');
  assert.is(ann.ask('room_invite', { room, user_id: random(16) }).name, 'no_such_user');
  for (const attempt of [
    () => cleo.ask('history', { room, limit: 1 }), () => cleo.ask('room_members', { room }), () => cleo.ask('room_join', { room }), () => cleo.ask('room_leave', { room }),
    () => cleo.ask('room_invite', { room, user_id: cleo.session.userId }), () => cleo.send(text(room, 'x')),
  ]) assert.is(attempt().name, 'no_such_room');
  assert.equal(heads(cleo).map(({ kind }) => kind), ['lobby']);
});

test('leaving: other sessions hear it, a moderator removes, the last one takes the room along', () => {
  const { enter, store } = house();
  const [ann, phone, ben] = [enter('ann'), enter('ann'), enter('ben')];
  const room = create(ann, 'general');
  assert.is(phone.got('room').length, 1);
  ben.ask('room_join', { room });
  assert.is(ben.ask('room_remove', { room, user_id: ann.session.userId }).name, 'forbidden');
  assert.is(ann.ask('room_remove', { room, user_id: ben.session.userId }).name, 'done');
  assert.is(ben.got('room_left').length, 1);
  assert.is(ben.send(text(room, 'x')).name, 'forbidden');
  ann.send(text(room, 'alone'));
  assert.is(ann.ask('room_leave', { room }).name, 'room_left');
  assert.is(phone.got('room_left').length, 1);
  assert.equal([store.head(room), store.rooms().length, store.members().length], [0, 1, 0]);
  assert.is(ann.ask('room_leave', { room: lobby }).name, 'forbidden');
});

test('a send that waited for its turn is not stored once its sender, or the room, is gone', () => {
  const { enter, store, clock } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const room = create(ann, 'general');
  ben.ask('room_join', { room });
  const held = { ...text(room, 'late'), client_msg_id: random(16), n: 1 };
  for (const guest of [ben, ann]) guest.say('send', held);
  ann.ask('room_remove', { room, user_id: ben.session.userId });
  ben.say('send', { ...text(lobby, 'first'), client_msg_id: random(16), n: 0 });
  ann.ask('room_leave', { room });
  ann.say('send', { ...text(lobby, 'first'), client_msg_id: random(16), n: 0 });
  clock.pass(0);
  assert.equal([...ben.got('error'), ...ann.got('error')].map(({ code }) => code), ['forbidden', 'no_such_room']);
  assert.equal([ben.got('msg_ack').length, ann.got('msg_ack').length, store.head(room), store.messageAt(room, 1)], [1, 1, 0, undefined]);
});

test('a dm: the same room from both ends, nobody else in it, nobody leaves', () => {
  const { enter } = house();
  const [ann, ben, cleo] = [enter('ann'), enter('ben'), enter('cleo')];
  const first = (ann.ask('dm_open', { user_id: ben.session.userId }).content as Content<'room'>).room;
  assert.equal([first.kind, hex(first.peer!), first.name], ['dm', ben.session.user, '']);
  assert.is(hex(ben.got('room')[0]!.room.peer!), ann.session.user);
  const again = (ben.ask('dm_open', { user_id: ann.session.userId }).content as Content<'room'>).room;
  assert.is(hex(again.room), hex(first.room));
  ann.send(text(first.room, 'psst'));
  assert.equal([ben.got('msg').length, cleo.got('msg').length], [1, 0]);
  assert.is(cleo.ask('history', { room: first.room, limit: 1 }).name, 'no_such_room');
  assert.is(ann.ask('room_leave', { room: first.room }).name, 'forbidden');
  assert.is(ann.ask('room_invite', { room: first.room, user_id: cleo.session.userId }).name, 'forbidden');
  assert.is(ann.ask('dm_open', { user_id: ann.session.userId }).name, 'forbidden');
  assert.is(ann.ask('dm_open', { user_id: random(16) }).name, 'no_such_user');
});

test('edit and delete: the author, the moderator, nobody else; what is deleted is gone from the store', () => {
  const { enter } = house();
  const [ann, ben, root] = [enter('ann'), enter('ben'), enter('root', undefined, 'admin')];
  const { id } = ann.send(text(lobby, 'secret'));
  assert.is(ben.send(edit(lobby, id, 'forged')).name, 'forbidden');
  assert.is(root.send(edit(lobby, id, 'not even an admin')).name, 'forbidden');
  assert.is(ann.send(edit(lobby, id, 'secret, edited')).name, 'msg_ack');
  assert.is(ben.send({ room: lobby, kind: 'reaction', target: id, body: encodeReaction({ emoji: '👍', on: true }) }).name, 'msg_ack');
  assert.is(ben.send(gone(lobby, id)).name, 'forbidden');
  assert.is(root.send(gone(lobby, id)).name, 'msg_ack');
  assert.equal(bodies(ben, lobby).map((size) => size > 0), [false, false, true, false]);
  assert.is(ann.send(edit(lobby, id, 'again')).name, 'no_such_message');
  assert.is(ann.send(gone(lobby, random(16))).name, 'no_such_message');
  assert.is(ann.send({ room: lobby, kind: 'text', body: EMPTY_BODY }).name, 'bad_request');
  assert.is(ann.send({ ...text(lobby, 'x'), target: id }).name, 'bad_request');
});

test('a text and its edit in one turn; a lost acknowledgement repeated; another\'s id refused', () => {
  const { enter, clock } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  const [id, change] = [random(16), random(16)];
  ann.say('send', { ...text(lobby, 'one'), client_msg_id: id, n: 0 });
  ann.say('send', { ...edit(lobby, id, 'two'), client_msg_id: change, n: 1 });
  ann.say('send', { ...gone(lobby, id), client_msg_id: random(16), n: 2 });
  clock.pass(0);
  assert.equal(ann.got('msg_ack').map(({ seq }) => seq), [1, 2, 3]);
  ann.say('send', { ...edit(lobby, id, 'two'), client_msg_id: change, n: 3 });
  clock.pass(0);
  assert.is(ann.got('msg_ack').at(-1)!.seq, 2, 'the first answer, though its target is gone');
  assert.is(ben.send({ ...text(lobby, 'mine now'), client_msg_id: id }).name, 'conflict');
});

test('a target is a text of the same room', () => {
  const { enter } = house();
  const ann = enter('ann');
  const room = create(ann, 'other');
  const { id } = ann.send(text(lobby, 'here'));
  const { id: reaction } = ann.send({ room: lobby, kind: 'reaction', target: id, body: encodeReaction({ emoji: '👍', on: true }) });
  assert.is(ann.send(edit(room, id, 'moved')).name, 'no_such_message');
  assert.is(ann.send(gone(lobby, reaction)).name, 'no_such_message');
});

test('unread counts the texts of others above the mark; marks only rise, and are told', () => {
  const { enter, clock } = house();
  const [ann, phone, ben] = [enter('ann'), enter('ann'), enter('ben')];
  for (const words of ['a', 'b', 'c']) ben.send(text(lobby, words));
  ann.send(text(lobby, 'mine'));
  assert.is(heads(ann)[0]!.unread, 3);
  ann.say('receipt', { room: lobby, delivered: 99, read: 2 });
  ann.say('receipt', { room: lobby, delivered: 1, read: 1 });
  clock.pass(0);
  assert.equal(ben.got('marks').map(({ marks }) => marks.map(({ user_id, delivered, read }) => [hex(user_id), delivered, read])), [[[ann.session.user, 4, 2]]]);
  assert.is(phone.got('marks').length, 1, 'own other sessions too');
  assert.equal([heads(ann)[0]!.read, heads(ann)[0]!.unread], [2, 1]);
  assert.equal(people(ben, lobby).find(({ user_id }) => hex(user_id) === ann.session.user)?.delivered, 4);
});

test('marks are on disk soon, and read again', () => {
  const { enter, clock, store } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  ben.send(text(lobby, 'a'));
  ann.say('receipt', { room: lobby, delivered: 1, read: 1 });
  clock.pass(2_000);
  assert.equal(store.marks(lobby).map(({ delivered, read }) => [delivered, read]), [[1, 1]]);
});

test('in a room of too many nobody is told how far the others are', () => {
  const { store } = house();
  for (let n = 0; n < MARKS_MEMBERS_MAX; n += 1) store.createAccount(accountOf(`someone${n}`), undefined);
  const { enter, clock } = house(() => store);
  const [ann, phone, ben] = [enter('ann'), enter('ann'), enter('ben')];
  ben.send(text(lobby, 'a'));
  ann.say('receipt', { room: lobby, delivered: 1, read: 1 });
  clock.pass(0);
  assert.equal([phone.got('marks').length, ben.got('marks').length], [1, 0]);
  assert.ok(people(ben, lobby).every(({ read }) => read === 0));
});

test('typing reaches the others of the room, never oneself', () => {
  const { enter } = house();
  const [ann, phone, ben, cleo] = [enter('ann'), enter('ann'), enter('ben'), enter('cleo')];
  const room = create(ann, 'pair');
  ben.ask('room_join', { room });
  ann.say('typing', { room });
  assert.equal([ann, phone, ben, cleo].map((guest) => guest.got('typing').length), [0, 0, 1, 0]);
  assert.is(hex(ben.got('typing')[0]!.user_id!), ann.session.user);
});

test('status is told at once, stays over a restart of the session, and is no lie about who is gone', () => {
  const { enter, roster } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  assert.is(ann.ask('status', { presence: 'dnd', text: 'writing' }).name, 'done');
  assert.equal([ben.got('presence').at(-1)!.presence, ben.got('presence').at(-1)!.status], ['dnd', 'writing']);
  roster.leave(ann.session);
  assert.is(ben.got('presence').at(-1)!.presence, 'offline');
  enter('ann');
  assert.equal([ben.got('presence').at(-1)!.presence, ben.got('presence').at(-1)!.status], ['dnd', 'writing']);
});

test('a user has a bounded number of rooms', () => {
  const { enter } = house();
  const [ann, ben] = [enter('ann'), enter('ben')];
  for (let n = 1; n < ROOMS_MAX; n += 1) create(ann, `room${n}`);
  assert.is(ann.ask('room_create', { name: 'onemore', topic: '', private: false }).name, 'room_limit');
  assert.is(ben.ask('dm_open', { user_id: ann.session.userId }).name, 'room_limit');
  assert.is(heads(ann).length, ROOMS_MAX);
  const first = ben.ask('room_list', { after: '' }).content as Content<'room_page'>;
  const rest = ben.ask('room_list', { after: first.rooms.at(-1)!.name }).content as Content<'room_page'>;
  assert.equal([first.rooms.length, first.more, rest.rooms.length, rest.more], [100, true, 99, false]);
});

test('an archived room is read and not written to; it is in no list, and a moderator opens it again', () => {
  const { enter } = house();
  const [ann, ben, cleo] = [enter('ann'), enter('ben'), enter('cleo')];
  const room = create(ann, 'harbour');
  ben.ask('room_join', { room });
  const { id } = ann.send(text(room, 'the last word'));
  assert.is(ben.ask('room_archive', { room, archived: true }).name, 'forbidden', 'only a moderator');
  assert.is(ann.ask('room_archive', { room: lobby, archived: true }).name, 'forbidden', 'never the lobby');
  assert.is(ann.ask('room_archive', { room, archived: true }).name, 'done');
  assert.is(ben.got('room').at(-1)!.room.archived, true, 'its members are told');
  assert.is(heads(ben).find(({ room: one }) => hex(one) === hex(room))!.archived, true);
  for (const content of [text(room, 'one more'), edit(room, id, 'other words'), gone(room, id)]) assert.is(ann.send(content).name, 'archived');
  assert.is(ann.ask('file_offer', { transfer_id: random(16), room, size: 100 }).name, 'archived');
  assert.is(bodies(ben, room).length, 1, 'what was said stays to be read');
  assert.equal((cleo.ask('room_list', { after: '' }).content as Content<'room_page'>).rooms, []);
  assert.is(ann.ask('room_archive', { room, archived: false }).name, 'done');
  assert.is(ben.got('room').at(-1)!.room.archived, undefined);
  assert.is(ben.send(text(room, 'open again')).name, 'msg_ack');
});

test('what was sent before a room was archived is in it', () => {
  const { enter, clock } = house();
  const ann = enter('ann');
  const room = create(ann, 'harbour');
  ann.post(0, 'just in time', random(16), room);
  ann.ask('room_archive', { room, archived: true });
  clock.pass(0);
  assert.is(bodies(ann, room).length, 1);
});

test.run();
