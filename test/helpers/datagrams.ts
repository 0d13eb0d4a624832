// Datagrams on the wire, in a process of its own inside a network: orders come in and what was heard goes out as lines of JSON.
// As a program: datagrams.ts way PORT RELAY-PORT | datagrams.ts stranger
import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Namespace } from './namespaces.ts';
import { waitFor } from './waiting.ts';

/** Of one client, by its port: out to the relay, or back. */
export interface Heard {
  way: 'out' | 'back';
  client: number;
  hex: string;
}

export interface Way {
  readonly heard: readonly Heard[];
  /** As if it had come from there. */
  put(datagram: Heard): void;
  /** From now on each datagram to the relay comes after two damaged copies of it, and before a whole one. */
  spoil(on: boolean): void;
}

export interface Flood {
  host: string;
  port: number;
  count: number;
  connectionId: string;
  /** Absent: as fast as the system takes them. */
  perSecond?: number;
}

export interface Stranger {
  send(to: { host: string; port: number; hex: string }): void;
  /** Half of it noise, half with this connection id and a tag that is wrong; resolves with the milliseconds it took. */
  flood(flood: Flood): Promise<number>;
  /** Everything that came to it. */
  readonly answers: readonly string[];
}

const THIS = fileURLToPath(import.meta.url);
const HEADER = 15;
const DATAGRAM_MAX = 1_200;
/** Datagrams that wait for the system. */
const UNSENT_MAX = 64;

/** A way to the relay that remembers what went by it. */
export async function wayIn(inside: Namespace, port: number, relay: number): Promise<Way> {
  const heard: Heard[] = [];
  let ready = false;
  const order = program(inside, ['way', String(port), String(relay)], (line) => void ('ready' in line ? (ready = true) : heard.push(line as unknown as Heard)));
  await waitFor(() => ready, 20_000, 'the way to the relay is open');
  return { heard, put: (datagram) => order({ put: datagram }), spoil: (on) => order({ spoil: on }) };
}

export function strangerIn(inside: Namespace): Stranger {
  const answers: string[] = [];
  let took: number | undefined;
  const order = program(inside, ['stranger'], (line) => void ('took' in line ? (took = Number(line.took)) : answers.push(String(line.answer))));
  return {
    answers,
    send: (to) => order({ send: to }),
    async flood(flood) {
      took = undefined;
      order({ flood });
      await waitFor(() => took !== undefined, 120_000, 'the flood ends');
      return took!;
    },
  };
}

type Line = Record<string, unknown>;

function program(inside: Namespace, args: readonly string[], take: (line: Line) => void): (order: Line) => void {
  const child = inside.spawn(process.execPath, ['--import', 'tsx', THIS, ...args], ['pipe', 'pipe', 'inherit']);
  createInterface({ input: child.stdout! }).on('line', (line) => take(JSON.parse(line) as Line));
  return (order) => void child.stdin!.write(`${JSON.stringify(order)}\n`);
}

const tell = (line: Line | Heard): void => void process.stdout.write(`${JSON.stringify(line)}\n`);

function obey(take: (order: Line) => void): void {
  createInterface({ input: process.stdin }).on('line', (line) => take(JSON.parse(line) as Line)).on('close', () => process.exit());
}

function runWay(port: number, relay: number): void {
  const near = createSocket('udp4');
  const far = new Map<number, Socket>();
  const hosts = new Map<number, string>();
  let spoils = false;
  near.on('message', (datagram, { address, port: client }) => {
    const onward = far.get(client) ?? createSocket('udp4').on('message', (answer) => {
      tell({ way: 'back', client, hex: answer.toString('hex') });
      near.send(answer, client, address);
    });
    far.set(client, onward);
    tell({ way: 'out', client, hex: datagram.toString('hex') });
    for (const piece of spoils ? spoiled(datagram) : [datagram]) onward.send(piece, relay, '127.0.0.1');
    hosts.set(client, address);
  });
  near.bind(port, () => tell({ ready: true }));
  obey(({ put, spoil }) => {
    if (typeof spoil === 'boolean') spoils = spoil;
    const { way, client, hex } = (put ?? {}) as Partial<Heard>;
    if (way === 'out') far.get(client!)!.send(Buffer.from(hex!, 'hex'), relay, '127.0.0.1');
    else if (way === 'back') near.send(Buffer.from(hex!, 'hex'), client!, hosts.get(client!)!);
  });
}

function spoiled(datagram: Buffer): Buffer[] {
  const flipped = Buffer.from(datagram);
  flipped[HEADER]! ^= 1;
  return [flipped, datagram.subarray(0, -1), datagram, datagram];
}

function runStranger(): void {
  const socket = createSocket('udp4').on('message', (answer) => tell({ answer: answer.toString('hex') }));
  obey(({ send, flood }) => {
    const { host, port, hex } = (send ?? {}) as { host?: string; port?: number; hex?: string };
    if (hex !== undefined) socket.send(Buffer.from(hex, 'hex'), port!, host!);
    if (flood) pour(socket, flood as Flood);
  });
}

/** As fast as the system takes it, and no faster than it is told. */
function pour(socket: Socket, { host, port, count, connectionId, perSecond }: Flood): void {
  const began = performance.now();
  const noise = randomBytes(1 << 20);
  const id = Buffer.from(connectionId, 'hex');
  let sent = 0;
  let done = 0;
  const allowed = (): number => (perSecond === undefined ? count : Math.min(count, ((performance.now() - began) * perSecond) / 1_000));
  const more = (): void => {
    for (const most = allowed(); sent < most && sent - done < UNSENT_MAX; sent += 1) {
      const size = 31 + (sent % (DATAGRAM_MAX - 31));
      const from = (sent * 977) % (noise.length - DATAGRAM_MAX);
      const datagram = sent % 2 === 0 ? noise.subarray(from, from + size) : forged(id, sent, noise.subarray(from, from + size));
      socket.send(datagram, port, host, () => {
        done += 1;
        if (done === count) {
          clearInterval(pacing);
          tell({ took: performance.now() - began });
        } else more();
      });
    }
  };
  const pacing = setInterval(more, 1);
  more();
}

function forged(id: Buffer, number: number, noise: Buffer): Buffer {
  const datagram = Buffer.from(noise);
  datagram[0] = 0x40;
  id.copy(datagram, 1);
  datagram.writeUIntBE(1_000_000 + number, 9, 6);
  return datagram;
}

if (process.argv[1] === THIS) {
  if (process.argv[2] === 'way') runWay(Number(process.argv[3]), Number(process.argv[4]));
  else runStranger();
}
