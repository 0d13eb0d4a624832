// Whether a picture has its end. A browser draws what there is of one that was cut off, and says nothing.
import type { Magic } from './kinds.ts';

/** Bytes at the end in which the mark of it is looked for: some programs append something. */
export const TAIL = 64 * 1024;

const PNG_END = [0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82];
const JPEG_END = [0xff, 0xd9];

/** True as well for formats that tell nothing of their end. */
export function isComplete(magic: Magic, head: Uint8Array, tail: Uint8Array, size: number): boolean {
  if (magic === 'png') return holds(tail, PNG_END);
  if (magic === 'jpeg') return holds(tail, JPEG_END);
  if (magic === 'gif') return tail.includes(0x3b, Math.max(0, tail.length - 1_024));
  return magic !== 'webp' || new DataView(head.buffer, head.byteOffset).getUint32(4, true) + 8 <= size;
}

function holds(bytes: Uint8Array, mark: readonly number[]): boolean {
  for (let at = bytes.length - mark.length; at >= 0; at -= 1) if (mark.every((byte, index) => bytes[at + index] === byte)) return true;
  return false;
}
