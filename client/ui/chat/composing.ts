// How large a message is on the wire, and when to say so.

import { words } from '../../words/words.ts';

const texts = words.compose;
/** CBOR around a long text: the map (1), its key (5), the text's length (3). */
const BODY_OVERHEAD = 9;
/** From this share of the limit on, the counter is shown. */
const COUNT_FROM = 0.8;

export interface Size {
  bytes: number;
  over: boolean;
  /** Words to show; undefined while far from the limit. */
  words?: string;
}

export function sizeOf(text: string, bodyMax: number): Size {
  const bytes = text.length * 3 < bodyMax * COUNT_FROM ? text.length : new TextEncoder().encode(text).length + BODY_OVERHEAD;
  if (bytes > bodyMax) return { bytes, over: true, words: texts.tooLarge(kilobytes(bytes), kilobytes(bodyMax)) };
  return bytes >= bodyMax * COUNT_FROM ? { bytes, over: false, words: texts.sizeOf(kilobytes(bytes), kilobytes(bodyMax)) } : { bytes, over: false };
}

function kilobytes(bytes: number): string {
  return (bytes / 1024).toFixed(1).replace(/\.0$/, '');
}
