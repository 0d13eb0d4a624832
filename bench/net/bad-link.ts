// npm run bench:net (root): two people chat over a link that loses 5 % of the packets each way and takes 30 ± 10 ms, first by
// UDP and then by TCP: is everything there once, and how long does a message take to its acknowledgement? A real server and
// real engines, each a process of its own, in two network namespaces; nftables loses, forwarder.c delays.
// Usage: node --import tsx bench/net/bad-link.ts [MESSAGES EACH WAY] [PER SECOND EACH WAY] [LOSS IN PERCENT]
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import type { Protocol } from '../../client/engine/types.ts';
import { acknowledged, startEngineIn, type RemoteEngine } from '../../test/helpers/engine-process.ts';
import { root, tempFolder } from '../../test/helpers/folders.ts';
import { namespace, requireNetworks, startServerIn, type Namespace } from '../../test/helpers/namespaces.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../../test/helpers/waiting.ts';

const [COUNT = 2_000, PER_SECOND = 20, LOSS = 5] = process.argv.slice(2).map(Number);
const DELAY_MS = 30;
const JITTER_MS = 10;
const SERVER = '10.77.0.2';
const CLIENT = '10.77.0.1';
const DEVICE = 'reach0';

interface Result {
  protocol: Protocol;
  sent: number;
  once: boolean;
  byUdp: number;
  /** Milliseconds from send to acknowledgement, ascending. */
  times: number[];
}

async function link(closing: Closing, client: Namespace, server: Namespace): Promise<void> {
  const program = join(tempFolder(closing), 'forwarder');
  const compiled = spawnSync('gcc', ['-O2', '-o', program, join(root, 'bench/net/forwarder.c')], { stdio: 'inherit' });
  if (compiled.status !== 0) throw new Error('forwarder.c does not compile');
  // It enters both namespaces by their names: it may start in either.
  const forwarder = client.spawn(program, [client.name, DEVICE, server.name, DEVICE, `${DELAY_MS}`, `${JITTER_MS}`, '1']);
  await new Promise<void>((resolve) => forwarder.stdout!.once('data', () => resolve()));
  for (const [within, address, other] of [[client, CLIENT, SERVER], [server, SERVER, CLIENT]] as const) {
    within.run('ip', 'address', 'add', address, 'peer', other, 'dev', DEVICE);
    within.run('ip', 'link', 'set', DEVICE, 'up');
    within.nft(`table inet bad {\n chain come {\n type filter hook input priority 0\n iifname "${DEVICE}" numgen random mod 100 < ${LOSS} drop\n }\n}`);
  }
}

/** Both send at a steady pace, each in its own time. */
async function chat(people: readonly RemoteEngine[], room: string): Promise<void> {
  for (let at = 0; at < COUNT; at += 1) {
    const began = performance.now();
    people.forEach((person, who) => person.call('send', room, `${who}:${at}`));
    await sleep(Math.max(0, 1_000 / PER_SECOND - (performance.now() - began)));
  }
}

async function measure(closing: Closing, protocol: Protocol): Promise<Result> {
  const [client, server] = [namespace(closing), namespace(closing)];
  await link(closing, client, server);
  await startServerIn(server, ['--data', tempFolder(closing), '--limit', 'send=0,frames=0', '--log-level', 'warn']);
  const people = ['ana', 'ben'].map(() => startEngineIn(closing, client));
  for (const [at, name] of ['ana', 'ben'].entries()) await people[at]!.signIn({ username: name, server: `${SERVER}:5000`, protocol });
  await waitFor(() => people.every((person) => person.paths()?.sending === protocol && person.paths()?.receiving === protocol), 60_000, `${protocol} in use`);
  const room = people[0]!.log.rooms.find(({ kind }) => kind === 'lobby')!.id;
  await chat(people, room);
  const expected = people.flatMap((_, who) => Array.from({ length: COUNT }, (__, at) => `${who}:${at}`)).sort();
  const textsOf = ({ log }: RemoteEngine): string[] => log.shown(room).map(({ text }) => text ?? '').sort();
  await waitFor(() => people.every(({ log }) => log.shown(room).length === expected.length && log.acked.size === COUNT), 120_000, 'everything is everywhere');
  const once = people.every((person) => JSON.stringify(textsOf(person)) === JSON.stringify(expected));
  const acks = people.flatMap(acknowledged);
  return { protocol, sent: expected.length, once, byUdp: acks.filter(({ path }) => path === 'udp').length, times: acks.map(({ took }) => took).sort((a, b) => a - b) };
}

function line({ protocol, sent, once, byUdp, times }: Result): string {
  const at = (share: number): string => `${Math.round(times[Math.min(times.length - 1, Math.floor(times.length * share))]!)} ms`;
  return `| ${protocol.toUpperCase()} | ${sent} | ${once ? 'yes' : 'NO'} | ${((100 * byUdp) / sent).toFixed(1)} % | ${at(0.5)} | ${at(0.9)} | ${at(0.99)} | ${at(1)} |`;
}

requireNetworks('gcc');
console.log(`loss ${LOSS} % each way, ${DELAY_MS} ± ${JITTER_MS} ms each way, ${COUNT} messages each way, ${PER_SECOND} a second each way`);
console.log('| way | messages | all there once | acknowledged by UDP | p50 | p90 | p99 | most |\n|---|---|---|---|---|---|---|---|');
for (const protocol of ['udp', 'tcp'] as const) await closeAfter(async (closing) => console.log(line(await measure(closing, protocol))))(undefined);
