// A key as icons: six bits of its SHA-256 each, fifteen of them, which is 90 bits: as many as eight words carry.
import { words } from '../../words/words.ts';

/** 64 things that nobody mistakes for each other, with what they are called. */
const ICONS = words.connect.icons.map((entry) => ({ icon: entry.slice(0, entry.indexOf(' ')), name: entry.slice(entry.indexOf(' ') + 1) }));

const SHOWN = 15;
const BITS = 6;

/** `fingerprint`: at least 23 hex digits. */
export function iconsOf(fingerprint: string): { icon: string; name: string }[] {
  const bits = [...fingerprint].map((digit) => parseInt(digit, 16).toString(2).padStart(4, '0')).join('');
  return Array.from({ length: SHOWN }, (_, at) => ICONS[parseInt(bits.slice(at * BITS, (at + 1) * BITS), 2)]!);
}
