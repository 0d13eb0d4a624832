// How hard a password is to guess, roughly, in words. No dictionary: length counts most, as it does for a guesser.

export interface Strength {
  /** 0–3, for the bar beside the words. */
  level: 0 | 1 | 2 | 3;
  words: string;
}

const LEVELS: readonly Strength[] = [
  { level: 0, words: 'Weak: easy to guess. Make it longer.' },
  { level: 1, words: 'Fair: a few more characters would help.' },
  { level: 2, words: 'Good.' },
  { level: 3, words: 'Strong.' },
];
const COMMON = /^(?:.*(?:password|qwerty|letmein|welcome|abc123|iloveyou).*|\d+|(.{1,3})\1+)$/i;

export function strengthOf(password: string, username: string): Strength {
  if ([...password].length < 8 || COMMON.test(password) || containsName(password, username)) return LEVELS[0]!;
  const bits = [...new Set(password)].length * 2 + [...password].length + 4 * kindsOf(password);
  return LEVELS[bits < 34 ? 1 : bits < 46 ? 2 : 3]!;
}

function containsName(password: string, username: string): boolean {
  return username.length >= 3 && password.toLowerCase().includes(username.toLowerCase()) && password.length < username.length + 8;
}

function kindsOf(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
}
