// Which shortcut of the table a key is, and running it.
import { SHORTCUTS, type KeyId } from './table.ts';

/** The part of a KeyboardEvent that counts. */
export type Press = Pick<KeyboardEvent, 'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** One character that is no letter. */
const SIGN = /^[^\p{L}\s]$/u;
/** A letter that no Latin keyboard has. */
const FOREIGN = /^(?!\p{Script=Latin})\p{L}$/u;

/** What a key runs. False: not now, and the key goes on to whoever else wants it. `at`: which of its alternatives was pressed. */
export type Run = (at: number) => unknown;

/** Index of the alternative of `id` that was pressed: by what is printed on the key, or else by the place of the key. */
export function pressedAt(id: KeyId, press: Press): number | undefined {
  const keys: readonly string[] = SHORTCUTS[id].keys;
  const printed = keys.findIndex((chord) => isPrinted(chord, press));
  if (printed >= 0) return printed;
  const placed = keys.findIndex((chord) => isPlaced(chord, press));
  return placed < 0 || isPrintedSomewhere(press) ? undefined : placed;
}

/** With nothing held beside it: what a list or a field takes for itself. */
export function isBare({ ctrlKey, metaKey, altKey, shiftKey }: Press): boolean {
  return !ctrlKey && !metaKey && !altKey && !shiftKey;
}

/** Runs what was pressed, and keeps the key from doing anything else. */
export function onKeys(event: KeyboardEvent, runs: Partial<Record<KeyId, Run>>): boolean {
  if (event.defaultPrevented || event.isComposing) return false;
  for (const id of Object.keys(runs) as KeyId[]) {
    const at = pressedAt(id, event);
    if (at === undefined || runs[id]!(at) === false) continue;
    event.preventDefault();
    return true;
  }
  return false;
}

/** The event of the first alternative of `id`, as if its keys were pressed. */
export function pressOf(id: KeyId): KeyboardEventInit {
  const parts = partsOf(SHORTCUTS[id].keys[0]!);
  const holds = (modifier: string): boolean => parts.slice(0, -1).includes(modifier);
  return { key: parts.at(-1)!, ctrlKey: holds('Ctrl'), altKey: holds('Alt'), shiftKey: holds('Shift'), bubbles: true, cancelable: true };
}

/** Of the computer this window runs on. */
export function isMac(): boolean {
  return navigator.platform.startsWith('Mac');
}

/** `Ctrl+Shift+L` as it is printed on this computer's keys. */
export function chordWords(chord: string, isMac: boolean): string {
  const names: Record<string, string> = { ArrowUp: '↑', ArrowDown: '↓', ArrowLeft: '←', ArrowRight: '→', Escape: 'Esc', Delete: 'Del', ContextMenu: 'Menu', ' ': 'Space', Ctrl: isMac ? '⌘' : 'Ctrl', Alt: isMac ? '⌥' : 'Alt', Shift: isMac ? '⇧' : 'Shift' };
  return partsOf(chord).map((part) => names[part] ?? part).join(isMac ? '' : '+');
}

/** The first keys of a shortcut, or a chord that is in no table, as printed on this computer's keys. */
export function printed(shortcut: string): string {
  return chordWords(isKeyId(shortcut) ? SHORTCUTS[shortcut].keys[0]! : shortcut, isMac());
}

function isKeyId(name: string): name is KeyId {
  return name in SHORTCUTS;
}

function isPrinted(chord: string, press: Press): boolean {
  const key = partsOf(chord).at(-1)!;
  // A sign that this keyboard has behind Shift, such as a plus, is still that sign.
  return holdsFor(chord, press, SIGN.test(key)) && key.toLowerCase() === press.key.toLowerCase();
}

/** Letters of another script stand on the keys of Latin ones; on some keyboards digits need Shift. */
function isPlaced(chord: string, press: Press): boolean {
  const key = partsOf(chord).at(-1)!;
  const elsewhere = /^\d$/.test(key) ? press.code === `Digit${key}` : FOREIGN.test(press.key) && press.code === `Key${key.toUpperCase()}`;
  return elsewhere && holdsFor(chord, press);
}

function isPrintedSomewhere(press: Press): boolean {
  return Object.values(SHORTCUTS).some(({ keys }) => keys.some((chord) => isPrinted(chord, press)));
}

function holdsFor(chord: string, press: Press, anyShift = false): boolean {
  const holds = (modifier: string): boolean => partsOf(chord).slice(0, -1).includes(modifier);
  return (anyShift || holds('Shift') === press.shiftKey) && holds('Ctrl') === (press.ctrlKey || press.metaKey) && holds('Alt') === press.altKey;
}

/** The last part is the key; it may be a plus itself. */
function partsOf(chord: string): string[] {
  return chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord === '+' ? ['+'] : chord.split('+');
}
