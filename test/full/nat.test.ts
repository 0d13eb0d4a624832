// Behind a NAT that forgets after 20 s: the kernel's own, in a network of this machine's own.
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { Conversation, isUp, up } from '../helpers/chatters.ts';
import { startEngineIn, type RemoteEngine } from '../helpers/engine-process.ts';
import { tempFolder } from '../helpers/folders.ts';
import { join, namespace, requireNetworks, startServerIn, type Namespace } from '../helpers/namespaces.ts';
import { closeAfter, sleep, waitFor, type Closing } from '../helpers/waiting.ts';

const SERVER = '198.18.0.2:5000';
const OUTSIDE = '198.18.0.1';
/** As nf_conntrack counts: a mapping nothing passed in either direction for so long is gone. */
const FORGETS_AFTER_S = 20;
const IDLE_MS = 120_000;

interface Scene {
  router: Namespace;
  /** Behind the NAT; on the server's side of it. */
  ana: RemoteEngine;
  ben: RemoteEngine;
  chat: Conversation;
}

function masquerade(router: Namespace, device: string, ports: string): void {
  router.nft(`table ip nat\ndelete table ip nat\ntable ip nat {\n chain leave {\n type nat hook postrouting priority 100\n oifname "${device}" ip protocol udp masquerade to :${ports}\n oifname "${device}" masquerade\n }\n}`);
}

async function scene(closing: Closing): Promise<Scene & { move(): void }> {
  requireNetworks();
  const [home, router, server] = [namespace(closing), namespace(closing), namespace(closing)];
  join({ namespace: home, address: '10.7.0.2/24' }, { namespace: router, address: '10.7.0.1/24' });
  const [outside] = join({ namespace: router, address: `${OUTSIDE}/24` }, { namespace: server, address: '198.18.0.2/24' });
  home.run('ip', 'route', 'add', 'default', 'via', '10.7.0.1');
  router.run('sysctl', '-qw', 'net.ipv4.ip_forward=1');
  masquerade(router, outside, '30000-30999');
  for (const name of ['udp_timeout', 'udp_timeout_stream']) router.run('sysctl', '-qw', `net.netfilter.nf_conntrack_${name}=${FORGETS_AFTER_S}`);
  await startServerIn(server, ['--data', tempFolder(closing), '--log-level', 'warn']);
  const [ana, ben] = [startEngineIn(closing, home), startEngineIn(closing, server)];
  await ana.signIn({ username: 'ana', server: SERVER, protocol: 'udp' });
  await ben.signIn({ username: 'ben', server: SERVER, protocol: 'udp' });
  await up(ana, ben);
  const move = (): void => {
    masquerade(router, outside, '31000-31999');
    router.run('conntrack', '-D', '-p', 'udp');
  };
  return { router, ana, ben, chat: new Conversation([ana, ben]), move };
}

const seenPort = (person: RemoteEngine): number => Number(/^198\.18\.0\.1:(\d+)$/.exec(person.paths()?.seen ?? '')?.[1] ?? 0);

test('idle for two minutes behind a NAT that forgets after 20 s, then behind another mapping: chat goes on by UDP', closeAfter(async (closing) => {
  const { ana, ben, chat, move } = await scene(closing);
  assert.is(await chat.say(ana, 'hello from behind the NAT'), 'udp');
  assert.is(await chat.say(ben, 'hello from outside'), 'udp');
  const before = seenPort(ana);
  assert.ok(before >= 30_000 && before <= 30_999, `${JSON.stringify(ana.paths())}`);
  await sleep(IDLE_MS);
  assert.ok(isUp(ana), 'UDP was up all the time');
  assert.is(seenPort(ana), before, 'the mapping was kept');
  assert.is(await chat.say(ben, 'after two minutes'), 'udp');
  assert.is(await chat.say(ana, 'and back'), 'udp');
  move();
  assert.is(await chat.say(ana, 'from another port'), 'udp');
  await waitFor(() => seenPort(ana) >= 31_000, 20_000, 'the new address is told');
  assert.is(await chat.say(ben, 'to another port'), 'udp');
  assert.ok(isUp(ana), 'UDP stayed');
  await chat.whole();
}));

test('the mapping is lost in silence, and the other one writes first: it arrives', closeAfter(async (closing) => {
  const { ana, ben, chat, move } = await scene(closing);
  await chat.say(ana, 'one');
  move();
  await chat.say(ben, 'two');
  await chat.whole();
  await up(ana);
  assert.ok(seenPort(ana) >= 31_000, `${ana.paths()?.seen}`);
  assert.is(await chat.say(ana, 'three'), 'udp');
  await chat.whole();
}));

test.run();
