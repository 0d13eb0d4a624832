// What a file is by its name, for its icon, its word and what may be done with it. Nothing is decoded by this alone:
// the preview and the pictures of the timeline look at the bytes.
import { split } from '../../../shared/protocol/file-names.ts';
import type { FileInfo } from '../../engine/types.ts';

export type Kind = 'picture' | 'sound' | 'video' | 'pdf' | 'table' | 'archive' | 'code' | 'text' | 'program' | 'other';

/** Read into memory for the timeline up to here, in bytes. */
export const PICTURE_MAX = 8 * 1024 * 1024;
export const SOUND_MAX = 50 * 1024 * 1024;

const EXTENSIONS: readonly (readonly [Kind, string])[] = [
  ['program', 'exe msi msix bat cmd com pif ps1 psm1 vbs vbe js jse mjs wsf wsh hta sh bash zsh csh fish command run bin appimage jar jnlp scr cpl lnk url inf reg desktop apk xapk dmg pkg app deb rpm snap flatpak html htm xhtml mht mhtml docm xlsm pptm iso img vhd vhdx'],
  ['picture', 'png jpg jpeg gif webp avif bmp svg'],
  ['sound', 'mp3 wav ogg oga opus flac m4a aac weba'],
  ['video', 'mp4 m4v webm mov mkv avi ogv'],
  ['pdf', 'pdf'],
  ['table', 'csv tsv xlsx xls ods numbers'],
  ['archive', 'zip tar gz tgz tar.gz tar.bz2 tar.xz tar.zst bz2 xz zst 7z rar'],
  ['code', 'ts tsx jsx svelte vue py rb rs go java kt c h cc cpp hpp cs swift php pl lua r sql css scss json yaml yml toml xml ini conf diff patch'],
  ['text', 'txt md markdown log rtf doc docx odt tex srt vtt'],
];
const KINDS: ReadonlyMap<string, Kind> = new Map(EXTENSIONS.flatMap(([kind, list]) => list.split(' ').map((extension) => [extension, kind] as const)));
const PREVIEWED: readonly Kind[] = ['picture', 'sound', 'video', 'pdf', 'code', 'text', 'table', 'archive'];

/** Programs that are text: looking at one runs nothing. */
const SCRIPTS: ReadonlySet<string> = new Set('js jse mjs vbs vbe ps1 psm1 bat cmd sh bash zsh csh fish hta html htm xhtml wsf reg inf desktop command'.split(' '));

export function extensionOf(name: string): string {
  return split(name).extension.slice(1).toLowerCase();
}

export function kindOf(name: string): Kind {
  return KINDS.get(extensionOf(name)) ?? 'other';
}

/** By a media type alone, where no name is known yet. */
const TYPES: readonly (readonly [Kind, RegExp])[] = [
  ['program', /^application\/(x-(ms-?dos-executable|msdownload|msi|executable|sh|sharedlib)|vnd\.(microsoft\.portable-executable|debian\.binary-package|android\.package-archive)|java-archive)$|^text\/html$/],
  ['picture', /^image\//],
  ['sound', /^audio\//],
  ['video', /^video\//],
  ['pdf', /^application\/pdf$/],
  ['table', /^text\/(csv|tab-separated-values)$|spreadsheet|ms-excel/],
  ['archive', /^application\/(zip|gzip|zstd|vnd\.rar|x-(zip-compressed|gzip|tar|bzip2?|xz|7z-compressed|rar(-compressed)?|compressed))$/],
  ['code', /^application\/(json|xml|javascript|x-(yaml|python))$|^text\/(xml|css|javascript|x-(?!log|tex)[\w.+-]+)$/],
  ['text', /^text\/|^application\/(rtf|msword|vnd\.(oasis\.opendocument\.text|openxmlformats-officedocument\.wordprocessingml\.document))$/],
];

export function kindOfType(type: string): Kind {
  return TYPES.find(([, pattern]) => pattern.test(type.toLowerCase()))?.[0] ?? 'other';
}

/** ZIP, CSV; FILE where the name has no ending. */
export function typeWords(name: string): string {
  return extensionOf(name).toUpperCase() || 'FILE';
}

/** Opening it may run it. */
export function isRisky(name: string): boolean {
  return kindOf(name) === 'program';
}

export function isPreviewable(name: string): boolean {
  return PREVIEWED.includes(kindOf(name)) || SCRIPTS.has(extensionOf(name));
}

/** Shown in the timeline itself. An SVG has no size of its own that could be checked before it is drawn. */
export function isInlinePicture({ name, size, width, height }: FileInfo): boolean {
  return kindOf(name) === 'picture' && extensionOf(name) !== 'svg' && size > 0 && size <= PICTURE_MAX && Boolean(width) && Boolean(height);
}

export function isInlineSound({ name, size }: FileInfo): boolean {
  return kindOf(name) === 'sound' && size > 0 && size <= SOUND_MAX;
}
