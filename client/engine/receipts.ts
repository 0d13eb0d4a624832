// How far this user's clients have each room and how far the person has seen it, told to the server: gathered, a few
// rooms at a time, again after a reconnect where an answer may have been lost on the way. Both only rise.
import { fromHex } from '../../shared/protocol/bytes.ts';
import type { Clock, Timer } from './clock.ts';
import type { Line } from './requests.ts';

interface Mark {
  delivered: number;
  read: number;
  told: boolean;
}

/** Milliseconds between a message and its receipt: a burst of messages makes one. */
const GATHER_MS = 200;
/** Rooms told at once: two hundred rooms after a sync keep within the frames of a session. */
const AT_ONCE = 10;

export class Receipts {
  readonly #clock: Clock;
  readonly #marks = new Map<string, Mark>();
  #line: Line | undefined;
  #timer: Timer | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  attach(line: Line): void {
    this.detach();
    this.#line = line;
    for (const mark of this.#marks.values()) mark.told = false;
    this.#soon();
  }

  detach(): void {
    this.#line = undefined;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  delivered(room: string, seq: number): void {
    this.#raise(room, { delivered: seq, read: 0 });
  }

  read(room: string, seq: number): void {
    this.#raise(room, { delivered: seq, read: seq });
  }

  forget(room: string): void {
    this.#marks.delete(room);
  }

  #raise(room: string, { delivered, read }: { delivered: number; read: number }): void {
    const mark = this.#marks.get(room) ?? { delivered: 0, read: 0, told: true };
    if (delivered <= mark.delivered && read <= mark.read) return;
    this.#marks.set(room, { delivered: Math.max(mark.delivered, delivered), read: Math.max(mark.read, read), told: false });
    this.#soon();
  }

  #soon(): void {
    if (!this.#line || this.#timer) return;
    this.#timer = this.#clock.after(GATHER_MS, () => this.#tell());
  }

  #tell(): void {
    this.#timer = undefined;
    const untold = [...this.#marks].filter(([, { told }]) => !told);
    for (const [room, mark] of untold.slice(0, AT_ONCE)) {
      mark.told = true;
      this.#line?.send('receipt', { room: fromHex(room)!, delivered: mark.delivered, read: mark.read });
    }
    if (untold.length > AT_ONCE) this.#soon();
  }
}
