// What the banner says, from the phase and the time. Undefined: no banner.
import type { Phase } from '../../engine/types.ts';
import { countdownWords } from '../../state/dates.ts';
import { words } from '../../words/words.ts';

const texts = words.chat.banner;

/** A loss shorter than this is not worth a word. */
export const QUIET_MS = 2_000;
export const BACK_SHOWN_MS = 3_000;

export interface BannerText {
  tone: 'warn' | 'ok';
  lead: string;
  /** Changes each second while counting down; not spoken. */
  rest: string;
  retry: boolean;
}

export interface BannerFacts {
  phase: Phase;
  lostAt: number | undefined;
  backAt: number | undefined;
  waiting: number;
  sent: number;
  now: number;
  /** When the phase began. */
  phaseAt?: number;
  /** False: there was no connection yet in this run. */
  reached?: boolean;
}

/** Without a connection for long enough to be told. */
export function isLost({ phase, lostAt, now }: Pick<BannerFacts, 'phase' | 'lostAt' | 'now'>): boolean {
  return phase.name === 'reconnecting' && (phase.offline || now - (lostAt ?? phase.since) >= QUIET_MS);
}

export function bannerOf(facts: BannerFacts): BannerText | undefined {
  const { phase, lostAt, backAt, now } = facts;
  if (phase.name === 'reconnecting') return isLost(facts) ? lostBanner(phase, facts) : undefined;
  if (phase.name === 'connecting') return now - (facts.phaseAt ?? now) >= QUIET_MS ? { tone: 'warn', lead: texts.connecting, rest: texts.kept, retry: false } : undefined;
  if (phase.name !== 'online' || backAt === undefined || lostAt === undefined) return undefined;
  if (backAt - lostAt < QUIET_MS || now - backAt >= BACK_SHOWN_MS) return undefined;
  return { tone: 'ok', lead: texts.again, rest: facts.sent > 0 ? texts.sent(facts.sent) : '', retry: false };
}

function lostBanner(phase: Extract<Phase, { name: 'reconnecting' }>, { waiting, now, reached = true }: BannerFacts): BannerText {
  const tail = waiting > 0 ? texts.waiting(waiting) : texts.kept;
  if (phase.offline) return { tone: 'warn', lead: texts.offline, rest: texts.offlineRest(tail), retry: true };
  const lead = phase.failure.code === 'shutting_down' ? texts.shutDown : phase.failure.code === 'slow_consumer' ? texts.tooSlow : reached ? texts.lost : texts.silent;
  const rest = phase.retryAt === undefined ? texts.trying(tail) : texts.retrying(countdownWords(Math.max(1_000, phase.retryAt - now)), tail);
  return { tone: 'warn', lead, rest, retry: phase.retryAt !== undefined };
}
