// Bytes, speeds and times left as words. A megabyte is 1024 × 1024 bytes, as the limits of servers are counted.

const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'] as const;
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** 812 B, 1.8 MB, 50 MB. */
export function sizeWords(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${UNITS[unit]}`;
}

/** The same beside a limit: with its bytes where it would look like the limit itself, as 51,201 of 51,200 do. */
export function sizeBeside(bytes: number, limit: number): string {
  const words = sizeWords(bytes);
  return words === sizeWords(limit) ? `${words} (${bytes.toLocaleString('en-GB')} bytes)` : words;
}

/** 17.4 of 42.6 MB. */
export function partWords(done: number, size: number): string {
  const [unit, own] = [unitOf(size), unitOf(done)];
  return own === unit || done === 0 ? `${inUnit(done, unit)} of ${sizeWords(size)}` : `${sizeWords(done)} of ${sizeWords(size)}`;
}

/** 8.2 MB/s. */
export function speedWords(bytesPerSecond: number): string {
  return `${sizeWords(bytesPerSecond)}/s`;
}

/** 0:12 left, 1 h 12 min left; about a minute, where no more can be said. */
export function leftWords(ms: number, about: boolean): string {
  if (about) return aboutWords(ms);
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  if (ms >= DAY) return 'more than a day left';
  if (ms >= HOUR) return `${Math.floor(ms / HOUR)} h ${Math.floor((ms % HOUR) / MINUTE)} min left`;
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')} left`;
}

/** The same, as it is said: 12 seconds left, 2 minutes left. */
export function spokenLeft(ms: number, about: boolean): string {
  const seconds = Math.max(1, Math.ceil(ms / SECOND));
  if (about || ms >= HOUR) return leftWords(ms, about);
  return seconds < 60 ? `${seconds} ${seconds === 1 ? 'second' : 'seconds'} left` : `${Math.round(seconds / 60)} ${seconds < 90 ? 'minute' : 'minutes'} left`;
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
  const teen = number % 100 >= 11 && number % 100 <= 13;
  const ending = teen ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th');
  return `${number}${ending}`;
}

function aboutWords(ms: number): string {
  if (ms < 45 * SECOND) return 'under a minute';
  if (ms < 90 * SECOND) return 'about a minute';
  if (ms < 50 * MINUTE) return `about ${Math.round(ms / MINUTE)} minutes`;
  return ms < 90 * MINUTE ? 'about an hour' : `about ${Math.round(ms / HOUR)} hours`;
}

function unitOf(bytes: number): number {
  let unit = 0;
  // What would be shown as 1024 belongs to the next unit.
  while (unit < UNITS.length - 1 && bytes >= 1023.95 * 1024 ** unit) unit += 1;
  return unit;
}

function inUnit(bytes: number, unit: number): string {
  return unit === 0 ? String(Math.round(bytes)) : (bytes / 1024 ** unit).toFixed(1).replace(/\.0$/, '');
}
