import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { hex } from '../../shared/protocol/bytes.ts';
import { random } from './fixtures.ts';
import { house, lobby } from './house.ts';

const code = (wanted: string) => (cause: unknown): boolean => (cause as { code?: string }).code === wanted;

test('the roster is the first thing a session hears, and others hear of it', () => {
  const { enter, roster } = house();
  const ann = enter('ann');
  const ben = enter('ben');
  assert.equal(ann.connection.names(), ['roster', 'presence']);
  assert.equal(ben.connection.names(), ['roster']);
  assert.equal(ben.got('roster')[0]!.members.map(({ username, presence }) => `${username} ${presence}`), ['ann online', 'ben online']);
  roster.leave(ben.session);
  assert.is(ann.got('presence')[1]!.presence, 'offline');
  assert.ok(ann.got('presence')[1]!.last_seen! > 0);
  assert.ok(ann.got('presence')[1]!.rev > ann.got('presence')[0]!.rev);
});

test('nothing is acknowledged or passed on before the commit at the end of the turn', () => {
  const { clock, enter, store } = house();
  const [ann, phone, ben] = [enter('ann'), enter('ann'), enter('ben')];
  const id = ann.post(0, 'hello');
  assert.is(ann.got('msg_ack').length + ben.got('msg').length + store.head(lobby), 0);
  clock.pass(0);
  assert.equal(ann.got('msg_ack').map(({ seq, client_msg_id }) => [seq, hex(client_msg_id)]), [[1, hex(id)]]);
  assert.is(ann.got('msg').length, 0);
  assert.is(phone.got('msg').length, 1);
  assert.is(ben.got('msg')[0]!.seq, 1);
  ann.post(1, 'hello', id);
  ann.post(2, 'other', id);
  clock.pass(0);
  assert.is(ann.got('msg_ack')[1]!.seq, 1);
  assert.is(ann.got('error')[0]!.code, 'conflict');
  assert.is(ben.got('msg').length, 1);
});

test('sends go in order of n; a refusal uses its n up; one far ahead ends the session', () => {
  const { clock, enter } = house();
  const ann = enter('ann');
  const [third, second] = [ann.post(2, 'third'), ann.post(1, 'second')];
  clock.pass(0);
  assert.is(ann.got('msg_ack').length, 0);
  ann.post(0, 'nowhere', random(16), random(16));
  clock.pass(0);
  assert.is(ann.got('error')[0]!.code, 'no_such_room');
  assert.equal(ann.got('msg_ack').map(({ client_msg_id }) => hex(client_msg_id)), [hex(second), hex(third)]);
  ann.post(258, 'last in reach');
  assert.is(ann.connection.closedWith, undefined);
  ann.post(259, 'too far');
  assert.is(ann.connection.closedWith, 'unexpected');
});

test('one session too many of a user closes the oldest', () => {
  const { enter } = house();
  const sessions = Array.from({ length: 33 }, () => enter('ann'));
  assert.equal(sessions.filter(({ connection }) => connection.closedWith !== undefined).length, 1);
  assert.is(sessions[0]!.connection.closedWith, 'elsewhere');
});

test('what is held back is bounded in bytes, and let go in its turn', () => {
  const { clock, enter } = house();
  const ann = enter('ann');
  const large = 'x'.repeat(64 * 1024);
  for (let n = 1; n <= 16; n += 1) ann.post(n, large);
  ann.post(0, large);
  clock.pass(0);
  assert.is(ann.got('msg_ack').length, 17);
  for (let n = 18; n <= 33; n += 1) ann.post(n, large);
  assert.is(ann.connection.closedWith, undefined);
  ann.post(34, 'x');
  assert.is(ann.connection.closedWith, 'unexpected');
});

test('a commit that fails tells the senders, acknowledges nothing, and the next one works', () => {
  let full = true;
  const { clock, enter, store } = house((real) => ({
    ...real,
    append: (messages) => {
      if (full) throw new Error('database or disk is full');
      return real.append(messages);
    },
  }));
  const ann = enter('ann');
  const id = ann.post(0, 'a');
  clock.pass(0);
  assert.equal(ann.got('error').map((one) => [one.code, hex(one.client_msg_id!)]), [['server_error', hex(id)]]);
  full = false;
  ann.post(1, 'a', id);
  clock.pass(0);
  assert.is(ann.got('msg_ack')[0]!.seq, 1);
  assert.is(store.head(lobby), 1);
});

test('unknown frames are skipped; known ones out of place and broken ones end the session', () => {
  const { enter } = house();
  const ann = enter('ann');
  ann.frame(200);
  assert.throws(() => ann.say('msg_ack', { client_msg_id: random(16), room: lobby, seq: 1, ts: 1 }), code('unexpected'));
  assert.throws(() => ann.say('auth_record', { record: random(192) }), code('unexpected'));
  assert.throws(() => ann.frame(15), code('malformed'));
  ann.say('ping', {});
  assert.is(ann.connection.names().at(-1), 'pong');
});

test('too fast is told with a time, and flooding ends the session', () => {
  const { clock, enter } = house();
  const ann = enter('ann', { send: { rate: 5, burst: 20 }, frames: { rate: 50, burst: 200 } });
  for (let n = 0; n < 21; n += 1) ann.post(n, `${n}`);
  assert.equal(ann.got('error').map((one) => [one.code, one.retry_after]), [['rate_limited', 200]]);
  clock.pass(200);
  ann.post(21, 'again');
  clock.pass(0);
  assert.is(ann.got('msg_ack').length, 21);
  for (let i = 0; i < 400; i += 1) ann.say('sync', { req: i, rooms: [] });
  assert.is(ann.got('error').at(-1)!.req, 399);
  assert.is(ann.connection.closedWith, undefined);
  for (let i = 0; i < 400; i += 1) ann.say('sync', { req: i, rooms: [] });
  assert.is(ann.connection.closedWith, 'rate_limited');
});

test('sync tells the head and whether the logs are the same one; history answers or says why not', () => {
  const { clock, enter } = house();
  const ann = enter('ann');
  const id = ann.post(0, 'a');
  const match = (seq: number, last: Uint8Array): boolean => {
    ann.say('sync', { req: 1, rooms: [{ room: lobby, seq, last }] });
    const [answer] = ann.got('heads').at(-1)!.rooms;
    assert.is(answer!.head, 1);
    return answer!.match;
  };
  assert.equal([match(0, random(16)), match(1, id), match(1, random(16)), match(2, id)], [true, true, false, false]);
  clock.pass(0);
  ann.say('history', { req: 2, room: lobby, limit: 10 });
  assert.is(ann.got('page')[0]!.msgs.length, 1);
  ann.say('history', { req: 3, room: random(16), limit: 10 });
  ann.say('history', { req: 4, room: lobby, after: 1, before: 2, limit: 10 });
  ann.connection.waiting = 1_000_000;
  ann.say('history', { req: 5, room: lobby, limit: 10 });
  assert.equal(ann.got('error').map(({ req, code: why }) => [req, why]), [[3, 'no_such_room'], [4, 'bad_request'], [5, 'rate_limited']]);
});

test.run();
