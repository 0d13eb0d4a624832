// What the banner says, from the phase and the time. Undefined: no banner.
import type { Phase } from '../../engine/types.ts';
import { countdownWords } from '../../state/dates.ts';
import { words } from '../../words/words.ts';

const texts = words.chat.banner;

/** A loss shorter than this is not worth a word. */
export const QUIET_MS = 2_000;
export const BACK_SHOWN_MS = 3_000;
/** What is not sent by then is not waited for before the return is spoken. */
const SPOKEN_WITHIN_MS = 2_000;

export interface BannerText {
  tone: 'warn' | 'ok';
  lead: string;
  /** Changes each second while counting down; not spoken. */
  rest: string;
  retry: boolean;
  /** For somebody who does not see it. */
  spoken: string;
}

export interface BannerFacts {
  phase: Phase;
  lostAt: number | undefined;
  backAt: number | undefined;
  /** Own messages on their way. */
  messages: number;
  /** Of those that waited when the connection came back: sent since, and still waiting. */
  sentSinceReconnect: number;
  owed: number;
  now: number;
  /** When the phase began. */
  phaseAt?: number;
  /** False: there was no connection yet in this run. */
  reached?: boolean;
}

/** The server has let the person in, and the line stands. */
export function isConnected(phase: Phase): boolean {
  return phase.name === 'online' || (phase.name === 'connecting' && phase.stage === 'opening');
}

/** Without a connection for long enough to be told; what an earlier start saw may be on the screen before the first one. */
export function isLost({ phase, lostAt, phaseAt }: Pick<BannerFacts, 'phase' | 'lostAt' | 'phaseAt'>, now: number): boolean {
  if (phase.name === 'connecting') return !isConnected(phase) && now - (phaseAt ?? now) >= QUIET_MS;
  return phase.name === 'reconnecting' && (phase.offline || now - (lostAt ?? phase.since) >= QUIET_MS);
}

export function bannerOf(facts: BannerFacts): BannerText | undefined {
  const { phase, lostAt, backAt, now } = facts;
  if (phase.name === 'reconnecting') return isLost(facts, now) ? lostBanner(phase, facts) : undefined;
  if (phase.name === 'connecting') return isLost(facts, now) ? warning(texts.connecting, tailOf(facts), false) : undefined;
  if (phase.name !== 'online' || backAt === undefined || lostAt === undefined) return undefined;
  return backAt - lostAt < QUIET_MS || now - backAt >= BACK_SHOWN_MS ? undefined : backBanner(facts, now - backAt);
}

/** Spoken once, when all that waited is sent. */
function backBanner({ sentSinceReconnect: sent, owed }: BannerFacts, since: number): BannerText {
  const rest = sent > 0 ? texts.sent(sent) : '';
  const spoken = owed === 0 ? `${texts.again} ${rest}`.trim() : since < SPOKEN_WITHIN_MS ? '' : texts.again;
  return { tone: 'ok', lead: texts.again, rest, retry: false, spoken };
}

function lostBanner(phase: Extract<Phase, { name: 'reconnecting' }>, facts: BannerFacts): BannerText {
  const { now, reached = true } = facts;
  const tail = tailOf(facts);
  if (phase.offline) return warning(texts.offline, texts.offlineRest(tail), true);
  const lead = phase.failure.code === 'shutting_down' ? texts.shutDown : phase.failure.code === 'slow_consumer' ? texts.tooSlow : reached ? texts.lost : texts.silent;
  const rest = phase.retryAt === undefined ? texts.trying(tail) : texts.retrying(countdownWords(Math.max(1_000, phase.retryAt - now)), tail);
  return warning(lead, rest, phase.retryAt !== undefined);
}

function tailOf({ messages }: BannerFacts): string {
  return messages > 0 ? texts.waiting(messages) : texts.kept;
}

function warning(lead: string, rest: string, retry: boolean): BannerText {
  return { tone: 'warn', lead, rest, retry, spoken: texts.keepsTrying(lead) };
}
