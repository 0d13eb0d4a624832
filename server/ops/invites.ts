// What the owner of a running server may order about invites. Only the hash of an invite is kept: its link is told once.
import * as v from 'valibot';
import { hex, type Bytes, type Random } from '../../shared/protocol/bytes.ts';
import { formatLink, type Link } from '../../shared/protocol/link.ts';
import { inviteHash } from '../chat/sign-in.ts';
import type { Invite, Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Answer } from './control.ts';
import { LIFE_MAX_MS, USES_MAX } from './invite-options.ts';
import type { Log } from './log.ts';

const INVITE_SIZE = 16;
/** Hex digits of a hash by which people name an invite. */
const ID_DIGITS = 8;
/** Invites of one answer. */
const LISTED_MAX = 1_000;

const whole = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

const REQUEST = v.variant('command', [
  v.object({ command: v.literal('invite'), uses: whole(USES_MAX), life: whole(LIFE_MAX_MS), admin: v.boolean() }),
  v.object({ command: v.literal('invites') }),
  v.object({ command: v.literal('revoke'), id: v.pipe(v.string(), v.regex(/^[0-9a-f]{4,64}$/)) }),
]);
type Request<C extends string> = Extract<v.InferOutput<typeof REQUEST>, { command: C }>;

const INVITE = v.object({ id: v.string(), uses: v.number(), expires: v.number(), admin: v.boolean() });

/** What the server answers to `invite`, `invites` and `revoke`. */
export const MADE = v.object({ ok: v.literal(true), link: v.string(), invite: INVITE });
export const LISTED = v.object({ ok: v.literal(true), invites: v.array(INVITE), all: v.number() });
export const REVOKED = v.object({ ok: v.literal(true), invite: INVITE });

export interface InviteSurroundings {
  store: Pick<Store, 'addInvite' | 'invites' | 'dropInvite'>;
  clock: Clock;
  random: Random;
  log: Log;
  /** Where people would reach the server at this moment. */
  place(): Omit<Link, 'invite'>;
}

export function inviteOrders(surroundings: InviteSurroundings): (request: unknown) => Answer {
  return (request) => {
    const order = v.safeParse(REQUEST, request);
    if (!order.success) return { ok: false, reason: 'it does not know that order; is it another version?' };
    switch (order.output.command) {
      case 'invite':
        return make(surroundings, order.output);
      case 'invites':
        return list(surroundings);
      case 'revoke':
        return revoke(surroundings, order.output);
    }
  };
}

function make(surroundings: InviteSurroundings, request: Request<'invite'>): Answer {
  const { secret, invite } = makeInvite(surroundings, request);
  return { ok: true, link: formatLink({ ...surroundings.place(), invite: secret }), invite: shown(invite) };
}

/** Stored; the secret is known to nobody but the caller. */
export function makeInvite({ store, clock, random, log }: Omit<InviteSurroundings, 'place'>, { uses, life, admin }: Pick<Request<'invite'>, 'uses' | 'life' | 'admin'>): { secret: Bytes; invite: Invite } {
  const secret: Bytes = random(INVITE_SIZE);
  const invite: Invite = { hash: inviteHash(secret), role: admin ? 'admin' : 'member', uses, expires: clock.now() + life };
  store.addInvite(invite);
  log.info({ id: idOf(invite), uses, admin, expires: invite.expires }, 'invite made');
  return { secret, invite };
}

function list({ store, clock }: InviteSurroundings): Answer {
  const invites = store.invites(clock.now());
  return { ok: true, invites: invites.slice(0, LISTED_MAX).map(shown), all: invites.length };
}

function revoke({ store, clock, log }: InviteSurroundings, { id }: Request<'revoke'>): Answer {
  const [found, second] = store.invites(clock.now()).filter(({ hash }) => hex(hash).startsWith(id));
  if (!found) return { ok: false, reason: `no invite that is still good begins with ${id}` };
  if (second) return { ok: false, reason: `more than one invite begins with ${id}; give more of it` };
  store.dropInvite(found.hash);
  log.info({ id: idOf(found) }, 'invite revoked');
  return { ok: true, invite: shown(found) };
}

function idOf({ hash }: Invite): string {
  return hex(hash).slice(0, ID_DIGITS);
}

function shown(invite: Invite): v.InferOutput<typeof INVITE> {
  return { id: idOf(invite), uses: invite.uses, expires: invite.expires, admin: invite.role === 'admin' };
}
