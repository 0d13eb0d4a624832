// What every command works with: who, where, and how to speak to the person. Made once, in main.ts.
import { formatAddress } from '../../shared/protocol/link.ts';
import type { Effects } from '../engine/connection.ts';
import type { Target } from '../engine/target.ts';
import type { Vault } from '../engine/vault.ts';
import type { Globals } from './arguments.ts';
import { mayTrust } from './key-question.ts';
import type { Keyboard } from './keyboard.ts';
import type { Streams } from './output.ts';
import { UnknownKey, Visit } from './visit.ts';

export interface Desk {
  globals: Globals;
  target: Target & { password: string };
  effects: Effects;
  vault: Vault;
  deviceName: string;
  home: string;
  pins: string;
  keyboard: Keyboard;
  streams: Streams;
  /** Rejects with Interrupted at Ctrl+C. */
  interrupted: Promise<never>;
}

/** Signed in; the key question, if there is one, is asked between two connections. A protocol that was named is remembered. */
export async function signIn(desk: Desk, target: Target & { password: string } = desk.target): Promise<Visit> {
  const visit = await opened(desk, target);
  const { globals, vault, effects } = desk;
  if (globals.protocol) vault.used({ server: formatAddress(target.address), username: target.username, lastUsed: effects.clock.now(), protocol: globals.protocol });
  return visit;
}

async function opened(desk: Desk, target: Target & { password: string }): Promise<Visit> {
  const options = { target, effects: desk.effects, vault: desk.vault, deviceName: desk.deviceName, pins: desk.pins, timeout: desk.globals.timeout };
  try {
    return await Visit.open(options);
  } catch (error) {
    if (!(error instanceof UnknownKey)) throw error;
    error.confirm(await mayTrust(error.question, desk.globals, desk));
    return Visit.open(options);
  }
}

/** Signed in for as long as `work` takes. */
export async function withVisit(desk: Desk, work: (visit: Visit) => Promise<number>): Promise<number> {
  const visit = await signIn(desk);
  try {
    return await work(visit);
  } finally {
    visit.close();
  }
}
