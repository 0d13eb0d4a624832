// An unknown key: asked once on a terminal, taken with --trust-first, refused elsewhere with the line that would take it.
import type { ServerKey } from '../engine/types.ts';
import type { Globals } from './arguments.ts';
import type { Keyboard } from './keyboard.ts';
import { line, type Streams } from './output.ts';
import { Problem } from './problem.ts';

export interface KeyQuestion {
  address: string;
  key: ServerKey;
  /** Where keys are kept. */
  pins: string;
}

/** How the key is to be pinned. Throws Problem `key_unknown`. */
export async function mayTrust({ address, key }: KeyQuestion, globals: Globals, { keyboard, streams }: { keyboard: Keyboard; streams: Streams }): Promise<'compared' | 'first_use'> {
  if (globals.trustFirst) return 'first_use';
  if (keyboard.present && !globals.json) {
    streams.err(`${line(address)} is new on this computer. Its key, in eight words:\n\n    ${key.words.join(' ')}\n\nSHA-256 ${key.fingerprint}\n`);
    const answer = await keyboard.ask('Do they match what its admin reads out? Type yes to trust it from now on: ');
    if (answer.trim().toLowerCase() === 'yes') return 'compared';
  }
  throw new Problem('key_unknown', {
    message: `The key of ${address} is not known on this computer yet: ${key.words.join(' ')}.`,
    hint: `If its admin confirms it, add --trust ${key.fingerprint}`,
    more: { address, fingerprint: key.fingerprint, words: key.words },
  });
}

/** `expected`: the fingerprint that was pinned. */
export function changedKey({ address, key, pins }: KeyQuestion, expected: string): Problem {
  return new Problem('key_changed', {
    message: `The key of ${address} has changed.`,
    hint: `Somebody may be between you and the server, or it was reinstalled. If its admin confirms the new key, remove ${address} from ${pins} and connect again.`,
    more: { address, fingerprint: key.fingerprint, expected },
  });
}

/** `expected`: the fingerprint that --trust or the link names. */
export function otherKey(address: string, expected: string): Problem {
  return new Problem('key_changed', {
    message: `The key of ${address} is not the one that --trust or the link names.`,
    hint: 'Somebody may be between you and the server, or the fingerprint is of another server. Ask its admin.',
    more: { address, expected },
  });
}
