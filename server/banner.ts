// What a person sees when the server has started: where it is, how to check its key, how to let people in.
// The last line is `ready`, which scripts wait for.
import { fingerprintWords } from '../shared/crypto/identity.ts';
import { hex } from '../shared/protocol/bytes.ts';
import { formatAddress, formatLink, type Address } from '../shared/protocol/link.ts';
import type { Host } from './host.ts';
import type { RelayHost } from './relay-host.ts';
import { placesOf } from './ops/places.ts';

type Row = [label: string, text: string];

export function banner(listening: string, { port, udpPort, isRelayBeside, place, isAdvertised, adminInvite, directory, metrics }: Host): string {
  const { fingerprint } = place;
  const rows: Row[] = [
    ...placesOf(listening).map(({ host, note }, at): Row => [at === 0 ? 'Address' : '', `${formatAddress({ host, port }).padEnd(24)} ${note}`.trimEnd()]),
    ...(isAdvertised ? [['', `${formatAddress(place).padEnd(24)} outside`] as Row] : []),
    ['UDP', [udpPort === undefined ? '' : `port ${udpPort}`, isRelayBeside ? 'by a relay beside it (`udp`)' : ''].filter(Boolean).join(', ') || 'off'],
    ['Fingerprint', fingerprintWords(fingerprint).join(' ')],
    ['', hex(fingerprint)],
    ['Link', formatLink(place)],
    ...(adminInvite ? [['First admin', `${formatLink({ ...place, invite: adminInvite })}`] as Row, ['', 'works once; keep it to yourself'] as Row] : []),
    ['Data', directory],
    ...metricsRow(metrics),
  ];
  return block('Reach Chat server', rows);
}

export function relayBanner({ udpPort, directory, metrics }: RelayHost): string {
  return block('Reach Chat relay', [['UDP', `port ${udpPort}`], ['Data', directory], ...metricsRow(metrics)]);
}

function metricsRow(metrics: Address | undefined): Row[] {
  return metrics ? [['Metrics', `http://${formatAddress(metrics)}/metrics`]] : [];
}

function block(title: string, rows: readonly Row[]): string {
  return [title, '', ...rows.map(([label, text]) => `  ${label.padEnd(13)}${text}`), '', 'ready', ''].join('\n');
}
