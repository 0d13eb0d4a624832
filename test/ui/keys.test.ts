// The table of shortcuts: what is pressed finds its entry, nothing is there twice, and it reads as keys are printed.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chordWords, onKeys, pressedAt, type Press } from '../../client/ui/keys/pressed.ts';
import { codeFiles } from '../helpers/sources.ts';
import { SHORTCUTS, type KeyId } from '../../client/ui/keys/table.ts';

type Held = 'ctrl' | 'meta' | 'alt' | 'shift';
const press = (key: string, ...held: Held[]): Press => pressAt('', key, ...held);
/** `code`: the place of the key, by its name on an American keyboard. */
const pressAt = (code: string, key: string, ...held: Held[]): Press => ({
  key, code, ctrlKey: held.includes('ctrl'), metaKey: held.includes('meta'), altKey: held.includes('alt'), shiftKey: held.includes('shift'),
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

test('a sign that a keyboard has behind Shift is that sign', () => {
  assert.equal(found(pressAt('Digit7', '/', 'ctrl', 'shift')), ['sheet'], 'German');
  assert.equal(found(pressAt('Digit0', '=', 'ctrl', 'shift')), ['zoom_in'], 'German');
  assert.equal(found(pressAt('Slash', ',', 'ctrl', 'shift')), ['settings'], 'Russian');
  assert.equal(found(pressAt('Slash', '?', 'ctrl', 'shift')), [], 'American');
  assert.equal(found(pressAt('Space', ' ', 'shift')), []);
});

test('digits behind Shift are found by their place, with Shift and without', () => {
  assert.is(pressedAt('nth_room', pressAt('Digit2', 'é', 'ctrl')), 1);
  assert.is(pressedAt('nth_room', pressAt('Digit2', '2', 'ctrl', 'shift')), 1);
  assert.equal(found(pressAt('Digit0', 'à', 'ctrl')), ['zoom_reset']);
  assert.equal(found(pressAt('Digit2', '@', 'ctrl', 'shift')), [], 'on an American keyboard that is another key');
  assert.equal(found(pressAt('Digit6', '-', 'ctrl')), ['zoom_out'], 'what is printed on the key counts first');
  assert.equal(found(pressAt('Digit1', '+', 'ctrl')), ['zoom_in'], 'Czech');
});

test('letters of other scripts are found by their place, Latin ones by what is printed', () => {
  assert.equal(found(pressAt('KeyK', 'л', 'ctrl')), ['palette']);
  assert.equal(found(pressAt('KeyL', 'Λ', 'ctrl', 'shift')), ['theme']);
  assert.equal(found(pressAt('KeyR', 'к')), ['reply', 'zoom']);
  assert.equal(found(pressAt('KeyQ', 'a', 'ctrl')), [], 'AZERTY: Ctrl+A does not quit');
  assert.equal(found(pressAt('KeyA', 'q', 'ctrl')), ['quit'], 'AZERTY: what is printed');
  assert.equal(found(pressAt('KeyK', 'ß', 'ctrl')), [], 'a Latin letter is itself');
});

test('on no keyboard is one press two things at the same place', () => {
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  const rows: Record<string, readonly [string, string]> = {
    american: ['1234567890-=,./', '!@#$%^&*()_+<>?'], german: ['1234567890ß´,.-', '!"§$%&/()=?`;:_'],
    french: ['&é"\'(-è_çà)=;:!', '1234567890°+./§'], czech: ['+ěščřžýáíé=´,.-', '1234567890%ˇ?:_'],
  };
  const codes = [...Array.from({ length: 10 }, (_, at) => `Digit${(at + 1) % 10}`), 'Minus', 'Equal', 'Comma', 'Period', 'Slash'];
  const presses = Object.values(rows).flatMap(([plain, shifted]) => codes.flatMap((code, at) => [pressAt(code, plain[at]!, 'ctrl'), pressAt(code, shifted[at]!, 'ctrl', 'shift')]));
  const cyrillic = [...'фисвуапршолдьтщзйкыегмцчня'].flatMap((letter, at) => [pressAt(`Key${upper[at]}`, letter, 'ctrl'), pressAt(`Key${upper[at]}`, letter.toUpperCase(), 'ctrl', 'shift')]);
  const places = (ids: readonly KeyId[]) => ids.map((id) => SHORTCUTS[id].where);
  for (const one of [...presses, ...cyrillic]) assert.is(new Set(places(found(one))).size, found(one).length, JSON.stringify(one));
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
