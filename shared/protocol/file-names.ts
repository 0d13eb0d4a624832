// The name a received file is saved and shown under. What a sender chose may hold anything: it never names a path, a device of
// the system, or something that looks like another name.

/** Bytes of UTF-8: the limit of common file systems is 255, with room for " (999)" and ".part". */
const NAME_BYTES_MAX = 200;
const NAMELESS = 'file';
/** Control, and what turns the direction of writing or has no width of its own. */
const INVISIBLE = /[\p{Cc}\p{Cs}\u00ad\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/gu;
/** Separators of paths, of drives and streams, and what a shell or Windows takes for a pattern. */
const FORBIDDEN = /[\\/:*?"<>|]/g;
/** Names of devices on Windows, with or without an extension. */
const RESERVED = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³]|conin\$|conout\$)(?=\.|$)/i;

/** Always a name that every common file system takes; one that is safe already stays as it is. */
export function safeFileName(given: string): string {
  const bare = given.normalize('NFC').replace(INVISIBLE, '').replace(FORBIDDEN, '_').replace(/^[\s.]+/, '').replace(/[\s.]+$/, '');
  const named = bare === '' ? NAMELESS : bare.replace(RESERVED, '_$1');
  return shortened(named);
}

/** `report.pdf` for 0, `report (1).pdf` for 1. */
export function numberedName(name: string, number: number): string {
  if (number === 0) return name;
  const { stem, extension } = split(name);
  return `${stem} (${number})${extension}`;
}

/** The last extension with its dot, at most 16 characters; `tar.gz` counts as one. */
export function split(name: string): { stem: string; extension: string } {
  const extension = /(?:\.tar)?\.[^.\s]{1,16}$/i.exec(name)?.[0] ?? '';
  return extension.length === name.length ? { stem: name, extension: '' } : { stem: name.slice(0, name.length - extension.length), extension };
}

function shortened(name: string): string {
  if (size(name) <= NAME_BYTES_MAX) return name;
  const { stem, extension } = split(name);
  let short = '';
  for (const letter of stem) {
    if (size(short + letter + extension) > NAME_BYTES_MAX) break;
    short += letter;
  }
  return short.trimEnd() + extension;
}

function size(text: string): number {
  return new TextEncoder().encode(text).length;
}
