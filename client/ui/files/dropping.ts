// What the overlay says of files that are held over the window. A browser tells how many there are; names and sizes only
// where it does so before the drop.
import { sizeWords } from '../../state/amounts.ts';

/** What is known of a held file; of a folder also how many files are in it. */
interface Known {
  name: string;
  size: number;
  files?: number;
}

const NAMES_SHOWN = 3;

/** `count`: how many are held, where nothing else is known. */
export function dropWords(count: number, known: readonly Known[], fileMax: number): { text: string; over: boolean } {
  if (known.length === 0) return { text: `${countWords(count)}, each up to ${sizeWords(fileMax)}`, over: false };
  const tooLarge = known.filter(({ size }) => size > fileMax);
  if (tooLarge.length > 0) return { text: `${tooLarge.length === 1 ? tooLarge[0]!.name : countWords(tooLarge.length)} over this server's ${sizeWords(fileMax)} limit`, over: true };
  const total = sizeWords(known.reduce((sum, { size }) => sum + size, 0));
  if (known.length === 1 && known[0]!.files !== undefined) return { text: `Send as ${known[0]!.name} · ${countWords(known[0]!.files)}, ${total}`, over: false };
  return { text: known.length <= NAMES_SHOWN ? `${known.map(({ name }) => name).join(', ')} · ${total}` : `${countWords(known.length)}, ${total}`, over: false };
}

function countWords(count: number): string {
  return count === 1 ? '1 file' : `${Math.max(count, 1)} files`;
}
