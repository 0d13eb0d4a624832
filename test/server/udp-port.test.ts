// The UDP port on a real socket: a flood from one address leaves the others' datagrams alone, and the port is nobody else's.
import { createSocket, type Socket } from 'node:dgram';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { openUdpPort, type UdpPort } from '../../server/net/udp-port.ts';
import { silentLog } from '../../server/ops/log.ts';
import { fromUtf8, utf8 } from '../../shared/protocol/bytes.ts';
import { closeAfter, waitFor, withDeadline, type Closing } from '../helpers/waiting.ts';
import { HeldClock } from './fixtures.ts';
import { openSocket } from './udp-house.ts';

/** Far more than any buffer of the system holds. */
const FLOOD = 20_000;

/** A port that answers everybody but the flood with what it heard. */
async function echoing(closing: Closing, clock = new HeldClock()) {
  const port = await openUdpPort({ host: '127.0.0.1', port: 0, clock, log: silentLog });
  closing.add(() => port.stop());
  const heard: string[] = [];
  let flooded = 0;
  const received = (datagram: Uint8Array, from: string): void => {
    const text = fromUtf8(Uint8Array.from(datagram));
    if (text === 'flood') return void (flooded += 1);
    heard.push(text);
    port.send(utf8(`${text}!`), from);
  };
  port.start({ received, reopened: () => undefined });
  return { port, clock, heard, flooded: () => flooded };
}

async function peerOf(closing: Closing, port: UdpPort) {
  const peer = await openSocket(closing);
  return { ...peer, say: (text: string) => peer.send(utf8(text), port.port), answers: () => peer.got.map(fromUtf8) };
}

const sockets = (): number => process.getActiveResourcesInfo().filter((name) => name === 'UDPWrap').length;

test('whoever was answered once is heard through a flood that overflows the port', closeAfter(async (closing) => {
  const house = await echoing(closing);
  const [known, stranger] = [await peerOf(closing, house.port), await peerOf(closing, house.port)];
  known.say('one');
  await waitFor(() => known.answers().length === 1, 5_000, 'the first answer');
  // In one turn of the event loop, in which the port reads nothing: its buffer is full long before the end.
  for (let at = 0; at < FLOOD; at += 1) stranger.say('flood');
  known.say('two');
  await waitFor(() => known.answers().length === 2, 5_000, 'an answer through the flood');
  assert.equal(known.answers(), ['one!', 'two!']);
  await waitFor(() => house.flooded() > 0, 5_000, 'some of the flood');
  assert.ok(house.flooded() < FLOOD, 'the flood was too small to prove anything');
}));

test('many more addresses than descriptors are kept for are all answered, and descriptors are given back', closeAfter(async (closing) => {
  const house = await echoing(closing);
  const peers = await Promise.all(Array.from({ length: 700 }, () => peerOf(closing, house.port)));
  for (const round of [1, 2]) {
    for (const peer of peers) peer.say(`${round}`);
    await waitFor(() => peers.every(({ got }) => got.length === round), 10_000, `every answer ${round}`);
  }
  assert.ok(sockets() > 700 + 500, `${sockets()} sockets`);
  peers[0]!.say('3');
  await waitFor(() => peers[0]!.got.length === 3, 5_000, 'answer 3');
  house.clock.pass(60_000);
  peers[0]!.say('4');
  await waitFor(() => peers[0]!.got.length === 4, 5_000, 'answer 4');
  house.clock.pass(60_000);
  await waitFor(() => sockets() <= 702, 5_000, `only whoever still speaks has a socket`);
  peers[1]!.say('3');
  await waitFor(() => peers[1]!.got.length === 3, 5_000, 'somebody who was silent is answered');
}));

test('a second server cannot take the port, and a stopped one gives it back with everything', closeAfter(async (closing) => {
  const house = await echoing(closing);
  const peer = await peerOf(closing, house.port);
  peer.say('one');
  await waitFor(() => peer.got.length === 1, 5_000, 'the answer');
  const again = () => openUdpPort({ host: '127.0.0.1', port: house.port.port, clock: new HeldClock(), log: silentLog });
  const refused = await again().then(() => 'taken twice', (cause: NodeJS.ErrnoException) => cause.code);
  assert.is(refused, 'EADDRINUSE');
  await house.port.stop();
  const next = await again();
  closing.add(() => next.stop());
}));

test('a peer whose port closed is answered again when it is back', closeAfter(async (closing) => {
  const house = await echoing(closing);
  const opened = async (port: number): Promise<Socket> => {
    const socket = createSocket('udp4');
    await new Promise<void>((resolve) => socket.bind(port, '127.0.0.1', resolve));
    return socket;
  };
  const asked = async (socket: Socket, text: string): Promise<void> => {
    const answer = new Promise<void>((resolve) => socket.once('message', () => resolve()));
    socket.send(utf8(text), house.port.port, '127.0.0.1');
    await withDeadline(answer, 5_000, `the answer to ${text}`);
  };
  const first = await opened(0);
  const { port } = first.address();
  await asked(first, 'one');
  await asked(first, 'two');
  await new Promise<void>((resolve) => first.close(resolve));
  // The system says "refused" to whoever writes there now.
  for (let at = 0; at < 3; at += 1) house.port.send(utf8('nobody'), `127.0.0.1:${port}`);
  const back = await opened(port);
  closing.add(() => new Promise<void>((resolve) => back.close(resolve)));
  await asked(back, 'three');
  await asked(back, 'four');
}));

test.run();
