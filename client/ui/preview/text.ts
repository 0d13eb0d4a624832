// The text of a file, as much of it as is shown.
import { PreviewError, type ByteSource } from '../../preview/byte-source.ts';
import { decodeText } from '../../preview/text-check.ts';
import { words } from '../../words/words.ts';

export const TEXT_MAX = 2 * 1024 * 1024;

export interface FileText {
  text: string;
  /** More of it is not shown. */
  cut: boolean;
  encoding: string;
}

/** Not what its name says: the file is no text. */
export class NotText extends PreviewError {}

export async function loadText(source: ByteSource, moved: (done: number) => void): Promise<FileText> {
  const length = Math.min(source.size, TEXT_MAX);
  const bytes = new Uint8Array(length);
  await source.stream(length, (piece, offset) => {
    bytes.set(piece, offset);
    moved(offset + piece.length);
  });
  const decoded = decodeText(bytes, length === source.size);
  if ('text' in decoded) return { text: decoded.text.replace(/^\ufeff/, ''), cut: length < source.size, encoding: decoded.encoding };
  throw new NotText(decoded.problem === 'binary' ? words.refused.text.control(decoded.at + 1) : words.refused.text.notUtf8(decoded.at + 1));
}
