// The addresses of this computer as people would type them, and the one that others use where it has another outside.
import { networkInterfaces } from 'node:os';
import { DEFAULT_UDP_PORT, type Address } from '../../shared/protocol/link.ts';
import { ConfigError } from './options.ts';

export interface Place {
  host: string;
  note: string;
}

const NETWORK = 'this network';

/** Where a server that listens on `listening` can be reached; this computer's own address first. */
export function placesOf(listening: string): Place[] {
  const everywhere = listening === '0.0.0.0' || listening === '::';
  if (!everywhere) return [{ host: listening, note: '' }];
  const lan = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => !internal && (family === 'IPv4' || (listening === '::' && !address.startsWith('fe80'))));
  return [{ host: '127.0.0.1', note: 'this computer' }, ...lan.map(({ address }) => ({ host: address, note: NETWORK }))];
}

/** As --advertise says it. A port that is left out is the one that is listened on. */
export interface Advertised {
  host: string;
  port?: number;
  udpPort?: number;
}

/** HOST[:TCP[:UDP]], an IPv6 address in brackets. */
export function parseAdvertised(text: string): Advertised {
  const [, six, name, tcp, udp] = /^(?:\[([0-9a-f:.]+)\]|([^\s:/?#@[\]]{1,253}))(?::(\d{1,5})(?::(\d{1,5}))?)?$/i.exec(text) ?? [];
  const host = six ?? name;
  if (host === undefined) throw new ConfigError('expected HOST, HOST:TCP or HOST:TCP:UDP, an IPv6 address in brackets');
  for (const port of [tcp, udp]) if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535)) throw new ConfigError('a port is a number from 1 to 65535');
  return { host: host.toLowerCase(), ...(tcp !== undefined && { port: Number(tcp) }), ...(udp !== undefined && { udpPort: Number(udp) }) };
}

export interface Outside extends Address {
  /** In links: only where it is not the usual one. */
  udpPort?: number;
}

/** Where others would reach the server: the place for links. `udpPort` undefined: no relay runs. */
export function outsideOf({ host, advertise }: { host: string; advertise: Advertised | undefined }, port: number, udpPort: number | undefined): Outside {
  const udp = udpPort === undefined ? undefined : (advertise?.udpPort ?? udpPort);
  return { host: advertise?.host ?? outsideHost(host), port: advertise?.port ?? port, ...(udp !== undefined && udp !== DEFAULT_UDP_PORT && { udpPort: udp }) };
}

function outsideHost(listening: string): string {
  const places = placesOf(listening);
  return (places.find(({ note }) => note === NETWORK) ?? places[0]!).host;
}
