// UUIDv7 (RFC 9562 §5.7): message ids that sort by the time they were made.
import { fromHex, hex, type Bytes, type Random } from './bytes.ts';

/** 16 bytes: 48 bits of Unix milliseconds, version 7, variant 10, 74 random bits. */
export function uuidv7(now: number, random: Random): Bytes {
  const id = Uint8Array.from(random(16));
  for (let i = 5, rest = now; i >= 0; i -= 1, rest = Math.floor(rest / 256)) id[i] = rest % 256;
  id[6] = (id[6]! & 0x0f) | 0x70;
  id[8] = (id[8]! & 0x3f) | 0x80;
  return id;
}

/** Lower-case, dashed. */
export function formatUuid(id: Bytes): string {
  return hex(id).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** undefined unless 32 hex digits, dashed or not. */
export function parseUuid(text: string): Bytes | undefined {
  const bytes = fromHex(text.replaceAll('-', ''));
  return bytes?.length === 16 ? bytes : undefined;
}
