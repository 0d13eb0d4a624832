// A world under watch, and what must hold in it whatever happened: each message in the log once and in the order it was
// said, every view as the log says, nothing acknowledged that is not there, no mark that goes back, and in the end UDP for
// whoever chose it.
import { hex } from '../../shared/protocol/bytes.ts';
import type { EngineEvent, Paths } from '../../client/engine/types.ts';
import { seenOf, viewOf, type LogRow, type Seen } from '../helpers/reference-view.ts';
import type { SimClient } from './client.ts';
import { CLEAN } from './network.ts';
import { World } from './world.ts';

export const PEOPLE = 3;
/** Milliseconds after healing in which everything must be everywhere: more than the longest pauses of all that tries again. */
const HEALED_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 1_000;

export class Stage {
  readonly world: World;
  /** What must never be, found on the way. */
  readonly violations: string[] = [];

  private constructor(world: World) {
    this.world = world;
    for (const person of world.people) this.start(person);
  }

  static async open(seed: number): Promise<Stage> {
    const world = await World.open({ seed, people: PEOPLE });
    const stage = new Stage(world);
    await world.until(() => world.people.every(isOnline), 60_000);
    return stage;
  }

  start(person: SimClient): void {
    const marks = new Map<string, { delivered: number; read: number }>();
    person.start((event) => this.#watch(person, marks, event));
    person.engine.openRoom(this.world.room);
  }

  /** Says it, and returns the message's id. */
  say(person: SimClient, text: string): string {
    const before = new Set(person.log.messages.keys());
    person.engine.send(this.world.room, text);
    const id = [...person.log.messages.keys()].find((one) => !before.has(one));
    if (id === undefined) throw new Error(`${person.name} said something and it is not shown`);
    return id;
  }

  /** Everything heals; resolves when all of it holds, rejects with what does not. `said`: ids by person, in their order. */
  async conclude(said: readonly (readonly string[])[]): Promise<void> {
    const { world, violations } = this;
    for (const { line } of world.people) for (const way of [line.up, line.down]) Object.assign(way, CLEAN);
    for (let left = HEALED_WITHIN_MS; left > 0 && (violations.length > 0 || this.#missing(said).length > 0); left -= LOOK_EVERY_MS) {
      if (violations.length > 0) break;
      for (const { log, engine } of world.people.filter(isOnline)) if (!log.whole.has(world.room)) engine.loadOlder(world.room);
      await world.pass(LOOK_EVERY_MS);
    }
    const wrong = [...violations, ...this.#missing(said)];
    if (wrong.length > 0) throw new Error(wrong.join('\n'));
  }

  #missing(said: readonly (readonly string[])[]): string[] {
    const { world } = this;
    const rows = rowsOf(world);
    const view = viewOf(rows).map(flat);
    return world.people.flatMap((person, at) => {
      const { name, userId, programs, log } = person;
      const own = rows.filter(({ kind, sender }) => kind === 'text' && hex(sender) === hex(userId)).map(({ id }) => hex(id));
      const logged = new Set(rows.map(({ id }) => hex(id)));
      const lost = programs.flatMap(({ acked }) => [...acked]).filter((id) => !logged.has(id));
      return [
        ...(isOnline(person) ? [] : [`${name} is ${log.phase.name}`]),
        ...(isOnItsWay(person) ? [] : [`${name} wants UDP and has ${JSON.stringify(pathsOf(person))}`]),
        ...lost.map((id) => `${name} was told that ${id} is in the log`),
        ...difference(`what ${name} said, in the log`, own, said[at]!),
        ...difference(`${name}'s view`, seenOf(log.shown(world.room)).map(flat), view),
      ];
    });
  }

  #watch({ name }: SimClient, marks: Map<string, { delivered: number; read: number }>, event: EngineEvent): void {
    if (event.type !== 'people') return;
    for (const { userId, delivered, read } of event.people) {
      const known = marks.get(userId);
      if (known && (delivered < known.delivered || read < known.read)) this.violations.push(`${name} saw the marks of ${userId} go back: ${JSON.stringify([known, { delivered, read }])}`);
      marks.set(userId, { delivered, read });
    }
  }
}

const flat = (seen: Seen): string => JSON.stringify(seen);

function isOnline({ running, log }: SimClient): boolean {
  return running && log.phase.name === 'online';
}

export function pathsOf({ log }: SimClient): Paths | undefined {
  return log.events.findLast((event) => event.type === 'paths')?.paths;
}

/** Whoever chose UDP has it, both ways; whoever chose TCP has that. */
function isOnItsWay(person: SimClient): boolean {
  const paths = pathsOf(person);
  return paths !== undefined && paths.sending === paths.wanted && paths.receiving === paths.wanted;
}

function difference(what: string, actual: readonly string[], expected: readonly string[]): string[] {
  const at = Array.from({ length: Math.max(actual.length, expected.length) }).findIndex((_, index) => actual[index] !== expected[index]);
  return at === -1 ? [] : [`${what}, place ${at} of ${expected.length}: ${actual[at] ?? 'nothing'} instead of ${expected[at] ?? 'nothing'}`];
}

function rowsOf(world: World): LogRow[] {
  return world.log().map(({ seq, sender, clientMsgId, kind, target, body }) => ({ seq, sender, id: clientMsgId, kind, target: target ?? null, body }));
}
