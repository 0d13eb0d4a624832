// A whole server in this process, with real sockets, and clients whose UDP half does what a test wants.
import { createSocket } from 'node:dgram';
import { Worker } from 'node:worker_threads';
import { banner } from '../../server/banner.ts';
import { parseConfig } from '../../server/config.ts';
import { startHost } from '../../server/host.ts';
import { silentLog } from '../../server/ops/log.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage } from '../../shared/protocol/frames.ts';
import type { Content, Message } from '../../shared/protocol/messages.ts';
import { Association } from '../../shared/udp/association.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { waitFor, type Closing } from '../helpers/waiting.ts';
import { random, temporaryDirectory } from './fixtures.ts';

const WORKER = new URL('../../server/chat/opaque-worker.ts', import.meta.url).href;
const BOOT = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(WORKER)}); });`;

/** Like server/main.ts with these arguments, on free ports of 127.0.0.1. */
export async function startHouse(closing: Closing, args: readonly string[] = []) {
  const data = temporaryDirectory();
  const udp = args.includes('--no-udp') || args.includes('--udp-port') ? [] : ['--udp-port', '0'];
  const config = parseConfig(['--host', '127.0.0.1', '--port', '0', '--metrics', '0', '--data', data, '--limit', 'send=0,frames=0', ...udp, ...args]);
  const host = await startHost(config, { startWorker: (workerData) => new Worker(BOOT, { eval: true, workerData }), log: silentLog, version: 'test' });
  closing.add(() => host.stop());
  const figure = async (name: string): Promise<number> => {
    const text = await (await fetch(`http://127.0.0.1:${host.metrics!.port}/metrics`)).text();
    const line = text.split('\n').find((one) => one.startsWith(`${name} `));
    if (!line) throw new Error(`no figure ${name}`);
    return Number(line.slice(name.length + 1));
  };
  const dropped = async (): Promise<Record<string, number>> => {
    const results = ['unknown', 'malformed', 'replay', 'forged'];
    const counts = await Promise.all(results.map((result) => figure(`reach_datagrams_total{result="${result}"}`)));
    return Object.fromEntries(results.map((result, at) => [result, counts[at]!]));
  };
  return { host, data, banner: banner(config.host, host), dropped, figure, signUp: (name: string) => RawClient.signUp(closing, host.port, name) };
}

export type Person = Awaited<ReturnType<typeof personOf>>;

/** A socket that is nobody's; what comes to it is kept. */
export async function openSocket(closing: Closing) {
  const socket = createSocket('udp4');
  const got: Bytes[] = [];
  socket.on('message', (datagram) => void got.push(Uint8Array.from(datagram)));
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  closing.add(() => new Promise<void>((resolve) => socket.close(() => resolve())));
  return { got, socket, send: (datagram: Bytes, port: number) => socket.send(datagram, port, '127.0.0.1') };
}

/** A client in both ways: `tcp` and `udp` are the messages that came by each. */
export async function personOf(closing: Closing, client: RawClient) {
  const key = client.opened.ok.udp_key;
  if (!key) throw new Error('the server named no relay');
  const now = (): number => performance.now();
  const got: Bytes[] = [];
  let { socket } = await openSocket(closing);
  const association = new Association({ role: 'client', connectionId: key.connection_id, key: key.key, salt: key.salt, random, now: now() });
  const udp: Message[] = [];
  const sent: Bytes[] = [];
  const blocked = { out: false, back: false };
  const state = { taken: 0, n: 0, over: false };
  let timer: NodeJS.Timeout | undefined;
  const drive = (): void => {
    clearTimeout(timer);
    if (state.over) return;
    for (const { bytes } of association.transmit(now())) {
      sent.push(bytes);
      if (!blocked.out) socket.send(bytes, key.port, '127.0.0.1');
    }
    for (const event of association.take()) {
      if (event.name === 'message') udp.push(...decodeFrames(event.frame).map((frame) => decodeMessage(frame)!));
      if (event.name === 'stat') client.say('udp_stat', event.content);
      if (event.name === 'lost') client.say('send', decodeMessage(decodeFrames(event.message)[0]!)!.content as Content<'send'>);
    }
    const { deadline } = association;
    if (deadline !== undefined) timer = setTimeout(drive, Math.max(1, deadline - now()));
  };
  const came = (datagram: Bytes): void => {
    got.push(Uint8Array.from(datagram));
    if (!blocked.back) association.receive(datagram, 'relay', now());
    drive();
  };
  socket.on('message', came);
  /** Nothing comes to the old address any more. */
  const move = async (): Promise<void> => {
    socket.off('message', came);
    ({ socket } = await openSocket(closing));
    socket.on('message', came);
  };
  // What came by TCP about UDP is looked for now and then: this client has no callback for it.
  const looking = setInterval(() => {
    for (; state.taken < client.received.length; state.taken += 1) {
      const message = client.received[state.taken]!;
      if (message.name === 'udp_stat') association.reported(message.content, now());
      if (message.name === 'udp_resync') association.resync(message.content.salt, now());
    }
    drive();
  }, 10);
  closing.add(() => {
    state.over = true;
    clearInterval(looking);
    clearTimeout(timer);
  });
  const room = lobbyId(client.opened.seen.serverId);
  /** By UDP where that is up. */
  const post = (text: string): Bytes => {
    const content = { client_msg_id: random(16), n: state.n, room, kind: 'text' as const, body: utf8(text) };
    state.n += 1;
    if (association.send(encodeMessage('send', content)) === undefined) client.say('send', content);
    drive();
    return content.client_msg_id;
  };
  const isUp = (): boolean => association.view().sending && association.view().receiving;
  drive();
  return { client, key, room, move, udp, tcp: client.received, sent, got, blocked, post, isUp, view: () => association.view(), up: () => waitFor(isUp, 10_000, 'UDP is up both ways') };
}
