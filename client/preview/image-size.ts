// Width and height of a picture from its header, so that a small file that unfolds to gigabytes is refused before any
// decoder sees it. 'more': the header is not complete yet. 'unknown': this is no such header.
import type { Magic } from './kinds.ts';

export interface Size {
  width: number;
  height: number;
}

export type Measured = Size | 'more' | 'unknown';

export const PIXELS_MAX = 100_000_000;

export function isTooLarge({ width, height }: Size): boolean {
  return width * height > PIXELS_MAX;
}

export function imageSize(bytes: Uint8Array, magic: Magic): Measured {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = READERS[magic];
  if (!reader) return 'unknown';
  try {
    return reader(view);
  } catch (cause) {
    // A DataView throws beyond its end: the header goes on in bytes that are not here yet.
    if (cause instanceof RangeError) return 'more';
    throw cause;
  }
}

const READERS: Partial<Record<Magic, (view: DataView) => Measured>> = { png, jpeg, gif, webp, avif, bmp };

/** PNG, third edition, §11.2.1: IHDR is the first chunk. */
function png(view: DataView): Measured {
  if (word(view, 12) !== 'IHDR') return 'unknown';
  return { width: view.getUint32(16), height: view.getUint32(20) };
}

/** ITU-T T.81 §B.2: segments until a frame header. Entropy-coded data comes only after one. */
function jpeg(view: DataView): Measured {
  for (let at = 2; ; ) {
    if (view.getUint8(at) !== 0xff) return 'unknown';
    const marker = view.getUint8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (isFrame(marker)) return { height: view.getUint16(at + 5), width: view.getUint16(at + 7) };
    if (marker === 0xd9 || marker === 0xda || (marker < 0xc0 && marker !== 0x01)) return 'unknown';
    const alone = marker === 0x01 || (marker >= 0xd0 && marker <= 0xd8);
    const length = alone ? 0 : view.getUint16(at + 2);
    if (!alone && length < 2) return 'unknown';
    at += 2 + length;
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

/** GIF89a §18–20. A frame may lie outside of the screen; decoders then make the screen larger. */
function gif(view: DataView): Measured {
  const size = { width: view.getUint16(6, true), height: view.getUint16(8, true) };
  const flags = view.getUint8(10);
  for (let at = 13 + colours(flags); ; ) {
    const block = view.getUint8(at);
    if (block === 0x2c) {
      const across = view.getUint16(at + 1, true) + view.getUint16(at + 5, true);
      const down = view.getUint16(at + 3, true) + view.getUint16(at + 7, true);
      return { width: Math.max(size.width, across), height: Math.max(size.height, down) };
    }
    if (block !== 0x21) return size.width * size.height > 0 ? size : 'unknown';
    at += 2;
    for (let length = view.getUint8(at); length > 0; length = view.getUint8(at)) at += 1 + length;
    at += 1;
  }
}

function colours(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** RFC 9649 §2.5–2.7. */
function webp(view: DataView): Measured {
  const chunk = word(view, 12);
  if (chunk === 'VP8X') return { width: 1 + uint24(view, 24), height: 1 + uint24(view, 27) };
  if (chunk === 'VP8 ') return { width: view.getUint16(26, true) & 0x3fff, height: view.getUint16(28, true) & 0x3fff };
  if (chunk !== 'VP8L') return 'unknown';
  const bits = view.getUint32(21, true);
  return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
}

/** The old header has 16 bits for each; a negative height means the rows go down. */
function bmp(view: DataView): Measured {
  if (view.getUint32(14, true) === 12) return { width: view.getUint16(18, true), height: view.getUint16(20, true) };
  return { width: Math.abs(view.getInt32(18, true)), height: Math.abs(view.getInt32(22, true)) };
}

/** ISO/IEC 23008-12: sizes stand in `ispe` boxes under meta/iprp/ipco; the largest one counts, of a grid it is the whole. */
function avif(view: DataView): Measured {
  const meta = box(view, 'meta', { from: 0, to: view.byteLength });
  if (meta === undefined) return 'more';
  if (meta.to > view.byteLength) return 'more';
  const iprp = box(view, 'iprp', { from: meta.from + 4, to: meta.to });
  const ipco = iprp && box(view, 'ipco', iprp);
  if (!ipco) return 'unknown';
  let largest: Size | undefined;
  for (let here = ipco; ; ) {
    const ispe = box(view, 'ispe', here);
    if (!ispe) break;
    const size = { width: view.getUint32(ispe.from + 4), height: view.getUint32(ispe.from + 8) };
    if (!largest || size.width * size.height > largest.width * largest.height) largest = size;
    here = { from: ispe.to, to: ipco.to };
  }
  return largest ?? 'unknown';
}

interface Span {
  from: number;
  to: number;
}

/** What is inside the first box of that name. */
function box(view: DataView, name: string, { from, to }: Span): Span | undefined {
  for (let at = from; at + 8 <= to; ) {
    const short = view.getUint32(at);
    const head = short === 1 ? 16 : 8;
    const size = short === 1 ? view.getUint32(at + 8) * 2 ** 32 + view.getUint32(at + 12) : short === 0 ? to - at : short;
    if (size < head) return undefined;
    if (word(view, at + 4) === name) return { from: at + head, to: at + size };
    at += size;
  }
  return undefined;
}

function word(view: DataView, at: number): string {
  return String.fromCharCode(view.getUint8(at), view.getUint8(at + 1), view.getUint8(at + 2), view.getUint8(at + 3));
}

function uint24(view: DataView, at: number): number {
  return view.getUint8(at) | (view.getUint8(at + 1) << 8) | (view.getUint8(at + 2) << 16);
}
