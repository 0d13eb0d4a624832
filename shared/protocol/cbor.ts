// CBOR (RFC 8949), strict subset: maps with unique text keys, arrays, integers within ±(2^53−1), byte and text strings,
// true/false/null; definite lengths, shortest form, valid UTF-8, depth ≤ 8; no tags, no floats, nothing after the item.
// `checkItem` walks the raw bytes first, in constant memory, so that the library behind it never sees anything else.
import { decode as decodeItem, encode as encodeItem } from 'cborg';
import { fromUtf8, type Bytes } from './bytes.ts';
import { ReachError } from './errors.ts';
import { CBOR_DEPTH } from './limits.ts';

export type CborValue = number | string | boolean | null | Bytes | CborValue[] | { [key: string]: CborValue };

const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const;
const SIMPLE = { false: 20, true: 21, null: 22 } as const;
const DECODE_OPTIONS = {
  strict: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowInfinity: false,
  allowNaN: false,
  allowBigInt: false,
  rejectDuplicateMapKeys: true,
} as const;

/** Keys whose value is undefined are left out. Throws ReachError `malformed` on a value outside the subset. */
export function encodeCbor(value: object): Bytes {
  const bytes = encodeItem(value, { ignoreUndefinedProperties: true });
  checkItem(bytes);
  return bytes;
}

/** Throws ReachError `malformed` on anything but one item of the subset. */
export function decodeCbor(bytes: Bytes): CborValue {
  checkItem(bytes);
  try {
    return decodeItem(bytes, DECODE_OPTIONS) as CborValue;
  } catch (cause) {
    throw malformed(cause instanceof Error ? cause.message : 'not decodable');
  }
}

function checkItem(bytes: Bytes): void {
  const end = skipItem(bytes, 0, 1);
  if (end !== bytes.length) throw malformed('bytes after the item');
}

/** Offset behind the item at `at`; throws on anything outside the subset. */
function skipItem(bytes: Bytes, at: number, depth: number): number {
  const { major, argument, next } = readHead(bytes, at);
  switch (major) {
    case MAJOR.unsigned:
    case MAJOR.negative:
      return next;
    case MAJOR.bytes:
    case MAJOR.text:
      return skipString(bytes, next, argument, major);
    case MAJOR.array:
      return skipItems(bytes, next, argument, depth);
    case MAJOR.map:
      return skipMap(bytes, next, argument, depth);
    default:
      throw malformed('a tag, a float or a simple value');
  }
}

interface Head {
  major: number;
  argument: number;
  next: number;
}

function readHead(bytes: Bytes, at: number): Head {
  const first = bytes[at];
  if (first === undefined) throw malformed('cut short');
  const major = first >> 5;
  const info = first & 31;
  if (major === MAJOR.simple) return readSimple(info, at);
  if (info < 24) return { major, argument: info, next: at + 1 };
  const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0;
  if (width === 0) throw malformed('an indefinite length');
  return { major, argument: readArgument(bytes, at + 1, width, major), next: at + 1 + width };
}

function readSimple(info: number, at: number): Head {
  if (info !== SIMPLE.false && info !== SIMPLE.true && info !== SIMPLE.null) throw malformed('a float or a simple value');
  return { major: MAJOR.unsigned, argument: 0, next: at + 1 };
}

function readArgument(bytes: Bytes, at: number, width: number, major: number): number {
  if (at + width > bytes.length) throw malformed('cut short');
  let argument = 0;
  for (let i = 0; i < width; i += 1) argument = argument * 256 + bytes[at + i]!;
  const smallest = width === 1 ? 24 : 2 ** (4 * width);
  if (argument < smallest) throw malformed('a longer form than needed');
  const largest = major === MAJOR.negative ? Number.MAX_SAFE_INTEGER - 1 : Number.MAX_SAFE_INTEGER;
  if (argument > largest) throw malformed('a number outside ±(2^53−1)');
  return argument;
}

function skipString(bytes: Bytes, at: number, size: number, major: number): number {
  if (size > bytes.length - at) throw malformed('cut short');
  if (major === MAJOR.text) readText(bytes.subarray(at, at + size));
  return at + size;
}

function readText(bytes: Bytes): string {
  try {
    return fromUtf8(bytes);
  } catch {
    throw malformed('text that is not UTF-8');
  }
}

function skipItems(bytes: Bytes, at: number, count: number, depth: number): number {
  if (depth > CBOR_DEPTH) throw malformed('nested too deep');
  if (count > bytes.length - at) throw malformed('cut short');
  let next = at;
  for (let i = 0; i < count; i += 1) next = skipItem(bytes, next, depth + 1);
  return next;
}

function skipMap(bytes: Bytes, at: number, count: number, depth: number): number {
  if (depth > CBOR_DEPTH) throw malformed('nested too deep');
  if (count * 2 > bytes.length - at) throw malformed('cut short');
  const keys = new Set<string>();
  let next = at;
  for (let i = 0; i < count; i += 1) {
    const head = readHead(bytes, next);
    if (head.major !== MAJOR.text) throw malformed('a key that is not text');
    const end = skipString(bytes, head.next, head.argument, MAJOR.bytes);
    keys.add(readText(bytes.subarray(head.next, end)));
    next = skipItem(bytes, end, depth + 1);
  }
  if (keys.size !== count) throw malformed('a key twice');
  return next;
}

function malformed(what: string): ReachError {
  return new ReachError('malformed', `CBOR: ${what}`);
}
