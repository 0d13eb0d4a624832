// Bytes, speeds and times left as words.
import { words } from '../words/words.ts';

const texts = words.amounts;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 812 B, 1.8 MB, 50 MB. */
export function sizeWords(bytes: number): string {
  return texts.size(bytes);
}

/** The same beside a limit: with its bytes where it would look like the limit itself, as 51,201 of 51,200 do. */
export function sizeBeside(bytes: number, limit: number): string {
  const size = sizeWords(bytes);
  return size === sizeWords(limit) ? texts.exactly(size, texts.count(bytes)) : size;
}

/** 17.4 of 42.6 MB. */
export function partWords(done: number, size: number): string {
  return texts.part(done, size);
}

/** 8.2 MB/s. */
export function speedWords(bytesPerSecond: number): string {
  return texts.perSecond(sizeWords(bytesPerSecond));
}

/** 0:12 left, 1 h 12 min left; about a minute, where no more can be said. */
export function leftWords(ms: number, about: boolean): string {
  if (about) return aboutWords(ms);
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  if (ms >= DAY) return texts.moreThanADay;
  if (ms >= HOUR) return texts.hoursLeft(Math.floor(ms / HOUR), Math.floor((ms % HOUR) / MINUTE));
  return texts.clockLeft(`${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`);
}

/** The same, as it is said: 12 seconds left, 2 minutes left. */
export function spokenLeft(ms: number, about: boolean): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  if (about || ms >= HOUR) return leftWords(ms, about);
  return seconds < 60 ? texts.secondsLeft(seconds) : texts.minutesLeft(Math.round(seconds / 60));
}

/** 0:07, 1:02:09: a place in a sound. */
export function playWords(ms: number): string {
  const seconds = Math.floor(ms / SECOND);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
  const tail = String(seconds % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${tail}` : `${minutes}:${tail}`;
}

/** Whole percent; 100 only when all of it is there. */
export function percentOf(done: number, size: number): number {
  return size <= 0 ? 100 : Math.min(100, Math.floor((done / size) * 100));
}

/** 1st, 2nd, 3rd, 11th. */
export function ordinal(number: number): string {
  return texts.ordinal(number);
}

function aboutWords(ms: number): string {
  if (ms < 45 * SECOND) return texts.underAMinute;
  if (ms < 50 * MINUTE) return texts.aboutMinutes(Math.round(ms / MINUTE));
  return texts.aboutHours(Math.round(ms / HOUR));
}
