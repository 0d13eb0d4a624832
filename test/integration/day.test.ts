// A day of five people: three rooms, ten direct messages, edits, deletes, reactions and receipts, one of them without a
// network half of the time, the server killed twice. In the evening everybody sees exactly what the server's log holds.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { referenceView, seenOf } from '../helpers/reference-view.ts';
import { startServer } from '../helpers/server.ts';
import { closeAfter, waitFor } from '../helpers/waiting.ts';
import { startWire } from '../helpers/wire.ts';

const NAMES = ['ann', 'ben', 'cleo', 'dan', 'eve'] as const;
type Name = (typeof NAMES)[number];
const EMOJI = ['👍', '🎉', '❤️'] as const;
const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex');

/** The same numbers in every run. */
function dice(seed: number): (sides: number) => number {
  let state = seed;
  return (sides) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * sides);
  };
}

class Day {
  readonly people: Record<Name, TestEngine>;
  readonly #roll = dice(20261123);
  #said = 0;

  constructor(people: Record<Name, TestEngine>) {
    this.people = people;
  }

  idOf(name: Name): string {
    return this.people[name].events.findLast((event) => event.type === 'session')!.session.userId;
  }

  /** One person does one thing in one of their rooms. */
  act(): void {
    const name = NAMES[this.#roll(NAMES.length)]!;
    const person = this.people[name];
    const room = person.rooms()[this.#roll(person.rooms().length)]!.id;
    const shown = person.shown(room).filter(({ deleted }) => deleted === undefined);
    const own = shown.filter(({ sender }) => sender === this.idOf(name));
    const any = shown[this.#roll(shown.length)];
    const mine = own[this.#roll(own.length)];
    const what = this.#roll(10);
    if (what === 0 && mine) person.calls.edit(room, mine.id, `${mine.text} (edited)`);
    else if (what === 1 && mine && this.#roll(3) === 0) person.calls.remove(room, mine.id);
    else if (what <= 3 && any) person.calls.react(room, any.id, EMOJI[this.#roll(EMOJI.length)]!, this.#roll(4) > 0);
    else if (what === 4 && any?.seq) person.calls.markRead(room, any.seq);
    else this.#say(person, room, any?.id);
  }

  #say(person: TestEngine, room: string, answered: string | undefined): void {
    this.#said += 1;
    const options = { ...(answered && this.#roll(4) === 0 && { replyTo: answered }), ...(this.#roll(6) === 0 && { mentions: [this.idOf(NAMES[this.#roll(NAMES.length)]!)] }) };
    person.calls.send(room, `message ${this.#said}`, options);
  }

  settled(): boolean {
    return Object.values(this.people).every((person) => {
      const outbox = person.events.findLast((event) => event.type === 'outbox');
      return person.phase().name === 'online' && outbox?.waiting === 0;
    });
  }
}

async function meet(day: Day): Promise<void> {
  const { people } = day;
  const rooms: string[] = [];
  for (const [name, isPrivate] of [['alpha', false], ['beta', false], ['gamma', true]] as const) {
    const answer = await people.ann.calls.createRoom({ name, topic: `all about ${name}`, private: isPrivate });
    assert.ok('room' in answer && answer.room, JSON.stringify(answer));
    rooms.push(answer.room!);
  }
  for (let n = 0; n < 5; n += 1) people.ann.calls.send(rooms[2]!, `before anybody was invited ${n}`);
  await waitFor(() => day.settled(), 10_000, 'the first messages');
  for (const name of ['ben', 'cleo', 'dan', 'eve'] as const) for (const room of rooms.slice(0, 2)) assert.not('failure' in (await people[name].calls.joinRoom(room)));
  for (const name of ['ben', 'eve'] as const) assert.not('failure' in (await people.ann.calls.invite(rooms[2]!, day.idOf(name))));
  for (const [at, name] of NAMES.entries()) for (const other of NAMES.slice(at + 1)) assert.not('failure' in (await people[name].calls.openDm(day.idOf(other))));
  const expected = { ann: 8, ben: 8, cleo: 7, dan: 7, eve: 8 };
  for (const name of NAMES) await waitFor(() => people[name].rooms().length === expected[name], 10_000, `${expected[name]} rooms of ${name}`);
}

test('five people, two kills, one bad wire: every view is the log', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--limit', 'send=0', '--limit', 'frames=0', '--log-level', 'warn'] });
  const wire = await startWire(closing, server.port);
  const day = new Day(Object.fromEntries(NAMES.map((name) => [name, startEngine(closing)])) as Record<Name, TestEngine>);
  for (const name of NAMES) await day.people[name].signIn({ username: name, server: `127.0.0.1:${name === 'eve' ? wire.port : server.port}` });
  await meet(day);
  for (let hour = 0; hour < 8; hour += 1) {
    if (hour % 2 === 1) wire.cut();
    if (hour === 3 || hour === 6) await server.kill();
    for (let n = 0; n < 60; n += 1) {
      day.act();
      if (n % 10 === 9) await new Promise((resolve) => setImmediate(resolve));
    }
    if (hour === 3 || hour === 6) await server.restart();
    if (hour % 2 === 1) wire.mend();
    for (const name of NAMES) day.people[name].calls.retryNow();
  }
  await waitFor(() => day.settled(), 60_000, 'everything to be sent');
  const database = join(server.data, 'reach.db');
  for (const name of NAMES) {
    const person = day.people[name];
    for (const room of person.rooms()) {
      await person.loadAll(room.id);
      const want = () => referenceView(database, room.id, room.floor);
      await waitFor(() => hash(seenOf(person.shown(room.id))) === hash(want()), 10_000, `${name} to see #${room.name || room.peer}`).catch(() => assert.equal(seenOf(person.shown(room.id)), want(), `${name} in #${room.name || room.peer}`));
      assert.ok(person.shown(room.id).every(({ state }) => state.name === 'sent'));
    }
  }
}));

test.run();
