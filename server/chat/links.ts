// The link by which somebody else gets here, for a person who is here already. Where new accounts need an invite, an admin's
// link has one in it.
import type { Bytes } from '../../shared/protocol/bytes.ts';
import { encodeMessage } from '../../shared/protocol/frames.ts';
import { formatLink, type Link } from '../../shared/protocol/link.ts';
import type { Content } from '../../shared/protocol/messages.ts';
import type { Roster } from './roster.ts';
import type { Session } from './session.ts';

/** New accounts of one such link, and milliseconds that it is good for. */
const USES = 10;
const LIFE_MS = 7 * 24 * 60 * 60_000;
/** One with less left than this is not given again. */
const FRESH_MS = 24 * 60 * 60_000;

interface Given {
  secret: Bytes;
  expires: number;
}

export interface LinksOptions {
  roster: Pick<Roster, 'person'>;
  registration: 'open' | 'invite' | 'closed';
  /** Where others reach this server, and whether its operator said so. Absent: nobody knows. */
  outside?: (() => { place: Omit<Link, 'invite'>; named: boolean }) | undefined;
  /** Stores it, and gives its secret and its end. */
  invite(uses: number, life: number): Given;
  /** How many accounts can still be made with it. */
  left(secret: Bytes): number;
  now(): number;
}

export class Links {
  readonly #options: LinksOptions;
  /** The last one of each admin: who asks again gets it again. */
  readonly #given = new Map<string, Given>();

  constructor(options: LinksOptions) {
    this.#options = options;
  }

  /** Refused with `forbidden` where it takes an admin, or where no place is known. */
  answer(session: Session, { req }: Content<'link_ask'>): void {
    const { roster, registration, outside, left } = this.#options;
    const isOpen = registration === 'open';
    if (!outside || (!isOpen && !roster.person(session.user)?.admin)) return session.refuse('forbidden', { req });
    const { place, named } = outside();
    if (isOpen) return session.connection.send(encodeMessage('link', { req, link: formatLink(place), named }));
    const { secret, expires } = this.#inviteOf(session.user);
    session.connection.send(encodeMessage('link', { req, link: formatLink({ ...place, invite: secret }), named, uses: left(secret), expires }));
  }

  #inviteOf(user: string): Given {
    const { invite, left, now } = this.#options;
    const known = this.#given.get(user);
    if (known && known.expires - now() > FRESH_MS && left(known.secret) > 0) return known;
    const made = invite(USES, LIFE_MS);
    this.#given.set(user, made);
    return made;
  }
}
