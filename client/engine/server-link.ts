// The link that a person passes on. Unless its operator said where the server is, the way that brought this person there
// is a better one than what the server sees of itself: it may sit behind a NAT.
import { formatLink, isThisComputer, parseAddress, parseLink } from '../../shared/protocol/link.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { ServerLink } from './types.ts';

/** `address`: host:port that was dialled. */
export function passedOn({ link, named, uses, expires }: Omit<Content<'link'>, 'req'>, address: string): ServerLink {
  const told = parseLink(link);
  const dialled = parseAddress(address);
  const place = told && dialled && !named && !isThisComputer(dialled.host) ? { ...told, ...dialled } : told;
  return {
    link: place ? formatLink(place) : link, near: place !== undefined && isThisComputer(place.host),
    ...(uses !== undefined && { uses }), ...(expires !== undefined && { expires }),
  };
}
