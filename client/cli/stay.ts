// A connection for commands that take their time: the engine, which comes back by itself, signed in, with rooms and people
// known. What fails for good is a Problem.
import { hex } from '../../shared/protocol/bytes.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import { readOnly, systemKeychain } from '../engine/cache/keychain.ts';
import { createEngine } from '../engine/engine.ts';
import { failureOf } from '../engine/failures.ts';
import type { ChatMessage, EngineCalls, EngineEvent, Failure, Member, Paths, Phase, Protocol, Room, SessionInfo, Transfer } from '../engine/types.ts';
import { isSettled } from '../engine/udp/paths.ts';
import type { Desk } from './desk.ts';
import { memberNamed, NOT_YOURSELF, roomLabel, roomNamed } from './finding.ts';
import { changedKey, mayTrust, otherKey } from './key-question.ts';
import type { Place } from './parameters.ts';
import { serverText } from './place.ts';
import { Problem, problemOf } from './problem.ts';

export class Stay {
  readonly engine: EngineCalls;
  readonly #desk: Desk;
  readonly #transfers = new Map<string, Transfer>();
  readonly #messages = new Map<string, Map<string, ChatMessage>>();
  /** Rooms whose first message is loaded. */
  readonly #whole = new Set<string>();
  readonly #pages = new Map<string, number>();
  /** What the acknowledgement of a message of ours came by. */
  readonly #acked = new Map<string, Protocol>();
  #paths: Paths | undefined;
  #members: Member[] | undefined;
  #rooms: Room[] | undefined;
  #phase: Phase = { name: 'signed_out' };
  #session: SessionInfo | undefined;
  #problem: Error | undefined;
  #notice: Failure | undefined;
  #wake: (() => void)[] = [];

  private constructor(desk: Desk) {
    const { home, effects, deviceName } = desk;
    this.#desk = desk;
    this.engine = createEngine({ home, passwordWorker: effects.passwordWorker, stretching: effects.stretching, connectWithin: effects.connectWithin, deviceName, goOn: false, copies: false, keychain: readOnly(systemKeychain()) });
    desk.interrupted.catch((cause: Error) => this.#fail(cause));
  }

  /** Throws Problem, Interrupted. */
  static async with(desk: Desk, work: (stay: Stay) => Promise<number>): Promise<number> {
    const stay = new Stay(desk);
    try {
      await stay.#open();
      return await work(stay);
    } finally {
      await stay.engine.stop();
    }
  }

  get me(): string {
    return this.#session!.userId;
  }

  /** Bytes of one file. */
  get fileMax(): number {
    return this.#session!.fileMax;
  }

  pathOf(message: string): Protocol {
    return this.#acked.get(message) ?? 'tcp';
  }

  /** As soon as UDP goes both ways, or it is known why it does not; at once where it is not wanted. */
  settled(): Promise<Paths> {
    return this.until(() => (this.#paths && isSettled(this.#paths) ? this.#paths : undefined));
  }

  get rooms(): readonly Room[] {
    return this.#rooms ?? [];
  }

  get transfers(): Transfer[] {
    return [...this.#transfers.values()];
  }

  /** The last trouble that stopped nothing. */
  get notice(): Failure | undefined {
    return this.#notice;
  }

  nameOf(userId: string): string {
    return this.#members?.find((member) => member.userId === userId)?.username ?? userId.slice(0, 8);
  }

  label(room: string): string {
    const known = this.rooms.find(({ id }) => id === room);
    return known ? roomLabel(known, (user) => this.nameOf(user)) : room;
  }

  /** A direct message that nobody opened yet is opened. Throws Problem. */
  async room(place: Place): Promise<Room> {
    if ('name' in place) return roomNamed(this.rooms, place.name);
    const { userId } = memberNamed(this.#members!, place.user);
    if (userId === this.me) throw new Problem('no_such_user', { message: NOT_YOURSELF });
    const known = this.rooms.find(({ peer }) => peer === userId);
    if (known) return known;
    const answer = await this.engine.openDm(userId);
    if ('failure' in answer) throw problemOf(answer.failure);
    return this.until(() => this.rooms.find(({ peer }) => peer === userId));
  }

  messages(room: string): ChatMessage[] {
    return [...(this.#messages.get(room)?.values() ?? [])].sort((a, b) => (a.seq ?? Infinity) - (b.seq ?? Infinity));
  }

  message(room: string, id: string): ChatMessage | undefined {
    return this.#messages.get(room)?.get(id);
  }

  transfer(file: string, direction: Transfer['direction']): Transfer | undefined {
    return this.#transfers.get(`${direction} ${file}`);
  }

  /** One more page of a room's past; false where all of it is here. */
  async older(room: string): Promise<boolean> {
    await this.until(() => this.#pages.has(room) || undefined);
    if (this.#whole.has(room)) return false;
    const before = this.#pages.get(room)!;
    this.engine.loadOlder(room);
    await this.until(() => (this.#pages.get(room)! > before ? true : undefined));
    return true;
  }

  /** What `look` finds, as soon as it finds something; it looks again whenever anything changed. Throws Problem, Interrupted. */
  async until<T>(look: () => T | undefined): Promise<T> {
    for (;;) {
      if (this.#problem) throw this.#problem;
      const found = look();
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
  }

  async #open(): Promise<void> {
    const { target, globals, effects } = this.#desk;
    const timer = effects.clock.after(globals.timeout, () => this.#tooLate());
    try {
      this.engine.start((event) => this.#apply(event));
      this.engine.connect({ username: target.username, password: target.password, server: serverText(target), remember: false, register: target.register, ...(target.protocol && { protocol: target.protocol }) });
      await this.until(() => (this.#phase.name === 'online' && this.#members && this.#rooms) || undefined);
    } finally {
      timer.cancel();
    }
  }

  #tooLate(): void {
    if (this.#session || this.#phase.name === 'ask_trust') return;
    this.#fail(new Problem('unreachable', { message: `No session within ${this.#desk.globals.timeout / 1000} s.`, hint: 'Check the address, or give it more --timeout.' }));
  }

  #apply(event: EngineEvent): void {
    if (event.type === 'phase') this.#become(event.phase);
    if (event.type === 'session') this.#session = event.session;
    if (event.type === 'rooms') this.#rooms = event.rooms;
    if (event.type === 'roster') this.#members = event.members;
    if (event.type === 'transfer') this.#transfers.set(`${event.transfer.direction} ${event.transfer.file}`, event.transfer);
    if (event.type === 'transfer_gone') this.#transfers.delete(`${event.direction} ${event.file}`);
    if (event.type === 'messages') for (const message of event.messages) this.#of(event.room).set(message.id, message);
    if (event.type === 'message_gone') this.#of(event.room).delete(event.id);
    if (event.type === 'message_state') this.#placed(event);
    if (event.type === 'paths') this.#paths = event.paths;
    if (event.type === 'notice') this.#say(event.failure);
    if (event.type === 'history_end') {
      this.#pages.set(event.room, (this.#pages.get(event.room) ?? 0) + 1);
      if (!event.more) this.#whole.add(event.room);
    }
    this.#look();
  }

  #say(failure: Failure): void {
    this.#notice = failure;
    this.#desk.streams.err(`${failure.message}\n`);
  }

  #of(room: string): Map<string, ChatMessage> {
    const messages = this.#messages.get(room) ?? new Map<string, ChatMessage>();
    this.#messages.set(room, messages);
    return messages;
  }

  #placed({ room, id, state, seq, ts, path }: Extract<EngineEvent, { type: 'message_state' }>): void {
    if (path) this.#acked.set(id, path);
    const known = this.message(room, id);
    if (known) this.#of(room).set(id, { ...known, state, ...(seq !== undefined && { seq }), ...(ts !== undefined && { ts }) });
  }

  #become(phase: Phase): void {
    const before = this.#phase;
    this.#phase = phase;
    if (phase.name === 'signed_out' && phase.failure) return this.#fail(this.#problemOf(phase.failure));
    if (phase.name === 'ask_trust') return void this.#askTrust(phase).catch((error: Error) => this.#fail(error));
    if (phase.name === 'ask_register') return this.#fail(problemOf({ ...failureOf('unknown_name', { username: phase.username }), hint: 'Create account? Use --register.' }));
    if (phase.name === 'online' && before.name === 'reconnecting') this.#desk.streams.err('Connected again.\n');
    if (phase.name === 'reconnecting' && before.name !== 'reconnecting') this.#desk.streams.err(`${phase.failure.message} It goes on by itself.\n`);
  }

  #problemOf(failure: Failure): Problem {
    const { address, link } = this.#desk.target;
    return failure.code === 'key_changed' && link ? otherKey(formatAddress(address), hex(link)) : problemOf(failure);
  }

  async #askTrust({ address, key, previous }: Extract<Phase, { name: 'ask_trust' }>): Promise<void> {
    const question = { address, key, pins: this.#desk.pins };
    if (previous) throw changedKey(question, previous.fingerprint);
    this.engine.answerTrust(await mayTrust(question, this.#desk.globals, this.#desk));
  }

  #fail(problem: Error): void {
    this.#problem ??= problem;
    this.#look();
  }

  #look(): void {
    const wake = this.#wake;
    this.#wake = [];
    for (const call of wake) call();
  }
}
