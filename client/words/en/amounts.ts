// Bytes, times and dates. A megabyte is 1024 × 1024 bytes, as the limits of servers are counted.
/** For the names of days and months, and for digits in groups (BCP 47). */
const LOCALE = 'en-GB';
const UNITS = ['B', 'KB', 'MB', 'GB', 'TB'];

/** The unit to say so many bytes in: 0 for bytes, 1 for kilobytes. */
function unitOf(bytes: number): number {
  let unit = 0;
  // What would be shown as 1024 belongs to the next unit.
  while (unit < UNITS.length - 1 && bytes >= 1023.95 * 1024 ** unit) unit += 1;
  return unit;
}

function inUnit(bytes: number, unit: number): string {
  return unit === 0 ? String(Math.round(bytes)) : (bytes / 1024 ** unit).toFixed(1).replace(/\.0$/, '');
}

function size(bytes: number): string {
  const unit = unitOf(bytes);
  return `${inUnit(bytes, unit)} ${UNITS[unit]}`;
}

/** 17.4 of 42.6 MB. */
function part(done: number, whole: number): string {
  const unit = unitOf(whole);
  return `${done === 0 || unitOf(done) === unit ? inUnit(done, unit) : size(done)} of ${size(whole)}`;
}

export const amounts = {
  locale: LOCALE,
  /** 51,201. */
  count: (number: number) => number.toLocaleString(LOCALE),
  /** 812 B, 1.8 MB, 50 MB. */
  size,
  part,
  exactly: (size: string, bytes: string) => `${size} (${bytes} bytes)`,
  perSecond: (size: string) => `${size}/s`,
  moreThanADay: 'more than a day left',
  hoursLeft: (hours: number, minutes: number) => `${hours} h ${minutes} min left`,
  clockLeft: (clock: string) => `${clock} left`,
  secondsLeft: (seconds: number) => (seconds === 1 ? '1 second left' : `${seconds} seconds left`),
  minutesLeft: (minutes: number) => (minutes === 1 ? '1 minute left' : `${minutes} minutes left`),
  underAMinute: 'under a minute',
  aboutMinutes: (minutes: number) => (minutes === 1 ? 'about a minute' : `about ${minutes} minutes`),
  aboutHours: (hours: number) => (hours === 1 ? 'about an hour' : `about ${hours} hours`),
  /** 1st, 2nd, 3rd, 11th. */
  ordinal: (number: number) => `${number}${number % 100 >= 11 && number % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][number % 10] ?? 'th')}`,
  clock: (time: string, half: 'am' | 'pm') => `${time} ${half}`,
  today: 'Today',
  yesterday: 'Yesterday',
  since: (time: string) => `since ${time}`,
  neverSeen: 'never seen online',
  seenNow: 'seen just now',
  seenMinutes: (minutes: number) => `seen ${minutes} min ago`,
  seenAt: (time: string) => `seen at ${time}`,
  seenYesterday: (time: string) => `seen yesterday at ${time}`,
  seenOn: (date: string) => `seen ${date}`,
  countdown: (minutes: number, seconds: number) => (minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds} s`),
};
