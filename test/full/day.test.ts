// A scripted day of five people: two in windows, two at a terminal, one in an engine on a wire that is cut half of the
// time. Three rooms, ten direct messages, edits, deletes, reactions, receipts, two kills of the server. In the evening
// the hash of every person's view of every room is that of the server's log.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Libsql from 'libsql';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodeBody } from '../../shared/protocol/body.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { dmId } from '../../shared/crypto/identity.ts';
import { startEngine } from '../helpers/engine.ts';
import { tempFolder } from '../helpers/folders.ts';
import { EnginePerson, plain, sameView, TerminalPerson, WindowPerson, type DayPerson, type Place } from '../helpers/persons.ts';
import { referenceView } from '../helpers/reference-view.ts';
import { startServer, type RunningServer } from '../helpers/server.ts';
import { signUp } from '../helpers/steps.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';
import { openWindow, startDisplay } from '../helpers/window.ts';
import { startWire } from '../helpers/wire.ts';

const PUBLIC: readonly Place[] = [{ room: 'alpha' }, { room: 'beta' }];
const PRIVATE: Place = { room: 'gamma' };
const hash = (value: unknown): string => createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16);

interface Day {
  server: RunningServer;
  ann: WindowPerson;
  ben: WindowPerson;
  cleo: TerminalPerson;
  dan: TerminalPerson;
  eve: EnginePerson;
  wire: { cut(): void; mend(): void };
  all: readonly DayPerson[];
  database: string;
  ids: () => Map<string, string>;
}

function idsIn(database: string): Map<string, string> {
  const db = new Libsql(database);
  const rows = db.prepare('SELECT username, user_id FROM accounts').all([]) as { username: string; user_id: Uint8Array | ArrayBuffer }[];
  db.close();
  return new Map(rows.map(({ username, user_id }) => [username, hex(Uint8Array.from(ArrayBuffer.isView(user_id) ? user_id : new Uint8Array(user_id)))]));
}

async function morning(closing: Closing): Promise<Day> {
  const server = await startServer(closing, { args: ['--limit', 'send=0', '--limit', 'frames=0'] });
  const here = `127.0.0.1:${server.port}`;
  const database = join(server.data, 'reach.db');
  const wire = await startWire(closing, server.port);
  const display = await startDisplay(closing);
  const [ann, ben] = [new WindowPerson('ann', await openWindow(closing, { display, profile: tempFolder(closing) })), new WindowPerson('ben', await openWindow(closing, { display, profile: tempFolder(closing) }))];
  for (const { page, name } of [ann, ben]) await signUp(page, { username: name, server: here });
  const [cleo, dan] = ['cleo', 'dan'].map((name) => new TerminalPerson(name, { server: here, home: tempFolder(closing) })) as [TerminalPerson, TerminalPerson];
  for (const person of [cleo, dan]) await person.run('--register', 'roster');
  const engine = startEngine(closing);
  await engine.signIn({ username: 'eve', server: `127.0.0.1:${wire.port}` });
  const ids = () => idsIn(database);
  const eve = new EnginePerson('eve', engine, (name) => ids().get(name) ?? '');
  return { server, ann, ben, cleo, dan, eve, wire, database, ids, all: [ann, ben, cleo, dan, eve] };
}

async function makeRooms({ ann, ben, cleo, dan, eve }: Day): Promise<void> {
  const dialog = ann.page.getByTestId('dialog');
  for (const name of ['alpha', 'beta', 'gamma']) {
    await ann.page.keyboard.press('Control+Shift+N');
    await dialog.getByLabel('Name').fill(name);
    if (name === 'gamma') await dialog.getByText('Private', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Create' }).click();
    await ann.page.getByRole('heading', { name, exact: true }).waitFor();
  }
  await ann.send(PRIVATE, 'before anybody was invited');
  await ann.page.getByRole('button', { name: 'About this conversation' }).click();
  await dialog.getByRole('button', { name: 'Invite people' }).click();
  for (const [at, name] of ['ben', 'eve'].entries()) {
    await dialog.getByRole('button', { name: new RegExp(name) }).click();
    await dialog.getByText(`${at + 2} members`).waitFor();
  }
  await ann.page.keyboard.press('Escape');
  for (const name of ['alpha', 'beta']) {
    await ben.page.getByRole('button', { name: 'Browse rooms' }).click();
    await ben.page.getByTestId('dialog').getByRole('button', { name: `Join ${name}` }).click();
    await ben.page.getByRole('heading', { name, exact: true }).waitFor();
    for (const person of [cleo, dan]) await person.run('join', name);
    const listed = await eve.engine.calls.browse();
    assert.ok('rooms' in listed);
    await eve.engine.calls.joinRoom(listed.rooms.find((room) => room.name === name)!.id);
  }
  await waitFor(() => eve.engine.rooms().length === 4, 10_000, 'the rooms of eve');
}

/** Ten pairs; the first of each begins. */
async function writeToEachOther({ all, eve, ids }: Day): Promise<void> {
  for (const [at, person] of all.entries()) {
    for (const other of all.slice(at + 1)) {
      if (person instanceof WindowPerson) await openDm(person, other.name);
      await person.send({ peer: other.name }, `${person.name} to ${other.name}`);
    }
  }
  await waitFor(() => eve.engine.rooms().filter(({ kind }) => kind === 'dm').length === 4, 10_000, 'the direct messages of eve');
  assert.is(ids().size, 5);
}

async function openDm({ page }: WindowPerson, name: string): Promise<void> {
  await page.keyboard.press('Control+n');
  await page.getByTestId('dialog').getByLabel('To').fill(name);
  await page.getByTestId('dialog').getByLabel('To').press('Enter');
  await page.getByRole('heading', { name, exact: true }).waitFor();
}

async function hour(day: Day, n: number, terminals: boolean): Promise<void> {
  const { all, ann, ben, eve } = day;
  for (const person of all.filter((one) => terminals || !(one instanceof TerminalPerson))) {
    for (const place of PUBLIC) await person.send(place, `${person.name} in hour ${n}`);
    await person.editLast(PUBLIC[0]!, `${person.name} in hour ${n}, edited`);
    await person.react(PUBLIC[1]!);
  }
  for (const person of [ann, ben, eve]) await person.send(PRIVATE, `${person.name} in hour ${n}, in private`);
  await ben.deleteLast(PUBLIC[1]!);
  await eve.deleteLast(PRIVATE);
}

/** Room id and the floor of one person, as the server has them. */
function placeOf({ database, ids }: Day, person: DayPerson, place: Place): { room: string; floor: number } {
  const db = new Libsql(database);
  const id = ids().get(person.name)!;
  const room = 'peer' in place
    ? hex(dmId(Buffer.from(id, 'hex'), Buffer.from(ids().get(place.peer)!, 'hex')))
    : String((db.prepare('SELECT lower(hex(room)) AS room FROM rooms WHERE name = ?').get([place.room]) as { room: string }).room);
  const member = db.prepare('SELECT floor FROM members WHERE lower(hex(room)) = ? AND lower(hex(user_id)) = ?').get([room, id]) as { floor: number } | undefined;
  db.close();
  return { room, floor: member?.floor ?? 0 };
}

/** The log as the terminal prints it. */
function rawLog(database: string, room: string, floor: number): unknown {
  const db = new Libsql(database);
  const rows = db.prepare('SELECT seq, lower(hex(client_msg_id)) AS id, kind, body FROM messages WHERE lower(hex(room)) = ? AND seq > ? ORDER BY seq').all([room, floor]) as { seq: number; id: string; kind: string; body: Uint8Array | ArrayBuffer }[];
  db.close();
  return rows.map(({ seq, id, kind, body }) => {
    const bytes = Uint8Array.from(ArrayBuffer.isView(body) ? body : new Uint8Array(body));
    const text = kind === 'text' || kind === 'edit' ? (decodeBody(bytes)?.text ?? null) : null;
    return [seq, id, kind, text, (kind === 'text' || kind === 'edit') && bytes.length === 0];
  });
}

async function evening(day: Day): Promise<number> {
  let views = 0;
  for (const person of day.all) {
    const peers = day.all.filter((other) => other !== person).map(({ name }) => ({ peer: name }));
    const inPrivate = person instanceof TerminalPerson ? [] : [PRIVATE];
    for (const place of [{ room: 'lobby' }, ...PUBLIC, ...inPrivate, ...peers]) {
      const { room, floor } = placeOf(day, person, place);
      const wanted = () => (person instanceof TerminalPerson ? rawLog(day.database, room, floor) : plain(referenceView(day.database, room, floor)));
      await sameView(() => person.view(place), wanted, `${person.name} in ${JSON.stringify(place)}`);
      assert.is(hash(await person.view(place)), hash(wanted()));
      views += 1;
    }
  }
  return views;
}

test('five people, two kills, one bad wire: every view is the log', closeAfter(async (closing) => {
  const day = await morning(closing);
  await makeRooms(day);
  await writeToEachOther(day);
  await hour(day, 1, true);
  day.wire.cut();
  await hour(day, 2, true);
  await day.server.kill();
  await hour(day, 3, false);
  await day.server.restart();
  day.wire.mend();
  await hour(day, 4, true);
  day.wire.cut();
  await day.server.kill();
  await hour(day, 5, false);
  await day.server.restart();
  day.wire.mend();
  day.eve.engine.calls.retryNow();
  await waitFor(() => day.eve.engine.events.findLast((event) => event.type === 'outbox')?.waiting === 0 && day.eve.engine.phase().name === 'online', 60_000, 'the outbox of eve');
  for (const { page } of [day.ann, day.ben]) await waitFor(async () => (await page.locator('[data-state="queued"]').count()) === 0 && (await page.getByTestId('banner').count()) === 0, 60_000, 'the outbox of a window');
  const views = await evening(day);
  console.log(`${views} views of 5 people are the server's log`);
}));

test.run();
