// npm run bench: what an idle signed-in client costs the server in memory. The accounts and their tickets are written
// into the store beforehand, so that no password has to be stretched two thousand times; the sessions are real ones.
// Usage: node --import tsx bench/idle.ts [CLIENTS]
import { createHash, randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../client/engine/connection.ts';
import { realEffects } from '../client/engine/options.ts';
import { openStore } from '../server/store/sqlite.ts';
import type { Bytes } from '../shared/protocol/bytes.ts';

/** Sign-ins under way at once: below what a server lets one address do. */
const AT_ONCE = 8;
/** The first clients are the base: what the server needs once is not counted. */
const BASE = 50;
/** Milliseconds of quiet before the memory is read. */
const QUIET_MS = 15_000;
const DAY_MS = 24 * 60 * 60_000;

interface Guest {
  id: Bytes;
  ticket: Bytes;
}

const random = (size: number): Bytes => Uint8Array.from(randomBytes(size));
const effects = realEffects({ passwordWorker: { run: () => Promise.reject(new Error('no password here')), close: () => undefined } });

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function startServer(port: number, data: string): Promise<ChildProcess> {
  const server = spawn(process.execPath, ['server/dist/main.js', '--host', '127.0.0.1', '--port', String(port), '--no-udp', '--data', data, '--log-level', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] });
  await new Promise<void>((resolve) => server.stdout.on('data', (text) => /^ready$/m.test(String(text)) && resolve()));
  return server;
}

async function stop(server: ChildProcess): Promise<void> {
  const gone = new Promise((resolve) => server.once('exit', resolve));
  server.kill('SIGTERM');
  await gone;
}

function inviteGuests(data: string, count: number): Guest[] {
  const store = openStore(join(data, 'reach.db'));
  const now = Date.now();
  const guests = Array.from({ length: count }, (_, at) => {
    const userId = random(16);
    const guest = { id: random(16), ticket: random(32) };
    const hash = Uint8Array.from(createHash('sha256').update(guest.ticket).digest());
    const account = { userId, username: `load${at}`, display: `load${at}`, role: 'member' as const, created: now, lastSeen: null, availability: 'online' as const, status: '', record: random(192) };
    store.createAccount(account, undefined, () => ({ ticket: { ticketId: guest.id, hash, userId, device: random(16), chain: random(16), remember: false, expires: now + DAY_MS, superseded: false } }));
    return guest;
  });
  store.close();
  return guests;
}

function signIn(port: number, { id, ticket }: Guest): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = new Connection({ host: '127.0.0.1', port }, effects, {
      stage: () => undefined,
      greeted: () => ({ name: 'ticket', ticketId: id, ticket }),
      opened: () => {
        // As a real client: asks what there is, and then nothing.
        connection.send('sync', { req: 1, rooms: [] });
        resolve(connection);
      },
      received: () => undefined,
      ended: ({ cause }) => reject(new Error(cause)),
    });
  });
}

function residentKiB(server: ChildProcess): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${server.pid}/status`, 'utf8'))![1]);
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

async function measure(guests: readonly Guest[], port: number, server: ChildProcess): Promise<void> {
  const held: Connection[] = [];
  let next = 0;
  const worker = async (upTo: number): Promise<void> => {
    while (next < upTo) held.push(await signIn(port, guests[(next += 1) - 1]!));
  };
  const fill = (upTo: number) => Promise.all(Array.from({ length: AT_ONCE }, () => worker(upTo)));
  await fill(BASE);
  await quiet();
  const before = residentKiB(server);
  const started = Date.now();
  await fill(guests.length);
  const seconds = (Date.now() - started) / 1000;
  await quiet();
  const after = residentKiB(server);
  console.log(`${held.length} idle signed-in clients: the server has ${after} KiB resident, ${before} KiB with the first ${BASE}: ${((after - before) / (held.length - BASE)).toFixed(1)} KiB each. They signed in within ${seconds.toFixed(0)} s.`);
  for (const connection of held) connection.close('bye');
}

const data = mkdtempSync(join(tmpdir(), 'reach-bench-'));
const port = await freePort();
try {
  await stop(await startServer(port, data));
  const guests = inviteGuests(data, Number(process.argv[2] ?? 2000));
  const server = await startServer(port, data);
  await measure(guests, port, server).finally(() => stop(server));
} finally {
  rmSync(data, { recursive: true, force: true });
}
process.exit(0);
