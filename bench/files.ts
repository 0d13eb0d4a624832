// npm run bench: one large file from terminal to terminal: how fast, how much more memory each program takes meanwhile, and what it does to the chat.
// Usage: node --import tsx bench/files.ts [BYTES]
import { createHash, randomBytes } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, createReadStream, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngine } from '../client/engine/engine.ts';
import { runOpaqueJob } from '../client/engine/opaque.ts';
import type { EngineCalls, EngineEvent } from '../client/engine/types.ts';

const SIZE = Number(process.argv[2] ?? 2 * 1024 ** 3);
const PORT = 15_000 + Math.floor(Math.random() * 10_000);
const MIB = 1024 * 1024;
/** Milliseconds between two looks at the memory, and between two chat messages. */
const LOOK_EVERY_MS = 100;
const SAY_EVERY_MS = 50;

function fileOf(folder: string): string {
  const path = join(folder, 'large.bin');
  const file = openSync(path, 'w');
  for (let at = 0; at < SIZE; at += MIB) writeSync(file, randomBytes(Math.min(MIB, SIZE - at)));
  closeSync(file);
  return path;
}

async function hashOf(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of createReadStream(path)) hash.update(piece as Buffer);
  return hash.digest('hex');
}

function residentKib(pid: number): number {
  return Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
}

/** The most it takes from now on, beyond what it takes now. */
function watch(child: ChildProcess): { stop(): { base: number; most: number } } {
  const base = residentKib(child.pid!);
  let most = base;
  const timer = setInterval(() => child.exitCode === null && (most = Math.max(most, residentKib(child.pid!))), LOOK_EVERY_MS);
  return { stop: () => (clearInterval(timer), { base, most }) };
}

function run(home: string, args: string[]): ChildProcess {
  return spawn(process.execPath, ['client/dist/cli.js', '--server', `127.0.0.1:${PORT}`, '--home', home, '--json', ...args], { env: { ...process.env, REACH_PASSWORD: 'correct horse battery' }, stdio: ['ignore', 'pipe', 'inherit'] });
}

function output(child: ChildProcess): Promise<Record<string, unknown>> {
  let text = '';
  child.stdout!.on('data', (piece) => (text += piece));
  return new Promise((resolve) => child.once('close', () => resolve(JSON.parse(text.trim().split('\n').at(-1)!) as Record<string, unknown>)));
}

function started(child: ChildProcess, sign: RegExp): Promise<void> {
  return new Promise((resolve) => child.stdout!.on('data', (piece) => sign.test(String(piece)) && resolve()));
}

/** Someone who chats all the time: milliseconds from send to acknowledgement. */
class Chatter {
  readonly #engine: EngineCalls;
  readonly #sent = new Map<string, number>();
  #times: number[] = [];
  #room = '';
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(home: string) {
    this.#engine = createEngine({ home, passwordWorker: { run: runOpaqueJob, close: () => undefined } });
  }

  async start(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.#engine.start((event) => this.#take(event, resolve));
      this.#engine.connect({ username: 'chatter', password: 'correct horse battery', server: `127.0.0.1:${PORT}`, remember: false, register: true });
    });
    this.#timer = setInterval(() => this.#engine.send(this.#room, 'still quick?'), SAY_EVERY_MS);
  }

  #take(event: EngineEvent, online: () => void): void {
    if (event.type === 'rooms') this.#room = event.rooms[0]!.id;
    if (event.type === 'phase' && event.phase.name === 'online') online();
    if (event.type === 'messages') for (const { id, state } of event.messages) if (state.name === 'queued') this.#sent.set(id, performance.now());
    if (event.type === 'message_state' && event.state.name === 'sent') this.#times.push(performance.now() - this.#sent.get(event.id)!);
  }

  /** What was measured since the last call. */
  take(): { count: number; median: number; p99: number } {
    const sorted = this.#times.splice(0).sort((a, b) => a - b);
    return { count: sorted.length, median: sorted[Math.floor(sorted.length / 2)] ?? NaN, p99: sorted[Math.floor(sorted.length * 0.99)] ?? NaN };
  }

  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#engine.stop();
  }
}

const root = mkdtempSync(join(tmpdir(), 'reach-bench-'));
const server = spawn(process.execPath, ['server/dist/main.js', '--host', '127.0.0.1', '--port', String(PORT), '--no-udp', '--data', join(root, 'data'), '--max-file', '4GiB', '--limit', 'send=0,frames=0', '--log-level', 'warn'], { stdio: ['ignore', 'pipe', 'inherit'] });
const chatter = new Chatter(join(root, 'chatter'));
const say = (what: string, { count, median, p99 }: ReturnType<Chatter['take']>) => console.log(`${what}: ${count} messages, send to ack median ${median.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms`);
const grown = (what: string, { base, most }: { base: number; most: number }) => console.log(`${what}: ${Math.round(base / 1024)} MiB resident before, at most ${((most - base) / 1024).toFixed(1)} MiB more`);

async function transfer(what: string, child: ChildProcess): Promise<Record<string, unknown>> {
  const done = output(child);
  const house = watch(server);
  await Promise.race([started(child, /"type":"progress"/), done]);
  const own = watch(child);
  const began = performance.now();
  const result = await done;
  const seconds = (performance.now() - began) / 1000;
  console.log(`${what}: ${(SIZE / MIB / seconds).toFixed(0)} MiB/s (${seconds.toFixed(1)} s after its first second)`);
  grown(`  ${what}, client`, own.stop());
  grown(`  ${what}, server`, house.stop());
  say(`  chat during ${what}`, chatter.take());
  return result;
}

try {
  await started(server, /^ready$/m);
  const path = fileOf(root);
  await output(run(join(root, 'ben'), ['--user', 'ben', '--register', 'roster']));
  await chatter.start();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  say('chat alone', chatter.take());
  const sent = await transfer('upload', run(join(root, 'ana'), ['--user', 'ana', '--register', 'send-file', 'lobby', path]));
  const saved = await transfer('download', run(join(root, 'ben'), ['--user', 'ben', 'get', String(sent['file_id']), '--out', join(root, 'out')]));
  console.log(`${SIZE} bytes, ${(await hashOf(String(saved['path']))) === (await hashOf(path)) ? 'the same hash' : 'ANOTHER HASH'}`);
} finally {
  await chatter.stop();
  server.kill('SIGTERM');
  rmSync(root, { recursive: true, force: true });
}
