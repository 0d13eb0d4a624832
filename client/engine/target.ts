// Where to and as whom: what a person typed, checked and in one form.
import { isLink, parseAddress, parseLink, type Address } from '../../shared/protocol/link.ts';
import { canonicalUsername } from '../../shared/protocol/names.ts';
import { fromHex, type Bytes } from '../../shared/protocol/bytes.ts';
import { failureOf, type Cause } from './failures.ts';
import type { ConnectInput, Failure, Protocol, Ways } from './types.ts';
import type { SavedTicket } from './vault.ts';

export interface Ticket {
  id: Bytes;
  secret: Bytes;
  /** Hex; shown to nobody else. */
  fingerprint: string;
  serverId: string;
}

export interface Target {
  address: Address;
  /** Canonical. */
  username: string;
  /** In memory only, for reconnects whose ticket was refused. */
  password?: string;
  remember: boolean;
  register: boolean;
  /** The link's fingerprint: authenticates without asking. */
  link?: Bytes;
  invite?: Bytes;
  ticket?: Ticket;
  /** Their rooms are on the screen already: a server that is away is waited for. */
  shown?: boolean;
  /** Absent: nobody has chosen; TCP. */
  protocol?: Protocol;
  udpPort?: number;
}

export function targetOf(input: ConnectInput): Target | { failure: Failure } {
  const place = placeOf(input.server, input.port);
  if (typeof place === 'string') return { failure: failureOf(place, { address: input.server.trim() }) };
  const username = canonicalUsername(input.username);
  if (username === undefined) return { failure: failureOf('bad_name') };
  if (input.password === '') return { failure: failureOf('no_password') };
  return { ...place, username, password: input.password, remember: input.remember, register: input.register ?? false, ...waysOf(input) };
}

/** Address and, of a link, fingerprint and invite; or why not. */
export function placeOf(server: string, port?: number): Pick<Target, 'address' | 'link' | 'invite'> | Cause {
  if (!isLink(server)) {
    const address = parseAddress(server, port);
    return address ? { address } : 'bad_address';
  }
  const link = parseLink(server);
  if (!link) return 'bad_link';
  if (link.tls) return 'tls_link';
  return { address: { host: link.host, port: link.port }, link: link.fingerprint, ...(link.invite && { invite: link.invite }) };
}

/** undefined where the saved ticket is of no use. */
export function targetOfTicket(saved: SavedTicket, ways: Ways): Target | undefined {
  const address = parseAddress(saved.address);
  const id = fromHex(saved.id);
  const secret = fromHex(saved.secret);
  if (!address || !id || !secret) return undefined;
  return { address, username: saved.username, remember: true, register: false, ticket: { id, secret, fingerprint: saved.fingerprint, serverId: saved.serverId }, ...waysOf(ways) };
}

export function waysOf({ protocol, udpPort }: Ways): Ways {
  return { ...(protocol && { protocol }), ...(udpPort !== undefined && { udpPort }) };
}
