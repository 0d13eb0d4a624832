// Small files made byte by byte, honest ones and hostile ones.
import { deflateRawSync, deflateSync, crc32 as nodeCrc } from 'node:zlib';

export const ascii = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

export function join(...parts: Uint8Array[]): Uint8Array {
  return new Uint8Array(Buffer.concat(parts));
}

export function u16(value: number): Uint8Array {
  return Uint8Array.of(value & 255, value >>> 8);
}

export function u32(value: number): Uint8Array {
  return Uint8Array.of(value & 255, (value >>> 8) & 255, (value >>> 16) & 255, value >>> 24);
}

export function u64(value: number): Uint8Array {
  return join(u32(value % 2 ** 32), u32(Math.floor(value / 2 ** 32)));
}

export const big = (bytes: Uint8Array): Uint8Array => bytes.slice().reverse();

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10);

function pngChunk(name: string, body: Uint8Array): Uint8Array {
  const named = join(ascii(name), body);
  return join(big(u32(body.length)), named, big(u32(crc32(named))));
}

/** A whole picture; `claims` puts another size into its header than it has rows for. */
export function png(width: number, height: number, claims = { width, height }): Uint8Array {
  const row = (y: number): number[] => [0, ...Array.from({ length: width }, (_, x) => [x * 255 / width, y * 255 / height, 128, (x + y) % 64 < 32 ? 255 : 120]).flat()];
  const pixels = Uint8Array.from(Array.from({ length: height }, (_, y) => row(y)).flat());
  const header = join(big(u32(claims.width)), big(u32(claims.height)), Uint8Array.of(8, 6, 0, 0, 0));
  return join(PNG, pngChunk('IHDR', header), pngChunk('IDAT', new Uint8Array(deflateSync(pixels))), pngChunk('IEND', new Uint8Array()));
}

function crc32(bytes: Uint8Array): number {
  if (nodeCrc) return nodeCrc(bytes);
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

export interface Packed {
  name: string;
  body?: Uint8Array;
  /** What the directory claims, where that is not so. */
  size?: number;
  packed?: number;
  encrypted?: boolean;
  /** Sizes stand in the extra field. */
  long?: boolean;
}

/** Entries are deflated; the directory may lie. `long`: with the records of ZIP64 at the end. */
export function zip(entries: readonly Packed[], options: { comment?: string; before?: Uint8Array; long?: boolean } = {}): Uint8Array {
  const files: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const entry of entries) {
    const body = entry.body ?? new Uint8Array();
    const data = new Uint8Array(deflateRawSync(body));
    const common = join(u16(20), u16((entry.encrypted ? 1 : 0) | 0x800), u16(8), u16(0x6000), u16(0x5a21), u32(crc32(body)));
    const [packed, size] = [entry.packed ?? data.length, entry.size ?? body.length];
    const sizes = entry.long ? join(u32(0xffffffff), u32(0xffffffff)) : join(u32(packed), u32(size));
    const extra = entry.long ? join(u16(1), u16(16), u64(size), u64(packed)) : new Uint8Array();
    const name = utf8(entry.name);
    const local = join(u32(0x04034b50), common, u32(data.length), u32(body.length), u16(name.length), u16(0), name, data);
    directory.push(join(u32(0x02014b50), u16(20), common, sizes, u16(name.length), u16(extra.length), u16(0), u16(0), u16(0), u32(0), u32(offset), name, extra));
    files.push(local);
    offset += local.length;
  }
  const list = join(...directory);
  const before = options.before ?? new Uint8Array();
  return join(before, ...files, list, zipEnd({ count: entries.length, length: list.length, offset }, options));
}

function zipEnd({ count, length, offset }: { count: number; length: number; offset: number }, options: { comment?: string; long?: boolean }): Uint8Array {
  const comment = utf8(options.comment ?? '');
  const end = (n: number, l: number, o: number): Uint8Array => join(u32(0x06054b50), u16(0), u16(0), u16(n), u16(n), u32(l), u32(o), u16(comment.length), comment);
  if (!options.long) return end(count, length, offset);
  const record = join(u32(0x06064b50), u64(44), u16(45), u16(45), u32(0), u32(0), u64(count), u64(count), u64(length), u64(offset));
  const locator = join(u32(0x07064b50), u32(0), u64(offset + length), u32(1));
  return join(record, locator, end(0xffff, 0xffffffff, 0xffffffff));
}

/** A PDF of these pages; `catalog` and `page` add to the dictionaries. */
export function pdf(pages: readonly string[], extra: { catalog?: string; page?: string; objects?: readonly string[] } = {}): Uint8Array {
  const first = 4 + pages.length * 2;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${extra.catalog ?? ''} >>`,
    `<< /Type /Pages /Count ${pages.length} /Kids [${pages.map((_, at) => `${4 + at * 2} 0 R`).join(' ')}] >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((text, at) => {
      const stream = text.split('\n').map((line, row) => `BT /F1 ${row === 0 ? 28 : 14} Tf 72 ${720 - row * 30} Td (${line.replace(/[\\()]/g, '\\$&')}) Tj ET`).join('\n');
      return [`<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Resources << /Font << /F1 3 0 R >> >> /Contents ${5 + at * 2} 0 R ${extra.page ?? ''} >>`, `<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`];
    }),
    ...(extra.objects ?? []).map((object) => object.replaceAll('FIRST', String(first))),
  ];
  let text = '%PDF-1.7\n';
  const places = objects.map((object, at) => {
    const place = text.length;
    text += `${at + 1} 0 obj\n${object}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, '0')} 00000 n \n`).join('');
  return ascii(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${text.length}\n%%EOF\n`);
}

/** 16 bit mono PCM: a tone that swells. */
export function wav(seconds: number, rate = 8_000): Uint8Array {
  const count = Math.round(seconds * rate);
  const samples = Int16Array.from({ length: count }, (_, at) => Math.sin((at / rate) * 2 * Math.PI * 330) * 20_000 * Math.abs(Math.sin((at / count) * Math.PI * 3)));
  const body = new Uint8Array(samples.buffer);
  const format = join(ascii('fmt '), u32(16), u16(1), u16(1), u32(rate), u32(rate * 2), u16(2), u16(16));
  return join(ascii('RIFF'), u32(36 + body.length), ascii('WAVE'), format, ascii('data'), u32(body.length), body);
}
