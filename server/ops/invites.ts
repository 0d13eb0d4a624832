// What the owner of a running server may order about invites. Only the hash of an invite is kept: its link is told once.
import * as v from 'valibot';
import type { Bytes, Random } from '../../shared/protocol/bytes.ts';
import { formatLink, type Link } from '../../shared/protocol/link.ts';
import { inviteHash } from '../chat/sign-in.ts';
import type { Store } from '../store/store.ts';
import type { Clock } from './clock.ts';
import type { Answer } from './control.ts';
import { LIFE_MAX_MS, USES_MAX } from './invite-options.ts';
import type { Log } from './log.ts';

const INVITE_SIZE = 16;

const whole = (most: number) => v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most));

const REQUEST = v.object({ command: v.literal('invite'), uses: whole(USES_MAX), life: whole(LIFE_MAX_MS), admin: v.boolean() });

/** What the server answers to `invite`. */
export const MADE = v.object({ ok: v.literal(true), link: v.string(), uses: v.number(), expires: v.number(), admin: v.boolean() });

export interface InviteSurroundings {
  store: Pick<Store, 'addInvite'>;
  clock: Clock;
  random: Random;
  log: Log;
  /** Where people would reach the server at this moment. */
  place(): Omit<Link, 'invite'>;
}

export function inviteOrders(options: InviteSurroundings): (request: unknown) => Answer {
  return (request) => {
    const order = v.safeParse(REQUEST, request);
    return order.success ? make(options, order.output) : { ok: false, reason: 'this server does not know that order; is it another version?' };
  };
}

function make({ store, clock, random, log, place }: InviteSurroundings, { uses, life, admin }: v.InferOutput<typeof REQUEST>): Answer {
  const invite: Bytes = random(INVITE_SIZE);
  const expires = clock.now() + life;
  store.addInvite({ hash: inviteHash(invite), role: admin ? 'admin' : 'member', uses, expires });
  log.info({ uses, admin, expires }, 'invite made');
  return { ok: true, link: formatLink({ ...place(), invite }), uses, expires, admin };
}
