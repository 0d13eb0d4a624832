// What plays from this computer's own address: the ranges a player asks for, and nothing for anybody else.
import { request } from 'node:http';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { randomBytes } from 'node:crypto';
import { MediaPort, type Playable } from '../../client/engine/media-port.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';

const SIZE = 3_000_000;
const byteAt = (at: number): number => (at * 31 + (at >> 8)) & 255;
const bytes = (offset: number, length: number): Uint8Array => Uint8Array.from({ length: Math.max(0, Math.min(length, SIZE - offset)) }, (_, at) => byteAt(offset + at));

function withPort(run: (open: (file?: Partial<Playable>) => Promise<string>, port: MediaPort) => Promise<void>): (context: unknown) => Promise<void> {
  return closeAfter(async (closing) => {
    const port = new MediaPort((size) => Uint8Array.from(randomBytes(size)));
    closing.add(() => port.stop());
    await run((file = {}) => port.open({ size: SIZE, type: 'video/webm', read: (offset, length) => Promise.resolve(bytes(offset, length)), ...file }), port);
  });
}

const get = (url: string, range?: string): Promise<Response> => fetch(url, range === undefined ? {} : { headers: { range } });

test('any range of it, and the whole', withPort(async (open) => {
  const url = await open();
  const whole = await get(url);
  assert.is(whole.status, 200);
  assert.is(whole.headers.get('content-type'), 'video/webm');
  assert.is(whole.headers.get('accept-ranges'), 'bytes');
  assert.equal(new Uint8Array(await whole.arrayBuffer()), bytes(0, SIZE));
  for (const [range, from, to] of [['bytes=0-0', 0, 0], ['bytes=262143-262145', 262_143, 262_145], ['bytes=2999999-', SIZE - 1, SIZE - 1], ['bytes=1000000-9999999', 1_000_000, SIZE - 1]] as const) {
    const part = await get(url, range);
    assert.is(part.status, 206, range);
    assert.is(part.headers.get('content-range'), `bytes ${from}-${to}/${SIZE}`);
    assert.equal(new Uint8Array(await part.arrayBuffer()), bytes(from, to - from + 1), range);
  }
  const beyond = await get(url, 'bytes=3000000-');
  assert.is(beyond.status, 416);
  assert.is(beyond.headers.get('content-range'), `bytes */${SIZE}`);
  assert.is((await get(url, 'bytes=-5')).status, 200, 'what is not one plain range is answered with the whole');
}));

test('nothing without the address, with another method, or after it was left', withPort(async (open, port) => {
  const [url, other] = [await open(), await open()];
  assert.is((await get(new URL('/', url).href)).status, 404);
  assert.is((await get(`${url}0`)).status, 404);
  assert.is((await fetch(url, { method: 'POST', body: 'x' })).status, 404);
  port.close(url);
  assert.is((await get(url)).status, 404);
  assert.is((await get(other, 'bytes=0-1')).status, 206);
  port.close(other);
  await waitFor(() => get(other).then(() => false, () => true), 5_000, 'nothing listens any more');
}));

test('a file is never a page', withPort(async (open) => {
  const answer = await get(await open({ type: 'text/html' }), 'bytes=0-1');
  assert.is(answer.headers.get('content-type'), 'application/octet-stream');
  assert.is(answer.headers.get('x-content-type-options'), 'nosniff');
}));

test('a read that fails breaks the answer off, and the next one is answered', withPort(async (open) => {
  let fails = true;
  const url = await open({ read: (offset, length) => (fails && offset > 0 ? Promise.reject(new Error('gone')) : Promise.resolve(bytes(offset, length))) });
  await get(url).then((answer) => answer.arrayBuffer()).then(() => assert.unreachable('it ended as if it were whole'), () => undefined);
  fails = false;
  assert.is((await (await get(url)).arrayBuffer()).byteLength, SIZE);
}));

test('a player that does not read holds the reading up', closeAfter(async (closing) => {
  const port = new MediaPort((size) => Uint8Array.from(randomBytes(size)));
  closing.add(() => port.stop());
  const size = 400_000_000;
  let read = 0;
  const url = await port.open({ size, type: 'video/webm', read: (_, length) => ((read += length), Promise.resolve(new Uint8Array(length))) });
  const asked = request(url);
  closing.add(() => void asked.destroy());
  asked.end();
  const answer = await new Promise<import('node:http').IncomingMessage>((resolve) => asked.on('response', resolve));
  answer.pause();
  let before = -1;
  await waitFor(async () => {
    const still = read === before;
    before = read;
    await new Promise((resolve) => setTimeout(resolve, 200));
    return still;
  }, 10_000, 'the reading stops');
  assert.ok(read < size / 10, `${read} bytes were read ahead`);
}));

test.run();
