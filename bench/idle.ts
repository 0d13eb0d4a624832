// npm run bench: what an idle signed-in client costs the server in memory. Load accounts use the cheapest key
// stretching; the handshake, PBKDF2 and the session are the real ones.
// Usage: node --import tsx bench/idle.ts [CLIENTS]
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Connection } from '../client/engine/connection.ts';
import { realEffects } from '../client/engine/engine.ts';
import { runOpaqueJob } from '../client/engine/opaque.ts';

/** Sign-ins under way at once: below what a server lets one address do. */
const AT_ONCE = 8;
/** Milliseconds of quiet before the memory is read. */
const QUIET_MS = 15_000;

const effects = realEffects({ passwordWorker: { run: runOpaqueJob, close: () => undefined }, stretching: { 'argon2id-custom': { iterations: 1, memory: 8, parallelism: 1 } } });

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

function signUp(port: number, username: string): Promise<Connection> {
  return new Promise((resolve, reject) => {
    const connection: Connection = new Connection({ host: '127.0.0.1', port }, effects, {
      stage: () => undefined,
      greeted: () => ({ name: 'password', username, password: 'load', register: true, remember: false, deviceName: 'load', deviceId: effects.random(16) }),
      opened: () => {
        // As a real client: what it has, and then nothing.
        connection.send('sync', { req: 1, rooms: [] });
        resolve(connection);
      },
      received: () => undefined,
      ended: ({ cause }) => reject(new Error(`${username}: ${cause}`)),
    });
  });
}

function residentKiB(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]);
}

const quiet = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, QUIET_MS));

async function measure(clients: number, port: number, pid: number): Promise<void> {
  const held: Connection[] = [];
  let next = 0;
  const worker = async (upTo: number): Promise<void> => {
    while (next < upTo) held.push(await signUp(port, `load${(next += 1)}`));
  };
  const fill = (upTo: number) => Promise.all(Array.from({ length: AT_ONCE }, () => worker(upTo)));
  await fill(Math.min(50, clients));
  await quiet();
  const [before, first] = [residentKiB(pid), held.length];
  const started = Date.now();
  await fill(clients);
  const seconds = (Date.now() - started) / 1000;
  await quiet();
  const after = residentKiB(pid);
  console.log(`${held.length} idle signed-in clients (the first ${first} are the base); server ${before} KiB before, ${after} KiB after: ${((after - before) / (held.length - first)).toFixed(1)} KiB each; sign-ups took ${seconds.toFixed(0)} s`);
  for (const connection of held) connection.close('bye');
}

const data = mkdtempSync(join(tmpdir(), 'reach-bench-'));
const port = await freePort();
const server = spawn(process.execPath, ['server/dist/main.js', '--host', '127.0.0.1', '--port', String(port), '--no-udp', '--data', data, '--limit', 'per-address=64', '--log-level', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] });
try {
  await new Promise<void>((resolve) => server.stdout.on('data', (text) => /^ready$/m.test(String(text)) && resolve()));
  await measure(Number(process.argv[2] ?? 2000), port, server.pid!);
} finally {
  server.kill('SIGTERM');
  rmSync(data, { recursive: true, force: true });
}
