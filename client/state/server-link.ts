// The link to the server somebody is on, for others to come to it.
import { fromHex } from '../../shared/protocol/bytes.ts';
import { formatLink, isThisComputer, parseAddress } from '../../shared/protocol/link.ts';
import type { SessionInfo } from '../engine/types.ts';

/** undefined: of this computer's own server nobody else could use it. */
export function serverLink(info: Pick<SessionInfo, 'address' | 'key'> | undefined): string | undefined {
  const [at, fingerprint] = [parseAddress(info?.address ?? ''), fromHex(info?.key.fingerprint ?? '')];
  return at && fingerprint && !isThisComputer(at.host) ? formatLink({ ...at, tls: false, fingerprint }) : undefined;
}
