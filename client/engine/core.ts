// The parts of an engine and how they hang together: one sign-in, the account it opened, what carries it, and the stream
// of events that all of them speak into.
import { requireCipher } from '../../shared/crypto/gcm.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { INLINE_MAX, INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import { Account } from './account.ts';
import type { Connection, Effects, Opened } from './connection.ts';
import { deviceNameOf } from './device-name.ts';
import { openDisk, type Disk } from './disk.ts';
import { Enquiry } from './enquiry.ts';
import { failureOf } from './failures.ts';
import { MediaPort } from './media-port.ts';
import { realEffects, type EngineOptions } from './options.ts';
import { Outbox } from './outbox.ts';
import { WakeWatch } from './reconnect.ts';
import { SignIn } from './sign-in.ts';
import type { Answer, EngineEvent, Failure, SessionInfo } from './types.ts';
import { Carrier } from './udp/carrier.ts';
import { PathsTeller } from './udp/telling.ts';
import { Vault } from './vault.ts';

/** What the calls work with. One for each engine. */
export class Core {
  readonly effects: Effects;
  readonly disk: Disk;
  readonly vault: Vault;
  readonly signIn: SignIn;
  readonly enquiry: Enquiry;
  readonly wake: WakeWatch;
  readonly media: MediaPort;
  readonly #goOn: boolean;
  readonly #paths: PathsTeller;
  #early: EngineEvent[] = [];
  #push: ((event: EngineEvent) => void) | undefined;
  account: Account | undefined;
  carrier: Carrier | undefined;
  #serverId = '';

  constructor(options: EngineOptions) {
    this.effects = realEffects(options);
    this.disk = openDisk(options.home);
    this.vault = new Vault(this.disk, (failure) => this.notice(failure));
    this.#goOn = options.goOn ?? true;
    this.enquiry = new Enquiry(this.effects);
    this.media = new MediaPort(this.effects.random);
    this.#paths = new PathsTeller(this.effects.clock, (event) => this.emit(event));
    this.wake = new WakeWatch(this.effects.clock, () => this.#woke());
    this.signIn = new SignIn({
      effects: this.effects,
      vault: this.vault,
      deviceName: options.deviceName ?? deviceNameOf(),
      events: {
        phase: (phase) => this.emit({ type: 'phase', phase }),
        opened: (opened, connection, info) => this.#opened(opened, connection, info),
        received: (message, path) => void (this.carrier?.take(message) || this.account?.receive(message, path)),
        lost: () => this.#lost(),
        notice: (failure) => this.notice(failure),
      },
    });
  }

  /** Events begin to flow; what was said before is said now. */
  begin(push: (event: EngineEvent) => void): void {
    this.#push = push;
    this.tellSettings();
    push({ type: 'phase', phase: this.signIn.phase });
    for (const event of this.#early) push(event);
    this.#early = [];
    this.check();
  }

  tellSettings(): void {
    this.emit({ type: 'settings', settings: this.vault.settings, defaults: this.vault.defaults });
  }

  #opened(opened: Opened, connection: Connection, info: SessionInfo): void {
    const serverId = hex(opened.seen.serverId);
    const known = this.account?.userId === info.userId && this.#serverId === serverId ? this.account : undefined;
    const account = known ?? this.#newAccount(serverId, info.userId);
    if (!known) {
      this.account = account;
      this.#serverId = serverId;
      this.emit({ type: 'session', session: info });
      account.showWaiting();
    }
    const carrier = new Carrier({
      effects: this.effects, connection, key: opened.ok.udp_key, wanted: this.signIn.protocol, look: (state) => this.#paths.look(state),
    });
    this.carrier = carrier;
    account.attach(carrier, { address: connection.address, exporter: opened.session.channel.exporter }, opened.ok.limits);
    this.#paths.look(carrier.known, true);
    this.tellSettings();
  }

  #lost(): void {
    this.carrier?.close();
    this.carrier = undefined;
    this.account?.detach();
  }

  #woke(): void {
    this.signIn.hurry();
    this.carrier?.wake();
  }

  forget(): void {
    this.account?.detach();
    this.account = undefined;
    this.#paths.forget();
  }

  #newAccount(serverId: string, userId: string): Account {
    const outbox = new Outbox(this.disk, `${serverId}-${userId}`, (failure) => this.notice(failure));
    return new Account({
      userId,
      outbox,
      effects: this.effects,
      files: { disk: this.disk, account: `${serverId}-${userId}`, downloads: () => this.vault.settings.downloads, inlineMax: () => (this.signIn.protocol === 'udp' ? INLINE_MAX_UDP : INLINE_MAX), goOn: this.#goOn },
      push: (event) => this.emit(event),
      synced: () => this.signIn.synced(),
      tells: () => this.vault.settings,
    });
  }

  request(...[name, content]: Parameters<Account['request']>): Promise<Answer> {
    return this.account?.request(name, content) ?? Promise.resolve({ failure: failureOf('not_connected') });
  }

  /** A runtime without the cipher is told before anything is tried. */
  check(): boolean {
    try {
      requireCipher();
      return true;
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.signIn.refuse(failureOf(error.code));
      return false;
    }
  }

  guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.notice(failureOf(error.code, { detail: error.message }));
    }
  }

  draftKey(room: string): string {
    return `${this.#serverId}-${this.account?.userId ?? ''}-${room}`;
  }

  notice(failure: Failure): void {
    this.emit({ type: 'notice', failure });
  }

  /** Before start() there is nobody to tell; what was damaged on disk is told then. */
  emit(event: EngineEvent): void {
    if (this.#push) this.#push(event);
    else if (event.type === 'notice') this.#early.push(event);
  }
}
