// What may happen in a world, as commands of fast-check beside a plain reference: people say and change things while
// lines get worse, mappings move, and programs die.
import fc from 'fast-check';
import type { Protocol } from '../../client/engine/types.ts';
import { CLEAN, type Rules, type Way } from './network.ts';
import { PEOPLE, Stage } from './stage.ts';

/** The reference: ids of texts by person, in the order they were said. */
export type Said = string[][];
type Command = fc.AsyncCommand<Said, Stage>;
type Doing = (stage: Stage, said: Said) => void | Promise<void>;

/** Milliseconds between two new mappings. */
const REBIND_EVERY_MS = 5_000;
const EMOJI = ['👍', '❤️', '🎉'];

const COMMANDS_MAX = 40;
/** Milliseconds of real time for finding shorter commands that fail as well. */
const SHORTEN_MS = 60_000;

/** One world from one seed. What went wrong, in its shortest form; undefined: nothing did. */
export async function tryout(seed: number): Promise<string | undefined> {
  const { failed, counterexample, errorInstance } = await fc.check(fc.asyncProperty(fc.nat(), commands(COMMANDS_MAX), play), { seed, numRuns: 1, interruptAfterTimeLimit: SHORTEN_MS });
  if (!failed) return undefined;
  if (!counterexample) return `seed ${seed}: not over after ${SHORTEN_MS / 1000} s`;
  return `seed ${seed}: ${String(errorInstance)}\n  world ${counterexample[0]}: ${String(counterexample[1])}`;
}

/** Rejects with what does not hold. */
async function play(seed: number, commands: Iterable<Command>): Promise<void> {
  const stage = await Stage.open(seed);
  const said: Said = Array.from({ length: PEOPLE }, () => []);
  try {
    await fc.asyncModelRun(() => ({ model: said, real: stage }), commands);
    await stage.conclude(said);
  } finally {
    stage.world.close();
  }
}

function commands(maxCommands: number): fc.Arbitrary<Iterable<Command>> {
  const who = fc.nat(PEOPLE - 1);
  const ways = fc.constantFrom<Way[][]>(['up', 'down'], ['up', 'down'], ['up'], ['down']);
  const pause = fc.integer({ min: 0, max: 30_000 });
  const talk = fc.tuple(who, fc.integer({ min: 1, max: 12 }), fc.integer({ min: 0, max: 200 })).map(([at, count, gap]) => say(at, count, gap));
  return fc.commands(
    [
      talk,
      talk,
      fc.tuple(who, fc.constantFrom('edit', 'react', 'remove'), fc.nat(1_000)).map(([at, what, pick]) => change(at, what, pick)),
      who.map(read),
      fc.integer({ min: 10, max: 20_000 }).map(pass),
      fc.tuple(who, ways, rules()).map(([at, which, to]) => network(at, which, to)),
      fc.tuple(who, ways, pause, fc.constantFrom('cut' as const, 'udpCut' as const)).map(([at, which, ms, what]) => cut(at, which, { what, ms })),
      fc.tuple(who, fc.integer({ min: 1, max: 12 })).map(([at, times]) => rebind(at, times)),
      pause.map(killServer),
      fc.integer({ min: 0, max: 500 }).map(restartRelay),
      fc.tuple(who, pause).map(([at, ms]) => killClient(at, ms)),
      fc.tuple(who, fc.constantFrom<Protocol[]>('tcp', 'udp')).map(([at, protocol]) => choose(at, protocol)),
    ],
    { maxCommands, size: 'max' },
  );
}

function rules(): fc.Arbitrary<Partial<Rules>> {
  const share = (most: number): fc.Arbitrary<number> => fc.integer({ min: 0, max: most * 100 }).map((percent) => percent / 100);
  return fc.record({
    latency: fc.integer({ min: 1, max: 300 }), jitter: fc.integer({ min: 0, max: 100 }), loss: share(0.6), duplicates: share(0.2), reorder: share(0.3), flips: share(0.1),
    mtu: fc.constantFrom(CLEAN.mtu, CLEAN.mtu, CLEAN.mtu, 1_180),
  });
}

function command(text: string, run: Doing): Command {
  return { check: () => true, run: async (said, stage) => void (await run(stage, said)), toString: () => text };
}

function say(at: number, count: number, gap: number): Command {
  return command(`say(${at}, ${count} times, every ${gap} ms)`, async (stage, said) => {
    const person = stage.world.people[at]!;
    for (let i = 0; i < count; i += 1) {
      if (person.log.rooms.length > 0) said[at]!.push(stage.say(person, `${person.name} ${said[at]!.length}`));
      await stage.world.pass(gap);
    }
  });
}

/** Of any message that is shown to them; what is not theirs the server refuses, and that changes nothing. */
function change(at: number, what: 'edit' | 'react' | 'remove', pick: number): Command {
  return command(`change(${at}, ${what}, ${pick})`, ({ world }) => {
    const { log, engine } = world.people[at]!;
    const shown = log.shown(world.room).filter(({ deleted, seq }) => deleted === undefined && seq !== undefined);
    const target = shown[pick % shown.length];
    if (!target) return;
    if (what === 'edit') engine.edit(world.room, target.id, `${target.text ?? ''}, better`);
    if (what === 'react') engine.react(world.room, target.id, EMOJI[pick % EMOJI.length]!, pick % 2 === 0);
    if (what === 'remove') engine.remove(world.room, target.id);
  });
}

function read(at: number): Command {
  return command(`read(${at})`, ({ world }) => {
    const { log, engine } = world.people[at]!;
    const newest = log.shown(world.room).findLast(({ seq }) => seq !== undefined)?.seq;
    if (newest !== undefined) engine.markRead(world.room, newest);
  });
}

function pass(ms: number): Command {
  return command(`pass(${ms})`, ({ world }) => world.pass(ms));
}

function network(at: number, ways: readonly Way[], rules: Partial<Rules>): Command {
  return command(`network(${at}, ${ways.join(' ')}, ${JSON.stringify(rules)})`, ({ world }) => {
    for (const way of ways) Object.assign(world.people[at]!.line[way], rules);
  });
}

function cut(at: number, ways: readonly Way[], { what, ms }: { what: 'cut' | 'udpCut'; ms: number }): Command {
  return command(`${what}(${at}, ${ways.join(' ')}, ${ms} ms)`, ({ world }) => {
    const { line } = world.people[at]!;
    for (const way of ways) line[way][what] = true;
    world.clock.after(ms, () => ways.forEach((way) => (line[way][what] = false)));
  });
}

function rebind(at: number, times: number): Command {
  return command(`rebind(${at}, ${times} times)`, ({ world }) => {
    for (let i = 0; i < times; i += 1) world.clock.after(i * REBIND_EVERY_MS, () => world.people[at]!.rebind());
  });
}

function killServer(ms: number): Command {
  return command(`killServer(for ${ms} ms)`, async ({ world }) => {
    world.server.kill();
    await world.pass(ms);
    await world.server.start();
  });
}

/** While others go on. */
function restartRelay(ms: number): Command {
  return command(`restartRelay(in ${ms} ms)`, ({ world }) => void world.clock.after(ms, () => world.server.restartRelay()));
}

function killClient(at: number, ms: number): Command {
  return command(`killClient(${at}, for ${ms} ms)`, async (stage) => {
    const { world } = stage;
    world.people[at]!.kill();
    await world.pass(ms);
    stage.start(world.people[at]!);
  });
}

function choose(at: number, protocol: Protocol): Command {
  return command(`choose(${at}, ${protocol})`, ({ world }) => world.people[at]!.engine.setProtocol(protocol));
}
