// UDP shut and opened again under the real engine and the real server: what is told, and that it comes back by itself.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Person } from '../engine/udp-person.ts';
import { freeUdpPort, startNat } from '../helpers/nat.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { startHouse } from '../server/udp-house.ts';

async function behindNat(closing: Closing) {
  const nat = await startNat(closing);
  nat.relay = await freeUdpPort();
  const { host } = await startHouse(closing, ['--udp-port', String(nat.relay), '--advertise', `127.0.0.1:1:${nat.port}`]);
  const dana = new Person(closing);
  await dana.driver.signIn(host.port, { protocol: 'udp' });
  await dana.up();
  return { nat, dana };
}

for (const ways of [['out'], ['back'], ['out', 'back']] as const) {
  test(`shut while nobody writes (${ways.join(' and ')}): noticed, told, and over by itself when it is open again`, closeAfter(async (closing) => {
    const { nat, dana } = await behindNat(closing);
    for (const way of ways) nat.blocked[way] = true;
    await waitFor(() => dana.paths!.reason, 30_000, 'a reason');
    await dana.say('meanwhile');
    const [sending, receiving] = [ways.some((way) => way === 'out') ? 'tcp' : 'udp', ways.some((way) => way === 'back') ? 'tcp' : 'udp'];
    await waitFor(() => dana.paths!.sending === sending && dana.paths!.receiving === receiving, 40_000, `what is shut, and no more (${JSON.stringify(dana.paths)})`);
    nat.blocked = { out: false, back: false };
    await waitFor(() => dana.paths!.sending === 'udp' && dana.paths!.receiving === 'udp', 60_000, 'UDP is back');
    assert.is(await dana.say('by UDP again'), 'udp');
    assert.is(dana.paths!.history.at(-1)?.text, 'UDP is in use in both directions.');
    assert.is(dana.paths!.loss, 0, 'an outage is no loss');
  }));
}

test('a NAT that forgets after eight seconds of silence: from the second time on the mapping is kept, and UDP stays', closeAfter(async (closing) => {
  const { nat, dana } = await behindNat(closing);
  nat.forgetsAfter = 8_000;
  const first = await waitFor(() => dana.paths!.seen, 5_000, 'the address that the server sees');
  await waitFor(() => dana.paths!.seen !== first && dana.paths!.sending === 'udp' && dana.paths!.receiving === 'udp', 60_000, 'another address, and UDP');
  const { seen } = dana.paths!;
  const told = dana.all('paths').length;
  const passed = nat.passed;
  await waitFor(() => nat.passed > passed + 8, 120_000, 'a few keepalives');
  assert.is(dana.paths!.seen, seen);
  assert.ok(dana.all('paths').slice(told).every(({ paths }) => paths.sending === 'udp' && paths.receiving === 'udp'));
  assert.is(await dana.say('still by UDP'), 'udp');
}));

test.run();
