// The addresses of this computer as people would type them.
import { networkInterfaces } from 'node:os';

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

/** The address that others would use: the one for links. */
export function outsideHost(listening: string): string {
  const places = placesOf(listening);
  return (places.find(({ note }) => note === NETWORK) ?? places[0]!).host;
}
