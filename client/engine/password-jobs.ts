// A worker that does the password work, seen from outside: jobs go over numbered, answers come back in any order. Started
// at the first job. One that dies fails the jobs it had, and the next job starts another.
import type { OpaqueAnswer, OpaqueJob, OpaqueRequest, OpaqueResults, PasswordWorker } from './password.ts';
import { words } from '../words/words.ts';

export interface WorkerPort {
  post(request: OpaqueRequest): void;
  stop(): void;
}

export interface WorkerEvents {
  answered(answer: OpaqueAnswer): void;
  /** Crashed, or never loaded. */
  died(reason: string): void;
}

interface Waiting {
  resolve(result: never): void;
  reject(cause: Error): void;
}

export class PasswordJobs implements PasswordWorker {
  readonly #open: (events: WorkerEvents) => WorkerPort;
  readonly #waiting = new Map<number, Waiting>();
  #port: WorkerPort | undefined;
  #last = 0;

  constructor(open: (events: WorkerEvents) => WorkerPort) {
    this.#open = open;
  }

  run<J extends OpaqueJob>(job: J): Promise<OpaqueResults[J['name']]> {
    this.#last += 1;
    const number = this.#last;
    const port = (this.#port ??= this.#start());
    return new Promise((resolve, reject) => {
      this.#waiting.set(number, { resolve, reject });
      port.post({ number, job });
    });
  }

  close(): void {
    this.#end(words.failures.local.workerClosed);
  }

  #start(): WorkerPort {
    const port: WorkerPort = this.#open({
      answered: (answer) => this.#settle(answer),
      died: (reason) => {
        if (this.#port === port) this.#end(reason);
      },
    });
    return port;
  }

  #settle(answer: OpaqueAnswer): void {
    const waiting = this.#waiting.get(answer.number);
    if (!waiting) return;
    this.#waiting.delete(answer.number);
    if ('error' in answer) waiting.reject(new Error(answer.error));
    else waiting.resolve(answer.result as never);
  }

  #end(reason: string): void {
    const port = this.#port;
    this.#port = undefined;
    port?.stop();
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(reason));
    this.#waiting.clear();
  }
}
