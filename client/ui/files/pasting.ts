// What a paste is: files, bytes of a picture, a table, or text. Pure but for what the clipboard holds.
import { htmlRows } from './html-table.ts';
import { tabRows } from './pasted-table.ts';

/** Over one of these a pasted text is offered as a file. */
const LONG_CHARACTERS = 4_000;
const LONG_LINES = 100;

/**
 * The files to attach; empty: the text is pasted. Programs that copy a table or a page offer it as a picture too:
 * where there is text, the text is meant, unless the files have names on the disk.
 */
export function pastedFiles(clipboard: Pick<DataTransfer, 'files' | 'getData'>, pathOf: (file: File) => string): File[] {
  const files = [...clipboard.files];
  const onDisk = files.filter((file) => pathOf(file) !== '');
  if (onDisk.length > 0) return onDisk;
  return clipboard.getData('text/plain') === '' ? files : [];
}

export function isLongText(text: string): boolean {
  return text.length > LONG_CHARACTERS || text.split('\n', LONG_LINES + 1).length > LONG_LINES;
}

/** Text that is offered as a file; of a table with its rows. */
export interface Pasted {
  text: string;
  rows?: string[][] | undefined;
}

/** undefined: a text like others. */
export function offerOf(clipboard: Pick<DataTransfer, 'getData'>): Pasted | undefined {
  const plain = clipboard.getData('text/plain');
  const text = fieldText(plain);
  if (text.trim() === '') return undefined;
  const rows = htmlRows(clipboard.getData('text/html')) ?? tabRows(plain);
  return rows || isLongText(text) ? { text, rows } : undefined;
}

/** As a text field holds it. */
export function fieldText(text: string): string {
  return text.replace(/\r\n?/g, '\n');
}

/** The text without the pasted part, the one nearest to where it was pasted; unchanged where it was edited since. */
export function withoutPasted(text: string, pasted: string, at: number): string {
  const from = text.startsWith(pasted, at) ? at : text.indexOf(pasted);
  return from < 0 ? text : text.slice(0, from) + text.slice(from + pasted.length);
}
