// chat [ROOM]: the engine with a terminal for a window. On a terminal the line being typed stays whole while messages
// arrive; from a pipe each line is a message, and the end of the input waits until everything is confirmed.
import { formatAddress } from '../../shared/protocol/link.ts';
import { roomNameOf } from '../../shared/protocol/names.ts';
import { hex } from '../../shared/protocol/bytes.ts';
import { formatUuid, parseUuid } from '../../shared/protocol/ids.ts';
import { createEngine } from '../engine/engine.ts';
import { failureOf } from '../engine/failures.ts';
import type { ChatMessage, EngineCalls, EngineEvent, Failure, Member, Phase } from '../engine/types.ts';
import type { Desk } from './desk.ts';
import { Interrupted } from './interrupted.ts';
import { changedKey, mayTrust, otherKey } from './key-question.ts';
import { jsonLine, line, memberText, messageText } from './output.ts';
import { serverText } from './place.ts';
import { EXIT, Problem, problemOf } from './problem.ts';
import type { Screen } from './screen.ts';

const HELP = `/roster  who is here
/older   fifty messages before the first one shown
/quit    leave (or Ctrl+D)
//text   send a line that begins with a slash
`;

/** Lines read and not sent yet; one more is refused. */
const EARLY_MAX = 100_000;
/** Messages unconfirmed before the next line waits: below what the outbox holds. */
const UNCONFIRMED_MAX = 200;

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

export class Chat {
  readonly #desk: Desk;
  readonly #screen: Screen;
  readonly #engine: EngineCalls;
  readonly #wanted: string;
  readonly #members = new Map<string, Member>();
  /** Read and not handed to the engine: what a person types early, or one piece of a pipe. */
  readonly #early: string[] = [];
  #refused = 0;
  #pumping = false;
  #finish: (exit: number) => void = () => {};
  #fail: (problem: Error) => void = () => {};
  #room = '';
  #me = '';
  #phase: Phase = { name: 'signed_out' };
  #started = false;
  #waiting = 0;
  #leaving = false;

  constructor(desk: Desk, room: string, screen: Screen) {
    this.#desk = desk;
    this.#wanted = roomNameOf(room);
    this.#screen = screen;
    this.#engine = createEngine({ home: desk.home, passwordWorker: desk.effects.passwordWorker, stretching: desk.effects.stretching, connectWithin: desk.effects.connectWithin, deviceName: desk.deviceName });
  }

  async run(): Promise<number> {
    const { target, globals, effects, interrupted } = this.#desk;
    const done = new Promise<number>((resolve, reject) => {
      this.#finish = resolve;
      this.#fail = reject;
    });
    const timer = effects.clock.after(globals.timeout, () => this.#tooLate());
    try {
      this.#engine.start((event) => this.#apply(event));
      this.#started = true;
      this.#engine.connect({ username: target.username, password: target.password, server: serverText(target), remember: false, register: target.register });
      this.#screen.open({ line: (text) => this.#typed(text), end: () => this.#ended(), interrupt: () => this.#fail(new Interrupted()) });
      return await Promise.race([done, interrupted]);
    } finally {
      timer.cancel();
      this.#screen.close();
      await this.#engine.stop();
    }
  }

  #tooLate(): void {
    if (this.#me !== '' || this.#phase.name === 'ask_trust') return;
    this.#fail(new Problem('unreachable', { message: `No session within ${this.#desk.globals.timeout / 1000} s.`, hint: 'Check the address, or give it more --timeout.' }));
  }

  #apply(event: EngineEvent): void {
    switch (event.type) {
      case 'phase':
        return this.#become(event.phase);
      case 'session':
        this.#me = event.session.userId;
        return;
      case 'rooms':
        return this.#enter(event);
      case 'roster':
        return event.members.forEach((member) => void this.#members.set(member.userId, member));
      case 'presence':
        return this.#present(event.member);
      case 'messages':
        return this.#show(event);
      case 'message_state':
        return this.#settled(event);
      case 'reset':
        return this.#say('The server has another history now; it follows.');
      case 'outbox':
        this.#waiting = event.waiting;
        this.#pump();
        return this.#leaveIfDone();
      case 'notice':
        return this.#say(event.failure.message);
      case 'history_end':
        return event.more ? undefined : this.#say('This is the start of the room.');
      case 'settings':
        return;
    }
  }

  #become(phase: Phase): void {
    const before = this.#phase;
    this.#phase = phase;
    if (!this.#started) return;
    if (phase.name === 'signed_out' && phase.failure) return this.#fail(this.#problemOf(phase.failure));
    if (phase.name === 'ask_trust') return void this.#askTrust(phase).catch(this.#fail);
    if (phase.name === 'ask_register') return this.#fail(problemOf({ ...failureOf('unknown_name', { username: phase.username }), hint: 'Create account? Use --register.' }));
    if (phase.name === 'online') return this.#say(before.name === 'reconnecting' ? 'Connected again.' : `Connected to ${phase.address}. /help lists the commands.`);
    if (phase.name !== 'reconnecting' || phase.retryAt === undefined) return;
    this.#say(`${phase.failure.message} Trying again in ${Math.max(1, Math.ceil((phase.retryAt - this.#desk.effects.clock.now()) / 1000))} s; what you write is kept.`);
  }

  #problemOf(failure: Failure): Problem {
    const { address, link } = this.#desk.target;
    return failure.code === 'key_changed' && link ? otherKey(formatAddress(address), hex(link)) : problemOf(failure);
  }

  async #askTrust({ address, key, previous }: Extract<Phase, { name: 'ask_trust' }>): Promise<void> {
    const question = { address, key, pins: this.#desk.pins };
    if (previous) throw changedKey(question, previous.fingerprint);
    this.#engine.answerTrust(await this.#screen.pause(() => mayTrust(question, this.#desk.globals, this.#desk)));
  }

  #enter({ rooms }: EventOf<'rooms'>): void {
    const room = rooms.find(({ name }) => name === this.#wanted);
    if (!room) return this.#fail(problemOf(failureOf('no_such_room', { detail: `There is no room "${this.#wanted}" here.` })));
    this.#room = room.id;
    this.#pump();
    this.#leaveIfDone();
  }

  #present(member: Member): void {
    const before = this.#members.get(member.userId);
    this.#members.set(member.userId, member);
    if (before?.presence === member.presence || member.userId === this.#me) return;
    if (this.#json({ type: 'user', name: member.username, presence: member.presence, last_seen: member.lastSeen })) return;
    this.#say(`${line(member.username)} is ${member.presence}.`);
  }

  #show({ room, messages }: EventOf<'messages'>): void {
    if (room !== this.#room) return;
    for (const message of messages) {
      if (message.state.name === 'failed') this.#notSent(message.state.failure.message);
      else if (message.seq !== undefined) this.#print(message);
      else if (this.#phase.name === 'reconnecting') this.#say('Kept; it is sent when the connection is back.');
    }
  }

  #settled({ id, state, seq, ts }: EventOf<'message_state'>): void {
    if (state.name === 'failed') return this.#notSent(state.failure.message);
    if (state.name === 'sent') this.#json({ type: 'sent', room: this.#wanted, seq, id: dashed(id), ts, path: 'tcp' });
  }

  #notSent(reason: string): void {
    this.#refused += 1;
    this.#say(`Not sent: ${reason}`);
  }

  #print(message: ChatMessage): void {
    const sender = this.#members.get(message.sender)?.username ?? message.sender.slice(0, 8);
    const text = message.text ?? null;
    if (this.#json({ type: 'msg', room: this.#wanted, seq: message.seq, ts: message.ts, sender, id: dashed(message.id), kind: 'text', text })) return;
    this.#screen.print(`${messageText({ ts: message.ts, sender, text })}\n`);
  }

  /** True where JSON is spoken. */
  #json(value: object): boolean {
    if (this.#desk.globals.json) this.#screen.print(jsonLine(value));
    return this.#desk.globals.json;
  }

  #say(text: string): void {
    this.#screen.say(`* ${line(text)}\n`);
  }

  #typed(text: string): void {
    if (text.startsWith('/') && !text.startsWith('//')) return this.#command(text.trim());
    const words = text.startsWith('//') ? text.slice(1) : text;
    if (words.trim() === '') return;
    if (this.#early.length >= EARLY_MAX) return this.#notSent(`${EARLY_MAX} lines are waiting already; this one was not taken.`);
    this.#early.push(words);
    this.#pump();
  }

  #pump(): void {
    // A send is answered by an outbox event at once, which comes back here: the loop goes on with what it told.
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#room !== '' && this.#waiting < UNCONFIRMED_MAX && this.#early.length > 0) this.#engine.send(this.#room, this.#early.shift()!);
    this.#pumping = false;
    this.#screen.hold(this.#early.length > 0);
  }

  #command(text: string): void {
    switch (text) {
      case '/help':
        return this.#screen.say(HELP);
      case '/quit':
        return this.#ended();
      case '/older':
        return this.#engine.loadOlder(this.#room);
      case '/roster':
        return [...this.#members.values()].sort((a, b) => a.username.localeCompare(b.username)).forEach((member) => this.#say(memberText(member)));
      default:
        return this.#say(`${text} is no command. /help lists them; //${text.slice(1)} sends it as text.`);
    }
  }

  /** Everything written is confirmed first, for as long as --timeout allows. */
  #ended(): void {
    if (this.#leaving) return;
    this.#leaving = true;
    const { clock } = this.#desk.effects;
    clock.after(this.#desk.globals.timeout, () => this.#fail(this.#unsent()));
    this.#leaveIfDone();
  }

  #leaveIfDone(): void {
    if (this.#leaving && this.#room !== '' && this.#waiting === 0 && this.#early.length === 0) this.#finish(this.#refused === 0 ? EXIT.done : EXIT.refused);
  }

  #unsent(): Problem {
    return new Problem('unreachable', { message: `${this.#waiting + this.#early.length} messages were not sent yet.`, hint: 'They are kept and go out at the next chat with this server.' });
  }
}

function dashed(id: string): string {
  const bytes = parseUuid(id);
  return bytes ? formatUuid(bytes) : id;
}
