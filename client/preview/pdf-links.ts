// The links of a page. Anything else a page can do (scripts, forms, sounds, files) is not taken over.
import { safeAddress } from './address.ts';

export interface PageLink {
  rect: readonly [number, number, number, number];
  /** Of the web, to be asked about; else a place inside the document. */
  address?: string;
  destination?: unknown;
}

const LINKS_MAX = 300;

interface Annotation {
  subtype?: unknown;
  rect?: unknown;
  url?: unknown;
  dest?: unknown;
}

export function linksOf(annotations: readonly Annotation[]): PageLink[] {
  return annotations.flatMap(({ subtype, rect, url, dest }): PageLink[] => {
    if (subtype !== 'Link' || !isRect(rect)) return [];
    const address = typeof url === 'string' ? safeAddress(url) : undefined;
    if (address !== undefined) return [{ rect, address }];
    return url === undefined && (typeof dest === 'string' || Array.isArray(dest)) ? [{ rect, destination: dest }] : [];
  }).slice(0, LINKS_MAX);
}

function isRect(rect: unknown): rect is [number, number, number, number] {
  return Array.isArray(rect) && rect.length === 4 && rect.every((part) => typeof part === 'number' && Number.isFinite(part));
}
