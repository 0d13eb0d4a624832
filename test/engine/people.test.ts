// Edits, deletes, reactions, receipts and typing of one engine against a server in this process.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { encodeBody } from '../../shared/protocol/body.ts';
import type { EngineEvent } from '../../client/engine/types.ts';
import { Driver } from './driver.ts';
import { FakeServer } from './fake-server.ts';
import { lastingFolder } from '../helpers/folders.ts';

const drivers: Driver[] = [];
const servers: FakeServer[] = [];

async function pair(): Promise<{ server: FakeServer; dana: Driver; erin: Driver }> {
  const server = new FakeServer();
  await server.listen();
  servers.push(server);
  const [dana, erin] = [new Driver(), new Driver()];
  drivers.push(dana, erin);
  await dana.signIn(server.port);
  await erin.signIn(server.port, { username: 'erin' });
  return { server, dana, erin };
}

const only = (driver: Driver) => [...driver.messages.values()][0]!;
const last = <T extends EngineEvent['type']>(driver: Driver, type: T) => driver.events.findLast((event): event is Extract<EngineEvent, { type: T }> => event.type === type);

test.after.each(async () => {
  for (const driver of drivers.splice(0)) await driver.engine.stop();
  for (const server of servers.splice(0)) await server.close();
});

test('edit, reaction and delete are seen at once by both', async () => {
  const { dana, erin } = await pair();
  dana.engine.send(dana.room, 'frist', { mentions: ['ab'.repeat(16)] });
  await erin.until(() => erin.messages.size === 1, 'the message');
  assert.equal(only(erin).mentions, ['ab'.repeat(16)]);
  const { id } = only(dana);
  dana.engine.edit(dana.room, id, 'first');
  assert.is(only(dana).text, 'first', 'in the same turn');
  await erin.until(() => only(erin).text === 'first', 'the edit');
  erin.engine.react(erin.room, id, '👍', true);
  await dana.until(() => only(dana).reactions[0]?.emoji === '👍', 'the reaction');
  dana.engine.remove(dana.room, id);
  assert.is(only(dana).text, undefined);
  await erin.until(() => only(erin).deleted !== undefined, 'the delete');
  assert.equal([only(erin).text, only(erin).reactions], [undefined, []]);
});

test('what was edited without a connection goes out once, behind what it edits', async () => {
  const { server, dana, erin } = await pair();
  const home = lastingFolder();
  const finn = new Driver({ home });
  drivers.push(finn);
  await finn.signIn(server.port, { username: 'finn' });
  for (const peer of server.peers) peer.socket.destroy();
  await server.close();
  finn.engine.send(finn.room, 'typed offline');
  finn.engine.edit(finn.room, only(finn).id, 'edited offline');
  finn.engine.react(finn.room, only(finn).id, '🎉', true);
  await finn.engine.stop();
  await server.listen();
  const again = new Driver({ home });
  drivers.push(again);
  await again.signIn(server.port, { username: 'finn' });
  await again.until(() => server.log.length === 3, 'all three');
  assert.equal(server.log.map(({ kind }) => kind), ['text', 'edit', 'reaction']);
  await erin.until(() => only(erin)?.text === 'edited offline' && only(erin).reactions.length === 1, 'the view of the others');
  await dana.until(() => only(dana)?.text === 'edited offline', 'the view of the others');
  assert.is(only(again).text, 'edited offline');
});

test('a refused edit is said, and the old text comes back', async () => {
  const { server, dana } = await pair();
  dana.engine.send(dana.room, 'one');
  await dana.until(() => only(dana).state.name === 'sent', 'ack');
  server.knobs.refuse = 'forbidden';
  dana.engine.edit(dana.room, only(dana).id, 'two');
  await dana.until(() => dana.notices().length === 1, 'the notice');
  assert.is(only(dana).text, 'one');
  assert.is(last(dana, 'outbox')!.waiting, 0);
});

test('receipts: delivered by itself, read when it was seen; both reach the sender of the message', async () => {
  const { dana, erin } = await pair();
  dana.engine.openRoom(dana.room);
  const me = last(erin, 'session')!.session.userId;
  const mark = () => last(dana, 'people')?.people.find(({ userId }) => userId === me);
  dana.engine.send(dana.room, 'seen?');
  await dana.until(() => mark()?.delivered === 1, 'delivered');
  assert.is(mark()!.read, 0);
  assert.is(last(erin, 'rooms')!.rooms[0]!.unread, 1);
  erin.engine.markRead(erin.room, 1);
  assert.is(last(erin, 'rooms')!.rooms[0]!.unread, 0);
  await dana.until(() => mark()?.read === 1, 'read');
});

test('typing is told, and not at every key', async () => {
  const { server, dana, erin } = await pair();
  const typed = () => erin.events.filter((event) => event.type === 'typing').length;
  for (let key = 0; key < 20; key += 1) dana.engine.typing(dana.room);
  await erin.until(() => typed() > 0, 'typing');
  server.say(Uint8Array.from(randomBytes(16)), encodeBody({ text: 'x' }));
  await erin.until(() => erin.messages.size === 1, 'what came behind it');
  assert.is(typed(), 1);
});

test('a request without a connection is answered, not kept', async () => {
  const { server, dana } = await pair();
  await server.close();
  await dana.become('reconnecting');
  const answer = await dana.engine.joinRoom('ab'.repeat(16));
  assert.ok('failure' in answer && answer.failure.code === 'unreachable');
  const named = await dana.engine.createRoom({ name: 'no spaces', topic: '', private: false });
  assert.ok('failure' in named && named.failure.code === 'bad_room_name');
});

test.run();
