// The settings page's table against the engine that keeps settings: every choice is one it takes, applies at once, survives a
// restart, and can be reset.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createEngine } from '../../client/engine/engine.ts';
import type { EngineCalls, Settings } from '../../client/engine/types.ts';
import { PLACES, placesMatching } from '../../client/ui/settings/places.ts';
import { clockOf, isDefault, minutesOf, noteOf, ROWS, rowsMatching, titleOf, type Row } from '../../client/ui/settings/rows.ts';
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

test('times of day', () => {
  assert.equal(['22:00', '7:05', '24:00', '7:60', ''].map(minutesOf), [1320, 425, undefined, undefined, undefined]);
  assert.equal([0, 425, 1320].map(clockOf), ['00:00', '07:05', '22:00']);
});

test.run();
