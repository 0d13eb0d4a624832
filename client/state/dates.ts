// Times as words. The caller gives `now`, so that a minute later the words can be asked for again.
import { words } from '../words/words.ts';

const texts = words.amounts;

// Made once: a formatter takes far longer to make than to use.
const SHORT_DAY = new Intl.DateTimeFormat(texts.locale, { day: 'numeric', month: 'short' });
const SHORT_DATE = new Intl.DateTimeFormat(texts.locale, { day: 'numeric', month: 'short', year: 'numeric' });
const WEEKDAY = new Intl.DateTimeFormat(texts.locale, { weekday: 'long', day: 'numeric', month: 'long' });
const DATE = new Intl.DateTimeFormat(texts.locale, { day: 'numeric', month: 'long', year: 'numeric' });
const FULL_DATE = new Intl.DateTimeFormat(texts.locale, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How many hours a clock of this person has. */
export type Hours = 12 | 24;

/** What this computer's own settings say. */
export function systemHours(): Hours {
  return new Intl.DateTimeFormat(undefined, { hour: 'numeric' }).resolvedOptions().hour12 ? 12 : 24;
}

/** 21:41 or 9:41 pm, in this computer's time zone. */
export function timeOfDay(ts: number, hours: Hours): string {
  return clockWords(new Date(ts), hours, '');
}

/** 21:41 or 9:41, where there is no room for the rest and the whole date is a pointer away. */
export function bareTime(ts: number, hours: Hours): string {
  const date = new Date(ts);
  const hour = hours === 24 ? date.getHours() : date.getHours() % 12 || 12;
  return `${hour}:${String(date.getMinutes()).padStart(2, '0')}`;
}

/** 21:41:05 or 9:41:05 pm. */
function secondOfDay(ts: number, hours: Hours): string {
  const date = new Date(ts);
  return clockWords(date, hours, `:${String(date.getSeconds()).padStart(2, '0')}`);
}

function clockWords(date: Date, hours: Hours, seconds: string): string {
  const time = `${bareTime(date.getTime(), hours)}${seconds}`;
  return hours === 24 ? time : texts.clock(time, date.getHours() < 12 ? 'am' : 'pm');
}

/** 9:41:05; with the day before it, 22 Nov 9:41, where it is not today. */
export function momentWords(ts: number, { today, hours }: { today: boolean; hours: Hours }): string {
  if (today) return secondOfDay(ts, hours);
  return dayAndTime(ts, hours);
}

/** 22 Nov 9:41. */
export function dayAndTime(ts: number, hours: Hours): string {
  return `${SHORT_DAY.format(ts)} ${timeOfDay(ts, hours)}`;
}

/** 9:52; with the day before it, 22 Nov 9:52 or 3 Mar 2025 9:52, where it is not today. */
export function sinceWords(ts: number, { now, hours }: { now: number; hours: Hours }): string {
  const time = timeOfDay(ts, hours);
  if (dayOf(ts) === dayOf(now)) return time;
  const sameYear = new Date(ts).getFullYear() === new Date(now).getFullYear();
  return `${(sameYear ? SHORT_DAY : SHORT_DATE).format(ts)} ${time}`;
}

/** A value that is equal for two times of one calendar day here. */
export function dayOf(ts: number): string {
  const date = new Date(ts);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** 2026-11-22, in this computer's time zone: a day for machines. */
export function isoDay(ts: number): string {
  const date = new Date(ts);
  return [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((part) => String(part).padStart(2, '0')).join('-');
}

/** Today, Yesterday, Monday 16 November, 3 March 2025. */
export function dayWords(ts: number, now: number): string {
  if (dayOf(ts) === dayOf(now)) return texts.today;
  if (dayOf(ts) === dayOf(now - DAY)) return texts.yesterday;
  const date = new Date(ts);
  const sameYear = date.getFullYear() === new Date(now).getFullYear();
  return (sameYear ? WEEKDAY : DATE).format(date);
}

/** Sunday 22 November 2026, 9:41:05. */
export function fullDate(ts: number, hours: Hours): string {
  const day = FULL_DATE.format(ts);
  return `${day}, ${secondOfDay(ts, hours)}`;
}

export function lastSeenWords(lastSeen: number | null, now: number, hours: Hours): string {
  if (lastSeen === null) return texts.neverSeen;
  const ago = now - lastSeen;
  if (ago < MINUTE) return texts.seenNow;
  if (ago < HOUR) return texts.seenMinutes(Math.floor(ago / MINUTE));
  if (dayOf(lastSeen) === dayOf(now)) return texts.seenAt(timeOfDay(lastSeen, hours));
  if (dayOf(lastSeen) === dayOf(now - DAY)) return texts.seenYesterday(timeOfDay(lastSeen, hours));
  return texts.seenOn(SHORT_DATE.format(lastSeen));
}

/** Since when somebody is here. */
export function hereSinceWords(since: number, now: number, hours: Hours): string {
  return texts.since(dayOf(since) === dayOf(now) ? timeOfDay(since, hours) : dayAndTime(since, hours));
}

/** 8 s, 1 min 5 s: what a countdown shows; never 0 while something is left. */
export function countdownWords(ms: number): string {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  return texts.countdown(Math.floor(seconds / 60), seconds % 60);
}
