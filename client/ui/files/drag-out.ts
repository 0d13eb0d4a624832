// A finished file can be dragged to another program: the browser copies it from where it is saved.
import type { ShownFile } from './shown-file.svelte.ts';

export function dragOut(event: DragEvent, { file, path }: Pick<ShownFile, 'file' | 'path'>): void {
  if (path === undefined || !event.dataTransfer) return event.preventDefault();
  event.dataTransfer.effectAllowed = 'copy';
  event.dataTransfer.setData('DownloadURL', downloadUrl(file, path));
}

/** `type:name:address`; the first two hold no colon. */
export function downloadUrl({ name, type }: { name: string; type: string }, path: string): string {
  const known = /^[\w.+-]+\/[\w.+-]+$/.test(type) ? type : 'application/octet-stream';
  return `${known}:${name.replaceAll(':', '_')}:${fileUrl(path)}`;
}

/** RFC 8089: a drive of Windows stands after a third slash, a name on the network after two. */
export function fileUrl(path: string): string {
  const windows = /^([a-z]:)?\\/i.test(path) || /^[a-z]:\//i.test(path);
  const parts = (windows ? path.replaceAll('\\', '/') : path).split('/').map((part) => (/^[a-z]:$/i.test(part) ? part : encodeURIComponent(part)));
  const joined = parts.join('/');
  return joined.startsWith('//') ? `file:${joined}` : `file://${joined.startsWith('/') ? '' : '/'}${joined}`;
}
