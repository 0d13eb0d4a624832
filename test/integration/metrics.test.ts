// What Prometheus reads from a real server, while real clients come, talk and fail.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { spawnSync } from 'node:child_process';
import { connect, createServer } from 'node:net';
import { join } from 'node:path';
import { formatLink, parseLink } from '../../shared/protocol/link.ts';
import { startEngine } from '../helpers/engine.ts';
import { root, tempFolder } from '../helpers/folders.ts';
import { freePort, startServer, type RunningServer } from '../helpers/server.ts';
import { read } from '../helpers/sources.ts';
import { closeAfter, waitFor, withDeadline } from '../helpers/waiting.ts';

const addressOf = ({ block }: RunningServer): string => /Metrics\s+(http:\/\/\S+)/.exec(block)![1]!;

/** Value by name with labels, as they stand in the text. */
type Figures = Map<string, number>;

async function scrape(server: RunningServer): Promise<Figures> {
  const answer = await fetch(addressOf(server));
  assert.is(answer.status, 200);
  assert.match(answer.headers.get('content-type')!, /^text\/plain; version=0\.0\.4/);
  const text = await answer.text();
  assert.ok(text.endsWith('\n'));
  const lines = text.trimEnd().split('\n').filter((line) => !line.startsWith('#'));
  for (const line of lines) assert.match(line, /^[a-z_]+(\{[a-z]+="[^"]*"(,[a-z]+="[^"]*")*\})? -?[\d.]+(e[-+]\d+)?$/);
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));
}

test('sessions, sign-ins, messages, frames and bytes are counted as they happen', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--metrics', '0'] });
  assert.match(addressOf(server), /^http:\/\/127\.0\.0\.1:\d+\/metrics$/);
  const before = await scrape(server);
  assert.equal([before.get('reach_sessions'), before.get('reach_connections_not_signed_in'), before.get('reach_messages_stored_total')], [0, 0, 0]);

  const dana = startEngine(closing);
  await dana.signIn({ username: 'dana', server: `127.0.0.1:${server.port}` });
  const probe = connect(server.port, '127.0.0.1');
  closing.add(() => probe.destroy());
  dana.calls.send(dana.room(), 'one');
  dana.calls.send(dana.room(), 'two');
  await waitFor(() => dana.acked.size === 2, 10_000, 'both are stored');
  const during = await waitFor(async () => {
    const figures = await scrape(server);
    return figures.get('reach_connections_not_signed_in') === 1 && figures;
  }, 5_000, 'the probe is counted');
  assert.is(during.get('reach_sessions'), 1);
  assert.is(during.get('reach_messages_stored_total'), 2);
  assert.is(during.get('reach_sign_ins_total{result="ok"}'), 1);
  await dana.calls.createRoom({ name: 'plans', topic: '', private: false });
  await dana.calls.createRoom({ name: 'plans', topic: '', private: false });
  assert.is((await scrape(server)).get('reach_refusals_total{code="room_taken"}'), 1);
  for (const direction of ['in', 'out']) {
    assert.ok(during.get(`reach_frames_total{direction="${direction}"}`)! >= 6, direction);
    assert.ok(during.get(`reach_bytes_total{direction="${direction}"}`)! > 500, direction);
  }
  probe.destroy();
  dana.calls.signOut();
  const after = await waitFor(async () => {
    const figures = await scrape(server);
    return figures.get('reach_sessions') === 0 && figures.get('reach_connections_not_signed_in') === 0 && figures;
  }, 10_000, 'both have left');
  assert.is(after.get('reach_sign_ins_total{result="not_begun"}'), 1);
  assert.is([...after].filter(([name]) => name.startsWith('reach_sessions_ended_total')).reduce((sum, [, value]) => sum + value, 0), 1);
}));

test('refused sign-ins and refused connections are counted by their code', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--metrics', '0', '--limit', 'per-address=1'] });
  const wornOut = formatLink({ ...parseLink(server.link)!, host: '127.0.0.1', invite: new Uint8Array(16) });
  const dana = startEngine(closing);
  const ended = await dana.signIn({ username: 'dana', server: wornOut, register: true }).then(() => 'signed in', (cause: Error) => cause.message);
  assert.match(ended, /bad_invite/);
  const figures = await scrape(server);
  assert.is(figures.get('reach_sign_ins_total{result="bad_invite"}'), 1);
  assert.is(figures.get('reach_refusals_total{code="bad_invite"}'), 1);
  assert.is(figures.get('reach_sessions'), 0);
  const strangers = [1, 2].map(() => connect(server.port, '127.0.0.1'));
  closing.add(() => strangers.forEach((socket) => socket.destroy()));
  await waitFor(async () => (await scrape(server)).get('reach_refusals_total{code="full"}') === 1, 10_000, 'the connection too many is counted');
}));

test('the process tells memory, lag and what it is', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--metrics', '0'] });
  const figures = await scrape(server);
  const { version } = JSON.parse(read('package.json').text) as { version: string };
  assert.is([...figures].find(([name]) => name.startsWith(`reach_build_info{version="${version}",node="v`))?.[1], 1);
  assert.ok(figures.get('process_resident_memory_bytes')! > 20e6);
  for (const quantile of ['0.5', '0.99', '1']) assert.ok(figures.get(`reach_event_loop_lag_seconds{quantile="${quantile}"}`)! < 5);
  assert.ok(Math.abs(figures.get('process_start_time_seconds')! - Date.now() / 1000) < 60);
}));

test('only GET /metrics is answered, whatever comes with a request is not read', closeAfter(async (closing) => {
  const server = await startServer(closing, { args: ['--metrics', '0'] });
  const address = addressOf(server);
  const status = async (path: string, init: RequestInit = {}) => (await fetch(new URL(path, address), init)).status;
  for (const path of ['/', '/metrics/', '/metrics?x=1', '/metrics/../data']) assert.is(await status(path), 404, path);
  for (const method of ['POST', 'PUT', 'DELETE', 'HEAD', 'OPTIONS']) assert.is(await status('/metrics', { method }), 404, method);
  const { port } = new URL(address);
  const socket = connect(Number(port), '127.0.0.1');
  closing.add(() => socket.destroy());
  let answer = '';
  const closed = new Promise<void>((resolve) => socket.setEncoding('utf8').on('data', (piece: string) => (answer += piece)).on('error', () => resolve()).on('close', () => resolve()));
  socket.write('POST /metrics HTTP/1.1\r\nHost: x\r\nContent-Length: 100000000\r\n\r\n');
  const body = setInterval(() => socket.write('x'.repeat(60_000)), 5);
  closing.add(() => clearInterval(body));
  await withDeadline(closed, 10_000, 'a long body is cut off');
  // The reset that cuts the body off may overtake the answer.
  assert.match(answer, /^(HTTP\/1\.1 404 |$)/);
  assert.is(await status('/metrics'), 200);
}));

test('a taken port and a wrong address: one clear line and exit 1', closeAfter(async (closing) => {
  const taken = createServer();
  const port = await freePort();
  await new Promise<void>((resolve) => taken.listen(port, '127.0.0.1', resolve));
  closing.add(() => taken.close());
  const refused = (args: string[], words: RegExp) => {
    const run = spawnSync(process.execPath, [join(root, 'server/dist/main.js'), '--port', '0', '--data', join(tempFolder(closing), 'data'), ...args], { encoding: 'utf8', timeout: 20_000 });
    assert.is(run.status, 1, run.stderr);
    assert.match(run.stderr, words);
    assert.is(run.stderr.trim().split('\n').length, 1, run.stderr);
    assert.not.match(run.stdout, /^ready$/m);
  };
  refused(['--metrics', String(port)], new RegExp(`port ${port} is taken on 127\\.0\\.0\\.1; .*--metrics`));
  refused(['--metrics', '0', '--metrics-host', '203.0.113.7'], /203\.0\.113\.7 is not an address of this computer; --metrics-host/);
}));

test.run();
