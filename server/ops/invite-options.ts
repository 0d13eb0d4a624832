// What `reach-server invite`, `invites` and `sign-out` may be told, and the bounds of an invite.
import { ConfigError, flag, helpRows, option, parseText } from './options.ts';

/** New accounts of one invite. */
export const USES_MAX = 10_000;
/** Milliseconds until the latest end of an invite. */
export const LIFE_MAX_MS = 365 * 24 * 60 * 60_000;

const MINUTE = 60_000;
const UNITS: Readonly<Record<string, number>> = { m: MINUTE, h: 60 * MINUTE, d: 24 * 60 * MINUTE };

/** Which server is meant. */
export const LIST_OPTIONS = {
  data: option('DIR', "the running server's data directory (default: as the server finds it)", undefined as string | undefined, parseText),
  config: option('FILE', "the running server's --config, for its data directory", undefined as string | undefined, parseText),
  help: flag('show this text and exit'),
} as const;

export const INVITE_OPTIONS = {
  uses: option('N', 'how many accounts can be made with it', 1 as number, parseUses),
  expires: option('TIME', 'how long it is good: days, hours or minutes, as 7d, 12h, 30m', '7d' as string, parseLife),
  admin: flag('who uses it becomes an admin'),
  revoke: option('INVITE', 'make none: take back the one that `invites` shows under this name', undefined as string | undefined, parseId),
  ...LIST_OPTIONS,
} as const;

/** For --help. */
export function inviteHelp(): string[] {
  return [
    'Usage: reach-server invite [OPTIONS]', '       reach-server invites [--data DIR] [--config FILE]', '',
    'Makes an invite on the server that is running here and prints its link; lists the invites that are still good.', '', ...helpRows(INVITE_OPTIONS),
  ];
}

/** For --help. */
export function signOutHelp(): string[] {
  return ['Usage: reach-server sign-out NAME [--data DIR] [--config FILE]', '', 'Signs an account of the server that is running here out everywhere: its devices need the password again.'];
}

/** Milliseconds of a text that parseLife has let through. */
export function lifeOf(text: string): number {
  return Number(text.slice(0, -1)) * UNITS[text.slice(-1)]!;
}

function parseUses(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) < 1 || Number(text) > USES_MAX) throw new ConfigError(`expected a number from 1 to ${USES_MAX}`);
  return Number(text);
}

function parseLife(text: string): string {
  if (!/^[1-9]\d{0,5}[dhm]$/.test(text)) throw new ConfigError('expected days, hours or minutes, as 7d, 12h, 30m');
  if (lifeOf(text) > LIFE_MAX_MS) throw new ConfigError('an invite lives 365 days at most');
  return text;
}

function parseId(text: string): string {
  if (!/^[0-9a-f]{4,64}$/i.test(text)) throw new ConfigError('expected the name that `reach-server invites` shows, or its first 4 or more digits');
  return text.toLowerCase();
}
