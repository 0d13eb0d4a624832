// Whether a server is the one it was (protocol §1.2). Asked before anything about the person is sent.
import { fingerprintWords } from '../../shared/crypto/identity.ts';
import { equal, fromHex, hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { formatAddress, isThisComputer, type Address } from '../../shared/protocol/link.ts';
import type { Seen } from './connection.ts';
import type { ServerKey, Trust } from './types.ts';
import type { Pin } from './vault.ts';

export interface Known {
  pins: readonly Pin[];
  /** The fingerprint of the link that led here. */
  link?: Bytes;
  /** Trusted for this process only: fingerprint by address. */
  once?: ReadonlyMap<string, string>;
}

export type Verdict =
  /** `pin`: to be remembered now. */
  | { name: 'trusted'; how: Trust; pin: boolean }
  | { name: 'unknown' }
  /** `previous`: the fingerprint pinned, hex. */
  | { name: 'changed'; previous: string }
  /** Another key than the link names: nobody can overrule that but by another link. */
  | { name: 'not_linked'; linked: string };

/** The link stops what it does not name; a changed key stops everything else, on this computer too; then the link decides, then the place, then the pin. */
export function judge(address: Address, seen: Seen, { pins, link, once }: Known): Verdict {
  const place = formatAddress(address);
  const fingerprint = hex(seen.fingerprint);
  const pin = pins.find((known) => known.address === place);
  const twin = pin ? undefined : pins.find((known) => known.serverId === hex(seen.serverId) && known.fingerprint !== fingerprint);
  const trustedOnce = once?.get(place);
  if (link && !equal(link, seen.fingerprint)) return { name: 'not_linked', linked: hex(link) };
  if (trustedOnce === fingerprint) return { name: 'trusted', how: 'once', pin: false };
  const old = [pin?.fingerprint, twin?.fingerprint, trustedOnce].find((known) => known !== undefined && known !== fingerprint);
  if (old !== undefined) return { name: 'changed', previous: old };
  const sameServer = pin?.serverId === hex(seen.serverId);
  if (link) return { name: 'trusted', how: 'link', pin: !sameServer || pin.how === 'first_use' };
  if (isThisComputer(address.host)) return { name: 'trusted', how: 'this_computer', pin: !sameServer };
  if (pin) return { name: 'trusted', how: pin.how, pin: !sameServer };
  return { name: 'unknown' };
}

/** `since`: Unix milliseconds. */
export function pinOf(address: Address, seen: Seen, { how, since }: Pick<Pin, 'how' | 'since'>): Pin {
  return { address: formatAddress(address), fingerprint: hex(seen.fingerprint), serverId: hex(seen.serverId), how, since };
}

export function keyOf(fingerprint: Bytes | string): ServerKey {
  const bytes = typeof fingerprint === 'string' ? (fromHex(fingerprint) ?? new Uint8Array(32)) : fingerprint;
  return { words: fingerprintWords(bytes), fingerprint: hex(bytes) };
}
