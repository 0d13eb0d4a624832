// What the overlay says and shows of files that are held over the window. A browser tells how many there are and of what type;
// names and sizes only where it does so before the drop.
import { sizeWords } from '../../state/amounts.ts';
import { words } from '../../words/words.ts';
import { kindOf, kindOfType, type Kind } from './kinds.ts';

/** What is known of a held file; of a folder also how many files are in it. */
interface Known {
  name: string;
  size: number;
  files?: number;
}

const texts = words.files;
const NAMES_SHOWN = 3;
const ICONS_SHOWN = 3;

/** `count`: how many are held, where nothing else is known. */
export function dropWords(count: number, known: readonly Known[], fileMax: number): { text: string; over: boolean } {
  const max = sizeWords(fileMax);
  if (known.length === 0) return { text: texts.dropUpTo(Math.max(count, 1), max), over: false };
  const tooLarge = known.filter(({ size }) => size > fileMax);
  if (tooLarge.length > 0) return { text: texts.dropOver(tooLarge.length === 1 ? { name: tooLarge[0]!.name } : { count: tooLarge.length }, max), over: true };
  const total = sizeWords(known.reduce((sum, { size }) => sum + size, 0));
  if (known.length === 1 && known[0]!.files !== undefined) return { text: texts.dropFolder(known[0]!.name, known[0]!.files, total), over: false };
  return { text: known.length <= NAMES_SHOWN ? texts.dropNamed(known.map(({ name }) => name), total) : texts.filesOfSize(known.length, total), over: false };
}

/** The icons of what is held, at most three: one of each kind first. By name where it is known, else by media type. */
export function dropIcons(types: readonly string[], names: readonly string[]): Kind[] {
  const kinds = names.length > 0 ? names.map(kindOf) : types.map(kindOfType);
  const once = kinds.filter((kind, at) => kinds.indexOf(kind) === at);
  const again = kinds.filter((kind, at) => kinds.indexOf(kind) !== at);
  return [...once, ...again].slice(0, ICONS_SHOWN);
}
