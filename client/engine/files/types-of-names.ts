// What a file probably is, by its name: a word for its receivers, never a promise. Receivers look at the content.
const TYPES: Readonly<Record<string, string>> = {
  avif: 'image/avif', bmp: 'image/bmp', gif: 'image/gif', jpeg: 'image/jpeg', jpg: 'image/jpeg', png: 'image/png', svg: 'image/svg+xml', webp: 'image/webp',
  flac: 'audio/flac', m4a: 'audio/mp4', mp3: 'audio/mpeg', oga: 'audio/ogg', ogg: 'audio/ogg', opus: 'audio/ogg', wav: 'audio/wav',
  mkv: 'video/x-matroska', mov: 'video/quicktime', mp4: 'video/mp4', ogv: 'video/ogg', webm: 'video/webm',
  csv: 'text/csv', htm: 'text/html', html: 'text/html', log: 'text/plain', md: 'text/markdown', tsv: 'text/tab-separated-values', txt: 'text/plain',
  gz: 'application/gzip', json: 'application/json', pdf: 'application/pdf', tar: 'application/x-tar', zip: 'application/zip',
};

/** Empty where the name says nothing. */
export function mediaType(name: string): string {
  return TYPES[/\.([^.]+)$/.exec(name)?.[1]?.toLowerCase() ?? ''] ?? '';
}
