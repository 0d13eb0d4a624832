// `reach-server invite` and `reach-server invites`: orders to the running server, and its answers in words.
import { resolve } from 'node:path';
import * as v from 'valibot';
import { isThisComputer, parseLink } from '../../shared/protocol/link.ts';
import { parseConfig, type Sources } from '../config.ts';
import { askControl } from './control.ts';
import { INVITE_OPTIONS, inviteHelp, lifeOf, LIST_OPTIONS } from './invite-options.ts';
import { LISTED, MADE, REVOKED } from './invites.ts';
import { ConfigError, readFlags, settle } from './options.ts';

type Invite = v.InferOutput<typeof REVOKED>['invite'];
type Where = { data: string | undefined; config: string | undefined };

/** What to print. Throws Error with one line: a wrong option, no server, a refusal. */
export async function inviteCommand(args: readonly string[], sources: Sources): Promise<string> {
  const settings = readFlags(INVITE_OPTIONS, args);
  const options = settle(INVITE_OPTIONS, settings);
  if (options.help) return helpText();
  if (options.revoke === undefined) {
    return made(await ask(MADE, { command: 'invite', uses: options.uses, life: lifeOf(options.expires), admin: options.admin }, directoryOf(options, sources)));
  }
  const other = settings.find(({ name }) => !['revoke', 'data', 'config'].includes(name));
  if (other) throw new ConfigError(`--revoke and ${other.origin} contradict each other`);
  const { invite } = await ask(REVOKED, { command: 'revoke', id: options.revoke }, directoryOf(options, sources));
  return `Invite ${invite.id} is no longer good; it was for ${goodFor(invite)}.\n`;
}

/** The same for the list of those that are still good. */
export async function invitesCommand(args: readonly string[], sources: Sources): Promise<string> {
  const options = settle(LIST_OPTIONS, readFlags(LIST_OPTIONS, args));
  if (options.help) return helpText();
  return listed(await ask(LISTED, { command: 'invites' }, directoryOf(options, sources)));
}

function helpText(): string {
  return `${inviteHelp().join('\n')}\n`;
}

/** The data directory of the server that is meant. */
export function directoryOf({ data, config }: Where, sources: Sources): string {
  const said = [...(data === undefined ? [] : ['--data', data]), ...(config === undefined ? [] : ['--config', config])];
  return resolve(parseConfig(said, sources).data);
}

/** The answer to an order. Throws Error with one line. */
export async function ask<T>(schema: v.GenericSchema<unknown, T>, request: object, directory: string): Promise<T> {
  const answer = await askControl(directory, request);
  const refusal = v.safeParse(v.object({ ok: v.literal(false), reason: v.string() }), answer);
  if (refusal.success) throw new Error(`the server refused: ${refusal.output.reason}`);
  const good = v.safeParse(schema, answer);
  if (!good.success) throw new Error('the server gave an answer that this program does not understand; is it another version?');
  return good.output;
}

function made({ link, invite }: v.InferOutput<typeof MADE>): string {
  const near = isThisComputer(parseLink(link)?.host ?? '') ? ['The server has no address that other computers could use: this link works on this computer.'] : [];
  return [link, '', `Good for ${goodFor(invite)}.`, ...near, `To take it back: reach-server invite --revoke ${invite.id}`, ''].join('\n');
}

function goodFor({ uses, admin, expires }: Invite): string {
  const accounts = uses === 1 ? 'one new account' : `${uses} new accounts`;
  const role = admin ? `, ${uses === 1 ? 'an admin' : 'admins'}` : '';
  return `${accounts}${role}, until ${minuteOf(expires)}`;
}

function listed({ invites, all }: v.InferOutput<typeof LISTED>): string {
  if (invites.length === 0) return 'There is no invite that is still good.\n';
  const rows = invites.map(({ id, admin, uses, expires }) => [id, admin ? 'admin' : 'member', String(uses), minuteOf(expires)]);
  const lines = [['INVITE', 'ROLE', 'ACCOUNTS', 'UNTIL'], ...rows].map(([id = '', role = '', uses = '', until = '']) => `${id.padEnd(10)}${role.padEnd(8)}${uses.padEnd(10)}${until}`);
  return [...lines, ...(all > invites.length ? [`and ${all - invites.length} more`] : []), ''].join('\n');
}

/** 2026-12-24 18:00 UTC */
function minuteOf(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}
