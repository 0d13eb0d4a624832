// What a member with a modified client tries, against a real server: refused, said, and without any effect on the others.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeBody, encodeBody, EMPTY_BODY } from '../../shared/protocol/body.ts';
import { encodeCbor } from '../../shared/protocol/cbor.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import type { Content, Message } from '../../shared/protocol/messages.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { startServer } from '../helpers/server.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';

const text = (room: Bytes, words: string) => ({ room, kind: 'text' as const, body: encodeBody({ text: words }) });
const idOf = ({ content }: Message): Bytes => (content as Content<'msg_ack'>).client_msg_id;
const roomOf = ({ content }: Message): Bytes => (content as Content<'room'>).room.room;
const heard = (client: RawClient, words: string) => client.received.find((message): message is Message<'msg'> => message.name === 'msg' && decodeBody(message.content.body)?.text === words);

test('another\'s message cannot be edited, deleted, or written over', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const ann = await RawClient.signUp(closing, server.port, 'ann');
  const mallory = await RawClient.signUp(closing, server.port, 'mallory');
  const lobby = lobbyId(ann.opened.seen.serverId);
  const sent = await ann.send(text(lobby, 'the truth'));
  const target = idOf(sent.message);
  assert.is((await mallory.send({ room: lobby, kind: 'edit', target, body: encodeBody({ text: 'a lie' }) })).name, 'forbidden');
  assert.is((await mallory.send({ room: lobby, kind: 'delete', target, body: EMPTY_BODY })).name, 'forbidden');
  assert.is((await mallory.send({ ...text(lobby, 'a lie'), client_msg_id: target })).name, 'conflict');
  const page = await ann.ask('history', { room: lobby, limit: 50 });
  const bodies = (page.message.content as Content<'page'>).msgs.map(({ kind, sender, body }) => [kind, hex(sender), decodeBody(body)?.text]);
  assert.equal(bodies, [['text', hex(ann.userId), 'the truth']]);
}));

test('nobody writes under another\'s name', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const ann = await RawClient.signUp(closing, server.port, 'ann');
  const mallory = await RawClient.signUp(closing, server.port, 'mallory');
  const lobby = lobbyId(ann.opened.seen.serverId);
  // A send has no room for a sender; a body that names one changes nothing.
  assert.is((await mallory.send({ room: lobby, kind: 'text', body: encodeCbor({ text: 'signed ann', sender: ann.userId }) })).name, 'msg_ack');
  const message = await waitFor(() => heard(ann, 'signed ann'), 10_000, 'the message');
  assert.is(hex(message.content.sender), hex(mallory.userId));
}));

test('a private room is closed to everybody else in every way, and to invitations of its members', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const ann = await RawClient.signUp(closing, server.port, 'ann');
  const ben = await RawClient.signUp(closing, server.port, 'ben');
  const mallory = await RawClient.signUp(closing, server.port, 'mallory');
  const room = roomOf((await ann.ask('room_create', { name: 'board', topic: '', private: true })).message);
  const secret = await ann.send(text(room, 'secret'));
  assert.is((await ann.ask('room_invite', { room, user_id: ben.userId })).name, 'done');
  const nothing = { room, limit: 50 };
  assert.is((await mallory.ask('history', nothing)).name, 'no_such_room');
  assert.is((await mallory.ask('room_members', { room })).name, 'no_such_room');
  assert.is((await mallory.ask('room_join', { room })).name, 'no_such_room');
  assert.is((await mallory.ask('room_invite', { room, user_id: mallory.userId })).name, 'no_such_room');
  assert.is((await mallory.ask('room_remove', { room, user_id: ann.userId })).name, 'no_such_room');
  assert.is((await mallory.send(text(room, 'let me in'))).name, 'no_such_room');
  assert.is((await mallory.send({ room, kind: 'delete', target: idOf(secret.message), body: EMPTY_BODY })).name, 'no_such_room');
  const list = await mallory.ask('room_list', { after: '' });
  assert.not((list.message.content as Content<'room_page'>).rooms.some(({ name }) => name === 'board'));
  assert.is((await ben.ask('room_invite', { room, user_id: mallory.userId })).name, 'forbidden');
  assert.is((await ben.ask('room_remove', { room, user_id: ann.userId })).name, 'forbidden');
  assert.is((await ben.ask('history', nothing)).name, 'page');
  assert.equal(((await ben.ask('history', nothing)).message.content as Content<'page'>).msgs, [], 'from before the join');
  await ann.send(text(room, 'for ben'));
  await waitFor(() => heard(ben, 'for ben'), 10_000, 'the message');
  mallory.say('receipt', { room, delivered: 9, read: 9 });
  mallory.say('typing', { room });
  const echo = await mallory.send(text(lobbyId(ann.opened.seen.serverId), 'after all that'));
  assert.is(echo.name, 'msg_ack');
  await waitFor(() => heard(ann, 'after all that'), 10_000, 'the lobby');
  assert.not(ann.received.some(({ name }) => name === 'typing' || name === 'marks'), 'nothing of it reached the room');
  assert.not(mallory.received.some((message) => message.name === 'msg' && hex(message.content.room) === hex(room)));
}));

test('a target must be a text of the same room', closeAfter(async (closing) => {
  const server = await startServer(closing);
  const ann = await RawClient.signUp(closing, server.port, 'ann');
  const lobby = lobbyId(ann.opened.seen.serverId);
  const room = roomOf((await ann.ask('room_create', { name: 'other', topic: '', private: false })).message);
  const target = idOf((await ann.send(text(lobby, 'in the lobby'))).message);
  assert.is((await ann.send({ room, kind: 'edit', target, body: encodeBody({ text: 'moved' }) })).name, 'no_such_message');
  assert.is((await ann.send({ room: lobby, kind: 'delete', target: new Uint8Array(16), body: EMPTY_BODY })).name, 'no_such_message');
  assert.is((await ann.send({ room: lobby, kind: 'delete', target, body: EMPTY_BODY })).name, 'msg_ack');
  assert.is((await ann.send({ room: lobby, kind: 'edit', target, body: encodeBody({ text: 'back again' }) })).name, 'no_such_message');
}));

test.run();
