// Bytes that claim to be text: which encoding they really have, and where they stop being text.

export type Decoded = { text: string; encoding: 'UTF-8' | 'UTF-16' } | { problem: 'binary' | 'encoding'; at: number };

/** Control characters that text files hold: tab, line feed, form feed, carriage return, escape. */
const COMMON_CONTROLS = new Set([9, 10, 12, 13, 27]);

/** `whole` false: the bytes may end inside a character. */
export function decodeText(bytes: Uint8Array, whole: boolean): Decoded {
  const wide = wideOrder(bytes);
  if (wide) return { text: new TextDecoder(wide).decode(bytes.subarray(2, bytes.length - (bytes.length % 2))), encoding: 'UTF-16' };
  const control = bytes.findIndex((byte) => byte < 32 && !COMMON_CONTROLS.has(byte));
  if (control >= 0) return { problem: 'binary', at: control };
  const end = whole ? bytes.length : bytes.length - cutLength(bytes);
  const bad = firstBadByte(bytes.subarray(0, end));
  return bad === undefined ? { text: new TextDecoder().decode(bytes.subarray(0, end)), encoding: 'UTF-8' } : { problem: 'encoding', at: bad };
}

export function isProbablyText(head: Uint8Array, whole: boolean): boolean {
  return 'text' in decodeText(head, whole);
}

/** The first element is <svg>: before it only a declaration, comments and white space. A document type is none of them. */
export function rootIsSvg(head: Uint8Array): boolean {
  const decoded = decodeText(head.subarray(0, 4_096), head.length < 4_096);
  return 'text' in decoded && /^\ufeff?\s*(?:<\?xml[^>]*\?>\s*)?(?:<!--[\s\S]*?-->\s*)*(?:<!DOCTYPE[^>[]*>\s*)?(?:<!--[\s\S]*?-->\s*)*<(?:svg:)?svg[\s>/]/.test(decoded.text);
}

/** Index of the first byte that is not UTF-8 (RFC 3629), or undefined. */
export function firstBadByte(bytes: Uint8Array): number | undefined {
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length === 0) return at;
    at += length;
  }
  return undefined;
}

/** Bytes of the character at `at`; 0 where it is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  const first = bytes[at]!;
  if (first < 0x80) return 1;
  const second = bytes[at + 1] ?? 0;
  if (first >= 0xc2 && first <= 0xdf) return isFollowing(second) ? 2 : 0;
  if (first >= 0xe0 && first <= 0xef) {
    const low = first === 0xe0 ? 0xa0 : 0x80;
    const high = first === 0xed ? 0x9f : 0xbf;
    return second >= low && second <= high && isFollowing(bytes[at + 2]) ? 3 : 0;
  }
  if (first < 0xf0 || first > 0xf4) return 0;
  const low = first === 0xf0 ? 0x90 : 0x80;
  const high = first === 0xf4 ? 0x8f : 0xbf;
  return second >= low && second <= high && isFollowing(bytes[at + 2]) && isFollowing(bytes[at + 3]) ? 4 : 0;
}

function isFollowing(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Bytes at the end that begin a character and do not end it. */
function cutLength(bytes: Uint8Array): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back]!;
    if (byte < 0x80) return 0;
    if (isFollowing(byte)) continue;
    const needs = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needs > back ? back : 0;
  }
  return 0;
}

function wideOrder(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}
