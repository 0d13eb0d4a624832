// UDP as people would notice it: a real server, real sockets, and datagrams that are lost, copied or forged on the way.
import { createSocket } from 'node:dgram';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { equal, fromUtf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { parseLink } from '../../shared/protocol/link.ts';
import type { Message } from '../../shared/protocol/messages.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openSocket, personOf, startHouse, type Person } from './udp-house.ts';

const acked = (messages: readonly Message[], id: Bytes): number => messages.filter(({ name, content }) => name === 'msg_ack' && equal((content as { client_msg_id: Bytes }).client_msg_id, id)).length;
const textsOf = (messages: readonly Message[]): string[] => messages.flatMap((one) => (one.name === 'msg' ? [fromUtf8(one.content.body)] : []));
/** By seq, as a client's log holds them: what was lost on the way to an answer comes a second time, by TCP. */
const logOf = ({ udp, tcp }: Person): string[] => {
  const bySeq = new Map([...udp, ...tcp].flatMap((one) => (one.name === 'msg' ? [[one.content.seq, fromUtf8(one.content.body)] as const] : [])));
  return [...bySeq].sort(([a], [b]) => a - b).map(([, text]) => text);
};
const ackedBy = (person: Person, way: 'udp' | 'tcp', id: Bytes) => waitFor(() => acked(person[way], id) === 1, 10_000, `the ack by ${way}`);

test('a message that goes by UDP is acknowledged by UDP and reaches the others by UDP, once', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const [dana, lee] = [await personOf(closing, await house.signUp('dana')), await personOf(closing, await house.signUp('lee'))];
  await Promise.all([dana.up(), lee.up()]);
  const ids = ['one', 'two', 'three'].map((text) => dana.post(text));
  for (const id of ids) await ackedBy(dana, 'udp', id);
  await waitFor(() => textsOf(lee.udp).length === 3, 10_000, 'lee has all three');
  assert.equal(textsOf(lee.udp), ['one', 'two', 'three']);
  assert.equal(textsOf(lee.tcp), []);
  for (const id of ids) assert.is(acked(dana.tcp, id), 0);
  assert.match(dana.view().seen ?? '', /^127\.0\.0\.1:\d+$/);
  assert.equal(await house.dropped(), { unknown: 0, malformed: 0, replay: 0, forged: 0 });
  assert.ok((await house.figure('reach_datagrams_total{result="ok"}')) > 6);
}));

test('a message of 50 KB goes by UDP whole', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const [dana, lee] = [await personOf(closing, await house.signUp('dana')), await personOf(closing, await house.signUp('lee'))];
  await Promise.all([dana.up(), lee.up()]);
  const text = 'x'.repeat(51_200);
  await ackedBy(dana, 'udp', dana.post(text));
  await waitFor(() => textsOf(lee.udp).includes(text), 10_000, 'lee has it');
}));

test('one direction is blocked, either one: chat goes on, that direction by TCP, and nothing is missing', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const [dana, lee] = [await personOf(closing, await house.signUp('dana')), await personOf(closing, await house.signUp('lee'))];
  await Promise.all([dana.up(), lee.up()]);
  dana.blocked.back = true;
  const first = dana.post('to dana is blocked');
  await waitFor(() => acked(dana.tcp, first) + acked(dana.udp, first) > 0, 10_000, 'its ack');
  await waitFor(() => !dana.view().receiving, 10_000, 'dana is told that her way in is down');
  await ackedBy(dana, 'tcp', dana.post('still by UDP on the way out'));
  dana.blocked.back = false;
  lee.blocked.out = true;
  lee.post('from lee is blocked');
  await waitFor(() => !lee.view().sending, 10_000, 'lee gives UDP up');
  const last = lee.post('by TCP');
  await waitFor(() => acked(lee.udp, last) + acked(lee.tcp, last) > 0, 10_000, 'its ack');
  await waitFor(() => logOf(dana).length === 2 && logOf(lee).length === 2, 10_000, 'both have both');
  assert.equal(logOf(dana), ['from lee is blocked', 'by TCP']);
  assert.equal(logOf(lee), ['to dana is blocked', 'still by UDP on the way out']);
}));

test('replayed, reflected, cut, flipped, from elsewhere, unknown: no answer to anybody, no change, and each is counted', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const dana = await personOf(closing, await house.signUp('dana'));
  await dana.up();
  await ackedBy(dana, 'udp', dana.post('before'));
  const stranger = await openSocket(closing);
  const port = dana.key.port;
  const one = dana.sent.at(-1)!;
  const flipped = (at: number): Bytes => one.map((byte, index) => (index === at ? byte ^ 1 : byte));
  const expect = async (result: string, count: number): Promise<void> => void (await waitFor(async () => (await house.dropped())[result] === count, 10_000, `${count} ${result}`));

  stranger.send(one, port);
  await expect('replay', 1);
  stranger.send(dana.got.at(-1)!, port);
  stranger.send(one.subarray(0, -1), port);
  stranger.send(flipped(one.length - 1), port);
  stranger.send(flipped(20), port);
  await waitFor(async () => {
    const { replay = 0, forged = 0 } = await house.dropped();
    return replay + forged === 5;
  }, 10_000, 'reflected, cut and flipped');
  stranger.send(one.subarray(0, 30), port);
  stranger.send(new Uint8Array(1_201), port);
  stranger.send(flipped(0), port);
  await expect('malformed', 3);
  stranger.send(flipped(1), port);
  await expect('unknown', 1);

  const { seen } = dana.view();
  await ackedBy(dana, 'udp', dana.post('after'));
  assert.is(dana.view().seen, seen);
  assert.equal([dana.isUp(), stranger.got.length], [true, 0]);
}));

test('another socket of the client, as after a change of its address: chat goes on there by UDP', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const dana = await personOf(closing, await house.signUp('dana'));
  await dana.up();
  const { seen } = dana.view();
  await dana.move();
  await ackedBy(dana, 'udp', dana.post('from another port'));
  await waitFor(() => dana.view().seen !== seen, 10_000, 'dana is told of it');
}));

test('after udp_close there is no UDP until the salt that follows, and with it there is', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const dana = await personOf(closing, await house.signUp('dana'));
  await dana.up();
  dana.client.say('udp_close', {});
  await waitFor(() => dana.tcp.some(({ name }) => name === 'udp_resync'), 10_000, 'another salt');
  await dana.up();
  await ackedBy(dana, 'udp', dana.post('again'));
}));

test('with the session its association ends: the relay knows it no more', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const dana = await personOf(closing, await house.signUp('dana'));
  await dana.up();
  dana.client.say('logout', {});
  const stranger = await openSocket(closing);
  await waitFor(async () => {
    stranger.send(dana.sent.at(-1)!, dana.key.port);
    return (await house.dropped()).unknown! > 0;
  }, 10_000, 'it is unknown');
  assert.is(stranger.got.length, 0);
}));

test('two sessions of one person have nothing of UDP in common', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const [first, second] = [await house.signUp('dana'), await house.signUp('lee')];
  const [a, b] = [first.opened.ok.udp_key!, second.opened.ok.udp_key!];
  assert.is(a.port, house.host.udpPort);
  assert.is(a.host, undefined);
  for (const name of ['connection_id', 'key', 'salt'] as const) assert.not.ok(equal(a[name], b[name]), name);
}));

test('--no-udp: nobody is given a key, and the banner says so', closeAfter(async (closing) => {
  const house = await startHouse(closing, ['--no-udp']);
  const dana = await house.signUp('dana');
  assert.is(dana.opened.ok.udp_key, undefined);
  assert.match(house.banner, /^ {2}UDP +off$/m);
  dana.say('udp_close', {});
  assert.is((await dana.ask('room_list', { after: '' })).name, 'room_page');
}));

test('the banner names the port; a taken one is one clear line', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  assert.match(house.banner, new RegExp(`^ {2}UDP +port ${house.host.udpPort}$`, 'm'));
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(0, '127.0.0.1', resolve));
  closing.add(() => new Promise<void>((resolve) => taken.close(() => resolve())));
  const { port } = taken.address();
  const reason = await startHouse(closing, ['--udp-port', String(port)]).then(() => 'it started', (cause: Error) => cause.message);
  assert.is(reason, `UDP port ${port} is taken on 127.0.0.1; stop the other program or choose another with --udp-port`);
}));

test('--advertise: the outside address stands in the links and in what clients are told of UDP', closeAfter(async (closing) => {
  const house = await startHouse(closing, ['--advertise', 'Chat.example.org:443:30001']);
  const dana = await house.signUp('dana');
  assert.equal([dana.opened.ok.udp_key!.host, dana.opened.ok.udp_key!.port], ['chat.example.org', 30_001]);
  for (const [link] of house.banner.matchAll(/reach:\/\/\S+/g)) {
    const { host, port, udpPort } = parseLink(link)!;
    assert.equal({ host, port, udpPort }, { host: 'chat.example.org', port: 443, udpPort: 30_001 });
  }
  assert.match(house.banner, /chat\.example\.org:443 +outside/);
}));

test.run();
