// Firewalls, restarts and changed ports between real processes: chat goes on, the chip tells the truth in time (4 s after
// the next message, 20 s while nobody writes), and UDP comes back by itself.
import type { ChildProcess } from 'node:child_process';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Conversation, isUp, up } from '../helpers/chatters.ts';
import { startEngineIn, type RemoteEngine } from '../helpers/engine-process.ts';
import { tempFolder } from '../helpers/folders.ts';
import { ended, join, namespace, requireNetworks, startServerIn, type Namespace } from '../helpers/namespaces.ts';
import { closeAfter, waitFor, type Closing } from '../helpers/waiting.ts';

const SERVER = '10.8.0.2:5000';
const AFTER_A_MESSAGE_MS = 4_000;
const IDLE_MS = 20_000;

type Way = 'out' | 'back';

interface Scene {
  /** Ana's; Ben sits beside the server. */
  home: Namespace;
  /** The server's processes, in the order of their modes. */
  processes: readonly ChildProcess[];
  start(mode: Mode): Promise<ChildProcess>;
  ana: RemoteEngine;
  ben: RemoteEngine;
  chat: Conversation;
}

/** All of it, or one half of two processes. */
type Mode = 'whole' | 'tcp' | 'udp';

function shut(home: Namespace, ...ways: readonly Way[]): void {
  const chain = (way: Way): string => ` chain ${way} {\n type filter hook ${way === 'out' ? 'output' : 'input'} priority 0\n udp ${way === 'out' ? 'dport' : 'sport'} 20001 drop\n }\n`;
  home.nft(`table inet wall {\n${ways.map(chain).join('')}}`);
}

const open = (home: Namespace): void => home.nft('delete table inet wall');

async function scene(closing: Closing, { modes = ['whole'], before }: { modes?: readonly Mode[]; before?: (home: Namespace) => void } = {}): Promise<Scene> {
  requireNetworks();
  const [home, server] = [namespace(closing), namespace(closing)];
  join({ namespace: home, address: '10.8.0.1/24' }, { namespace: server, address: '10.8.0.2/24' });
  before?.(home);
  const data = tempFolder(closing);
  const start = async (mode: Mode): Promise<ChildProcess> => (await startServerIn(server, [...(mode === 'whole' ? [] : [mode]), '--data', data, '--log-level', 'warn'])).child;
  const processes: ChildProcess[] = [];
  for (const mode of modes) processes.push(await start(mode));
  const [ana, ben] = [startEngineIn(closing, home), startEngineIn(closing, server)];
  await ana.signIn({ username: 'ana', server: SERVER, protocol: 'udp' });
  await ben.signIn({ username: 'ben', server: SERVER, protocol: 'udp' });
  return { home, processes, start, ana, ben, chat: new Conversation([ana, ben]) };
}

const now = (): number => performance.timeOrigin + performance.now();

/** Milliseconds from `since` to the first event that tells such paths. */
async function toldAfter(person: RemoteEngine, since: number, words: RegExp): Promise<number> {
  const find = (): number => person.log.events.findIndex((event, at) => event.type === 'paths' && person.times[at]! >= since && words.test(event.paths.reason ?? ''));
  await waitFor(() => find() >= 0, 60_000, `${words} is told (now ${JSON.stringify(person.paths())})`);
  return person.times[find()]! - since;
}

test('UDP shut before the sign-in: the reason is told, chat goes by TCP, and UDP comes when the wall is gone', closeAfter(async (closing) => {
  const { home, ana, ben, chat } = await scene(closing, { before: (network) => shut(network, 'out', 'back') });
  await up(ben);
  assert.is(await chat.say(ana, 'through the wall'), 'tcp');
  await toldAfter(ana, 0, /^UDP 20001 does not answer: a firewall may block it\. Using TCP\.$/);
  await chat.whole();
  open(home);
  await up(ana);
  await chat.sayByUdp(ana, 'the wall is gone');
  await chat.whole();
}));

for (const [name, ways, words] of [
  ['both ways', ['out', 'back'], /stopped answering/],
  ['on its way out', ['out'], /does not go out|stopped answering/],
  ['on its way back', ['back'], /does not come back|stopped answering/],
] as const) {
  test(`UDP shut ${name} during a chat: told within 4 s of the next message, and it returns`, closeAfter(async (closing) => {
    const { home, ana, ben, chat } = await scene(closing);
    await up(ana, ben);
    await chat.sayByUdp(ana, 'one');
    shut(home, ...ways);
    const since = now();
    // Each of them has something to say, so that both directions are tried.
    await Promise.all([chat.say(ana, 'two'), chat.say(ben, 'three')]);
    const took = await toldAfter(ana, since, words);
    assert.ok(took <= AFTER_A_MESSAGE_MS, `told after ${took} ms`);
    await chat.whole();
    open(home);
    await up(ana, ben);
    await chat.sayByUdp(ana, 'four');
    await chat.whole();
  }));
}

test('UDP shut while nobody writes: told within 20 s', closeAfter(async (closing) => {
  const { home, ana, ben, chat } = await scene(closing);
  await up(ana, ben);
  shut(home, 'out', 'back');
  const since = now();
  const took = await toldAfter(ana, since, /stopped answering/);
  assert.ok(took <= IDLE_MS, `told after ${took} ms`);
  open(home);
  await up(ana);
  await chat.whole();
}));

test('the server is killed and started again: everybody comes back to UDP', closeAfter(async (closing) => {
  const { processes, start, ana, ben, chat } = await scene(closing);
  await up(ana, ben);
  await chat.say(ana, 'before');
  await ended(processes[0]!);
  const waiting = chat.say(ana, 'while it is away');
  await waitFor(() => !isUp(ana) || ana.log.phase.name === 'reconnecting', 20_000, 'it is noticed');
  await start('whole');
  await waiting;
  await up(ana, ben);
  await chat.sayByUdp(ben, 'after');
  await chat.whole();
}));

test('the relay, a process of its own, is killed and started again: chat goes on, and UDP returns', closeAfter(async (closing) => {
  const { processes, start, ana, ben, chat } = await scene(closing, { modes: ['tcp', 'udp'] });
  await up(ana, ben);
  await chat.sayByUdp(ana, 'with a relay');
  await ended(processes[1]!);
  const since = now();
  await Promise.all([chat.say(ana, 'without'), chat.say(ben, 'without, too')]);
  const took = await toldAfter(ana, since, /stopped answering|does not (go out|come back)/);
  assert.ok(took <= AFTER_A_MESSAGE_MS, `told after ${took} ms`);
  await chat.whole();
  await start('udp');
  await up(ana, ben);
  await chat.sayByUdp(ben, 'with a relay again');
  await chat.whole();
}));

test.run();
