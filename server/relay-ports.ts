// The relay and its UDP ports, in whichever process they are.
import type { Config } from './config.ts';
import { openUdpPort, type UdpPort } from './net/udp-port.ts';
import { steadyClock, systemClock } from './ops/clock.ts';
import { reasonOf, type Log } from './ops/log.ts';
import type { Metrics } from './ops/metrics.ts';
import { portTrouble, random } from './ports.ts';
import { Relay } from './udp/relay.ts';

export interface RelayPorts {
  relay: Relay;
  /** The one that is listened on. */
  port: number;
  /** The one above it is open as well. */
  second: boolean;
  stop(): Promise<void>;
}

export interface RelaySurroundings {
  log: Log;
  metrics: Metrics;
  /** See RelayOptions. */
  full?: () => boolean;
}

/** Rejects with one line that names the option to change. */
export async function openRelay(config: Config, { log, metrics, full }: RelaySurroundings): Promise<RelayPorts> {
  const udp = await openUdp(config, log);
  const apart = await openApart(config, udp.port, log);
  const { advertise } = config;
  const place = { port: advertise?.udpPort ?? udp.port, ...(advertise && { host: advertise.host }) };
  const relay = new Relay({
    place, random, clock: steadyClock, log, metrics, full, write: (datagram, to) => udp.send(datagram, to),
    apart: apart && place.port < 65_535 ? { port: place.port + 1, write: (datagram, to) => apart.send(datagram, to) } : undefined,
  });
  udp.start({ received: (datagram, from) => relay.receive(datagram, from), reopened: () => relay.restart() });
  apart?.start({ received: (datagram, from) => relay.receiveApart(datagram, from), reopened() {} });
  return { relay, port: udp.port, second: apart !== undefined, stop: async () => void (await Promise.all([udp.stop(), apart?.stop()])) };
}

async function openUdp({ host, 'udp-port': port }: Config, log: Log): Promise<UdpPort> {
  try {
    return await openUdpPort({ host, port, clock: systemClock, log });
  } catch (cause) {
    throw portTrouble(cause, { host, port, what: 'UDP port', options: ['--udp-port', '--host'] });
  }
}

/** The port above the relay's, by which clients learn what their NAT does. Nothing else needs it: without it the server runs all the same. */
async function openApart({ host }: Config, relayPort: number, log: Log): Promise<UdpPort | undefined> {
  const port = relayPort + 1;
  try {
    return await openUdpPort({ host, port, clock: systemClock, log });
  } catch (cause) {
    log.warn({ port, reason: reasonOf(cause) }, 'the second UDP port is not open: `reach-cli doctor` will not tell what a NAT does; chat needs it for nothing');
    return undefined;
  }
}
