// Folders and servers as the command line names them.
import { homedir } from 'node:os';
import { join } from 'node:path';
import { equal, fromHex, type Bytes } from '../../shared/protocol/bytes.ts';
import { formatAddress, formatLink } from '../../shared/protocol/link.ts';
import { failureOf } from '../engine/failures.ts';
import { placeOf } from '../engine/target.ts';
import type { Target } from '../engine/target.ts';
import type { Globals } from './arguments.ts';
import { problemOf, usage } from './problem.ts';

/** Where this platform keeps the data of programs. */
export function defaultHome(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (platform === 'win32') return join(env['APPDATA'] ?? join(homedir(), 'AppData', 'Roaming'), 'reach-chat');
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'reach-chat');
  return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'reach-chat');
}

/** Address, the fingerprint it must have, and the invite. Throws Problem `usage`. */
export function placeFor(globals: Globals): Pick<Target, 'address' | 'link' | 'invite'> {
  const place = placeOf(globals.server);
  if (typeof place === 'string') throw problemOf(failureOf(place, { address: globals.server }));
  const trust: Bytes | undefined = globals.trust === undefined ? undefined : fromHex(globals.trust);
  if (trust && place.link && !equal(trust, place.link)) throw usage('--trust and the link name different fingerprints.');
  return { ...place, ...(trust && { link: trust }) };
}

/** The same as one text for the engine: a link where a fingerprint is required. */
export function serverText({ address, link, invite }: Pick<Target, 'address' | 'link' | 'invite'>): string {
  return link ? formatLink({ ...address, tls: false, fingerprint: link, ...(invite && { invite }) }) : formatAddress(address);
}
