// Files on their way, of one person on one server: three at a time, in the order they were asked for. One that lost its
// connection goes on by itself; one that was refused waits for the person. What must survive the process is in records.
import { fromHex, type Bytes } from '../../../shared/protocol/bytes.ts';
import { ReachError } from '../../../shared/protocol/errors.ts';
import type { Timer } from '../clock.ts';
import type { Effects } from '../connection.ts';
import { words } from '../../words/words.ts';
import { failureOf } from '../failures.ts';
import { BackOff } from '../reconnect.ts';
import type { EngineEvent, Failure, Transfer, TransferState } from '../types.ts';
import { LineLost } from './data-line.ts';
import { endOf, fileOf, sentRecord, type DownRecord, type TransferRecord, type TransferRecords, type UpRecord } from './record.ts';
import { Refused, type ServerLine } from './server-line.ts';

/** How one run of a transfer is done; it throws what upload() and download() throw. */
export interface Runs {
  /** Without a path: what was sent was made for that alone and is no more. */
  up(record: UpRecord, run: Run): Promise<string | undefined>;
  down(record: DownRecord, run: Run): Promise<string>;
}

export interface Run {
  line: ServerLine;
  signal: AbortSignal;
  state(name: 'preparing' | 'active' | 'checking'): void;
  progress(done: number): void;
}

export interface TransfersOptions {
  records: TransferRecords;
  runs: Runs;
  effects: Pick<Effects, 'clock' | 'random'>;
  push: (event: EngineEvent) => void;
}

interface Job {
  record: TransferRecord;
  shown: Transfer;
  backOff: BackOff;
  abort?: AbortController;
  /** Until it is tried again. */
  timer?: Timer;
  toldAt: number;
}

export type Direction = Transfer['direction'];

/** Transfers that run at the same time. */
const RUNNING_MAX = 3;
/** Milliseconds between two words about the same transfer's progress. */
const TELL_EVERY_MS = 250;
/** Milliseconds until a full disk, here or there, is tried again. */
const ROOM_AGAIN_MS = 15_000;
const WANTS_ROOM: ReadonlySet<string> = new Set(['no_space', 'disk_full']);

/** Why a run was stopped from outside. */
class Stopped extends Error {
  readonly state: TransferState;
  constructor(state: TransferState) {
    super(state.name);
    this.state = state;
  }
}

export class Transfers {
  readonly #options: TransfersOptions;
  /** In the order they were asked for. */
  readonly #jobs = new Map<string, Job>();
  #line: ServerLine | undefined;

  constructor(options: TransfersOptions) {
    this.#options = options;
  }

  /** What earlier processes left; those not paused go on when there is a connection. `doneOf`: bytes that are there. */
  restore(records: readonly TransferRecord[], doneOf: (record: TransferRecord) => number): void {
    for (const record of records) {
      const state = restoredState(record);
      this.#keep(record, state.name === 'done' ? { ...state, away: true } : state, doneOf(record));
    }
  }

  attach(line: ServerLine): void {
    this.#line = line;
    for (const job of this.#jobs.values()) if (job.shown.state.name === 'interrupted') this.#queue(job);
    this.#pump();
  }

  detach(): void {
    this.#line = undefined;
    const lost = new LineLost('not_connected');
    for (const job of this.#jobs.values()) {
      job.timer?.cancel();
      // One that was stopped already may have been given up: of that nothing is kept.
      if (job.abort && !job.abort.signal.aborted) this.#remember(job, {});
      job.abort?.abort(lost);
    }
  }

  /** Uploads that nobody has given up. */
  get uploads(): UpRecord[] {
    return [...this.#jobs.values()].filter(({ shown }) => shown.state.name !== 'cancelled').map(({ record }) => record).filter((record) => record.direction === 'up');
  }

  /** Ids of the messages that come once their files have a place on the server; those that wait for the person are none. */
  get unposted(): string[] {
    return [...this.#jobs.values()].flatMap(({ record, shown }) => (record.direction === 'up' && !record.posted && shown.state.name !== 'paused' && !isOver(shown.state) ? [record.entry.id] : []));
  }

  find(file: string, direction: Direction): { record: TransferRecord; state: TransferState } | undefined {
    const job = this.#jobs.get(keyOf(file, direction));
    return job && { record: job.record, state: job.shown.state };
  }

  /** Begins, or goes on with what is there. Throws ReachError `local` where it cannot be kept on disk. */
  want(record: TransferRecord): void {
    const known = this.#jobs.get(keyOf(fileOf(record).id, record.direction));
    if (known?.abort) return;
    this.#options.records.save(record);
    if (known) known.record = record;
    this.#queue(known ?? this.#keep(record, { name: 'queued', place: 0 }));
    this.#pump();
  }

  /** Changes what is kept of it; false where it is gone. Throws ReachError `local`. */
  update(record: TransferRecord): boolean {
    const job = this.#jobs.get(keyOf(fileOf(record).id, record.direction));
    if (!job) return false;
    this.#options.records.save(record);
    job.record = record;
    return true;
  }

  pause(file: string, direction: Direction): void {
    const job = this.#jobs.get(keyOf(file, direction));
    if (!job || isOver(job.shown.state)) return;
    this.#remember(job, { paused: true });
    this.#stop(job, { name: 'paused' });
  }

  resume(file: string, direction: Direction): void {
    const job = this.#jobs.get(keyOf(file, direction));
    if (!job || job.abort || job.shown.state.name === 'done') return;
    this.#guard(() => this.update({ ...job.record, paused: false }));
    this.#queue(job);
    this.#pump();
  }

  /** The record it had, for whoever must clean up behind it. */
  cancel(file: string, direction: Direction): TransferRecord | undefined {
    const job = this.#jobs.get(keyOf(file, direction));
    if (!job || job.shown.state.name === 'done') return undefined;
    this.#guard(() => this.#options.records.remove(job.record));
    this.#stop(job, this.#cancelled());
    return job.record;
  }

  /** A saved file comes to lie in another place, which is the one that counts from then on. Where `work` fails, that is told and it stays where it was. */
  async again(file: string, work: () => Promise<DownRecord>): Promise<void> {
    const job = this.#jobs.get(keyOf(file, 'down'));
    // One copy at a time.
    if (job?.shown.state.name !== 'done') return;
    this.#show(job, { name: 'checking' });
    try {
      this.update(await work());
    } catch (error) {
      this.#options.push({ type: 'notice', failure: failureAfter(error) });
    }
    if (this.#jobs.get(keyOf(file, 'down')) === job) this.#show(job, restoredState(job.record));
  }

  /** Bytes of an upload that the server has: what counts of one that does not run. */
  arrived(file: string, bytes: number): void {
    const job = this.#jobs.get(keyOf(file, 'up'));
    if (!job || job.abort || isOver(job.shown.state)) return;
    job.shown = { ...job.shown, done: Math.min(job.shown.size, bytes) };
    this.#options.push({ type: 'transfer', transfer: job.shown });
  }

  /** The server or the person has taken the file away. */
  fail(file: string, failure: Failure): void {
    for (const direction of ['up', 'down'] as const) {
      const job = this.#jobs.get(keyOf(file, direction));
      if (job && !isOver(job.shown.state)) this.#stop(job, { name: 'failed', failure });
    }
  }

  /** Off the list, with its record. */
  forget(file: string, direction: Direction): void {
    const job = this.#jobs.get(keyOf(file, direction));
    if (!job) return;
    this.#guard(() => this.#options.records.remove(job.record));
    this.#stop(job, this.#cancelled());
    this.#jobs.delete(keyOf(file, direction));
    this.#options.push({ type: 'transfer_gone', file, direction });
  }

  /** Off the list: what failed and was cancelled. Messages of sent and saved ones still tell where they are. */
  clear(): void {
    for (const job of [...this.#jobs.values()]) {
      const { state, direction, file } = job.shown;
      if (state.name === 'failed' || state.name === 'cancelled' || (state.name === 'done' && state.path === undefined)) this.forget(file, direction);
      else if (state.name === 'done' && !state.away) this.#show(job, { ...state, away: true });
    }
  }

  #cancelled(): TransferState {
    return { name: 'cancelled', at: this.#options.effects.clock.now() };
  }

  #keep(record: TransferRecord, state: TransferState, done = 0): Job {
    const { id, name, size } = fileOf(record);
    const room = record.direction === 'up' ? record.entry.room : record.room;
    const message = record.direction === 'up' ? record.entry.id : record.message;
    const shown: Transfer = { file: id, room, message, direction: record.direction, name, size, done: state.name === 'done' ? size : done, state };
    const job: Job = { record, shown, backOff: new BackOff(this.#options.effects.random), toldAt: -Infinity };
    this.#jobs.set(keyOf(id, record.direction), job);
    this.#options.push({ type: 'transfer', transfer: shown });
    return job;
  }

  #queue(job: Job): void {
    job.timer?.cancel();
    if (!job.abort) this.#show(job, { name: 'queued', place: 0 });
  }

  #pump(): void {
    const jobs = [...this.#jobs.values()];
    const waiting = jobs.filter(({ shown, abort }) => shown.state.name === 'queued' && !abort);
    const free = this.#line ? Math.max(0, RUNNING_MAX - jobs.filter(({ abort }) => abort).length) : 0;
    for (const job of waiting.splice(0, free)) void this.#run(job, this.#line!);
    waiting.forEach((job, index) => {
      if (job.shown.state.name === 'queued' && job.shown.state.place !== index + 1) this.#show(job, { name: 'queued', place: index + 1 });
    });
  }

  async #run(job: Job, line: ServerLine): Promise<void> {
    const { runs } = this.#options;
    const abort = new AbortController();
    job.abort = abort;
    // What a run still says after its end is of no interest.
    const isOn = (): boolean => job.abort === abort && !abort.signal.aborted;
    const run: Run = {
      line, signal: abort.signal,
      state: (name) => void (isOn() && this.#show(job, { name })),
      progress: (done) => void (isOn() && this.#progress(job, done)),
    };
    run.state('active');
    try {
      const path = job.record.direction === 'up' ? await runs.up(job.record, run) : await runs.down(job.record, run);
      const at = this.#options.effects.clock.now();
      this.#guard(() => this.#keepEnded(job, path, at));
      job.shown = { ...job.shown, done: job.shown.size };
      this.#end(job, { name: 'done', ...(path !== undefined && { path }), at });
    } catch (error) {
      this.#end(job, this.#stateAfter(job, error));
    }
  }

  #keepEnded({ record }: Job, path: string | undefined, at: number): void {
    if (path === undefined) this.#options.records.remove(record);
    else this.update(record.direction === 'up' ? sentRecord(record, at) : { ...record, saved: { path, at } });
  }

  /** What another process needs of an upload that stops: of a download, the file itself tells how far it is. */
  #remember({ record, shown }: Job, changes: { paused?: boolean }): void {
    this.#guard(() => void this.update({ ...record, ...changes, ...(record.direction === 'up' && { done: shown.done }) }));
  }

  #end(job: Job, state: TransferState): void {
    delete job.abort;
    if (this.#jobs.get(keyOf(job.shown.file, job.shown.direction)) === job) this.#show(job, state);
    if (state.name === 'done') job.backOff.reset();
    this.#pump();
  }

  /** What a run that did not end whole leaves behind. */
  #stateAfter(job: Job, error: unknown): TransferState {
    if (error instanceof Stopped) return error.state;
    const failure = failureAfter(error);
    const wantsRoom = WANTS_ROOM.has(failure.code);
    if (!(error instanceof LineLost) && !wantsRoom) return { name: 'failed', failure };
    if (this.#line) {
      job.timer = this.#options.effects.clock.after(wantsRoom ? ROOM_AGAIN_MS : job.backOff.next(), () => {
        this.#queue(job);
        this.#pump();
      });
    }
    return { name: 'interrupted', failure };
  }

  #progress(job: Job, done: number): void {
    if (done > job.shown.done) job.backOff.reset();
    job.shown = { ...job.shown, done };
    const now = this.#options.effects.clock.now();
    if (now - job.toldAt < TELL_EVERY_MS && now >= job.toldAt) return;
    job.toldAt = now;
    this.#options.push({ type: 'transfer', transfer: job.shown });
  }

  #show(job: Job, state: TransferState): void {
    const { name, size } = fileOf(job.record);
    job.shown = { ...job.shown, name, size, state };
    this.#options.push({ type: 'transfer', transfer: job.shown });
  }

  #stop(job: Job, state: TransferState): void {
    job.timer?.cancel();
    if (job.abort) job.abort.abort(new Stopped(state));
    else this.#show(job, state);
    this.#pump();
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      if (!(error instanceof ReachError)) throw error;
      this.#options.push({ type: 'notice', failure: failureOf(error.code, { detail: error.message }) });
    }
  }
}

function keyOf(file: string, direction: Direction): string {
  return `${direction} ${file}`;
}

function isOver({ name }: TransferState): boolean {
  return name === 'done' || name === 'failed' || name === 'cancelled';
}

function restoredState(record: TransferRecord): TransferState {
  const at = endOf(record);
  const path = record.direction === 'up' ? record.path : record.saved?.path;
  if (at !== undefined && path !== undefined) return { name: 'done', path, at };
  return record.paused ? { name: 'paused' } : { name: 'interrupted', failure: failureOf('not_connected') };
}

/** What a run, or a read, that ended early is told as. */
export function failureAfter(error: unknown): Failure {
  if (error instanceof Refused) return error.failure;
  if (error instanceof LineLost) return failureOf(error.cause);
  if (error instanceof ReachError) return failureOf(error.code, { detail: error.message });
  return failureOf('local', { detail: words.failures.local.own(error instanceof Error ? error.message : String(error)) });
}

/** 16 bytes of a transfer's id. */
export function transferId(record: TransferRecord): Bytes {
  return fromHex(fileOf(record).id)!;
}

