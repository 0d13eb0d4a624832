// How hard a password is to guess, roughly. No dictionary: length counts most, as it does for a guesser.

/** 0 weak, 1 fair, 2 good, 3 strong. */
export type Strength = 0 | 1 | 2 | 3;

const COMMON = /^(?:.*(?:password|qwerty|letmein|welcome|abc123|iloveyou).*|\d+|(.{1,3})\1+)$/i;

export function strengthOf(password: string, username: string): Strength {
  if ([...password].length < 8 || COMMON.test(password) || containsName(password, username)) return 0;
  const bits = [...new Set(password)].length * 2 + [...password].length + 4 * kindsOf(password);
  return bits < 34 ? 1 : bits < 46 ? 2 : 3;
}

function containsName(password: string, username: string): boolean {
  return username.length >= 3 && password.toLowerCase().includes(username.toLowerCase()) && password.length < username.length + 8;
}

function kindsOf(password: string): number {
  return [/\p{Ll}/u, /\p{Lu}/u, /\p{N}/u, /[^\p{L}\p{N}]/u].filter((kind) => kind.test(password)).length;
}
