// Who answers on a port that is not a Reach server, told by its first bytes: the usual mix-ups get their own words.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import type { Cause } from './failures.ts';

const TLS_ALERT = 0x15;
const TLS_HANDSHAKE = 0x16;

export function soundsLike(first: Bytes): Cause {
  const text = String.fromCharCode(...first.subarray(0, 16));
  if (text.startsWith('HTTP/') || text.startsWith('<!') || text.startsWith('<html')) return 'speaks_http';
  if (text.startsWith('SSH-')) return 'speaks_ssh';
  if ((first[0] === TLS_ALERT || first[0] === TLS_HANDSHAKE) && first[1] === 0x03) return 'speaks_tls';
  return 'not_reach';
}
