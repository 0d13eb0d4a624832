// The blurred likeness that a sender put beside a picture, as an address an <img> takes.
import { thumbHashToDataURL } from 'thumbhash';
import type { FileInfo } from '../../engine/types.ts';

/** A hash has at least five bytes. */
const LEAST = 5;

export function thumbnailOf({ thumbhash }: FileInfo): string | undefined {
  if (!thumbhash || thumbhash.length < LEAST) return undefined;
  try {
    return thumbHashToDataURL(thumbhash);
  } catch (cause) {
    // What a sender wrote there may be no hash at all.
    if (cause instanceof RangeError || cause instanceof TypeError) return undefined;
    throw cause;
  }
}
