// Sizes, times and numbers as words.

/** 17.4 MB, in the decimal units people know from files. */
export function sizeWords(bytes: number): string {
  if (bytes === 1) return '1 byte';
  if (bytes < 1_000) return `${bytes} bytes`;
  const units = ['KB', 'MB', 'GB', 'TB'];
  const power = Math.min(units.length, Math.max(1, Math.floor(Math.log10(bytes) / 3)));
  const value = bytes / 1_000 ** power;
  return value >= 999.5 && power < units.length ? `1.0 ${units[power]}` : `${value < 99.95 ? value.toFixed(1) : Math.round(value)} ${units[power - 1]}`;
}

/** 3:07, 1:02:45. */
export function clockWords(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  const [hours, minutes] = [Math.floor(whole / 3_600), Math.floor(whole / 60) % 60];
  const rest = String(whole % 60).padStart(2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`;
}

export function numberWords(count: number): string {
  return count.toLocaleString('en-GB');
}

/** "1 row", "2 rows". */
export function countWords(count: number, one: string, many = `${one}s`): string {
  return `${numberWords(count)} ${count === 1 ? one : many}`;
}
