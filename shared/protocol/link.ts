// Where a server is, as a person writes it: host, host:port, [IPv6]:port, or an invite link
// reach://HOST[:PORT]/?k=<fingerprint, base64url, 43 characters>[&i=<invite, 22 characters>][&u=<UDP port>].
// k is required in a link, unknown parameters are ignored, reachs:// is the same over TLS.
import { base64url, fromBase64url, type Bytes } from './bytes.ts';

export const DEFAULT_TCP_PORT = 5000;
export const DEFAULT_UDP_PORT = 20001;

export interface Address {
  host: string;
  port: number;
}

export interface Link extends Address {
  tls: boolean;
  /** SHA-256 of the server's raw Ed25519 key, 32 bytes. */
  fingerprint: Bytes;
  invite?: Bytes;
  udpPort?: number;
}

/** The host in lower case, so that one server has one name. undefined where the text is no address. */
export function parseAddress(text: string, defaultPort: number = DEFAULT_TCP_PORT): Address | undefined {
  const bare = text.trim();
  if (bare.includes(':') && /^[0-9a-f:.]+(%[\w.-]+)?$/i.test(bare) && bare.split(':').length > 2) return { host: bare.toLowerCase(), port: defaultPort };
  const parts = /^(?:\[([0-9a-f:.]+(?:%[\w.-]+)?)\]|([^\s:/?#@[\]]+))(?::(\d{1,5}))?$/i.exec(bare);
  const host = (parts?.[1] ?? parts?.[2])?.toLowerCase();
  const port = parts?.[3] === undefined ? defaultPort : Number(parts[3]);
  return host === undefined || !isPort(port) ? undefined : { host, port };
}

export function formatAddress({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

export function isLink(text: string): boolean {
  return /^\s*reachs?:\/\//i.test(text);
}

/** undefined where the link is damaged: no fingerprint, a wrong length, a wrong port. */
export function parseLink(text: string): Link | undefined {
  const parts = /^(reachs?):\/\/([^/?#]+)\/?\?([^#]*)$/i.exec(text.trim());
  if (!parts) return undefined;
  const address = parseAddress(parts[2]!);
  const query = new URLSearchParams(parts[3]);
  const fingerprint = sized(query.get('k'), 32);
  const invite = query.has('i') ? sized(query.get('i'), 16) : null;
  const udpPort = query.has('u') ? Number(query.get('u')) : null;
  if (!address || !fingerprint || invite === undefined || (udpPort !== null && !isPort(udpPort))) return undefined;
  return { ...address, tls: parts[1]!.toLowerCase() === 'reachs', fingerprint, ...(invite && { invite }), ...(udpPort !== null && { udpPort }) };
}

export function formatLink(link: Link): string {
  const query = [`k=${base64url(link.fingerprint)}`];
  if (link.invite) query.push(`i=${base64url(link.invite)}`);
  if (link.udpPort !== undefined) query.push(`u=${link.udpPort}`);
  const address = link.port === DEFAULT_TCP_PORT ? formatAddress(link).replace(/:\d+$/, '') : formatAddress(link);
  return `${link.tls ? 'reachs' : 'reach'}://${address}/?${query.join('&')}`;
}

/** This computer, by its three usual names. Every other address, 127.0.0.2 included, is asked about once. */
export function isThisComputer(host: string): boolean {
  return host === '127.0.0.1' || host === '::1' || host.toLowerCase() === 'localhost';
}

function sized(text: string | null, size: number): Bytes | undefined {
  const bytes = fromBase64url(text ?? '');
  return bytes?.length === size ? bytes : undefined;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}
