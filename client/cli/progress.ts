// How a transfer goes on: one line that is written over on a terminal, JSON lines for a program, nothing in a plain pipe.
import type { Clock } from '../engine/clock.ts';
import { bytesWords } from '../engine/failures.ts';
import type { Transfer } from '../engine/types.ts';
import { jsonLine, line, type Streams } from './output.ts';

/** Milliseconds over which speed is averaged, and between two lines for a program. */
const SPEED_OVER_MS = 3000;
const JSON_EVERY_MS = 1000;
const BAR = 20;

export class Progress {
  readonly #streams: Streams;
  readonly #clock: Clock;
  readonly #how: 'json' | 'bar' | 'none';
  readonly #seen: { at: number; done: number }[] = [];
  #said = '';
  #toldAt: number;

  constructor({ streams, clock, json, terminal }: { streams: Streams; clock: Clock; json: boolean; terminal: boolean }) {
    this.#streams = streams;
    this.#clock = clock;
    this.#toldAt = clock.now();
    this.#how = json ? 'json' : terminal ? 'bar' : 'none';
  }

  show(transfer: Transfer): void {
    const now = this.#clock.now();
    this.#seen.push({ at: now, done: transfer.done });
    while (this.#seen.length > 2 && now - this.#seen[0]!.at > SPEED_OVER_MS) this.#seen.shift();
    if (this.#how === 'bar') this.#write(barText(transfer, this.#speed));
    if (this.#how === 'json' && now - this.#toldAt >= JSON_EVERY_MS) {
      this.#toldAt = now;
      this.#streams.out(jsonLine({ type: 'progress', file_id: transfer.file, done: transfer.done, size: transfer.size, state: transfer.state.name }));
    }
  }

  /** The line belongs to what comes next. */
  clear(): void {
    if (this.#said !== '') this.#write('');
  }

  /** Bytes a second; undefined until it can be said. */
  get #speed(): number | undefined {
    const [first, last] = [this.#seen[0]!, this.#seen.at(-1)!];
    return last.at - first.at < 500 ? undefined : ((last.done - first.done) * 1000) / (last.at - first.at);
  }

  #write(text: string): void {
    this.#streams.err(`\r${text.padEnd(this.#said.length)}${text === '' ? '\r' : ''}`);
    this.#said = text;
  }
}

/** `photos.zip [#####···············] 10.5 of 42.6 MB · 8.2 MB/s · 0:04 left` */
export function barText({ name, size, done, state }: Transfer, speed: number | undefined): string {
  const part = size === 0 ? 1 : done / size;
  const full = Math.floor(part * BAR);
  const bar = `[${'#'.repeat(full)}${'·'.repeat(BAR - full)}]`;
  const words = state.name === 'active' ? speedWords(size - done, speed) : stateWords(state);
  return `${line(name)} ${bar} ${bytesWords(done)} of ${bytesWords(size)}${words === '' ? '' : ` · ${words}`}`;
}

function speedWords(left: number, speed: number | undefined): string {
  if (speed === undefined || speed <= 0) return '';
  return `${bytesWords(speed)}/s · ${timeWords(left / speed)} left`;
}

function stateWords(state: Transfer['state']): string {
  if (state.name === 'queued') return 'waiting';
  if (state.name === 'preparing') return 'packing';
  return state.name === 'interrupted' ? line(state.failure.message) : state.name;
}

/** `0:04`, `1 h 12 min` */
function timeWords(seconds: number): string {
  const whole = Math.ceil(seconds);
  if (whole >= 3600) return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
}
