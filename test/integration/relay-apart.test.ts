// Two processes on one data directory, one for TCP and one for UDP, and clients that chat through both: either may be killed at
// any moment, and nobody misses a message.
import Libsql from 'libsql';
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { startEngine, type TestEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { freePort, startProcess, startServer, type RunningProcess } from '../helpers/server.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';

/** What the chip shows. */
const ways = ({ events }: TestEngine): string => {
  const last = events.findLast((event) => event.type === 'paths');
  return last?.type === 'paths' ? `${last.paths.sending} ${last.paths.receiving}` : 'unknown';
};
const byUdp = (clients: readonly TestEngine[]) => waitFor(() => clients.every((client) => ways(client) === 'udp udp'), 30_000, 'both ways of everybody are UDP');

/** It is acknowledged, and the others have it, once. */
async function says(client: TestEngine, others: readonly TestEngine[], text: string): Promise<void> {
  const room = client.room();
  client.calls.send(room, text);
  const has = (one: TestEngine): number => one.shown(room).filter((message) => message.text === text && message.state.name === 'sent').length;
  await waitFor(() => has(client) === 1, 15_000, `"${text.slice(0, 40)}" is sent`);
  await waitFor(() => others.every((one) => has(one) === 1), 15_000, `the others have "${text.slice(0, 40)}"`);
}

async function figure(relay: RunningProcess, name: string): Promise<number> {
  const address = /Metrics +(\S+)/.exec(relay.block)?.[1] ?? '';
  const text = await (await fetch(address)).text();
  return Number(text.split('\n').find((line) => line.startsWith(`${name} `))?.split(' ').at(-1));
}

function associations(data: string): number {
  const db = new Libsql(join(data, 'reach.db'));
  db.pragma('query_only = ON');
  const rows = db.prepare('SELECT * FROM associations').all([]);
  db.close();
  return rows.length;
}

async function house(closing: Closing) {
  const data = join(tempFolder(closing), 'data');
  const udpPort = String(await freePort());
  const relay = await startProcess(closing, ['udp', '--host', '127.0.0.1', '--udp-port', udpPort, '--metrics', '0', '--data', data]);
  const server = await startServer(closing, { mode: 'tcp', data, args: ['--host', '127.0.0.1', '--udp-port', udpPort] });
  await waitFor(() => /the relay is there/.test(server.log()), 10_000, 'the two have found each other');
  const clients = [startEngine(closing), startEngine(closing)];
  for (const [at, client] of clients.entries()) await client.signIn({ username: `person${at}`, server: `127.0.0.1:${server.port}`, protocol: 'udp' });
  await byUdp(clients);
  return { data, relay, server, clients, dana: clients[0]!, lee: clients[1]! };
}

function refused(args: string[]): string {
  const run = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), ...args], { encoding: 'utf8', timeout: 20_000 });
  assert.is(run.status, 1, run.stderr);
  return run.stderr.trim();
}

test('chat goes by UDP through the process of the relay; either is killed and started again: nobody misses a message, and UDP comes back', closeAfter(async (closing) => {
  const { data, relay, server, clients, dana, lee } = await house(closing);
  const bytes = await figure(relay, 'reach_datagram_bytes_total{direction="in"}');
  const text = `by UDP ${'x'.repeat(4_000)}`;
  await says(dana, [lee], text);
  assert.ok((await figure(relay, 'reach_datagram_bytes_total{direction="in"}')) - bytes > text.length);
  assert.is(associations(data), 2);
  assert.is(statSync(join(data, 'relay.sock')).mode & 0o777, 0o600);
  assert.match(refused(['udp', '--udp-port', '0', '--data', data]), /has a relay: another `udp`/);
  assert.match(refused(['--port', '0', '--udp-port', '0', '--data', data]), /another server/);

  await relay.kill();
  await says(dana, [lee], 'just after the relay died');
  await says(lee, [dana], 'and back');
  await waitFor(() => clients.every((client) => ways(client) === 'tcp tcp'), 20_000, 'everybody sees that it is TCP');
  await relay.restart();
  await byUdp(clients);
  await says(dana, [lee], 'by UDP after the relay');

  await server.kill();
  assert.is(associations(data), 2, 'nobody was there to remove them');
  await server.restart();
  for (const client of clients) client.calls.networkChanged(true);
  await waitFor(() => clients.every((client) => client.phase().name === 'online'), 20_000, 'everybody is back');
  await byUdp(clients);
  await says(lee, [dana], 'by UDP after the server');
  assert.is(associations(data), 2);

  lee.calls.signOut();
  await waitFor(() => associations(data) === 1, 10_000, 'the row of who has left is gone');
  assert.is(await server.stop(), 0);
  assert.is(associations(data), 0);
  assert.is(await relay.stop(), 0);
  assert.not.match(relay.log() + server.log(), /"level":50/);
}));

test.run();
