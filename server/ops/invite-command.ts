// `reach-server invite`: asks the running server for an invite and says what it is good for.
import { resolve } from 'node:path';
import * as v from 'valibot';
import { isThisComputer, parseLink } from '../../shared/protocol/link.ts';
import { parseConfig, type Sources } from '../config.ts';
import { askControl } from './control.ts';
import { INVITE_OPTIONS, inviteHelp, lifeOf, type InviteOptions } from './invite-options.ts';
import { MADE } from './invites.ts';
import { readFlags, settle } from './options.ts';

/** What to print. Throws Error with one line: a wrong option, no server, a refusal. */
export async function inviteCommand(args: readonly string[], sources: Sources): Promise<string> {
  const options = settle(INVITE_OPTIONS, readFlags(INVITE_OPTIONS, args));
  if (options.help) return `${inviteHelp().join('\n')}\n`;
  const answer = await askControl(directoryOf(options, sources), { command: 'invite', uses: options.uses, life: lifeOf(options.expires), admin: options.admin });
  return described(answerOf(MADE, answer));
}

function directoryOf({ data, config }: InviteOptions, sources: Sources): string {
  const said = [...(data === undefined ? [] : ['--data', data]), ...(config === undefined ? [] : ['--config', config])];
  return resolve(parseConfig(said, sources).data);
}

function answerOf<T>(schema: v.GenericSchema<unknown, T>, answer: unknown): T {
  const refusal = v.safeParse(v.object({ ok: v.literal(false), reason: v.string() }), answer);
  if (refusal.success) throw new Error(`the server refused: ${refusal.output.reason}`);
  const good = v.safeParse(schema, answer);
  if (!good.success) throw new Error('the server gave an answer that this program does not understand; is it another version?');
  return good.output;
}

function described({ link, uses, expires, admin }: v.InferOutput<typeof MADE>): string {
  const accounts = uses === 1 ? 'one new account' : `${uses} new accounts`;
  const role = admin ? `, ${uses === 1 ? 'an admin' : 'admins'}` : '';
  const near = isThisComputer(parseLink(link)?.host ?? '') ? ['The server has no address that other computers could use: this link works on this computer.'] : [];
  return [link, '', `Good for ${accounts}${role}, until ${minuteOf(expires)}.`, ...near, ''].join('\n');
}

/** 2026-12-24 18:00 UTC */
function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
