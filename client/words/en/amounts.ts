// Bytes, times and dates.
export const amounts = {
  /** For the names of days and months, and for digits in groups (BCP 47). */
  locale: 'en-GB',
  units: ['B', 'KB', 'MB', 'GB', 'TB'],
  exactly: (size: string, bytes: string) => `${size} (${bytes} bytes)`,
  part: (done: string, size: string) => `${done} of ${size}`,
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
  neverSeen: 'never seen online',
  seenNow: 'seen just now',
  seenMinutes: (minutes: number) => `seen ${minutes} min ago`,
  seenAt: (time: string) => `seen at ${time}`,
  seenYesterday: (time: string) => `seen yesterday at ${time}`,
  seenOn: (date: string) => `seen ${date}`,
  countdown: (minutes: number, seconds: number) => (minutes === 0 ? `${seconds} s` : `${minutes} min ${seconds} s`),
};
