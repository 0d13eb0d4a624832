// Scenes of minutes, played in no time: what a person would see of UDP on networks that are not kind.
import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { EngineEvent } from '../../client/engine/types.ts';
import { INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import { tempFolder } from '../helpers/folders.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import type { SimClient } from './client.ts';
import type { Rules } from './network.ts';
import { pathsOf } from './stage.ts';
import { World } from './world.ts';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

async function worldOf(closing: Closing, seed: number, people = 2): Promise<World> {
  const world = await World.open({ seed, people });
  closing.add(() => world.close());
  for (const person of world.people) person.start();
  assert.ok(await world.until(() => world.people.every(isUp), MINUTE), 'UDP is up for everybody');
  return world;
}

const is = <T extends EngineEvent['type']>(type: T) => (event: EngineEvent): event is Extract<EngineEvent, { type: T }> => event.type === type;
const isUp = (person: SimClient): boolean => pathsOf(person)?.sending === 'udp' && pathsOf(person)?.receiving === 'udp';
const ackPaths = ({ log }: SimClient): (string | undefined)[] => log.events.filter(is('message_state')).map(({ path }) => path);
const textsOf = ({ log }: SimClient, { room }: World): (string | undefined)[] => log.shown(room).map(({ text }) => text);

function everywhere({ line }: SimClient, rules: Partial<Rules>): void {
  Object.assign(line.up, rules);
  Object.assign(line.down, rules);
}

async function chatter(world: World, count: number): Promise<string[]> {
  const texts = Array.from({ length: count }, (_, at) => `${at}`);
  for (const [at, text] of texts.entries()) {
    world.people[at % world.people.length]!.engine.send(world.room, text);
    await world.pass(100);
  }
  return texts;
}

const settled = (world: World, texts: readonly string[]): Promise<boolean> =>
  world.until(() => world.people.every((person) => person.log.shown(world.room).length === texts.length && [...person.log.messages.values()].every(({ state }) => state.name === 'sent')), MINUTE);

test('a world is its seed: the same one tells the same, another one does not', closeAfter(async (closing) => {
  const traceOf = async (seed: number): Promise<string> => {
    const world = await worldOf(closing, seed);
    for (const person of world.people) everywhere(person, { loss: 0.2, jitter: 30, duplicates: 0.1, reorder: 0.1 });
    await chatter(world, 20);
    // Settings name a folder, which is another one each time.
    const events = world.people.flatMap(({ log }) => log.events.filter(({ type }) => type !== 'settings'));
    return createHash('sha256').update(JSON.stringify(events)).digest('hex');
  };
  const trace = await traceOf(7);
  assert.is(await traceOf(7), trace);
  assert.is.not(await traceOf(8), trace);
}));

for (const loss of [0.05, 0.2, 0.4, 0.6]) {
  test(`loss of ${loss * 100} % each way: everything comes once`, closeAfter(async (closing) => {
    const world = await worldOf(closing, 11);
    for (const person of world.people) everywhere(person, { loss, jitter: 20, latency: 30 });
    const texts = await chatter(world, 100);
    for (const person of world.people) everywhere(person, { loss: 0 });
    assert.ok(await settled(world, texts), 'everything is everywhere');
    for (const person of world.people) assert.equal(textsOf(person, world).sort(), [...texts].sort());
    assert.is(world.log().length, texts.length);
  }));
}

test('5 % loss each way: nearly everything is acknowledged by UDP', closeAfter(async (closing) => {
  const world = await worldOf(closing, 12);
  for (const person of world.people) everywhere(person, { loss: 0.05, jitter: 20, latency: 25 });
  const texts = await chatter(world, 400);
  assert.ok(await settled(world, texts));
  const paths = world.people.flatMap(ackPaths);
  const byUdp = paths.filter((path) => path === 'udp').length;
  assert.ok(byUdp >= 0.9 * texts.length, `${byUdp} of ${texts.length} by UDP`);
}));

test('a file of 50 KB crosses 2 % of loss by UDP, whole', closeAfter(async (closing) => {
  const world = await worldOf(closing, 13);
  const [ana, ben] = world.people as [SimClient, SimClient];
  for (const person of world.people) everywhere(person, { loss: 0.02 });
  const path = join(tempFolder(closing), 'picture.bin');
  const bytes = world.chance.bytes(INLINE_MAX_UDP);
  writeFileSync(path, bytes);
  const [sent] = ana.engine.sendFiles(world.room, [{ path }]);
  // Reading a file takes real time, in which none passes here.
  await waitFor(() => ana.log.messages.has(sent!.message), 10_000, 'the file is read');
  assert.ok(await world.until(() => ana.log.acked.has(sent!.message) && ben.log.messages.has(sent!.message), MINUTE), 'it has come');
  assert.equal(ackPaths(ana), ['udp']);
  const read = await ben.engine.readFile(world.room, sent!.message, 0, bytes.length);
  assert.ok('bytes' in read && Buffer.from(read.bytes).equals(bytes), 'every byte is the same');
}));

for (const [name, way, words] of [['out', 'up', /go out|stopped answering/], ['back', 'down', /come back|stopped answering/]] as const) {
  test(`UDP blocked on its way ${name} only: chat goes on, the chip says so in time, and UDP returns`, closeAfter(async (closing) => {
    const world = await worldOf(closing, 14);
    const [ana, ben] = world.people as [SimClient, SimClient];
    ana.line[way].udpCut = true;
    const told = (): boolean => !isUp(ana) && words.test(pathsOf(ana)?.reason ?? '');
    ana.engine.send(world.room, 'into the wall');
    ben.engine.send(world.room, 'out of the wall');
    assert.ok(await world.until(told, 4 * SECOND), `4 s after a message: ${JSON.stringify(pathsOf(ana))}`);
    assert.ok(await settled(world, ['into the wall', 'out of the wall']), 'nothing waits');
    ana.line[way].udpCut = false;
    assert.ok(await world.until(() => isUp(ana), MINUTE), 'UDP is back');
  }));
}

for (const [name, ways] of [['both ways', ['up', 'down']], ['out', ['up']], ['back', ['down']]] as const) {
  test(`UDP blocked (${name}) while nobody writes: the chip says so within 20 s, of the blocked way`, closeAfter(async (closing) => {
    for (const seed of [15, 18, 19]) {
      const world = await worldOf(closing, seed);
      const ana = world.people[0]!;
      await world.pass(MINUTE + seed * SECOND);
      for (const way of ways) ana.line[way].udpCut = true;
      const told = (): boolean => ways.every((way) => pathsOf(ana)?.[way === 'up' ? 'sending' : 'receiving'] === 'tcp') && pathsOf(ana)?.reason !== undefined;
      assert.ok(await world.until(told, 20 * SECOND), JSON.stringify(pathsOf(ana)));
      if (ways.length === 1) assert.is(pathsOf(ana)?.[ways[0] === 'up' ? 'receiving' : 'sending'], 'udp', 'the other way stays');
    }
  }));
}

test('a new mapping every 5 s: chat stays on UDP', closeAfter(async (closing) => {
  const world = await worldOf(closing, 16);
  const ana = world.people[0]!;
  const texts: string[] = [];
  for (let round = 0; round < 12; round += 1) {
    ana.rebind();
    texts.push(...(await chatter(world, 10)).map((text) => text));
    await world.pass(4 * SECOND);
  }
  assert.ok(await settled(world, texts));
  const byUdp = ackPaths(ana).filter((path) => path === 'udp').length;
  assert.ok(byUdp >= 0.9 * ackPaths(ana).length, `${byUdp} of ${ackPaths(ana).length} by UDP`);
}));

test('the server is killed and comes back: everybody returns to UDP, and what was written meanwhile is there', closeAfter(async (closing) => {
  const world = await worldOf(closing, 17);
  world.server.kill();
  const texts = await chatter(world, 20);
  await world.pass(20 * SECOND);
  await world.server.start();
  assert.ok(await settled(world, texts), 'everything is everywhere');
  assert.ok(await world.until(() => world.people.every(isUp), MINUTE), 'UDP is back');
}));

test('the network goes: who is not on this computer is lost in seconds, and the words are of the network; it comes back, and all is well', closeAfter(async (closing) => {
  const world = await worldOf(closing, 18);
  const [ana] = world.people as [SimClient, SimClient];
  const offline = (): boolean => ana.log.phase.name === 'reconnecting' && ana.log.phase.offline;
  await world.pass(SECOND);
  everywhere(ana, { cut: true });
  ana.engine.networkChanged(false);
  assert.ok(await world.until(offline, 6 * SECOND), 'lost');
  everywhere(ana, { cut: false });
  ana.engine.networkChanged(true);
  assert.not(offline());
  assert.ok(await world.until(() => isUp(ana) && ana.log.phase.name === 'online', MINUTE), 'back');
}));

test.run();
