// Worker threads for OPAQUE, so that a sign-in never holds up the chat. Jobs wait in one queue of 64; what comes beyond
// that is refused before it costs anything. A worker that dies fails its job and is replaced with the next one.
import type { Worker } from 'node:worker_threads';
import { ReachError } from '../../shared/protocol/errors.ts';
import { OPAQUE_QUEUE } from '../../shared/protocol/limits.ts';
import type { OpaqueJob, OpaqueResults, OpaqueServer } from './opaque.ts';

interface Waiting {
  job: OpaqueJob;
  resolve(result: OpaqueResults[OpaqueJob['name']]): void;
  reject(error: ReachError): void;
}

type Answer = { result: OpaqueResults[OpaqueJob['name']] } | { error: string };

export class OpaquePool implements OpaqueServer {
  readonly #start: () => Worker;
  readonly #threads: number;
  readonly #waiting: Waiting[] = [];
  readonly #idle: Worker[] = [];
  readonly #running = new Map<Worker, Waiting | undefined>();
  #closed = false;

  /** `start` makes one worker thread that runs opaque-worker.ts. The first is started at once. */
  constructor(start: () => Worker, threads: number) {
    this.#start = start;
    this.#threads = threads;
    this.#idle.push(this.#launch());
  }

  get full(): boolean {
    return this.#waiting.length >= OPAQUE_QUEUE;
  }

  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]> {
    if (this.#closed || this.full) return Promise.reject(new ReachError(this.#closed ? 'shutting_down' : 'full'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ job, resolve: resolve as Waiting['resolve'], reject });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { reject } of this.#waiting.splice(0)) reject(new ReachError('shutting_down'));
    await Promise.all([...this.#running.keys()].map((worker) => worker.terminate()));
  }

  #next(): void {
    if (this.#waiting.length === 0 || this.#closed) return;
    const worker = this.#idle.pop() ?? (this.#running.size < this.#threads ? this.#launch() : undefined);
    if (!worker) return;
    const waiting = this.#waiting.shift()!;
    this.#running.set(worker, waiting);
    worker.postMessage(waiting.job);
  }

  #launch(): Worker {
    const worker = this.#start();
    this.#running.set(worker, undefined);
    worker.on('message', (answer: Answer) => this.#answered(worker, answer));
    worker.on('error', () => this.#died(worker));
    worker.on('exit', () => this.#died(worker));
    return worker;
  }

  #answered(worker: Worker, answer: Answer): void {
    const waiting = this.#running.get(worker);
    this.#running.set(worker, undefined);
    this.#idle.push(worker);
    if ('result' in answer) waiting?.resolve(answer.result);
    else waiting?.reject(new ReachError('malformed', answer.error));
    this.#next();
  }

  #died(worker: Worker): void {
    if (!this.#running.has(worker)) return;
    this.#running.get(worker)?.reject(new ReachError('server_error', 'the OPAQUE worker stopped'));
    this.#running.delete(worker);
    const at = this.#idle.indexOf(worker);
    if (at !== -1) this.#idle.splice(at, 1);
    this.#next();
  }
}
