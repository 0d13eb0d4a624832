// The choice TCP or UDP and the path in use, as the window's state has them, against an engine that follows a script.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { defaultSettings } from '../../client/engine/settings.ts';
import type { ChatMessage, ConnectInput, EngineEvent, Paths, Protocol, RecentServer, SessionInfo, Settings } from '../../client/engine/types.ts';
import type * as App from '../../client/state/app.svelte.ts';
import { apply } from '../../client/state/apply.ts';
import { momentWords } from '../../client/state/dates.ts';
import { loadRunes } from './runes.ts';

const { AppState } = await loadRunes<typeof App>(new URL('../../client/state/app.svelte.ts', import.meta.url));
const START = Date.UTC(2026, 10, 23, 9);

/** The part of an engine that this is about: what it was asked, and what it says. */
class ScriptedEngine {
  connected: ConnectInput[] = [];
  chosen: Protocol[] = [];
  #push: ((event: EngineEvent) => void) | undefined;

  start(push: (event: EngineEvent) => void): void {
    this.#push = push;
  }

  connect(input: ConnectInput): void {
    this.connected.push(input);
    this.say({ type: 'phase', phase: { name: 'online', address: input.server } });
    this.paths({ wanted: input.protocol ?? 'tcp' });
  }

  setProtocol(protocol: Protocol): void {
    this.chosen.push(protocol);
    this.paths({ wanted: protocol });
  }

  say(event: EngineEvent): void {
    this.#push!(event);
  }

  paths(change: Partial<Paths>): void {
    this.say({ type: 'paths', paths: { wanted: 'udp', sending: 'tcp', receiving: 'tcp', history: [], ...change } });
  }
}

function settingsOf(recent: RecentServer[]): Settings {
  return { ...defaultSettings(), remember: true, recent, downloads: '/d' };
}

function scene(recent: RecentServer[] = []) {
  let now = START;
  const state = new AppState({ now: () => now, memory: { getItem: () => null, setItem: () => undefined } });
  const engine = new ScriptedEngine();
  engine.start((event) => apply(state, structuredClone(event)));
  engine.say({ type: 'settings', settings: settingsOf(recent), defaults: settingsOf([]) });
  return { state, engine, after: (ms: number) => (now += ms) };
}

test('the choice on the card goes with the sign-in; nobody who chose nothing gets UDP', () => {
  const { state, engine } = scene();
  engine.connect(state.form.input());
  state.form.choose('udp');
  engine.connect(state.form.input());
  assert.equal(engine.connected.map(({ protocol }) => protocol), ['tcp', 'udp']);
});

test('the last server brings its choice along, and so does any other one from the list', () => {
  const udp: RecentServer = { server: '10.0.0.1', username: 'ana', lastUsed: 2, protocol: 'udp' };
  const old: RecentServer = { server: '10.0.0.2', username: 'ben', lastUsed: 1 };
  const { state, engine } = scene([udp, old]);
  assert.equal([state.form.server, state.form.protocol], ['10.0.0.1', 'udp']);
  state.form.use(old);
  assert.equal([state.form.server, state.form.protocol], ['10.0.0.2', 'tcp']);
  state.form.use(udp);
  state.form.choose('tcp');
  engine.say({ type: 'settings', settings: settingsOf([udp]), defaults: settingsOf([]) });
  assert.is(state.form.protocol, 'tcp', 'a choice that was made stays');
});

test('what is chosen while signed in stands on the card after signing out; the paths are gone by then', () => {
  const { state, engine } = scene();
  engine.connect(state.form.input());
  assert.is(state.paths.told?.wanted, 'tcp');
  engine.setProtocol('udp');
  engine.paths({ sending: 'udp', receiving: 'udp', rtt: 12 });
  assert.equal([state.paths.told?.sending, state.paths.told?.rtt], ['udp', 12]);
  engine.say({ type: 'phase', phase: { name: 'signed_out' } });
  assert.equal([state.paths.told, state.paths.trips.length, state.form.protocol], [undefined, 0, 'udp']);
});

test('a loss of the connection keeps what was told; another account does not see it', () => {
  const session = (userId: string): EngineEvent => ({ type: 'session', session: { userId } as SessionInfo });
  const { state, engine } = scene();
  engine.say(session('ana'));
  engine.connect({ ...state.form.input(), protocol: 'udp' });
  engine.say({ type: 'phase', phase: { name: 'reconnecting', address: 'a', since: START, attempt: 1, offline: false, failure: { code: 'closed_by_peer', message: '' } } });
  assert.is(state.paths.told?.wanted, 'udp');
  engine.say(session('ben'));
  assert.is(state.paths.told, undefined);
});

test('late is only what went out by UDP, over the connection that there still is, and was not answered', () => {
  const { state, engine, after } = scene();
  const online = (): void => engine.say({ type: 'phase', phase: { name: 'online', address: 'a' } });
  const send = (id: string, more: Partial<ChatMessage> = {}): void => engine.say({ type: 'messages', room: 'r', reason: 'live', messages: [{ id, room: 'r', sender: 'ana', ts: START, text: id, mentions: [], reactions: [], state: { name: 'queued' }, ...more }] });
  const late = (id: string): boolean => state.sending.isLate(id, { now: state.clock.read(), since: state.session.phaseAt });
  engine.say({ type: 'session', session: { userId: 'ana' } as SessionInfo });
  send('offline');
  online();
  engine.paths({ sending: 'tcp' });
  send('tcp');
  engine.paths({ sending: 'udp' });
  send('udp');
  send('file', { file: { id: 'f', name: 'a.png', size: 1, type: '' } as NonNullable<ChatMessage['file']> });
  assert.equal(['offline', 'tcp', 'udp', 'file'].map(late), [false, false, false, false], 'at once');
  after(1_500);
  assert.equal(['offline', 'tcp', 'udp', 'file'].map(late), [false, false, true, false]);
  engine.say({ type: 'phase', phase: { name: 'reconnecting', address: 'a', since: START, attempt: 1, offline: false, failure: { code: 'closed_by_peer', message: '' } } });
  online();
  assert.not(late('udp'), 'right after a reconnect');
  engine.say({ type: 'message_state', room: 'r', id: 'udp', state: { name: 'queued' } });
  after(1_500);
  assert.ok(late('udp'), 'retried, and not answered again');
  engine.say({ type: 'message_state', room: 'r', id: 'udp', state: { name: 'sent' }, seq: 1, path: 'tcp' });
  assert.equal(state.sending.of('udp')?.moved, true);
});

test('round trips of one minute are kept, with the one that held when it began', () => {
  const { state, engine, after } = scene();
  for (let turn = 0; turn < 100; turn += 1) {
    engine.paths({ sending: 'udp', receiving: 'udp', rtt: turn });
    after(2_000);
  }
  const { trips } = state.paths;
  assert.is(trips.at(-1)!.ms, 99);
  const newest = trips.at(-1)!.at;
  assert.equal(trips.filter(({ at }) => at <= newest - 60_000).length, 1);
  assert.ok(trips.length <= 32, `${trips.length} round trips`);
  after(600_000);
  engine.paths({ sending: 'udp', receiving: 'udp', rtt: 5 });
  assert.equal(state.paths.trips.map(({ ms }) => ms), [99, 5]);
  engine.paths({});
  assert.is(state.paths.trips.length, 0, 'UDP that is gone has no round trip');
});

test('many changes at once are bounded too', () => {
  const { state, engine } = scene();
  for (let turn = 0; turn < 1_000; turn += 1) engine.paths({ sending: turn % 2 ? 'udp' : 'tcp', rtt: 3 });
  assert.ok(state.paths.trips.length <= 120);
});

test('the question before files leave goes with its room and with the account', () => {
  const { state, engine } = scene();
  state.dialog = { withTcp: 'r' };
  state.leave('s');
  assert.equal(state.dialog, { withTcp: 'r' });
  state.leave('r');
  assert.is(state.dialog, undefined);
  state.dialog = { withTcp: 'r' };
  engine.say({ type: 'phase', phase: { name: 'signed_out' } });
  assert.is(state.dialog, undefined);
});

test('a moment has its seconds today and its day before', () => {
  const ts = new Date(2026, 10, 22, 9, 4, 7).getTime();
  assert.equal([momentWords(ts, { today: true, hours: 24 }), momentWords(ts, { today: false, hours: 24 })], ['9:04:07', '22 Nov 9:04']);
});

test.run();
