// What a file is, by its first bytes; and how it is shown, by its bytes and the ending of its name together. The type
// that its sender names is never asked: whoever lies there would choose the decoder.
import { extensionOf } from './extension.ts';
import { languageOf } from './languages.ts';
import { isProbablyText, rootIsSvg } from './text-check.ts';

export type Magic =
  | 'png' | 'jpeg' | 'gif' | 'webp' | 'avif' | 'bmp' | 'svg' | 'pdf' | 'zip'
  | 'webm' | 'ogg' | 'mp3' | 'wav' | 'flac' | 'mp4' | 'text' | 'binary' | 'empty';

export type View = 'image' | 'text' | 'markdown' | 'pdf' | 'audio' | 'video' | 'table' | 'archive' | 'facts';

export interface Shown {
  view: View;
  magic: Magic;
  /** MIME type of the blob, by its bytes. */
  type: string;
}

type Test = readonly [magic: Magic, fits: (head: Uint8Array) => boolean];

const TESTS: readonly Test[] = [
  ['png', (head) => starts(head, [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])],
  ['jpeg', (head) => starts(head, [0xff, 0xd8, 0xff])],
  ['gif', (head) => says(head, 0, 'GIF87a') || says(head, 0, 'GIF89a')],
  ['webp', (head) => says(head, 0, 'RIFF') && says(head, 8, 'WEBP')],
  ['wav', (head) => says(head, 0, 'RIFF') && says(head, 8, 'WAVE')],
  ['avif', (head) => says(head, 4, 'ftyp') && (says(head, 8, 'avif') || says(head, 8, 'avis') || (says(head, 8, 'mif1') && brands(head).includes('avif')))],
  ['mp4', (head) => says(head, 4, 'ftyp')],
  ['pdf', (head) => says(head, 0, '%PDF-')],
  ['zip', (head) => starts(head, [0x50, 0x4b, 3, 4]) || starts(head, [0x50, 0x4b, 5, 6])],
  ['webm', (head) => starts(head, [0x1a, 0x45, 0xdf, 0xa3])],
  ['ogg', (head) => says(head, 0, 'OggS')],
  ['flac', (head) => says(head, 0, 'fLaC')],
  ['mp3', (head) => says(head, 0, 'ID3')],
  // Two letters prove little: the size in its header must hold at least a header.
  ['bmp', (head) => says(head, 0, 'BM') && head.length >= 26 && head[14] !== undefined && head[14] >= 12 && head[15] === 0],
];

const TYPES: Readonly<Partial<Record<Magic, string>>> = {
  png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp', avif: 'image/avif', bmp: 'image/bmp', svg: 'image/svg+xml',
  pdf: 'application/pdf', webm: 'video/webm', ogg: 'audio/ogg', mp3: 'audio/mpeg', wav: 'audio/wav', flac: 'audio/flac', mp4: 'video/mp4',
};
const IMAGES: readonly Magic[] = ['png', 'jpeg', 'gif', 'webp', 'avif', 'bmp', 'svg'];
/** Zips inside, but nobody wants to see them as one. */
const DOCUMENTS = new Set(['docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'docm', 'xlsm', 'pptm', 'pages', 'numbers', 'key']);
const TEXT_NAMES = new Set(['txt', 'text', 'log', 'csv', 'tsv', 'srt', 'vtt', 'tex']);
const MP3_NAMES = new Set(['mp3', 'mp2', 'mpga']);
const AUDIO_NAMES = new Set(['m4a', 'm4b', 'aac', 'weba', 'mka', 'oga', 'opus', 'spx']);

/** `whole`: these are all bytes of the file. */
export function sniff(head: Uint8Array, name: string, whole: boolean): Magic {
  if (head.length === 0) return 'empty';
  const found = TESTS.find(([, fits]) => fits(head))?.[0];
  if (found) return found;
  const extension = extensionOf(name);
  if (extension === 'pdf' && indexOf(head.subarray(0, 1_024), '%PDF-') >= 0) return 'pdf';
  if (MP3_NAMES.has(extension) && head[0] === 0xff && ((head[1] ?? 0) & 0xe0) === 0xe0) return 'mp3';
  if (!isProbablyText(head, whole)) return 'binary';
  return extension === 'svg' && rootIsSvg(head) ? 'svg' : 'text';
}

export function chooseView(head: Uint8Array, name: string, whole: boolean): Shown {
  const magic = sniff(head, name, whole);
  const view = viewOf(magic, name, head);
  return { view, magic, type: typeOf(magic, view) };
}

function viewOf(magic: Magic, name: string, head: Uint8Array): View {
  const extension = extensionOf(name);
  if (IMAGES.includes(magic)) return 'image';
  if (magic === 'pdf') return 'pdf';
  if (magic === 'zip') return DOCUMENTS.has(extension) ? 'facts' : 'archive';
  if (magic === 'mp3' || magic === 'wav' || magic === 'flac') return 'audio';
  if (magic === 'ogg') return indexOf(head.subarray(0, 512), 'theora') >= 0 ? 'video' : 'audio';
  if (magic === 'webm' || magic === 'mp4') return AUDIO_NAMES.has(extension) || says(head, 8, 'M4A ') ? 'audio' : 'video';
  // What its name calls a text, and is none, is told so by the viewer of texts.
  if (magic === 'text' || (magic === 'binary' && isTextName(name))) return textView(extension);
  return 'facts';
}

function isTextName(name: string): boolean {
  return TEXT_NAMES.has(extensionOf(name)) || languageOf(name) !== undefined;
}

function textView(extension: string): View {
  if (extension === 'md' || extension === 'markdown') return 'markdown';
  return extension === 'csv' || extension === 'tsv' ? 'table' : 'text';
}

function typeOf(magic: Magic, view: View): string {
  const type = TYPES[magic] ?? 'application/octet-stream';
  if (view === 'audio') return type.replace(/^video/, 'audio');
  return view === 'video' ? type.replace(/^audio/, 'video') : type;
}

/** The names of formats that a file of this start is compatible with (ISO/IEC 14496-12 §4.3). */
function brands(head: Uint8Array): string[] {
  const size = Math.min(((head[2] ?? 0) << 8) | (head[3] ?? 0), head.length, 256);
  return Array.from({ length: Math.max(0, Math.floor((size - 8) / 4)) }, (_, at) => String.fromCharCode(...head.subarray(8 + at * 4, 12 + at * 4)));
}

function starts(head: Uint8Array, bytes: readonly number[]): boolean {
  return bytes.every((byte, at) => head[at] === byte);
}

function says(head: Uint8Array, at: number, text: string): boolean {
  for (let i = 0; i < text.length; i += 1) if (head[at + i] !== text.charCodeAt(i)) return false;
  return true;
}

function indexOf(head: Uint8Array, text: string): number {
  for (let at = 0; at + text.length <= head.length; at += 1) if (says(head, at, text)) return at;
  return -1;
}
