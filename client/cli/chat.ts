// chat [ROOM]: the engine with a terminal for a window. On a terminal the line being typed stays whole while messages
// arrive; from a pipe each line is a message or a command, and the end of the input waits until everything is confirmed.
import { hex } from '../../shared/protocol/bytes.ts';
import { formatAddress } from '../../shared/protocol/link.ts';
import { mentionsOf } from '../../shared/protocol/mentions.ts';
import { createEngine } from '../engine/engine.ts';
import { failureOf } from '../engine/failures.ts';
import type { EngineCalls, EngineEvent, Failure, Phase, Room } from '../engine/types.ts';
import { ChatView } from './chat-view.ts';
import type { Desk } from './desk.ts';
import { roomNamed, roomWords } from './finding.ts';
import { Interrupted } from './interrupted.ts';
import { changedKey, mayTrust, otherKey } from './key-question.ts';
import type { Place } from './parameters.ts';
import { serverText } from './place.ts';
import { EXIT, Problem, problemOf } from './problem.ts';
import { openScreen, type Screen } from './screen.ts';
import { roomAt, runSlash, slashHelp, type Talk } from './slash.ts';

/** Lines read and not sent yet; one more is refused. */
const EARLY_MAX = 100_000;
/** Messages unconfirmed before the next line waits: below what the outbox holds. */
const UNCONFIRMED_MAX = 200;

type EventOf<T extends EngineEvent['type']> = Extract<EngineEvent, { type: T }>;

export function chat(desk: Desk, place: Place): Promise<number> {
  return new Chat(desk, place, openScreen(desk.streams, Boolean(process.stdin.isTTY && process.stdout.isTTY) && !desk.globals.json)).run();
}

class Chat {
  readonly #desk: Desk;
  readonly #screen: Screen;
  readonly #engine: EngineCalls;
  readonly #view: ChatView;
  readonly #wanted: Place;
  /** Read and not handed to the engine: what a person types early, or one piece of a pipe. */
  readonly #early: string[] = [];
  /** Rooms whose newest messages are here: numbers mean something there. */
  readonly #loaded = new Set<string>();
  #refused = 0;
  #pumping = false;
  #finish: (exit: number) => void = () => {};
  #fail: (problem: Error) => void = () => {};
  #phase: Phase = { name: 'signed_out' };
  #started = false;
  #entering = false;
  #rosterKnown = false;
  #waiting = 0;
  #leaving = false;

  constructor(desk: Desk, place: Place, screen: Screen) {
    this.#desk = desk;
    this.#wanted = place;
    this.#screen = screen;
    this.#engine = createEngine({ home: desk.home, passwordWorker: desk.effects.passwordWorker, stretching: desk.effects.stretching, connectWithin: desk.effects.connectWithin, deviceName: desk.deviceName, goOn: false });
    this.#view = new ChatView({ screen, clock: desk.effects.clock, json: desk.globals.json, seen: (room, seq) => this.#engine.markRead(room, seq) });
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
      this.#engine.connect({ username: target.username, password: target.password, server: serverText(target), remember: false, register: target.register, ...(target.protocol && { protocol: target.protocol }) });
      this.#screen.open({ line: (text) => this.#typed(text), typing: (text) => this.#typing(text), end: () => this.#ended(), interrupt: () => this.#fail(new Interrupted()) });
      return await Promise.race([done, interrupted]);
    } finally {
      timer.cancel();
      this.#screen.close();
      await this.#engine.stop();
    }
  }

  #tooLate(): void {
    if (this.#view.me !== '' || this.#phase.name === 'ask_trust') return;
    this.#fail(new Problem('unreachable', { message: `No session within ${this.#desk.globals.timeout / 1000} s.`, hint: 'Check the address, or give it more --timeout.' }));
  }

  #apply(event: EngineEvent): void {
    switch (event.type) {
      case 'phase':
        return this.#become(event.phase);
      case 'session':
        this.#view.me = event.session.userId;
        return;
      case 'rooms':
        return this.#setRooms(event.rooms);
      case 'roster':
        this.#view.roster(event.members);
        this.#rosterKnown = true;
        return this.#enterWanted();
      case 'presence':
        return this.#view.presence(event.member);
      case 'messages':
        return this.#view.messages(event).forEach(({ state }) => state.name === 'failed' && this.#notDone('Not sent', state.failure));
      case 'message_state':
        if (event.state.name === 'failed') return this.#notDone('Not sent', event.state.failure);
        return event.state.name === 'sent' ? this.#view.sent(event) : undefined;
      case 'typing':
        return this.#view.typing(event);
      case 'reset':
        return this.#view.reset(event.room);
      case 'outbox':
        this.#waiting = event.waiting;
        this.#pump();
        return this.#leaveIfDone();
      case 'notice':
        return problemOf(event.failure).exit === EXIT.refused ? this.#notDone('Not done', event.failure) : this.#view.say(event.failure.message);
      case 'history_end':
        return this.#historyEnd(event);
      case 'paths':
        return this.#view.setPaths(event.paths);
      case 'people':
      case 'settings':
      case 'transfer':
      case 'transfer_gone':
      case 'message_gone':
      case 'file':
      case 'draft_files':
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
    if (phase.name === 'online') {
      this.#view.say(before.name === 'reconnecting' ? 'Connected again.' : `Connected to ${phase.address}. /help lists the commands.`);
      return this.#enterWanted();
    }
    if (phase.name !== 'reconnecting' || phase.retryAt === undefined) return;
    this.#view.say(`${phase.failure.message} Trying again in ${Math.max(1, Math.ceil((phase.retryAt - this.#desk.effects.clock.now()) / 1000))} s; what you write is kept.`);
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

  #setRooms(rooms: Room[]): void {
    const shown = this.#view.room;
    this.#view.setRooms(rooms);
    if (shown && !this.#view.room) this.#fail(new Problem('no_such_room', { message: `You are not in ${roomWords(this.#view.label(shown))} any more.` }));
  }

  /** At the first connection, once rooms and people are known. */
  #enterWanted(): void {
    if (this.#entering || this.#phase.name !== 'online' || !this.#rosterKnown) return;
    this.#entering = true;
    void this.#wantedRoom().then((room) => this.#enter(room)).catch(this.#fail);
  }

  async #wantedRoom(): Promise<Room> {
    return 'name' in this.#wanted ? roomNamed(this.#view.rooms, this.#wanted.name) : roomAt({ engine: this.#engine, view: this.#view }, this.#wanted);
  }

  #historyEnd({ room, more }: EventOf<'history_end'>): void {
    this.#loaded.add(room);
    if (!more && room === this.#view.room?.id) this.#view.say('This is the start of the room.');
    this.#pump();
  }

  #enter(room: Room): void {
    if (this.#view.room && this.#view.room.id !== room.id) this.#view.say(`This is ${roomWords(this.#view.label(room))} now.`);
    this.#view.enter(room);
    this.#engine.openRoom(room.id);
    this.#pump();
    this.#leaveIfDone();
  }

  #notDone(what: string, { message }: { message: string }): void {
    this.#refused += 1;
    this.#view.say(`${what}: ${message}`);
  }

  #typed(text: string): void {
    const words = text.trim();
    if (words === '/help') return this.#screen.say(slashHelp());
    if (words === '/quit') return this.#ended();
    if (words === '') return;
    if (this.#early.length >= EARLY_MAX) return this.#notDone('Not sent', { message: `${EARLY_MAX} lines are waiting already; this one was not taken.` });
    this.#early.push(text);
    this.#pump();
  }

  #typing(text: string): void {
    const room = this.#view.room;
    if (room && (!text.startsWith('/') || text.startsWith('//'))) this.#engine.typing(room.id);
  }

  /** Lines in their order: one that asks the server something is answered before the next is looked at. */
  #pump(): void {
    // A send is answered by an outbox event at once, which comes back here: the loop goes on with what it told.
    if (this.#pumping) return;
    this.#pumping = true;
    while (this.#view.room && this.#waiting < UNCONFIRMED_MAX && this.#early.length > 0) {
      const text = this.#early[0]!;
      const isCommand = text.startsWith('/') && !text.startsWith('//');
      if (isCommand && !this.#loaded.has(this.#view.room.id)) break;
      this.#early.shift();
      if (isCommand) return this.#command(text.trim());
      this.#engine.send(this.#view.room.id, text.startsWith('//') ? text.slice(1) : text, { mentions: mentionsOf(text, this.#view.members) });
    }
    this.#pumping = false;
    this.#screen.hold(this.#early.length > 0);
    this.#leaveIfDone();
  }

  #command(text: string): void {
    this.#screen.hold(true);
    void this.#run(text).then(() => {
      this.#pumping = false;
      this.#pump();
    });
  }

  async #run(text: string): Promise<void> {
    const talk: Talk = { engine: this.#engine, view: this.#view, enter: (room) => this.#enter(room) };
    try {
      await runSlash(talk, text);
    } catch (error) {
      if (!(error instanceof Problem)) return this.#fail(error as Error);
      this.#notDone('Not done', { message: error.hint === undefined || error.code === 'usage' ? error.message : `${error.message} ${error.hint}` });
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
    if (this.#leaving && this.#view.room && !this.#pumping && this.#waiting === 0 && this.#early.length === 0) this.#finish(this.#refused === 0 ? EXIT.done : EXIT.refused);
  }

  #unsent(): Problem {
    return new Problem('unreachable', { message: `${this.#waiting + this.#early.length} messages were not sent yet.`, hint: 'They are kept and go out at the next chat with this server.' });
  }
}
