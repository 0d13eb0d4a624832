// The ports that a configuration asks for. What the system refuses becomes one line that names the option to change.
import { randomBytes } from 'node:crypto';
import type { Bytes } from '../shared/protocol/bytes.ts';
import type { Address } from '../shared/protocol/link.ts';
import type { Config } from './config.ts';
import { reasonOf } from './ops/log.ts';
import { processFigures } from './ops/metrics.ts';
import { serveMetrics } from './ops/metrics-port.ts';

export const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));

export interface FiguresPort {
  address: Address;
  stop(): Promise<void>;
}

/** Answers GET /metrics with these lines and those of the process. */
export async function openFigures(config: Config, lines: () => string[], version: string): Promise<FiguresPort> {
  const host = config['metrics-host'];
  const figures = processFigures(version);
  try {
    const { port, stop } = await serveMetrics(host, config.metrics!, () => [...lines(), ...figures.lines(), ''].join('\n'));
    return { address: { host, port }, stop: () => stop().finally(() => figures.stop()) };
  } catch (cause) {
    throw portTrouble(cause, { host, port: config.metrics!, what: 'port', options: ['--metrics', '--metrics-host'] });
  }
}

interface Wish {
  host: string;
  port: number;
  what: 'port' | 'UDP port';
  options: [port: string, host: string];
}

export function portTrouble(cause: unknown, { host, port, what, options: [portOption, hostOption] }: Wish): Error {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return new Error(`${what} ${port} is taken on ${host}; stop the other program or choose another with ${portOption}`);
    case 'EACCES':
      return new Error(`${what} ${port} needs more rights; choose one above 1023 with ${portOption}`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new Error(`${host} is not an address of this computer; ${hostOption} takes one`);
    default:
      return new Error(`${what} ${port} on ${host} cannot be opened: ${reasonOf(cause)}`);
  }
}
