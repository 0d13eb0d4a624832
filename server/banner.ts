// What a person sees when the server has started: where it is, how to check its key, how to let people in.
// The last line is `ready`, which scripts wait for.
import { fingerprintWords } from '../shared/crypto/identity.ts';
import { hex } from '../shared/protocol/bytes.ts';
import { formatAddress, formatLink } from '../shared/protocol/link.ts';
import type { Host } from './host.ts';
import { placesOf } from './ops/places.ts';

type Row = [label: string, text: string];

export function banner(listening: string, { port, udpPort, place, isAdvertised, adminInvite, directory, metrics }: Host): string {
  const { fingerprint } = place;
  const rows: Row[] = [
    ...placesOf(listening).map(({ host, note }, at): Row => [at === 0 ? 'Address' : '', `${formatAddress({ host, port }).padEnd(24)} ${note}`.trimEnd()]),
    ...(isAdvertised ? [['', `${formatAddress(place).padEnd(24)} outside`] as Row] : []),
    ['UDP', udpPort === undefined ? 'off' : `port ${udpPort}`],
    ['Fingerprint', fingerprintWords(fingerprint).join(' ')],
    ['', hex(fingerprint)],
    ['Link', formatLink(place)],
    ...(adminInvite ? [['First admin', `${formatLink({ ...place, invite: adminInvite })}`] as Row, ['', 'works once; keep it to yourself'] as Row] : []),
    ['Data', directory],
    ...(metrics ? [['Metrics', `http://${formatAddress(metrics)}/metrics`] as Row] : []),
  ];
  return ['Reach Chat server', '', ...rows.map(([label, text]) => `  ${label.padEnd(13)}${text}`), '', 'ready', ''].join('\n');
}
