// The table of shortcuts: what is pressed finds its entry, nothing is there twice, and it reads as keys are printed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chordWords, onKeys, pressedAt, type Press } from '../../client/ui/keys/pressed.ts';
import { codeFiles } from '../helpers/sources.ts';
import { SHORTCUTS, type KeyId } from '../../client/ui/keys/table.ts';

const press = (key: string, ...held: ('ctrl' | 'meta' | 'alt' | 'shift')[]): Press => ({
  key, ctrlKey: held.includes('ctrl'), metaKey: held.includes('meta'), altKey: held.includes('alt'), shiftKey: held.includes('shift'),
});
const found = (one: Press): KeyId[] => (Object.keys(SHORTCUTS) as KeyId[]).filter((id) => pressedAt(id, one) !== undefined);

test('a key finds what it does, with exactly the keys that are held', () => {
  assert.equal(found(press('k', 'ctrl')), ['palette']);
  assert.equal(found(press('k', 'meta')), ['palette']);
  assert.equal(found(press('K', 'ctrl', 'shift')), []);
  assert.equal(found(press('L', 'ctrl', 'shift')), ['theme']);
  assert.equal(found(press('ArrowUp', 'alt', 'shift')), ['unread_above']);
  assert.equal(found(press('F6', 'shift')), ['previous_landmark']);
  assert.equal(found(press('q')), []);
});

test('a plus is a plus with Shift or without; the ninth conversation is the ninth', () => {
  assert.ok(found(press('+', 'ctrl', 'shift')).includes('zoom_in'));
  assert.ok(found(press('+', 'ctrl')).includes('zoom_in'));
  assert.is(pressedAt('nth_room', press('9', 'ctrl')), 8);
});

test('no two entries of one place share a key', () => {
  const all = Object.values(SHORTCUTS).flatMap(({ where, keys }) => keys.map((key) => `${where} ${key}`));
  assert.equal(all.filter((one, at) => all.indexOf(one) !== at), []);
});

test('what ran keeps the key from doing more; what says "not now" lets it go on', () => {
  const event = (): { sent: KeyboardEvent; stopped: () => boolean } => {
    let stopped = false;
    const sent = { ...press('n', 'ctrl'), defaultPrevented: false, isComposing: false, preventDefault: () => (stopped = true) };
    return { sent: sent as unknown as KeyboardEvent, stopped: () => stopped };
  };
  const [taken, refused] = [event(), event()];
  assert.ok(onKeys(taken.sent, { new_dm: () => undefined }) && taken.stopped());
  assert.ok(!onKeys(refused.sent, { new_dm: () => false }) && !refused.stopped());
});

test('as keys are printed', () => {
  assert.equal(['Ctrl+Shift+L', 'Alt+ArrowUp', 'Ctrl++', 'Shift+Escape', ' '].map((chord) => chordWords(chord, false)), ['Ctrl+Shift+L', 'Alt+↑', 'Ctrl++', 'Shift+Esc', 'Space']);
  assert.is(chordWords('Ctrl+Shift+L', true), '⌘⇧L');
});

test('every shortcut of the table is asked for by a part of the window', () => {
  const window = codeFiles().filter(({ path }) => path.startsWith('client/ui/') && !path.startsWith('client/ui/keys/table'));
  const code = window.map(({ text }) => text).join('\n');
  // A key of an object for onKeys(), or the name pressedAt() is asked for.
  const listened = (id: string): boolean => new RegExp(`\\bpressedAt\\('${id}'|\\b${id}: [(a-z]|\\b${id}(,| \\})`).test(code);
  assert.equal(Object.keys(SHORTCUTS).filter((id) => !listened(id)), []);
});

test.run();
