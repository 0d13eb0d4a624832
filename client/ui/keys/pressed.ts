// Which shortcut of the table a key is, and running it.
import { SHORTCUTS, type KeyId } from './table.ts';

/** The part of a KeyboardEvent that counts. */
export type Press = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey'>;

/** What a key runs. False: not now, and the key goes on to whoever else wants it. `at`: which of its alternatives was pressed. */
export type Run = (at: number) => unknown;

/** Index of the alternative of `id` that was pressed. */
export function pressedAt(id: KeyId, press: Press): number | undefined {
  const at = SHORTCUTS[id].keys.findIndex((chord) => isChord(chord, press));
  return at < 0 ? undefined : at;
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

function isChord(chord: string, press: Press): boolean {
  const parts = partsOf(chord);
  const key = parts.at(-1)!;
  const wants = (modifier: string): boolean => parts.includes(modifier) && modifier !== key;
  // A plus that needs Shift to be typed is still that plus.
  const shift = wants('Shift') === press.shiftKey || key === '+';
  return shift && wants('Ctrl') === (press.ctrlKey || press.metaKey) && wants('Alt') === press.altKey && key.toLowerCase() === press.key.toLowerCase();
}

/** The last part is the key; it may be a plus itself. */
function partsOf(chord: string): string[] {
  return chord.endsWith('++') ? [...chord.slice(0, -2).split('+'), '+'] : chord === '+' ? ['+'] : chord.split('+');
}
