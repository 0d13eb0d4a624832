// Three clients send without a pause while the server is killed (kill -9) and started again, over and over. At the end a
// newcomer reads the whole history. What must hold: every acknowledged message is there once, nothing is there twice,
// sequence numbers have no gap, and what was typed is all there.
import * as assert from 'uvu/assert';
import type { ChatMessage } from '../../client/engine/types.ts';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { startServer, type RunningServer } from '../helpers/server.ts';
import { sleep, waitFor, type Closing } from '../helpers/waiting.ts';

export interface KillPlan {
  kills: number;
  /** Acknowledgements wanted between two kills, so that each kill meets traffic. */
  ackedBetween: number;
}

export interface KillFigures {
  kills: number;
  typed: number;
  acked: number;
  inHistory: number;
  seconds: number;
  /** Typed per second while it ran. */
  rate: number;
}

const CLIENTS = 3;
/** Milliseconds between two messages of one client: 60 a second in all. */
const EVERY_MS = 50;
/** The outbox holds 256: a client that is cut off stops typing before that, like a person would. */
const WAITING_MAX = 200;

export async function killWhileSending(closing: Closing, plan: KillPlan): Promise<KillFigures> {
  const server = await startServer(closing, { args: ['--limit', 'send=0', '--limit', 'frames=0', '--log-level', 'warn'] });
  const clients = Array.from({ length: CLIENTS }, () => startEngine(closing));
  for (const [i, client] of clients.entries()) await client.signIn({ username: `writer${i}`, server: `127.0.0.1:${server.port}` });
  const typing = startTyping(clients);
  closing.add(() => typing.stop());
  const started = Date.now();
  for (let kill = 0; kill < plan.kills; kill += 1) await oneKill(server, clients, plan.ackedBetween);
  typing.stop();
  const seconds = (Date.now() - started) / 1000;
  await waitFor(() => clients.every((client) => client.acked.size === typing.countOf(client)), 60_000, 'everything typed is acknowledged');
  const history = await readAll(closing, server);
  check(history, clients, typing.texts);
  return { kills: plan.kills, typed: typing.texts.length, acked: ackedIds(clients).length, inHistory: history.length, seconds, rate: typing.texts.length / seconds };
}

async function oneKill(server: RunningServer, clients: readonly TestEngine[], ackedBetween: number): Promise<void> {
  const before = ackedIds(clients).length;
  await waitFor(() => ackedIds(clients).length >= before + ackedBetween, 60_000, `${ackedBetween} more acknowledgements`);
  await server.kill();
  await server.restart();
  for (const client of clients) client.calls.networkChanged(true);
}

function startTyping(clients: readonly TestEngine[]) {
  const texts: string[] = [];
  const counts = new Map(clients.map((client) => [client, 0]));
  const timers = clients.map((client, who) => setInterval(() => {
    const count = counts.get(client)!;
    if (count - client.acked.size >= WAITING_MAX) return;
    counts.set(client, count + 1);
    texts.push(`writer${who} says ${count}`);
    client.calls.send(client.room(), texts.at(-1)!);
  }, EVERY_MS));
  return { texts, countOf: (client: TestEngine) => counts.get(client)!, stop: () => timers.forEach((timer) => clearInterval(timer)) };
}

function ackedIds(clients: readonly TestEngine[]): string[] {
  return clients.flatMap(({ acked }) => [...acked]);
}

async function readAll(closing: Closing, server: RunningServer): Promise<ChatMessage[]> {
  const reader = startEngine(closing);
  await reader.signIn({ username: 'reader', server: `127.0.0.1:${server.port}` });
  const whole = () => reader.events.some((event) => event.type === 'history_end' && !event.more);
  await waitFor(() => {
    if (!whole()) reader.calls.loadOlder(reader.room());
    return whole();
  }, 60_000, 'the whole history');
  await sleep(100);
  return reader.events.flatMap((event) => (event.type === 'messages' ? event.messages : []));
}

function check(history: readonly ChatMessage[], clients: readonly TestEngine[], texts: readonly string[]): void {
  const seqs = history.map(({ seq }) => seq ?? 0).sort((a, b) => a - b);
  assert.equal(seqs, Array.from({ length: history.length }, (_, i) => i + 1), 'sequence numbers are 1, 2, 3, … without a gap or a repeat');
  const ids = new Set(history.map(({ id }) => id));
  assert.is(ids.size, history.length, 'no message id twice');
  assert.equal(ackedIds(clients).filter((id) => !ids.has(id)), [], 'every acknowledged message is in the history');
  assert.equal(history.map(({ text }) => text ?? '').sort(), [...texts].sort(), 'what was typed is there, each text once');
  for (const [who] of clients.entries()) assertOrder(history, `writer${who} says `);
}

function assertOrder(history: readonly ChatMessage[], prefix: string): void {
  const own = [...history].sort((a, b) => a.seq! - b.seq!).flatMap(({ text }) => (text?.startsWith(prefix) ? [Number(text.slice(prefix.length))] : []));
  assert.equal(own, own.map((_, i) => i), 'the messages of one writer are in the order of typing');
}
