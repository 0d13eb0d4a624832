// A whole server in this process, with real sockets, and clients whose UDP half does what a test wants.
import { createSocket, type Socket } from 'node:dgram';
import { Worker } from 'node:worker_threads';
import { banner } from '../../server/banner.ts';
import { parseConfig } from '../../server/config.ts';
import { startHost } from '../../server/host.ts';
import { silentLog } from '../../server/ops/log.ts';
import { lobbyId } from '../../shared/crypto/identity.ts';
import { utf8, type Bytes } from '../../shared/protocol/bytes.ts';
import { decodeFrames, decodeMessage, encodeMessage } from '../../shared/protocol/frames.ts';
import type { Content, Message, UdpKey } from '../../shared/protocol/messages.ts';
import { Association, RELAY_APART, type AssociationView } from '../../shared/udp/association.ts';
import { RawClient } from '../helpers/raw-client.ts';
import { waitFor, type Closing } from '../helpers/waiting.ts';
import { random } from './fixtures.ts';
import { lastingFolder } from '../helpers/folders.ts';

const WORKER = new URL('../../server/chat/opaque-worker.ts', import.meta.url).href;
const BOOT = `import('tsx/esm/api').then((tsx) => { tsx.register(); return import(${JSON.stringify(WORKER)}); });`;

/** Like server/main.ts with these arguments, on free ports of 127.0.0.1. */
export async function startHouse(closing: Closing, args: readonly string[] = []) {
  const data = lastingFolder();
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
export async function personOf(closing: Closing, client: RawClient): Promise<Person> {
  const key = client.opened.ok.udp_key;
  if (!key) throw new Error('the server named no relay');
  const person = new Person(closing, client, key);
  await person.move();
  return person;
}

export class Person {
  readonly client: RawClient;
  readonly key: UdpKey;
  readonly room: Bytes;
  readonly udp: Message[] = [];
  readonly sent: Bytes[] = [];
  readonly got: Bytes[] = [];
  readonly blocked = { out: false, back: false };
  readonly #closing: Closing;
  readonly #association: Association;
  #socket: Socket | undefined;
  #timer: NodeJS.Timeout | undefined;
  #taken = 0;
  #n = 0;
  #over = false;

  constructor(closing: Closing, client: RawClient, key: UdpKey) {
    this.#closing = closing;
    this.client = client;
    this.key = key;
    this.room = lobbyId(client.opened.seen.serverId);
    this.#association = new Association({ role: 'client', connectionId: key.connection_id, key: key.key, salt: key.salt, random, now: now() });
    // What came by TCP about UDP is fetched: this client has no callback for it.
    const looking = setInterval(() => this.#look(), 10);
    closing.add(() => {
      this.#over = true;
      clearInterval(looking);
      clearTimeout(this.#timer);
    });
  }

  get tcp(): readonly Message[] {
    return this.client.received;
  }

  /** To another port; nothing comes to the old one any more. */
  async move(): Promise<void> {
    this.#socket?.removeAllListeners('message');
    const { socket } = await openSocket(this.#closing);
    socket.on('message', (datagram) => this.#came(datagram));
    this.#socket = socket;
    this.#drive();
  }

  /** By UDP where that is up. */
  post(text: string): Bytes {
    const content = { client_msg_id: random(16), n: this.#n, room: this.room, kind: 'text' as const, body: utf8(text) };
    this.#n += 1;
    if (this.#association.send(encodeMessage('send', content)) === undefined) this.client.say('send', content);
    this.#drive();
    return content.client_msg_id;
  }

  /** What the relay's other port sees. */
  askApart(): void {
    this.#association.askApart();
    this.#drive();
  }

  /** No keepalives of this end. */
  rest(ms: number): void {
    this.#association.rest(now() + ms);
  }

  view(): AssociationView {
    return this.#association.view();
  }

  isUp(): boolean {
    return this.view().sending && this.view().receiving;
  }

  up(): Promise<true> {
    return waitFor(() => this.isUp(), 10_000, 'UDP is up both ways');
  }

  #look(): void {
    for (const message of this.tcp.slice(this.#taken)) {
      this.#taken += 1;
      if (message.name === 'udp_stat') this.#association.reported(message.content, now());
      if (message.name === 'udp_resync') this.#association.resync(message.content.salt, now());
    }
    this.#drive();
  }

  #came(datagram: Bytes): void {
    this.got.push(Uint8Array.from(datagram));
    if (!this.blocked.back) this.#association.receive(datagram, 'relay', now());
    this.#drive();
  }

  #drive(): void {
    clearTimeout(this.#timer);
    if (this.#over) return;
    for (const { bytes, to } of this.#association.transmit(now())) {
      this.sent.push(bytes);
      if (!this.blocked.out) this.#socket?.send(bytes, to === RELAY_APART ? this.key.probe_port : this.key.port, '127.0.0.1');
    }
    for (const event of this.#association.take()) {
      if (event.name === 'message') this.udp.push(...decodeFrames(event.frame).map((frame) => decodeMessage(frame)!));
      if (event.name === 'stat') this.client.say('udp_stat', event.content);
      if (event.name === 'lost') this.client.say('send', decodeMessage(decodeFrames(event.message)[0]!)!.content as Content<'send'>);
    }
    const { deadline } = this.#association;
    if (deadline !== undefined) this.#timer = setTimeout(() => this.#drive(), Math.max(1, deadline - now()));
  }
}

function now(): number {
  return performance.now();
}
