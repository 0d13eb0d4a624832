// The relay's second port and the ping that is asked for, over real sockets: what a client learns of the NAT before it.
import { createSocket } from 'node:dgram';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freeUdpPort } from '../helpers/nat.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { openSocket, personOf, startHouse } from './udp-house.ts';

test('the second port tells the address it sees, to whoever proves a session and to nobody else', closeAfter(async (closing) => {
  const port = await freeUdpPort();
  const house = await startHouse(closing, ['--udp-port', String(port)]);
  const dana = await personOf(closing, await house.signUp('dana'));
  assert.is(dana.key.probe_port, port + 1);
  await dana.up();
  dana.askApart();
  assert.is(await waitFor(() => dana.view().seenApart, 5_000, 'the answer'), dana.view().seen);
  const question = dana.sent.findLast((datagram) => datagram.length === 1_200)!;
  const before = dana.got.length;
  const stranger = await openSocket(closing);
  const bent = Uint8Array.from(question).fill(9, 9, 15);
  const of = async (result: string): Promise<number> => (await house.dropped())[result]!;
  for (const [datagram, result] of [[question, 'replay'], [bent, 'forged'], [Uint8Array.from(bent).fill(1, 1, 9), 'unknown'], [bent.subarray(0, 20), 'malformed']] as const) {
    const counted = await of(result);
    stranger.send(datagram, port + 1);
    await waitFor(async () => (await of(result)) > counted, 5_000, result);
  }
  assert.equal(stranger.got, []);
  assert.is(dana.got.length, before);
  assert.ok(dana.isUp(), 'and the path is where it was');
}));

test('where the second port is taken the server runs without it, and says nothing of one', closeAfter(async (closing) => {
  const port = await freeUdpPort();
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(port + 1, '127.0.0.1', resolve));
  closing.add(() => taken.close());
  const house = await startHouse(closing, ['--udp-port', String(port)]);
  const dana = await personOf(closing, await house.signUp('dana'));
  assert.is(dana.key.probe_port, undefined);
  await dana.up();
}));

test('a ping that is asked for over TCP comes by UDP', closeAfter(async (closing) => {
  const house = await startHouse(closing);
  const dana = await personOf(closing, await house.signUp('dana'));
  await dana.up();
  dana.rest(60_000);
  for (const silent of [60_000, 0]) {
    const { received } = dana.view();
    dana.client.say('udp_ask', { silent });
    await waitFor(() => dana.view().received > received, 5_000, 'the ping');
  }
}));

test.run();
