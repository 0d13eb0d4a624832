// history ROOM and roster: ask, print, leave. tail ROOM: print what comes, and come back when the connection is lost.
import { hex, type Bytes } from '../../shared/protocol/bytes.ts';
import { PAGE_MESSAGES } from '../../shared/protocol/limits.ts';
import type { Envelope } from '../../shared/protocol/messages.ts';
import { roomNameOf } from '../../shared/protocol/names.ts';
import { BackOff } from '../engine/reconnect.ts';
import type { Target } from '../engine/target.ts';
import type { Command } from './arguments.ts';
import { signIn, type Desk } from './desk.ts';
import { jsonLine, memberText, messageText, shownOf } from './output.ts';
import { EXIT, Problem } from './problem.ts';
import type { Visit } from './visit.ts';

export async function roster(desk: Desk): Promise<number> {
  const visit = await signIn(desk);
  try {
    const members = (await visit.members()).sort((a, b) => a.username.localeCompare(b.username));
    for (const member of members) {
      const user = { type: 'user', name: member.username, presence: member.presence, last_seen: member.lastSeen };
      desk.streams.out(desk.globals.json ? jsonLine(user) : `${memberText(member)}\n`);
    }
    return EXIT.done;
  } finally {
    visit.close();
  }
}

export async function history(desk: Desk, { room, limit }: Extract<Command, { name: 'history' }>): Promise<number> {
  const visit = await signIn(desk);
  try {
    const head = await visit.room(roomNameOf(room));
    await visit.members();
    const print = printer(desk, visit, head.name);
    const first = Math.max(head.floor, head.head - limit + 1, 1);
    await pages(visit, { room: head.room, after: first - 1, upTo: head.head }, print);
    return EXIT.done;
  } finally {
    visit.close();
  }
}

interface Range {
  room: Bytes;
  /** Exclusive. */
  after: number;
  /** Inclusive. */
  upTo: number;
}

async function pages(visit: Visit, { room, after, upTo }: Range, print: (envelope: Envelope) => void): Promise<void> {
  for (let last = after; last < upTo; ) {
    const { msgs } = await visit.page({ room, after: last, limit: Math.min(PAGE_MESSAGES, upTo - last) });
    const next = msgs.filter(({ seq }) => seq > last && seq <= upTo).sort((a, b) => a.seq - b.seq);
    if (next.length === 0) return;
    next.forEach(print);
    last = next.at(-1)!.seq;
  }
}

function printer({ globals, streams }: Desk, visit: Visit, room: string): (envelope: Envelope) => void {
  return (envelope) => {
    const shown = shownOf(envelope, room, (userId) => visit.nameOf(userId));
    streams.out(globals.json ? jsonLine({ type: 'msg', ...shown }) : `${messageText(shown)}\n`);
  };
}

/** Endings after which another try makes sense. */
const AGAIN = new Set(['unreachable', 'timeout', 'not_reach', 'closed_by_peer', 'busy', 'full', 'server_error', 'malformed', 'bad_record']);

export async function tail(desk: Desk, command: Extract<Command, { name: 'tail' }>): Promise<number> {
  const state: TailState = { last: command.since, left: command.count ?? Infinity, target: desk.target };
  const backOff = new BackOff(desk.effects.random);
  for (let signedIn = false; ; ) {
    try {
      const visit = await signIn(desk, state.target);
      if (signedIn) desk.streams.err('Connected again.\n');
      signedIn = true;
      backOff.reset();
      await follow(desk, visit, command.room, state);
      return EXIT.done;
    } catch (error) {
      if (error instanceof Problem && error.code === 'resume_refused') state.target = { ...desk.target, register: false };
      else if (!signedIn || !(error instanceof Problem) || !AGAIN.has(error.code)) throw error;
      const pause = backOff.next();
      desk.streams.err(`${error.message} Trying again in ${Math.ceil(pause / 1000)} s.\n`);
      await new Promise<void>((resolve) => void desk.effects.clock.after(pause, resolve));
    }
  }
}

interface TailState {
  /** The last seq printed; undefined: from now on. */
  last: number | undefined;
  left: number;
  target: Target & { password: string };
}

/** Resolves when enough was printed; throws Problem when the connection is lost. Live messages only wake the loop. */
async function follow(desk: Desk, visit: Visit, room: string, state: TailState): Promise<void> {
  const bell = new Bell();
  visit.onLost = (problem) => bell.fail(problem);
  desk.interrupted.catch((cause: Error) => bell.fail(cause));
  let roomId = '';
  let head = 0;
  visit.onMessage = (envelope) => {
    if (hex(envelope.room) !== roomId && roomId !== '') return;
    head = Math.max(head, envelope.seq);
    bell.ring();
  };
  try {
    state.target = { ...desk.target, register: false, ticket: visit.ticket };
    const found = await visit.room(roomNameOf(room));
    roomId = hex(found.room);
    head = Math.max(head, found.head);
    state.last = Math.max(state.last ?? head, found.floor - 1, 0);
    await visit.members();
    const print = printer(desk, visit, found.name);
    for (;;) {
      await pages(visit, { room: found.room, after: state.last, upTo: Math.min(head, state.last + state.left) }, (envelope) => {
        print(envelope);
        state.last = envelope.seq;
        state.left -= 1;
      });
      if (state.left <= 0) return;
      if (head <= state.last) await bell.heard();
    }
  } finally {
    visit.close();
  }
}

/** Something happened since the last look, or the connection is lost. */
class Bell {
  #rang = false;
  #problem: Error | undefined;
  #wake: (() => void) | undefined;

  ring(): void {
    this.#rang = true;
    this.#wake?.();
  }

  fail(problem: Error): void {
    this.#problem = problem;
    this.#wake?.();
  }

  async heard(): Promise<void> {
    if (!this.#rang && !this.#problem) await new Promise<void>((resolve) => (this.#wake = resolve));
    if (this.#problem) throw this.#problem;
    this.#rang = false;
  }
}
