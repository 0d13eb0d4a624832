// UDP as a window has it: the real engine and the real server over real sockets, with a NAT between them that can be shut.
import { Socket } from 'node:dgram';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { freeUdpPort, startNat, type Nat } from '../helpers/nat.ts';
import { waitFor, withDeadline, type Closing } from '../helpers/waiting.ts';
import { startHouse } from '../server/udp-house.ts';
import { Person } from './udp-person.ts';
import { lastingFolder } from '../helpers/folders.ts';

const closers: (() => unknown)[] = [];
const closing: Closing = { add: (close) => void closers.push(close) };
let nat: Nat;
let port = 0;
const home = lastingFolder();
let dana: Person;
let lee: Person;

test.before(async () => {
  nat = await startNat(closing);
  nat.relay = await freeUdpPort();
  port = (await startHouse(closing, ['--udp-port', String(nat.relay), '--advertise', `127.0.0.1:1:${nat.port}`])).host.port;
  [dana, lee] = [new Person(closing, home), new Person(closing)];
  await Promise.all([dana.driver.signIn(port, { remember: true, protocol: 'tcp' }), lee.driver.signIn(port, { username: 'lee', protocol: 'udp' })]);
});

test.after(async () => {
  for (const close of closers.reverse()) await withDeadline(Promise.resolve(close()), 15_000, 'clean-up');
});

/** As a test finds them: on UDP, by an association of its own, with nothing shut. */
async function both(): Promise<void> {
  nat.blocked = { out: false, back: false };
  for (const one of [dana, lee]) {
    one.freeze(false);
    for (const protocol of ['tcp', 'udp'] as const) one.driver.engine.setProtocol(protocol);
  }
  await Promise.all([dana.up(), lee.up()]);
}

test('UDP from the sign-in on, and TCP and UDP back and forth in one session', async () => {
  await lee.up();
  assert.is(await lee.say('from the first'), 'udp');
  assert.is(await dana.say('tcp first'), 'tcp');
  dana.driver.engine.setProtocol('udp');
  await dana.up();
  assert.is(await dana.say('then udp'), 'udp');
  dana.driver.engine.setProtocol('tcp');
  await waitFor(() => dana.paths?.wanted === 'tcp' && dana.paths.sending === 'tcp' && dana.paths.receiving === 'tcp', 5_000, 'TCP alone');
  assert.is(await dana.say('tcp again'), 'tcp');
  dana.driver.engine.setProtocol('udp');
  await dana.up();
  assert.is(await dana.say('udp again'), 'udp');
  assert.equal(dana.paths!.history.map(({ text }) => text).filter((text) => /^(UDP is|TCP was)/.test(text)), ['UDP is in use in both directions.', 'TCP was chosen.', 'UDP is in use in both directions.']);
  assert.is(dana.all('session').length, 1);
});

test('messages, receipts and typing go by UDP: they come through while TCP stands still', async () => {
  await both();
  const { room } = dana.driver;
  dana.driver.engine.openRoom(room);
  await waitFor(() => dana.all('people').length > 0, 5_000, 'who is in the room');
  for (const one of [dana, lee]) one.freeze(true);
  assert.is(await dana.say('by UDP'), 'udp');
  await lee.hears('by UDP');
  const head = Math.max(...[...lee.driver.messages.values()].map(({ seq }) => seq ?? 0));
  lee.driver.engine.markRead(room, head);
  lee.driver.engine.typing(room);
  await waitFor(() => dana.all('typing').length > 0, 5_000, 'that lee is typing');
  await waitFor(() => dana.all('people').some(({ people: all }) => all.some(({ read, userId }) => read === head && userId !== dana.all('session')[0]!.session.userId)), 5_000, 'that lee has read it');
  for (const one of [dana, lee]) one.freeze(false);
  const { rtt, seen, local } = dana.paths!;
  assert.ok(rtt! >= 1, `${rtt} ms`);
  assert.is.not(seen, local, 'the NAT shows');
});

test('a UDP port of one\'s own is tried in place of the one the server names, and kept with the server', async () => {
  nat.blocked = { out: true, back: true };
  const kim = new Person(closing);
  await kim.driver.signIn(port, { username: 'kim', protocol: 'udp', udpPort: nat.relay });
  await kim.up();
  assert.is(await kim.say('past the wall'), 'udp');
  assert.is(kim.all('settings').at(-1)!.settings.recent[0]!.udpPort, nat.relay);
  kim.driver.engine.signOut();
});

test('the relay begins anew: what is said meanwhile is sent, and UDP is back in the same session', async () => {
  await both();
  const [phases, before] = [dana.all('phase').length, dana.all('paths').length];
  const handles = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles();
  const relay = handles.find((one): one is Socket => one instanceof Socket && one.address().port === nat.relay)!;
  relay.emit('error', new Error('broken by a test'));
  await dana.say('while the relay is away');
  await lee.hears('while the relay is away');
  await waitFor(() => dana.all('paths').slice(before).some(({ paths }) => paths.sending === 'tcp'), 10_000, 'that UDP is away');
  await Promise.all([dana.up(), lee.up()]);
  assert.is(await dana.say('and again'), 'udp');
  assert.is(dana.all('phase').length, phases, 'one session');
});

for (const [way, reason] of [['back', /^UDP goes out but does not come back: a firewall may block it\. What comes uses TCP\.$/], ['out', /^UDP comes in but does not go out: a firewall may block it\. What you send uses TCP\.$/]] as const) {
  test(`only the way ${way} is shut: chat goes on both ways, and the reason says which way it is`, async () => {
    await both();
    lee.driver.engine.setProtocol('tcp');
    nat.blocked[way] = true;
    await dana.say(`shut ${way}`);
    await lee.say(`to the one who is shut ${way}`);
    await Promise.all([lee.hears(`shut ${way}`), dana.hears(`to the one who is shut ${way}`)]);
    await waitFor(() => reason.test(dana.paths?.reason ?? ''), 10_000, `the reason (${dana.paths?.reason})`);
    assert.equal([dana.paths!.sending, dana.paths!.receiving], way === 'back' ? ['udp', 'tcp'] : ['tcp', 'udp']);
    assert.is(await dana.say(`still there, ${way}`), way === 'back' ? 'tcp' : 'udp');
    await lee.hears(`still there, ${way}`);
  });
}

test('51,200 bytes go inside their message by UDP, one more on a TCP connection of its own', async () => {
  await both();
  const folder = lastingFolder();
  const send = async (size: number) => {
    const path = join(folder, `${size}.bin`);
    writeFileSync(path, new Uint8Array(size).fill(7));
    const [sent] = dana.driver.engine.sendFiles(dana.driver.room, [{ path }]);
    const went = await dana.confirmed(sent!.message);
    await waitFor(() => lee.driver.messages.has(sent!.message), 10_000, 'its message');
    return { ...sent!, went, transfers: () => dana.all('transfer').filter(({ transfer }) => transfer.file === sent!.file) };
  };
  const small = await send(51_200);
  assert.is(small.went, 'udp');
  const read = await lee.driver.engine.readFile(lee.driver.room, small.message, 0, 60_000);
  assert.ok('bytes' in read && read.bytes.length === 51_200 && read.bytes.every((byte) => byte === 7));
  const large = await send(51_201);
  await waitFor(() => large.transfers().at(-1)?.transfer.state.name === 'done', 10_000, 'its transfer');
  assert.is(small.transfers().filter(({ transfer }) => transfer.state.name === 'active').length, 0, 'no connection of its own');
});

test('the choice is remembered for the next start, with the ticket and without the password', async () => {
  await both();
  await dana.driver.engine.stop();
  const again = new Person(closing, home);
  assert.ok(again.driver.engine.resumeSaved());
  await again.up();
  assert.is(await again.say('resumed'), 'udp');
});

test('a server without UDP says so, and chat goes by TCP', async () => {
  const house = await startHouse(closing, ['--no-udp']);
  const other = new Person(closing);
  await other.driver.signIn(house.host.port, { protocol: 'udp' });
  assert.is(other.paths!.reason, 'This server runs without UDP. Using TCP.');
  assert.is(await other.say('by TCP'), 'tcp');
});

test.run();
