// What a person sees when the server has started: where it is, how to check its key, how to let people in.
// The last line is `ready`, which scripts wait for.
import { networkInterfaces } from 'node:os';
import { fingerprintWords } from '../shared/crypto/identity.ts';
import { hex } from '../shared/protocol/bytes.ts';
import { formatAddress, formatLink } from '../shared/protocol/link.ts';
import type { Host } from './host.ts';

interface Place {
  host: string;
  note: string;
}

export function banner(listening: string, { port, fingerprint, adminInvite, directory }: Host): string {
  const places = placesOf(listening);
  const outside = (places.find(({ note }) => note === 'this network') ?? places[0]!).host;
  const link = { host: outside, port, tls: false, fingerprint };
  const rows: [string, string][] = [
    ...places.map(({ host, note }, at): [string, string] => [at === 0 ? 'Address' : '', `${formatAddress({ host, port }).padEnd(24)} ${note}`.trimEnd()]),
    ['Fingerprint', fingerprintWords(fingerprint).join(' ')],
    ['', hex(fingerprint)],
    ['Link', formatLink(link)],
    ...(adminInvite ? [['First admin', `${formatLink({ ...link, invite: adminInvite })}`] as [string, string], ['', 'works once; keep it to yourself'] as [string, string]] : []),
    ['Data', directory],
  ];
  return ['Reach Chat server', '', ...rows.map(([label, text]) => `  ${label.padEnd(13)}${text}`), '', 'ready', ''].join('\n');
}

function placesOf(listening: string): Place[] {
  const everywhere = listening === '0.0.0.0' || listening === '::';
  if (!everywhere) return [{ host: listening, note: '' }];
  const lan = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family, address }) => !internal && (family === 'IPv4' || (listening === '::' && !address.startsWith('fe80'))));
  return [{ host: '127.0.0.1', note: 'this computer' }, ...lan.map(({ address }) => ({ host: address, note: 'this network' }))];
}
