// Addresses inside files: only those a browser or a mail program opens, and never without asking.

const SCHEMES: readonly string[] = ['http:', 'https:', 'mailto:'];

/** An address that may be asked about, or undefined. */
export function safeAddress(href: string): string | undefined {
  if (!URL.canParse(href)) return undefined;
  const url = new URL(href);
  return SCHEMES.includes(url.protocol) ? url.href : undefined;
}
