// The relay as the server's process has it: inside, with UDP ports of its own, or in a process beside it.
import type { Config } from './config.ts';
import { listenForRelay } from './net/relay-socket.ts';
import { systemClock } from './ops/clock.ts';
import { reasonOf, type Log } from './ops/log.ts';
import type { Metrics } from './ops/metrics.ts';
import { random } from './ports.ts';
import { openRelay } from './relay-ports.ts';
import { holdRelay } from './store/directory.ts';
import { RemoteRelay } from './udp/remote-relay.ts';
import type { SessionRelay } from './udp/session-link.ts';

export interface RelaySide {
  relay: SessionRelay;
  /** Where clients send to. undefined: nobody knows yet. */
  port(): number | undefined;
  isBeside: boolean;
  /** After the last session. */
  stop(): Promise<void>;
}

interface Surroundings {
  directory: string;
  log: Log;
  metrics: Metrics;
}

/** Resolves to undefined with --no-udp. Rejects with one line. */
export async function openRelaySide(config: Config, surroundings: Surroundings): Promise<RelaySide | undefined> {
  if (config['no-udp']) return undefined;
  return config.mode === 'tcp' ? beside(config, surroundings) : inside(config, surroundings);
}

async function inside(config: Config, { directory, log, metrics }: Surroundings): Promise<RelaySide> {
  const lock = holdRelay(directory, `a relay of its own (\`udp\`) runs on the data directory ${directory}; stop it, or start the server as \`tcp\``);
  const { relay, port, stop } = await openRelay(config, { log, metrics });
  return { relay, port: () => port, isBeside: false, stop: () => stop().finally(() => lock.release()) };
}

async function beside({ advertise, 'udp-port': port }: Config, { directory, log }: Surroundings): Promise<RelaySide> {
  const relay = new RemoteRelay({ host: advertise?.host, outsidePort: advertise?.udpPort, port, random, clock: systemClock, log });
  const socket = await listenForRelay(directory, log, (wire) => relay.attach(wire)).catch((cause: unknown) => {
    throw new Error(`the socket for the relay in ${directory} cannot be opened: ${reasonOf(cause)}`);
  });
  const stop = (): Promise<void> => {
    relay.stop();
    return socket.stop();
  };
  return { relay, port: () => relay.port, isBeside: true, stop };
}
