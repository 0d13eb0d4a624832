// The settings page's table against the engine that keeps settings: every choice is one it takes, applies at once, survives a
// restart, and can be reset.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEngine } from '../../client/engine/engine.ts';
import type { EngineCalls, Settings } from '../../client/engine/types.ts';
import { defaultSettings } from '../../client/engine/settings.ts';
import { withUdpPort, udpPortOf } from '../../client/state/ways.ts';
import type * as App from '../../client/state/app.svelte.ts';
import { apply } from '../../client/state/apply.ts';
import { diagnosticsOf } from '../../client/ui/about/diagnostics.ts';
import { outcomeOf, type Standing } from '../../client/ui/desktop/leaving.ts';
import { loadRunes } from '../state/runes.ts';
import { PLACES, placesMatching } from '../../client/ui/settings/places.ts';
import { clockOf, isDefault, keysOf, minutesOf, missing, noteOf, ROWS, rowsMatching, titleOf, type Row } from '../../client/ui/settings/rows.ts';
import { tempFolder } from '../helpers/folders.ts';
import { closeAfter, type Closing } from '../helpers/waiting.ts';

function open(closing: Closing, home: string): { engine: EngineCalls; told: () => { settings: Settings; defaults: Settings } } {
  const engine = createEngine({ home, passwordWorker: { run: () => Promise.reject(new Error('no password here')), close: () => undefined } });
  closing.add(() => engine.stop());
  let last: { settings: Settings; defaults: Settings } | undefined;
  engine.start((event) => {
    if (event.type === 'settings') last = event;
  });
  return { engine, told: () => last! };
}

/** Everything a person can choose in a row. */
function choicesOf(row: Row): unknown[] {
  switch (row.kind) {
    case 'choice': return row.options.map(({ value }) => value);
    case 'switch': return [true, false];
    case 'range': return [row.min, row.max, row.min + row.step];
    case 'tone': return [0, 1, 5];
    case 'quiet': return [{ from: 22 * 60, to: 7 * 60 }, null];
    case 'folder': return ['/somewhere/else'];
  }
}

test('every choice of every row is taken at once, and what was chosen last is there after a restart', closeAfter(async (closing) => {
  const home = tempFolder(closing);
  const { engine, told } = open(closing, home);
  for (const row of ROWS) {
    for (const choice of choicesOf(row)) {
      engine.changeSettings({ [row.key]: choice });
      assert.equal(told().settings[row.key], choice, row.key);
    }
  }
  const chosen = told().settings;
  await engine.stop();
  assert.equal(open(closing, home).told().settings, chosen);
}));

test('a row that was changed can be reset, and only then', closeAfter(async (closing) => {
  const { engine, told } = open(closing, tempFolder(closing));
  for (const row of ROWS) {
    assert.ok(isDefault(row, told().settings, told().defaults), row.key);
    const other = choicesOf(row).find((choice) => JSON.stringify(choice) !== JSON.stringify(told().defaults[row.key]));
    engine.changeSettings({ [row.key]: other });
    assert.not(isDefault(row, told().settings, told().defaults), row.key);
    engine.changeSettings({ [row.key]: told().defaults[row.key] });
    assert.ok(isDefault(row, told().settings, told().defaults), row.key);
  }
}));

test('a setting that is damaged on disk falls back alone', closeAfter(async (closing) => {
  const { engine, told } = open(closing, tempFolder(closing));
  engine.changeSettings({ textSize: 99, density: 'compact' } as Partial<Settings>);
  assert.equal([told().settings.textSize, told().settings.density], [14, 'compact']);
}));

test('each row has its words, and is found by them', () => {
  assert.is(new Set(ROWS.map(({ key }) => key)).size, ROWS.length);
  for (const row of ROWS) {
    assert.ok(titleOf(row).length > 0 && noteOf(row).endsWith('.'), row.key);
    assert.ok(rowsMatching(titleOf(row).toUpperCase()).includes(row), row.key);
  }
  assert.equal(rowsMatching('compact').map(({ key }) => key), ['density']);
  assert.equal(rowsMatching('no such thing'), []);
  const writing = ROWS.filter(({ section }) => section === 'writing');
  assert.ok(writing.length > 2 && writing.every((row) => rowsMatching('writing').includes(row)), 'the name of a section finds what is in it');
});

test('keys are named as they are printed on the computer, and a row says what it waits for', () => {
  const rowOf = (key: Row['key']): Row => ROWS.find((row) => row.key === key)!;
  assert.equal([false, true].map((mac) => keysOf(rowOf('enterSends'), mac)), ['Ctrl+Enter always sends.', '⌘Enter always sends.']);
  assert.equal(keysOf(rowOf('zoom'), true), '⌘+ and ⌘- do the same.');
  assert.is(ROWS.some((row) => /Ctrl|Cmd/.test(noteOf(row))), false);
  const silent = { ...defaultSettings(), sounds: false };
  assert.equal([missing(rowOf('soundInRoom'), silent)?.key, missing(rowOf('soundInRoom'), defaultSettings()), missing(rowOf('sounds'), silent)], ['sounds', undefined, undefined]);
});

test('what is no row is found too, in its section: each place has a name of its own there', () => {
  const found = (typed: string): string[] => placesMatching(typed).map(({ section, title }) => `${section}: ${title}`);
  for (const place of PLACES) assert.ok(placesMatching(place.title).includes(place), place.title);
  assert.is(new Set(PLACES.map(({ section, title }) => `${section} ${title}`)).size, PLACES.length);
  assert.equal(found('known servers'), ['connection: Known servers']);
  assert.equal(found('CLEAR local'), ['privacy: Clear local data']);
  assert.equal(found('sign out')[0], 'account: Sign out');
  assert.equal(found('udp')[0], 'connection: Protocol');
  assert.equal(found('ctrl+shift+l'), ['shortcuts: Light or dark']);
  assert.ok(found('about').some((one) => one === 'about: Copy diagnostics'));
  assert.equal(found('no such thing'), []);
});

const { AppState } = await loadRunes<typeof App>(new URL('../../client/state/app.svelte.ts', import.meta.url));

/** What diagnostics may tell of the settings. Whoever adds a key here has made sure that it says nothing of anybody. */
const MAY_BE_TOLD = [
  'theme', 'textSize', 'density', 'zoom', 'motion', 'clock', 'rosterOpen', 'sidebarWidth', 'enterSends', 'spelling', 'doubleClick',
  'notify', 'notifyPreview', 'sounds', 'soundInRoom', 'remember', 'askFolder', 'autoDownload', 'sendTyping', 'sendSeen', 'closing',
];

test('diagnostics tell of the settings what is named and nothing else, and of people and places nothing', () => {
  const state = new AppState({ now: () => 1_000, memory: { getItem: () => null, setItem: () => undefined } });
  const settings = Object.fromEntries([...Object.keys(defaultSettings()), 'comesLater'].map((key) => [key, `secret-${key}`])) as unknown as Settings;
  apply(state, { type: 'settings', settings, defaults: defaultSettings() });
  apply(state, { type: 'session', session: { userId: 'aa', username: 'secret-dana', display: 'Secret Dana', admin: false, address: 'secret.example:5000', key: { words: ['secret'], fingerprint: 'secret' }, trust: 'link', bodyMax: 1, fileMax: 1 } });
  apply(state, { type: 'phase', phase: { name: 'reconnecting', address: 'secret.example:5000', since: 0, attempt: 1, offline: false, failure: { code: 'refused', message: 'Nothing is listening on secret.example:5000.' } } });
  apply(state, { type: 'notice', failure: { code: 'local', message: 'Cannot read /home/secret/file.' } });
  const told = diagnosticsOf(state, { reach: '1', nw: '2', chromium: '3', node: '4', system: 'linux x64' }, { commit: 'abc1234' });
  const facts = JSON.parse(told) as { settings: object; happened: string[]; commit: string };
  assert.equal(Object.keys(facts.settings).sort(), [...MAY_BE_TOLD].sort());
  assert.equal(facts.happened, ['1970-01-01T00:00:01.000Z reconnecting refused', '1970-01-01T00:00:01.000Z notice local']);
  assert.is(facts.commit, 'abc1234');
  for (const key of MAY_BE_TOLD) delete (facts.settings as Record<string, unknown>)[key];
  assert.not.match(JSON.stringify(facts), /secret/i);
});

test('leaving: every wish to end asks while files are on their way, and only the window\'s close asks what closing means', () => {
  const usual: Standing = { inside: true, asked: false, closing: 'ask', moving: 0 };
  const outcomes = (change: Partial<Standing>) => [outcomeOf('close', { ...usual, ...change }), outcomeOf('quit', { ...usual, ...change })];
  assert.equal(outcomes({}), ['ask', 'quit']);
  assert.equal(outcomes({ moving: 2 }), ['ask', 'ask'], 'the first time, too');
  assert.equal(outcomes({ closing: 'quit' }), ['quit', 'quit']);
  assert.equal(outcomes({ closing: 'quit', moving: 1 }), ['ask', 'ask']);
  assert.equal(outcomes({ closing: 'tray', moving: 1 }), ['hide', 'ask'], 'in the tray files go on');
  assert.equal(outcomes({ asked: true, moving: 1 }), ['quit', 'quit'], 'a second time is an answer');
  assert.equal(outcomes({ inside: false, moving: 1 }), ['quit', 'quit']);
});

test('a port of the relay is chosen for one account on one server, and given back', () => {
  const recent = [{ server: 'a:5000', username: 'iris', lastUsed: 2, protocol: 'udp' as const }, { server: 'a:5000', username: 'ben', lastUsed: 1 }];
  const iris = { address: 'a:5000', username: 'iris' };
  const chosen = withUdpPort(recent, iris, 20_002);
  assert.equal(chosen, [{ server: 'a:5000', username: 'iris', lastUsed: 2, protocol: 'udp', udpPort: 20_002 }, recent[1]]);
  assert.equal([udpPortOf(chosen, iris), udpPortOf(recent, iris)], [20_002, undefined]);
  assert.equal(withUdpPort(chosen, iris, undefined), recent);
});

test('at most three toasts: news leaves before errors, the oldest first', () => {
  const state = new AppState({ now: () => 0, memory: { getItem: () => null, setItem: () => undefined } });
  const texts = (): string[] => state.toasts.map(({ text }) => text);
  state.notice({ message: 'error 1' });
  for (const text of ['news 1', 'news 2', 'news 3']) state.say(text);
  assert.equal(texts(), ['error 1', 'news 2', 'news 3']);
  for (const message of ['error 2', 'error 3']) state.notice({ message });
  assert.equal(texts(), ['error 1', 'error 2', 'error 3']);
  state.say('news 4');
  assert.equal(texts(), ['error 1', 'error 2', 'error 3'], 'news takes no error away');
  state.notice({ message: 'error 4' });
  assert.equal(texts(), ['error 2', 'error 3', 'error 4']);
});

test('times of day', () => {
  assert.equal(['22:00', '7:05', '24:00', '7:60', ''].map(minutesOf), [1320, 425, undefined, undefined, undefined]);
  assert.equal([0, 425, 1320].map(clockOf), ['00:00', '07:05', '22:00']);
});

test.run();
