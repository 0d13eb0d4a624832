// An address translator of one process between clients and a relay on 127.0.0.1: each client's datagrams leave by a port of
// its own. It can hold back a direction and forget a mapping, and its mappings can depend on the destination.
import { createSocket, type Socket } from 'node:dgram';
import type { Closing } from './waiting.ts';

export interface Nat {
  /** Where clients send to. The port above it leads to the relay's other port. */
  port: number;
  /** The relay's. Its other port is one above. */
  relay: number;
  blocked: { out: boolean; back: boolean };
  symmetric: boolean;
  /** Milliseconds without a datagram. */
  forgetsAfter: number;
  /** Datagrams that left. */
  passed: number;
}

interface Mapping {
  socket: Socket;
  usedAt: number;
}

const LOCAL = '127.0.0.1';

export async function startNat(closing: Closing): Promise<Nat> {
  const [main, apart] = await boundPair();
  const nat: Nat = { port: main.address().port, relay: 0, blocked: { out: false, back: false }, symmetric: false, forgetsAfter: Infinity, passed: 0 };
  const mappings = new Map<string, Mapping>();
  const back = (datagram: Uint8Array, { port, to, mapping }: { port: number; to: number; mapping: Mapping }): void => {
    if (nat.blocked.back || Date.now() - mapping.usedAt > nat.forgetsAfter) return;
    mapping.usedAt = Date.now();
    (port === nat.relay ? main : apart).send(datagram, to, LOCAL);
  };
  const mappingOf = (from: number, apartAsked: boolean): Mapping => {
    const key = `${from} ${nat.symmetric && apartAsked}`;
    const known = mappings.get(key);
    if (known && Date.now() - known.usedAt <= nat.forgetsAfter) return known;
    known?.socket.close();
    const mapping: Mapping = { socket: createSocket('udp4'), usedAt: Date.now() };
    mapping.socket.on('message', (datagram, { port }) => back(datagram, { port, to: from, mapping }));
    mappings.set(key, mapping);
    return mapping;
  };
  for (const [outside, isApart] of [[main, false], [apart, true]] as const) {
    outside.on('message', (datagram, { port: from }) => {
      if (nat.blocked.out) return;
      const mapping = mappingOf(from, isApart);
      mapping.usedAt = Date.now();
      nat.passed += 1;
      mapping.socket.send(datagram, nat.relay + (isApart ? 1 : 0), LOCAL);
    });
  }
  closing.add(() => [main, apart, ...[...mappings.values()].map(({ socket }) => socket)].forEach((socket) => socket.close()));
  return nat;
}

/** A UDP port that is free together with the one above it. */
export async function freeUdpPort(): Promise<number> {
  const [main, apart] = await boundPair();
  const { port } = main.address();
  await Promise.all([main, apart].map((socket) => new Promise<void>((resolve) => socket.close(() => resolve()))));
  return port;
}

async function boundPair(): Promise<[Socket, Socket]> {
  for (;;) {
    const main = await bound(0);
    const apart = await bound(main.address().port + 1).catch(() => undefined);
    if (apart) return [main, apart];
    main.close();
  }
}

function bound(port: number): Promise<Socket> {
  const socket = createSocket('udp4');
  return new Promise((resolve, reject) => {
    socket.once('error', reject);
    socket.bind(port, LOCAL, () => resolve(socket));
  });
}
