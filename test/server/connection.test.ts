import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Connection, type Pipe, type SessionReceiver } from '../../server/net/connection.ts';
import { SendQueue } from '../../server/net/send-queue.ts';
import type { Channel } from '../../shared/crypto/channel.ts';
import { concat, utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage, encodeRecord, RecordDecoder, type Frame } from '../../shared/protocol/frames.ts';
import { HeldClock } from './fixtures.ts';

/** A channel that seals nothing: what is written can be read. */
const plain = { seal: (frames: readonly Bytes[]) => encodeRecord(concat(...frames)), open: (body: Bytes) => decodeFrames(body), exporter: new Uint8Array(), destroy() {} } as unknown as Channel;

function dial() {
  const clock = new HeldClock();
  const wire = { written: [] as Bytes[], unsent: 0, ended: false, destroyed: false };
  const pipe: Pipe = {
    address: '127.0.0.1', unsent: () => wire.unsent, write: (bytes) => void wire.written.push(bytes), end: () => void (wire.ended = true), destroy: () => void (wire.destroyed = true),
  };
  const connection = new Connection(pipe, clock);
  const heard = { records: 0, frames: [] as Frame[], drops: [] as boolean[], closed: undefined as string | undefined };
  connection.start({ begun: false, record: () => void (heard.records += 1), refusal: (code) => encodeRecord(encodeMessage('error', { code })), closed() {} });
  const receiver: SessionReceiver = { frame: (frame) => void heard.frames.push(frame), drained: (dropped) => void heard.drops.push(dropped), closed: (reason) => void (heard.closed = reason) };
  const records = (): string[][] => [...new RecordDecoder(1 << 20).push(concat(...wire.written))].map((body) => decodeFrames(body).map((frame) => decodeMessage(frame)!.name));
  return { clock, wire, connection, heard, records, upgrade: () => connection.upgrade(plain, receiver) };
}

const page = (size: number): Bytes => encodeMessage('bye', { reason: 'x' }).length < size ? concat(Uint8Array.of(0, (size - 4) >> 8, size - 4, 200), new Uint8Array(size - 4)) : new Uint8Array();

test('plain rubbish is closed at once', () => {
  const { connection, wire, heard } = dial();
  connection.received(utf8('GET / HTTP/1.1\r\n'));
  assert.is(wire.ended, true);
  assert.is(heard.records, 0);
});

test('auth_begin is due within 10 s', () => {
  const { clock, wire } = dial();
  clock.pass(9_999);
  assert.is(wire.ended, false);
  clock.pass(1);
  assert.is(wire.ended, true);
  clock.pass(2_000);
  assert.is(wire.destroyed, true);
});

test('before sign-in a record has at most 16 KiB, after it 1 MiB', () => {
  const one = dial();
  one.connection.received(Uint8Array.of(0, 0, 0x40, 1));
  assert.is(one.wire.ended, true);
  const two = dial();
  two.upgrade();
  two.connection.received(Uint8Array.of(0, 16, 0, 0));
  assert.is(two.wire.ended, false);
  const three = dial();
  three.upgrade();
  three.connection.received(Uint8Array.of(0, 16, 0, 1));
  assert.is(three.heard.closed, 'malformed');
});

test('what is sent in one turn leaves in one record', () => {
  const { clock, connection, upgrade, records } = dial();
  upgrade();
  for (let i = 0; i < 3; i += 1) connection.send(encodeMessage('ping', {}));
  assert.equal(records(), []);
  clock.pass(0);
  assert.equal(records(), [['ping', 'ping', 'ping']]);
});

test('silence is answered by a ping after 15 s and by the end after 45 s', () => {
  const { clock, upgrade, records, heard } = dial();
  upgrade();
  clock.pass(14_999);
  assert.equal(records(), []);
  clock.pass(1);
  assert.equal(records(), [['ping']]);
  clock.pass(29_999);
  assert.is(heard.closed, undefined);
  clock.pass(1);
  assert.is(heard.closed, 'idle');
  assert.equal(records().at(-1), ['bye']);
});

test('a reader that is too slow is told so and closed; the queue never passes its bound', () => {
  const { clock, connection, upgrade, wire, heard, records } = dial();
  upgrade();
  wire.unsent = 500_000;
  let most = 0;
  for (let i = 0; i < 200 && heard.closed === undefined; i += 1) {
    connection.send(page(10_000));
    clock.pass(0);
    most = Math.max(most, connection.waiting);
  }
  assert.is(heard.closed, 'slow_consumer');
  assert.ok(most <= 1024 * 1024 && most > 1_000_000);
  assert.equal(records(), [['bye']]);
  connection.send(encodeMessage('ping', {}));
  clock.pass(2_000);
  assert.is(wire.destroyed, true);
});

test('presence is left out before a session is given up, and its receiver is told once it has drained', () => {
  const { clock, connection, upgrade, wire, heard } = dial();
  upgrade();
  wire.unsent = 400_000;
  for (let i = 0; i < 5_000; i += 1) connection.send(encodeMessage('pong', {}), true);
  for (let i = 0; i < 60; i += 1) connection.send(page(10_000));
  assert.is(heard.closed, undefined);
  wire.unsent = 0;
  connection.drained();
  clock.pass(0);
  assert.equal(heard.drops, [true]);
});

test('a record holds up to 64 KiB of frames, a larger frame goes alone', () => {
  const queue = new SendQueue();
  for (const size of [30_000, 30_000, 30_000]) queue.push(page(size), false, 0);
  queue.push(new Uint8Array(200_000), false, 0);
  queue.push(page(100), false, 0);
  assert.equal([queue.take(), queue.take(), queue.take(), queue.take(), queue.take()].map((frames) => frames.map(({ length }) => length)), [[30_000, 30_000], [30_000], [200_000], [100], []]);
  assert.is(queue.bytes, 0);
});

test.run();
