// The bytes of a picture, refused as soon as its header says that decoding it would take too much.
import { PreviewError, type ByteSource } from '../../preview/byte-source.ts';
import { imageSize, isTooLarge, type Measured, type Size } from '../../preview/image-size.ts';
import type { Shown } from '../../preview/kinds.ts';
import { isComplete, TAIL } from '../../preview/picture-end.ts';
import { checkSvg, SVG_BYTES_MAX } from '../../preview/svg-check.ts';
import { loadBlob, loadWhole, WHOLE_MAX } from './loading.svelte.ts';
import { words } from '../../words/words.ts';

const texts = words.refused;

export interface Picture {
  blob: Blob;
  size: Size | undefined;
  /** Nothing is missing at its end. */
  complete: boolean;
}

/** A header that is longer than this is no header. */
const HEADER_MAX = 8 * 1024 * 1024;

export async function loadPicture(source: ByteSource, { magic, type }: Shown, moved: (done: number) => void): Promise<Picture> {
  if (magic === 'svg') return loadDrawing(source, type, moved);
  if (source.size > WHOLE_MAX) throw new PreviewError(texts.picture.tooLarge, texts.save);
  const size = await measure(source, (bytes) => imageSize(bytes, magic));
  if (isTooLarge(size)) throw new PreviewError(texts.picture.tooManyPixels(size.width, size.height), texts.save);
  const blob = await loadBlob(source, type, moved);
  const tail = new Uint8Array(await blob.slice(-TAIL).arrayBuffer());
  return { size, blob, complete: isComplete(magic, await source.head(), tail, source.size) };
}

/** Reads as much as the header needs, each time twice as much. */
async function measure(source: ByteSource, sizeIn: (bytes: Uint8Array) => Measured): Promise<Size> {
  for (let length = (await source.head()).length; ; length = Math.min(length * 2, source.size)) {
    const size = sizeIn(await source.read(0, length));
    if (typeof size === 'object' && size.width > 0 && size.height > 0) return size;
    if (size !== 'more' || length >= Math.min(source.size, HEADER_MAX)) throw new PreviewError(texts.picture.noSize, texts.save);
  }
}

async function loadDrawing(source: ByteSource, type: string, moved: (done: number) => void): Promise<Picture> {
  if (source.size > SVG_BYTES_MAX) throw new PreviewError(texts.drawing.tooLarge, texts.save);
  const bytes = await loadWhole(source, moved);
  const verdict = checkSvg(new TextDecoder().decode(bytes));
  if ('refused' in verdict) throw new PreviewError(verdict.refused, texts.save);
  return { size: verdict.size, blob: new Blob([bytes], { type }), complete: true };
}
