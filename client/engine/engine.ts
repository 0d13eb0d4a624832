// The façade: calls of a window or a terminal in, one typed stream of events out. Everything behind it is handed its
// sockets, clock and randomness; the real ones are chosen here and nowhere else.
import { randomBytes } from 'node:crypto';
import { requireCipher } from '../../shared/crypto/gcm.ts';
import { fromHex, hex, type Random } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { INLINE_MAX, INLINE_MAX_UDP, MENTIONS_MAX, STATUS_MAX, TOPIC_MAX } from '../../shared/protocol/limits.ts';
import { canonicalRoomName } from '../../shared/protocol/names.ts';
import { Account } from './account.ts';
import { systemClock, type Clock } from './clock.ts';
import type { Connection, Effects, Opened } from './connection.ts';
import { deviceNameOf } from './device-name.ts';
import { openDisk, type Disk } from './disk.ts';
import { Enquiry } from './enquiry.ts';
import { failureOf } from './failures.ts';
import { choose, dropPasted, keepPasted } from './files/files.ts';
import { MediaPort } from './media-port.ts';
import { Outbox } from './outbox.ts';
import type { KeyStretching, PasswordWorker } from './password.ts';
import { WakeWatch } from './reconnect.ts';
import { SignIn } from './sign-in.ts';
import { dialTcp, openUdp, type Dial, type OpenUdp } from './sockets.ts';
import { placeOf, targetOf, targetOfTicket } from './target.ts';
import type { Answer, ConnectInput, EngineCalls, EngineEvent, Failure, OutgoingFile, Protocol, Registration, SendFilesOptions, SendOptions, SentFile, SessionInfo, Settings, Transfer } from './types.ts';
import { Carrier } from './udp/carrier.ts';
import { PathsTeller } from './udp/telling.ts';
import { Vault } from './vault.ts';

export interface EngineOptions {
  /** Folder of pins, settings, tickets, drafts and outbox. */
  home: string;
  passwordWorker: PasswordWorker;
  /** Load scripts choose the cheapest; nobody else should. */
  stretching?: KeyStretching;
  dial?: Dial;
  openUdp?: OpenUdp;
  clock?: Clock;
  random?: Random;
  deviceName?: string;
  /** Milliseconds for the TCP connection, and again for the first answer. */
  connectWithin?: number;
  /** False: transfers that an earlier process left wait until they are asked for. */
  goOn?: boolean;
}

const CONNECT_WITHIN_MS = 10_000;
/** Milliseconds that a goodbye may take. */
const STOP_WITHIN_MS = 200;

export function realEffects(options: Omit<EngineOptions, 'home'>): Effects {
  return {
    dial: options.dial ?? dialTcp,
    openUdp: options.openUdp ?? openUdp,
    clock: options.clock ?? systemClock,
    random: options.random ?? ((size) => Uint8Array.from(randomBytes(size))),
    passwordWorker: options.passwordWorker,
    stretching: options.stretching ?? 'memory-constrained',
    connectWithin: options.connectWithin ?? CONNECT_WITHIN_MS,
  };
}

export function createEngine(options: EngineOptions): EngineCalls {
  return new Engine(options);
}

class Engine implements EngineCalls {
  readonly #effects: Effects;
  readonly #disk: Disk;
  readonly #vault: Vault;
  readonly #signIn: SignIn;
  readonly #enquiry: Enquiry;
  readonly #wake: WakeWatch;
  readonly #media: MediaPort;
  readonly #goOn: boolean;
  readonly #paths: PathsTeller;
  #early: EngineEvent[] = [];
  #push: ((event: EngineEvent) => void) | undefined;
  #account: Account | undefined;
  #carrier: Carrier | undefined;
  #serverId = '';

  constructor(options: EngineOptions) {
    this.#effects = realEffects(options);
    this.#disk = openDisk(options.home);
    this.#vault = new Vault(this.#disk, (failure) => this.#notice(failure));
    this.#goOn = options.goOn ?? true;
    this.#enquiry = new Enquiry(this.#effects);
    this.#media = new MediaPort(this.#effects.random);
    this.#paths = new PathsTeller(this.#effects.clock, (event) => this.#emit(event));
    this.#wake = new WakeWatch(this.#effects.clock, () => this.#woke());
    this.#signIn = new SignIn({
      effects: this.#effects,
      vault: this.#vault,
      deviceName: options.deviceName ?? deviceNameOf(),
      events: {
        phase: (phase) => this.#emit({ type: 'phase', phase }),
        opened: (opened, connection, info) => this.#opened(opened, connection, info),
        received: (message, path) => void (this.#carrier?.take(message) || this.#account?.receive(message, path)),
        lost: () => this.#lost(),
        notice: (failure) => this.#notice(failure),
      },
    });
  }

  start(push: (event: EngineEvent) => void): void {
    this.#push = push;
    push({ type: 'settings', settings: this.#vault.settings });
    push({ type: 'phase', phase: this.#signIn.phase });
    for (const event of this.#early) push(event);
    this.#early = [];
    this.#check();
  }

  connect(input: ConnectInput): void {
    const target = targetOf(input);
    this.#forget();
    if ('failure' in target) return this.#signIn.refuse(target.failure);
    if (this.#check()) this.#signIn.connect(target);
  }

  registration({ server, port }: Pick<ConnectInput, 'server' | 'port'>): Promise<Registration | undefined> {
    const place = placeOf(server, port);
    return typeof place === 'string' ? Promise.resolve(undefined) : this.#enquiry.ask(place, { pins: this.#vault.pins() });
  }

  cancel(): void {
    this.#signIn.cancel();
    this.#forget();
  }

  answerTrust(answer: Parameters<EngineCalls['answerTrust']>[0]): void {
    this.#signIn.answerTrust(answer);
  }

  answerRegister(create: boolean): void {
    this.#signIn.answerRegister(create);
  }

  resumeSaved(): boolean {
    const saved = this.#vault.ticket();
    const target = saved && targetOfTicket(saved, this.#vault.protocolOf(saved.address, saved.username));
    if (!target || !this.#check()) return false;
    this.#forget();
    this.#signIn.connect(target);
    return true;
  }

  signOut(): void {
    this.#signIn.signOut();
    this.#forget();
  }

  retryNow(): void {
    this.#signIn.retryNow();
  }

  networkChanged(online: boolean): void {
    this.#signIn.networkChanged(online);
    if (online) this.#carrier?.wake();
  }

  setProtocol(protocol: Protocol): void {
    this.#signIn.setProtocol(protocol);
    if (this.#carrier?.want(protocol) === false) this.#signIn.renew('The connection is made anew, for UDP.');
    this.#emit({ type: 'settings', settings: this.#vault.settings });
  }

  send(room: string, text: string, { replyTo, mentions }: SendOptions = {}): void {
    this.#account?.post(room, { kind: 'text', text, ...(replyTo && { replyTo }), ...(mentions && mentions.length > 0 && { mentions: mentions.slice(0, MENTIONS_MAX) }) });
  }

  edit(room: string, id: string, text: string, mentions: string[] = []): void {
    this.#account?.post(room, { kind: 'edit', target: id, text, ...(mentions.length > 0 && { mentions: mentions.slice(0, MENTIONS_MAX) }) });
  }

  remove(room: string, id: string): void {
    this.#account?.post(room, { kind: 'delete', target: id });
  }

  react(room: string, id: string, emoji: string, on: boolean): void {
    this.#account?.post(room, { kind: 'reaction', target: id, emoji, on });
  }

  openRoom(room: string): void {
    this.#account?.openRoom(room);
  }

  markRead(room: string, seq: number): void {
    this.#account?.markRead(room, seq);
  }

  typing(room: string): void {
    this.#account?.typing(room);
  }

  createRoom({ name, topic, private: isPrivate }: { name: string; topic: string; private: boolean }): Promise<Answer> {
    const canonical = canonicalRoomName(name);
    if (canonical === undefined) return Promise.resolve({ failure: failureOf('bad_room_name') });
    return this.#request('room_create', { name: canonical, topic: topic.trim().slice(0, TOPIC_MAX), private: isPrivate });
  }

  joinRoom(room: string): Promise<Answer> {
    return this.#request('room_join', { room: fromHex(room)! });
  }

  leaveRoom(room: string): Promise<Answer> {
    return this.#request('room_leave', { room: fromHex(room)! });
  }

  invite(room: string, userId: string): Promise<Answer> {
    return this.#request('room_invite', { room: fromHex(room)!, user_id: fromHex(userId)! });
  }

  removeFromRoom(room: string, userId: string): Promise<Answer> {
    return this.#request('room_remove', { room: fromHex(room)!, user_id: fromHex(userId)! });
  }

  openDm(userId: string): Promise<Answer> {
    return this.#request('dm_open', { user_id: fromHex(userId)! });
  }

  setStatus(presence: 'online' | 'away' | 'dnd', text: string): Promise<Answer> {
    return this.#request('status', { presence, text: text.trim().slice(0, STATUS_MAX) });
  }

  browse(): ReturnType<EngineCalls['browse']> {
    return this.#account?.browse() ?? Promise.resolve({ failure: failureOf('not_connected') });
  }

  choose(paths: string[]): ReturnType<EngineCalls['choose']> {
    return choose(paths);
  }

  keepPasted(name: string, bytes: Uint8Array): ReturnType<EngineCalls['keepPasted']> {
    return keepPasted(this.#disk, this.#effects.random, { name, bytes });
  }

  dropPasted(path: string): void {
    void dropPasted(this.#disk, path).catch((error: unknown) => this.#guard(() => {
      throw error;
    }));
  }

  sendFiles(room: string, files: OutgoingFile[], { mentions, ...options }: SendFilesOptions = {}): SentFile[] {
    return this.#account?.sendFiles(room, files, { ...options, ...(mentions && { mentions: mentions.slice(0, MENTIONS_MAX) }) }) ?? [];
  }

  download(room: string, message: string, folder?: string): void {
    this.#account?.download(room, message, folder);
  }

  pauseTransfer(file: string, direction: Transfer['direction']): void {
    this.#account?.transfer('pause', file, direction);
  }

  resumeTransfer(file: string, direction: Transfer['direction']): void {
    this.#account?.transfer('resume', file, direction);
  }

  cancelTransfer(file: string, direction: Transfer['direction']): void {
    this.#account?.transfer('cancel', file, direction);
  }

  clearTransfers(): void {
    this.#account?.clearTransfers();
  }

  readFile(room: string, message: string, offset: number, length: number): ReturnType<EngineCalls['readFile']> {
    return this.#account?.readFile(room, message, { offset, length }) ?? Promise.resolve({ failure: failureOf('not_connected') });
  }

  playFile(room: string, message: string, type: string): ReturnType<EngineCalls['playFile']> {
    return this.#account?.playFile(room, message, { type, port: this.#media }) ?? Promise.resolve({ failure: failureOf('not_connected') });
  }

  stopPlaying(url: string): void {
    this.#media.close(url);
  }

  retry(room: string, id: string): void {
    this.#account?.retry(room, id);
  }

  discard(room: string, id: string): void {
    this.#account?.discard(room, id);
  }

  loadOlder(room: string): void {
    this.#account?.loadOlder(room);
  }

  changeSettings(change: Partial<Settings>): void {
    this.#guard(() => this.#vault.changeSettings(change));
    this.#emit({ type: 'settings', settings: this.#vault.settings });
  }

  saveDraft(room: string, text: string): void {
    this.#guard(() => this.#vault.saveDraft(this.#draftKey(room), text));
  }

  draft(room: string): string {
    return this.#vault.draft(this.#draftKey(room));
  }

  stop(): Promise<void> {
    this.#wake.stop();
    this.#enquiry.stop();
    this.#media.stop();
    this.#signIn.stop();
    this.#effects.passwordWorker.close();
    return new Promise((resolve) => this.#effects.clock.after(STOP_WITHIN_MS, resolve));
  }

  #opened(opened: Opened, connection: Connection, info: SessionInfo): void {
    const serverId = hex(opened.seen.serverId);
    const known = this.#account?.userId === info.userId && this.#serverId === serverId ? this.#account : undefined;
    const account = known ?? this.#newAccount(serverId, info.userId);
    if (!known) {
      this.#account = account;
      this.#serverId = serverId;
      this.#emit({ type: 'session', session: info });
      account.showWaiting();
    }
    const carrier = new Carrier({
      effects: this.#effects, connection, key: opened.ok.udp_key, wanted: this.#signIn.protocol, look: (state) => this.#paths.look(state),
    });
    this.#carrier = carrier;
    account.attach(carrier, { address: connection.address, exporter: opened.session.channel.exporter }, opened.ok.limits);
    this.#paths.look(carrier.known, true);
    this.#emit({ type: 'settings', settings: this.#vault.settings });
  }

  #lost(): void {
    this.#carrier?.close();
    this.#carrier = undefined;
    this.#account?.detach();
  }

  #woke(): void {
    this.#signIn.hurry();
    this.#carrier?.wake();
  }

  #forget(): void {
    this.#account?.detach();
    this.#account = undefined;
    this.#paths.forget();
  }

  #newAccount(serverId: string, userId: string): Account {
    const outbox = new Outbox(this.#disk, `${serverId}-${userId}`, (failure) => this.#notice(failure));
    return new Account({
      userId,
      outbox,
      effects: this.#effects,
      files: { disk: this.#disk, account: `${serverId}-${userId}`, downloads: () => this.#vault.settings.downloads, inlineMax: () => (this.#signIn.protocol === 'udp' ? INLINE_MAX_UDP : INLINE_MAX), goOn: this.#goOn },
      push: (event) => this.#emit(event),
      synced: () => this.#signIn.synced(),
    });
  }

  #request(...[name, content]: Parameters<Account['request']>): Promise<Answer> {
    return this.#account?.request(name, content) ?? Promise.resolve({ failure: failureOf('not_connected') });
  }

  /** A runtime without the cipher is told before anything is tried. */
  #check(): boolean {
    try {
      requireCipher();
      return true;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#signIn.refuse(failureOf(error.code));
      return false;
    }
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#notice(failureOf(error.code, { detail: error.message }));
    }
  }

  #draftKey(room: string): string {
    return `${this.#serverId}-${this.#account?.userId ?? ''}-${room}`;
  }

  #notice(failure: Failure): void {
    this.#emit({ type: 'notice', failure });
  }

  /** Before start() there is nobody to tell; what was damaged on disk is told then. */
  #emit(event: EngineEvent): void {
    if (this.#push) this.#push(event);
    else if (event.type === 'notice') this.#early.push(event);
  }
}
