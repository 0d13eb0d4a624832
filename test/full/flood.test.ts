// What strangers send to the relay, on real networks: recorded datagrams in every false way, and a hundred thousand that prove
// nothing. Nobody is answered, everything is counted by kind, and chat is not disturbed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Conversation, isUp, up } from '../helpers/chatters.ts';
import { strangerIn, wayIn, type Heard, type Stranger, type Way } from '../helpers/datagrams.ts';
import { acknowledged, startEngineIn, type RemoteEngine } from '../helpers/engine-process.ts';
import { tempFolder } from '../helpers/folders.ts';
import { join, namespace, requireNetworks, startServerIn, type Namespace } from '../helpers/namespaces.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../helpers/waiting.ts';

const HOST = '10.8.0.2';
/** As the stranger reaches it. */
const RELAY = { host: '10.9.0.1', port: 20001 };
const WAY_PORT = 30000;
const METRICS_PORT = 9464;
const FLOOD = 100_000;
const MESSAGES = 200;
const PAUSE_MS = 25;

interface Scene {
  server: Namespace;
  way: Way;
  stranger: Stranger;
  ana: RemoteEngine;
  ben: RemoteEngine;
  chat: Conversation;
}

async function scene(closing: Closing): Promise<Scene> {
  requireNetworks();
  const [home, server, elsewhere] = [namespace(closing), namespace(closing), namespace(closing)];
  join({ namespace: home, address: '10.8.0.1/24' }, { namespace: server, address: `${HOST}/24` });
  join({ namespace: elsewhere, address: '10.9.0.2/24' }, { namespace: server, address: `${RELAY.host}/24` });
  const options = ['--metrics', String(METRICS_PORT), '--advertise', `${HOST}:5000:${WAY_PORT}`, '--limit', 'send=0,frames=0', '--log-level', 'warn'];
  await startServerIn(server, ['--data', tempFolder(closing), ...options]);
  const way = await wayIn(server, WAY_PORT, RELAY.port);
  const [ana, ben] = [startEngineIn(closing, home), startEngineIn(closing, home)];
  await ana.signIn({ username: 'ana', server: `${HOST}:5000`, protocol: 'udp' });
  await ben.signIn({ username: 'ben', server: `${HOST}:5000`, protocol: 'udp' });
  await up(ana, ben);
  return { server, way, stranger: strangerIn(elsewhere), ana, ben, chat: new Conversation([ana, ben]) };
}

type Kind = 'ok' | 'unknown' | 'malformed' | 'replay' | 'forged';
const KINDS: readonly Kind[] = ['ok', 'unknown', 'malformed', 'replay', 'forged'];
type Counts = Record<Kind, number>;

function counts(server: Namespace): Counts {
  const text = server.run(process.execPath, '-e', `fetch('http://127.0.0.1:${METRICS_PORT}/metrics').then((a) => a.text()).then((t) => console.log(t))`);
  const of = (kind: Kind): number => Number(new RegExp(`^reach_datagrams_total\\{result="${kind}"\\} (\\d+)$`, 'm').exec(text)?.[1]);
  return Object.fromEntries(KINDS.map((kind) => [kind, of(kind)])) as Counts;
}

/** `hex` with one bit of this byte another. */
function flipped(hex: string, at: number, bit = 1): string {
  const bytes = Buffer.from(hex, 'hex');
  bytes[at]! ^= bit;
  return bytes.toString('hex');
}

/** Counted by kind, exactly, and nothing else of these kinds. */
async function counted(server: Namespace, before: Counts, expected: Omit<Counts, 'ok'>): Promise<void> {
  const told = (): Omit<Counts, 'ok'> => {
    const { ok: _ok, ...now } = counts(server);
    return { unknown: now.unknown - before.unknown, malformed: now.malformed - before.malformed, replay: now.replay - before.replay, forged: now.forged - before.forged };
  };
  await waitFor(() => JSON.stringify(told()) === JSON.stringify(expected), 10_000, `counted as ${JSON.stringify(expected)}`)
    .catch((cause: Error) => assert.unreachable(`${cause.message}; it is ${JSON.stringify(told())}`));
}

test('a recorded datagram again, damaged, turned round or from elsewhere: no answer, counted by its kind, and chat goes on', closeAfter(async (closing) => {
  const { server, way, stranger, ana, ben, chat } = await scene(closing);
  assert.is(await chat.say(ana, 'one'), 'udp');
  const mine = way.heard.findLast((one) => one.way === 'out')!;
  const theirs = way.heard.findLast((one) => one.way === 'back' && one.client === mine.client)!;
  const attempts = {
    replay: [mine.hex, flipped(mine.hex, mine.hex.length / 2 - 1), mine.hex.slice(0, -2)],
    // Another number, another epoch, and what the relay itself has sent, under a number that is free.
    forged: [flipped(mine.hex, 11), flipped(mine.hex, 0, 0x10), flipped(theirs.hex, 11)],
    unknown: [flipped(mine.hex, 4)],
    malformed: [mine.hex.slice(0, 60), flipped(mine.hex, 0), flipped(mine.hex, 0, 0x80), ''],
  };
  const before = counts(server);
  for (const hex of Object.values(attempts).flat()) {
    way.put({ ...mine, hex });
    stranger.send({ ...RELAY, hex });
  }
  await counted(server, before, { unknown: 2, malformed: 8, replay: 6, forged: 6 });
  assert.is(await chat.say(ana, 'two'), 'udp');
  assert.is(await chat.say(ben, 'three'), 'udp');
  await chat.whole();
  assert.equal(stranger.answers, []);
}));

test('its own datagrams turned round, and the relay\'s again and damaged, move nothing at the client', closeAfter(async (closing) => {
  const { way, ana, ben, chat } = await scene(closing);
  for (const text of ['one', 'two', 'three', 'four', 'five']) assert.is(await chat.say(ana, text), 'udp');
  const told = ana.log.events.length;
  const recorded = [...way.heard];
  for (const { client, way: _way, hex } of recorded) for (const one of [hex, flipped(hex, 20), hex.slice(0, -2)]) way.put({ way: 'back', client, hex: one });
  const sent = way.heard.length;
  await sleep(2_000);
  // Keepalives of two clients, and their answers: whoever answered what was recorded would say much more.
  assert.ok(way.heard.length - sent < recorded.length / 2, `${way.heard.length - sent} datagrams after ${recorded.length} recorded ones`);
  assert.is(await chat.say(ana, 'six'), 'udp');
  assert.is(await chat.say(ben, 'seven'), 'udp');
  const paths = ana.log.events.slice(told).filter((event) => event.type === 'paths');
  assert.ok(paths.every((event) => event.paths.sending === 'udp' && event.paths.receiving === 'udp' && event.paths.loss === 0), JSON.stringify(paths));
  await chat.whole();
}));

test('every datagram comes after two damaged copies and before a second whole one: the whole one is taken, once', closeAfter(async (closing) => {
  const { server, way, ana, ben, chat } = await scene(closing);
  const before = counts(server);
  way.spoil(true);
  for (let round = 0; round < 20; round += 1) {
    assert.is(await chat.say(ana, `ana ${round}`), 'udp');
    assert.is(await chat.say(ben, `ben ${round}`), 'udp');
  }
  way.spoil(false);
  await chat.whole();
  const now = counts(server);
  assert.ok(now.forged - before.forged >= 80 && now.replay - before.replay >= 40, `${JSON.stringify(before)} ${JSON.stringify(now)}`);
  assert.ok(isUp(ana) && isUp(ben));
}));

interface Timing {
  messages: number;
  byUdp: number;
  p50: number;
  p99: number;
}

/** What became of everything said with this prefix. */
function timing(people: readonly RemoteEngine[], prefix: string): Timing {
  const acks = people.flatMap(acknowledged).filter(({ text }) => text.startsWith(prefix));
  const sorted = acks.map(({ took }) => took).sort((a, b) => a - b);
  const at = (share: number): number => Math.round(sorted[Math.ceil(sorted.length * share) - 1]! * 10) / 10;
  return { messages: acks.length, byUdp: acks.filter(({ path }) => path === 'udp').length, p50: at(0.5), p99: at(0.99) };
}

/** Both write every PAUSE_MS, MESSAGES each and until `enough`; resolves when all of it is acknowledged. */
async function chatter({ ana, ben }: Scene, prefix: string, enough: () => boolean): Promise<string[]> {
  const said: string[] = [];
  const room = new Conversation([ana]).room;
  for (let at = 0; at < MESSAGES || !enough(); at += 1) {
    for (const [name, person] of [['ana', ana], ['ben', ben]] as const) {
      said.push(`${prefix} ${name} ${at}`);
      person.call('send', room, said.at(-1)!);
    }
    await sleep(PAUSE_MS);
  }
  await waitFor(() => timing([ana, ben], prefix).messages >= said.length, 60_000, 'everything is acknowledged');
  return said;
}

for (const [speed, perSecond] of [['as fast as they leave', undefined], ['10,000 a second', 10_000]] as const) {
  test(`100,000 datagrams that prove nothing, ${speed}: no message lost, none doubled`, closeAfter(async (closing) => {
    const stage = await scene(closing);
    const { server, way, stranger, ana, ben } = stage;
    const said = await chatter(stage, 'calm', () => true);
    const before = counts(server);
    let took: number | undefined;
    const flood = stranger.flood({ ...RELAY, count: FLOOD, connectionId: connectionIdOf(way.heard), ...(perSecond && { perSecond }) }).then((ms) => (took = ms));
    said.push(...(await chatter(stage, 'flood', () => took !== undefined)));
    await flood;
    const after = counts(server);
    const reached = KINDS.filter((kind) => kind !== 'ok').reduce((sum, kind) => sum + after[kind] - before[kind], 0);
    console.log(`      flood of ${FLOOD} in ${Math.round(took!)} ms, ${reached} of them read by the relay`);
    tellTimes(stage);
    await everybodyHas(stage, said);
    assert.ok(after.forged > before.forged && after.malformed > before.malformed, JSON.stringify(after));
    assert.equal(stranger.answers, []);
    await up(ana, ben);
  }));
}

function tellTimes({ ana, ben }: Scene): void {
  for (const prefix of ['calm', 'flood']) {
    const { messages, byUdp, p50, p99 } = timing([ana, ben], prefix);
    console.log(`      ${prefix}: ${messages} messages, ${byUdp} acknowledged by UDP, send to ack p50 ${p50} ms, p99 ${p99} ms`);
  }
}

async function everybodyHas({ ana, ben }: Scene, said: readonly string[]): Promise<void> {
  const expected = [...said].sort();
  for (const { log } of [ana, ben]) {
    const texts = (): string[] => log.shown(log.rooms.find(({ kind }) => kind === 'lobby')!.id).map(({ text }) => text ?? '').sort();
    await waitFor(() => texts().length >= expected.length, 60_000, 'everybody has everything');
    assert.equal(texts(), expected);
  }
}

function connectionIdOf(heard: readonly Heard[]): string {
  return heard.find(({ way }) => way === 'out')!.hex.slice(2, 18);
}

test.run();
