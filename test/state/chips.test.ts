import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type * as Chips from '../../client/state/chips.svelte.ts';
import { copiedWords, messageWords, spokenWords } from '../../client/state/message-words.ts';
import { loadRunes } from './runes.ts';

const { CHIPS_MAX, ChipsState, chipProblem, needsTcp, outgoing } = await loadRunes<typeof Chips>(new URL('../../client/state/chips.svelte.ts', import.meta.url));
const MB = 1024 * 1024;
const chip = (name: string, size = 10) => ({ path: `/home/${name}`, name, size, pasted: false });

test('chips stand in the order they will be sent in, each room has its own, and they can be moved', () => {
  const chips = new ChipsState();
  chips.add('r', ['a', 'b', 'c'].map((name) => chip(name)));
  chips.add('s', [chip('z')]);
  const names = () => chips.of('r').map(({ name }) => name).join('');
  const number = (name: string) => chips.of('r').find((one) => one.name === name)!.number;
  chips.move('r', number('c'), 0);
  assert.is(names(), 'cab');
  chips.move('r', number('c'), 99);
  assert.is(names(), 'abc');
  chips.move('r', number('a'), -1);
  assert.is(names(), 'abc');
  chips.remove('r', [number('a'), number('c')]);
  assert.is(names(), 'b');
  assert.is(chips.of('s').length, 1);
  chips.leave('r');
  assert.is(names(), '');
});

test('there is a bound, and what is over it comes back to be told', () => {
  const chips = new ChipsState();
  const many = Array.from({ length: CHIPS_MAX + 3 }, (_, at) => chip(`f${at}`));
  assert.equal(chips.add('r', many).map(({ name }) => name), [`f${CHIPS_MAX}`, `f${CHIPS_MAX + 1}`, `f${CHIPS_MAX + 2}`]);
  assert.is(chips.of('r').length, CHIPS_MAX);
});

test('what is too large or cannot be read says so; the limit itself is not too large', () => {
  assert.is(chipProblem(chip('a', 61 * MB), 50 * MB), "61 MB is over this server's 50 MB limit");
  assert.is(chipProblem(chip('a', 50 * MB + 1), 50 * MB), "50 MB (52,428,801 bytes) is over this server's 50 MB limit");
  assert.is(chipProblem(chip('a', 50 * MB), 50 * MB), undefined);
  assert.is(chipProblem({ ...chip('a'), failure: { code: 'local', message: '/home/a cannot be read.' } }, 50 * MB), '/home/a cannot be read.');
});

test('what an earlier process left stands before what was added since; every change is told, without what cannot be sent', async () => {
  const chips = new ChipsState();
  const told: string[] = [];
  chips.changed = (room, files) => void told.push(`${room}: ${files.map(({ name }) => name).join(' ')}`);
  const unread = { ...chip('locked'), failure: { code: 'local' as const, message: 'permission denied' } };
  chips.add('r', [chip('new'), unread]);
  chips.restore('r', [{ ...chip('old'), gone: true }, chip('older')]);
  assert.equal(chips.of('r').map(({ name }) => name), ['old', 'older', 'new', 'locked']);
  assert.is(chipProblem(chips.of('r')[0]!, 50 * MB), 'This file is no longer there');
  chips.remove('r', [chips.of('r')[0]!.number]);
  let found = (_: { media: { type: string } }): void => undefined;
  chips.compute('r', chips.of('r')[0]!, () => new Promise((resolve) => (found = resolve)));
  chips.leave('r');
  const before = told.length;
  found({ media: { type: 'image/png' } });
  await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(told.slice(0, before), ['r: new', 'r: old older new', 'r: older new', 'r: ']);
  assert.is(told.length, before, 'what is found of a chip that is gone is told to nobody');
});

test('51,200 bytes go as chat does, one more needs TCP, and so does a folder of any size', () => {
  assert.equal([needsTcp(chip('a', 51_200)), needsTcp(chip('a', 51_201)), needsTcp({ ...chip('a'), files: 1 })], [false, true, true]);
});

test('a folder is named by the one who packs it; what was computed goes along', () => {
  assert.equal(outgoing({ ...chip('fieldwork.zip'), number: 1, files: 12 }), { path: '/home/fieldwork.zip' });
  assert.equal(outgoing({ ...chip('a.png'), number: 1, pasted: true, media: { type: 'image/png', width: 3, height: 2 } }), { path: '/home/a.png', name: 'a.png', pasted: true, media: { type: 'image/png', width: 3, height: 2 } });
});

test('a file without caption is known by its name', () => {
  const file = { id: 'f', name: 'survey.csv', type: 'text/csv', size: 3 };
  assert.equal([messageWords({ text: '', file }), messageWords({ text: 'the readings', file }), messageWords({ text: 'hello' }), messageWords({})], ['📎 survey.csv', 'the readings', 'hello', 'unreadable message']);
  assert.equal([spokenWords({ text: '', file }), spokenWords({ text: 'the readings', file })], ['File survey.csv', 'the readings File survey.csv']);
  assert.equal([copiedWords({ text: ' ', file }), copiedWords({ text: 'the readings', file }), copiedWords({})], ['survey.csv', 'the readings', undefined]);
});

test.run();
