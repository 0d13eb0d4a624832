// What the overlay says of files that are held over the window. A browser tells how many there are; names and sizes only
// where it does so before the drop.
import { sizeWords } from '../../state/amounts.ts';

interface Held {
  items: ArrayLike<{ kind: string }>;
  files: ArrayLike<{ name: string; size: number }>;
}

const NAMES_SHOWN = 3;

export function dropWords({ items, files }: Held, fileMax: number): { text: string; over: boolean } {
  const known = Array.from(files);
  if (known.length === 0) return { text: `${countWords(Array.from(items).filter(({ kind }) => kind === 'file').length)}, each up to ${sizeWords(fileMax)}`, over: false };
  const tooLarge = known.filter(({ size }) => size > fileMax);
  if (tooLarge.length > 0) return { text: `${tooLarge.length === 1 ? tooLarge[0]!.name : countWords(tooLarge.length)} over this server's ${sizeWords(fileMax)} limit`, over: true };
  const total = sizeWords(known.reduce((sum, { size }) => sum + size, 0));
  return { text: known.length <= NAMES_SHOWN ? `${known.map(({ name }) => name).join(', ')} · ${total}` : `${countWords(known.length)}, ${total}`, over: false };
}

function countWords(count: number): string {
  return count === 1 ? '1 file' : `${Math.max(count, 1)} files`;
}
