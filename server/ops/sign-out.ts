// `reach-server sign-out NAME`: ends all sessions and saved sign-ins of an account of the running server. The order, its
// answer, and its words.
import * as v from 'valibot';
import type { Sources } from '../config.ts';
import type { Answer } from './control.ts';
import { ask, directoryOf } from './invite-command.ts';
import { LIST_OPTIONS, signOutHelp } from './invite-options.ts';
import { ConfigError, readFlags, settle } from './options.ts';

const NAME_MAX = 64;
const REQUEST = v.object({ command: v.literal('sign_out'), name: v.pipe(v.string(), v.minLength(1), v.maxLength(NAME_MAX)) });
const ENDED = v.object({ ok: v.literal(true), sessions: v.number() });

/** undefined: that is another order. `signOut`: how many sessions ended; undefined where there is no such account. */
export function signOutOrder(signOut: (name: string) => number | undefined): (request: unknown) => Answer | undefined {
  return (request) => {
    const order = v.safeParse(REQUEST, request);
    if (!order.success) return undefined;
    const { name } = order.output;
    const sessions = signOut(name);
    return sessions === undefined ? { ok: false, reason: `there is no account ${JSON.stringify(name)}` } : { ok: true, sessions };
  };
}

/** What to print. Throws Error with one line: no name, no server, no such account. */
export async function signOutCommand(args: readonly string[], sources: Sources): Promise<string> {
  const [name, ...rest] = args;
  if (name === '--help') return `${signOutHelp().join('\n')}\n`;
  if (name === undefined || name.startsWith('-')) throw new ConfigError('whom? reach-server sign-out NAME');
  const options = settle(LIST_OPTIONS, readFlags(LIST_OPTIONS, rest));
  const { sessions } = await ask(ENDED, { command: 'sign_out', name }, directoryOf(options, sources));
  return `${name} is signed out: ${sessions === 1 ? '1 session' : `${sessions} sessions`} ended, and each device needs the password again.\n`;
}
