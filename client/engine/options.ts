// What an engine is made with, and the real sockets, clock and randomness: chosen here and nowhere else.
import { randomBytes } from 'node:crypto';
import type { Random } from '../../shared/protocol/bytes.ts';
import type { Keychain } from './cache/keychain.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Effects } from './connection.ts';
import type { KeyStretching, PasswordWorker } from './password.ts';
import { dialTcp, openUdp, type Dial, type OpenUdp } from './sockets.ts';

export interface EngineOptions {
  /** Folder of pins, settings, tickets, and what is kept of accounts. */
  home: string;
  passwordWorker: PasswordWorker;
  /** Load scripts choose the cheapest; nobody else should. */
  stretching?: KeyStretching;
  dial?: Dial;
  openUdp?: OpenUdp;
  clock?: Clock;
  random?: Random;
  deviceName?: string;
  /** Milliseconds for the TCP connection, and again for the first answer. */
  connectWithin?: number;
  /** Absent: this computer is taken to have none. */
  keychain?: Keychain | 'system';
  /** False: no copies of rooms are read or written; whoever lives for one command has no use for them. */
  copies?: boolean;
  /** False: transfers that an earlier process left wait until they are asked for. */
  goOn?: boolean;
}

const CONNECT_WITHIN_MS = 10_000;

export function realEffects(options: Omit<EngineOptions, 'home'>): Effects {
  return {
    dial: options.dial ?? dialTcp,
    openUdp: options.openUdp ?? openUdp,
    clock: options.clock ?? systemClock,
    random: options.random ?? ((size) => Uint8Array.from(randomBytes(size))),
    passwordWorker: options.passwordWorker,
    stretching: options.stretching ?? 'memory-constrained',
    connectWithin: options.connectWithin ?? CONNECT_WITHIN_MS,
  };
}
