// tail ROOM: print what comes, say that it was delivered, and come back when the connection is lost.
import { hex } from '../../shared/protocol/bytes.ts';
import type { Clock, Timer } from '../engine/clock.ts';
import { BackOff } from '../engine/reconnect.ts';
import type { Target } from '../engine/target.ts';
import { signIn, type Desk } from './desk.ts';
import { Numbers } from './entry.ts';
import { findRoom, roomWords } from './finding.ts';
import { pages, printer } from './history.ts';
import type { Place } from './parameters.ts';
import { EXIT, Problem } from './problem.ts';
import type { Visit } from './visit.ts';

/** Endings after which another try makes sense. */
const AGAIN = new Set(['unreachable', 'timeout', 'not_reach', 'closed_by_peer', 'busy', 'full', 'server_error', 'malformed', 'bad_record', 'rate_limited']);

export async function tail(desk: Desk, { room, since, count }: { room: Place; since: number | undefined; count: number | undefined }): Promise<number> {
  const state: TailState = { last: since, left: count ?? Infinity, target: desk.target, numbers: new Numbers() };
  const backOff = new BackOff(desk.effects.random);
  for (let signedIn = false; ; ) {
    try {
      const visit = await signIn(desk, state.target);
      if (signedIn) desk.streams.err('Connected again.\n');
      signedIn = true;
      backOff.reset();
      await follow(desk, visit, room, state);
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
  numbers: Numbers;
}

/** Resolves when enough was printed; throws Problem when the connection is lost. Live messages only wake the loop. */
async function follow(desk: Desk, visit: Visit, place: Place, state: TailState): Promise<void> {
  const bell = new Bell();
  visit.onLost = (problem) => bell.fail(problem);
  desk.interrupted.catch((cause: Error) => bell.fail(cause));
  const heads = new Map<string, number>();
  visit.onMessage = ({ room, seq }) => {
    heads.set(hex(room), Math.max(seq, heads.get(hex(room)) ?? 0));
    bell.ring();
  };
  try {
    state.target = { ...desk.target, register: false, ticket: visit.ticket };
    const { id, key, label, head, floor } = await findRoom(visit, place);
    const newest = () => Math.max(head, heads.get(id) ?? 0);
    visit.onLeft = (room) => room === id && bell.fail(new Problem('no_such_room', { message: `You are not in ${roomWords(label)} any more.` }));
    state.last = Math.max(state.last ?? head, floor);
    const delivered = new Delivered(desk.effects.clock, { told: state.last, tell: (seq) => visit.tell({ room: key, delivered: seq, read: 0 }) });
    await visit.members();
    const print = printer(desk, visit, { label, numbers: state.numbers });
    for (;;) {
      await pages(visit, { room: key, after: state.last, upTo: Math.min(newest(), state.last + state.left) }, (envelope) => {
        print(envelope);
        state.last = envelope.seq;
        state.left -= 1;
      });
      delivered.upTo(state.last, state.left <= 0);
      if (state.left <= 0) return;
      if (newest() <= state.last) await bell.heard();
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

/** Milliseconds between two receipts: in a busy room one tells of many messages. */
const RECEIPT_EVERY_MS = 1000;

class Delivered {
  readonly #clock: Clock;
  readonly #tell: (seq: number) => void;
  #told: number;
  #seq = 0;
  #timer: Timer | undefined;

  constructor(clock: Clock, { told, tell }: { told: number; tell: (seq: number) => void }) {
    this.#clock = clock;
    this.#told = told;
    this.#tell = tell;
  }

  /** `now`: nothing comes after it. */
  upTo(seq: number, now: boolean): void {
    this.#seq = seq;
    if (now) this.#timer?.cancel();
    if (now || !this.#timer) this.#send();
  }

  #send(): void {
    this.#timer = undefined;
    if (this.#seq <= this.#told) return;
    this.#told = this.#seq;
    this.#tell(this.#seq);
    this.#timer = this.#clock.after(RECEIPT_EVERY_MS, () => this.#send());
  }
}
