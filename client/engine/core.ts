// The parts of an engine and how they hang together: one sign-in, the account it opened, what carries it, and the stream
// of events that all of them speak into.
import { requireCipher } from '../../shared/crypto/gcm.ts';
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { ReachError } from '../../shared/protocol/errors.ts';
import { ID_SIZE, INLINE_MAX, INLINE_MAX_UDP } from '../../shared/protocol/limits.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import { Account } from './account.ts';
import { clearAccounts, Keeping } from './cache/keeping.ts';
import { systemKeychain } from './cache/keychain.ts';
import { FULL_COST, Keyring, TEST_COST } from './cache/keyring.ts';
import type { Connection, Effects, Opened } from './connection.ts';
import { deviceNameOf } from './device-name.ts';
import { openDisk, type Disk } from './disk.ts';
import { Enquiry } from './enquiry.ts';
import { words } from '../words/words.ts';
import { failureOf } from './failures.ts';
import { MediaPort } from './media-port.ts';
import { realEffects, type EngineOptions } from './options.ts';
import { WakeWatch } from './reconnect.ts';
import { SignIn } from './sign-in.ts';
import type { Target } from './target.ts';
import type { Answer, EngineEvent, Failure, LocalKey, SessionInfo } from './types.ts';
import { Carrier } from './udp/carrier.ts';
import { PathsTeller } from './udp/telling.ts';
import { Vault } from './vault.ts';

/** What the calls work with. One for each engine. */
export class Core {
  readonly effects: Effects;
  readonly disk: Disk;
  readonly vault: Vault;
  readonly keyring: Keyring;
  readonly signIn: SignIn;
  readonly enquiry: Enquiry;
  readonly wake: WakeWatch;
  readonly media: MediaPort;
  readonly #goOn: boolean;
  readonly #copies: boolean;
  /** Of what was begun last; what waited for the keychain and is not it any more does nothing. */
  #turn = 0;
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
    this.#copies = options.copies ?? true;
    this.keyring = new Keyring({
      disk: this.disk, random: this.effects.random, say: (failure) => this.notice(failure),
      cost: this.effects.stretching === 'memory-constrained' ? FULL_COST : TEST_COST,
      keychain: options.keychain === 'system' ? systemKeychain() : options.keychain,
    });
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
    if (!known) this.account?.close();
    const account = known ?? this.#newAccount(serverId, info, this.#keepingFor(serverId, info));
    if (!known) {
      this.account = account;
      this.#serverId = serverId;
    }
    account.session = info;
    if (!known || this.signIn.target?.shown) this.emit({ type: 'session', session: info });
    if (!known) account.showWaiting();
    const carrier = new Carrier({
      effects: this.effects, connection, key: opened.ok.udp_key && { ...opened.ok.udp_key, port: this.signIn.target?.udpPort ?? opened.ok.udp_key.port }, wanted: this.signIn.protocol, look: (state) => this.#paths.look(state),
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

  /** Signs in, with what is kept of that person on the screen before anything is dialled, where it opens. */
  signInAs(target: Target): void {
    this.forget();
    const turn = this.#turn;
    const waiting = this.keyring.prepare();
    if (!waiting) return this.#dialAs(target);
    this.signIn.prepare(target);
    void waiting.then(() => {
      if (turn === this.#turn) this.#dialAs(target);
    });
  }

  #dialAs(target: Target): void {
    this.guard(() => this.#openSaved(target));
    this.signIn.connect(target);
  }

  #openSaved(target: Target): void {
    const opened = this.keyring.openBefore({ address: formatAddress(target.address), username: target.username }, target.password);
    if (!opened) return;
    const keeping = this.#keepingOf(opened.account, opened.key);
    const saved = keeping.cache?.saved();
    if (!saved || saved.rooms.length === 0) return keeping.cache?.close();
    this.#serverId = opened.account.slice(0, 2 * ID_SIZE);
    this.account = this.#newAccount(this.#serverId, saved.session, keeping);
    this.emit({ type: 'session', session: saved.session });
    this.account.restore(saved);
    this.account.showWaiting();
    target.shown = true;
  }

  /** The account of a session that just began. */
  #keepingFor(serverId: string, { userId, address }: SessionInfo): Keeping {
    const { username, password, remember } = this.signIn.target!;
    const account = `${serverId}-${userId}`;
    const key = this.keyring.keep(account, { address, username }, { password, remember: remember || this.vault.hasTicket({ serverId, username }) });
    if (!key) this.notice(failureOf('local', { detail: words.failures.local.noKey }));
    return this.#keepingOf(account, key);
  }

  #keepingOf(account: string, key: Bytes | undefined): Keeping {
    const { clock, random } = this.effects;
    return new Keeping({ disk: this.disk, clock, random, say: (failure) => this.notice(failure), account, key, copies: this.#copies });
  }

  /** "Stay signed in" was turned: the ticket on this computer follows at once, and so does the key beside it where the password was typed in this run. */
  remember(wanted: boolean): void {
    this.signIn.remember(wanted);
    const { account } = this;
    const { target } = this.signIn;
    if (account && target && this.localKey() !== 'none') this.keyring.keep(`${this.#serverId}-${account.userId}`, { address: formatAddress(target.address), username: target.username }, { password: target.password, remember: wanted });
  }

  /** What waits for the keychain is not wanted any more. */
  forget(): void {
    this.#turn += 1;
    this.account?.close();
    this.account = undefined;
    this.#paths.forget();
  }

  localKey(): LocalKey {
    return this.account ? this.keyring.kindOf(`${this.#serverId}-${this.account.userId}`) : 'none';
  }

  /** Nothing of any account is left on this computer but saved files and the keys of servers. */
  async clear(): Promise<void> {
    this.account?.keeping.cache?.abandon();
    this.signIn.signOut();
    this.forget();
    await this.keyring.forget();
    this.guard(() => {
      clearAccounts(this.disk);
      this.vault.changeSettings({ recent: [], rooms: {}, dictionary: [], blocked: {}, palette: [] });
    });
    this.tellSettings();
  }

  #newAccount(serverId: string, session: SessionInfo, keeping: Keeping): Account {
    const { userId } = session;
    return new Account({
      userId, session, keeping,
      effects: this.effects,
      files: { account: `${serverId}-${userId}`, downloads: () => this.vault.settings.downloads, inlineMax: () => (this.signIn.protocol === 'udp' ? INLINE_MAX_UDP : INLINE_MAX), goOn: this.#goOn },
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

  notice(failure: Failure): void {
    this.emit({ type: 'notice', failure });
  }

  /** Before start() there is nobody to tell; what was damaged on disk is told then. */
  emit(event: EngineEvent): void {
    if (this.#push) this.#push(event);
    else if (event.type === 'notice') this.#early.push(event);
  }
}
